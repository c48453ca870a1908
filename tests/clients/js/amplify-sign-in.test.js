// Amplify signs in by password, by its proof, and by the first factor that the user chooses or prefers.

import assert from 'node:assert/strict';
import {
  confirmResetPassword, confirmSignIn, fetchAuthSession, fetchUserAttributes, getCurrentUser, resetPassword, signIn,
  signOut,
} from '@aws-amplify/auth';
import { AdminCreateUserCommand, GlobalSignOutCommand } from '@aws-sdk/client-cognito-identity-provider';
import { configure, otherCode } from './amplify.js';
import { newName, startFrozen } from './aws.js';
import { behaviour, challengesDuring, refused } from './behaviour.js';
import { firstFactors, Pool, smsSender } from './pool.js';
import { defaultPool } from './poolhouse.js';

const { server, sdk } = await startFrozen();
const pool = await Pool.make(sdk, {
  settings: { Policies: firstFactors('PASSWORD', 'EMAIL_OTP', 'SMS_OTP'), SmsConfiguration: smsSender },
});
configure(server, pool);
const attributes = {
  email: 'ann@example.com', email_verified: 'true', phone_number: '+12065550839', phone_number_verified: 'true',
};
const { password } = defaultPool;
const wrongPassword = ['NotAuthorizedException', 'Incorrect username or password.'];
const wrongCode = ['CodeMismatchException', 'Invalid code or auth state for the user.'];

// A user for each group of tests: five wrong passwords would lock one.
let username;
async function newUser() {
  username = newName('ann');
  await pool.addUser(username, attributes);
}

async function begin(authFlowType, given = password, preferredChallenge) {
  return signIn({ username, password: given, options: { authFlowType, preferredChallenge } });
}

async function signedIn({ isSignedIn, nextStep }) {
  assert.ok(isSignedIn, nextStep.signInStep);
  assert.equal((await getCurrentUser()).username, username);
  assert.equal((await fetchUserAttributes()).email, 'ann@example.com');
  await signOut();
}

for (const flow of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH']) {
  behaviour(`${flow}: the password signs in`, async () => {
    await newUser();
    await signedIn(await begin(flow));
  });

  behaviour(`${flow}: another password does not`, () => refused(begin(flow, 'Poolhouse-2'), ...wrongPassword));
}

for (const preferred of ['PASSWORD', 'PASSWORD_SRP']) {
  behaviour(`USER_AUTH: ${preferred} is preferred, and the password signs in`, async () => {
    await newUser();
    await signedIn(await begin('USER_AUTH', password, preferred));
  });

  behaviour(`USER_AUTH: ${preferred} is preferred, and another password does not`, () =>
    refused(begin('USER_AUTH', 'Poolhouse-2', preferred), ...wrongPassword));

  const choose = async (given) => {
    const { nextStep } = await begin('USER_AUTH', null);
    assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
    assert.deepEqual(nextStep.availableChallenges.toSorted(), ['EMAIL_OTP', 'PASSWORD', 'PASSWORD_SRP', 'SMS_OTP']);
    const asked = await confirmSignIn({ challengeResponse: preferred });
    assert.equal(asked.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_PASSWORD');
    return confirmSignIn({ challengeResponse: given });
  };

  behaviour(`USER_AUTH: ${preferred} is chosen, and the password signs in`, async () => {
    const [result, challenges] = await challengesDuring(() => choose(password));
    const proof = preferred === 'PASSWORD' ? [] : ['PASSWORD_VERIFIER'];
    assert.deepEqual(challenges, ['SELECT_CHALLENGE', ...proof]);
    await signedIn(result);
  });

  behaviour(`USER_AUTH: ${preferred} is chosen, and another password ends the sign-in`, async () => {
    await refused(choose('Poolhouse-2'), ...wrongPassword);
    await refused(
      confirmSignIn({ challengeResponse: password }),
      'NotAuthorizedException',
      'Invalid session for the user, session can only be used once.',
    );
  });
}

const byCode = [
  ['EMAIL_OTP', 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE', 'EMAIL', 'a***@e***'],
  ['SMS_OTP', 'CONFIRM_SIGN_IN_WITH_SMS_CODE', 'SMS', '+*******0839'],
];
for (const [factor, step, deliveryMedium, destination] of byCode) {
  const codeIsSent = ({ nextStep }) =>
    assert.deepEqual(nextStep, { signInStep: step, codeDeliveryDetails: { deliveryMedium, destination } });

  behaviour(`USER_AUTH: ${factor} is preferred, and its code signs in after one that is wrong`, async () => {
    codeIsSent(await begin('USER_AUTH', null, factor));
    const code = await server.codeSentTo(username);
    assert.match(code, /^\d{8}$/);
    await refused(confirmSignIn({ challengeResponse: otherCode(code) }), ...wrongCode);
    await signedIn(await confirmSignIn({ challengeResponse: code }));
  });

  behaviour(`USER_AUTH: ${factor} is chosen, and its code signs in`, async () => {
    await begin('USER_AUTH', null);
    codeIsSent(await confirmSignIn({ challengeResponse: factor }));
    const code = await server.codeSentTo(username);
    await signedIn(await confirmSignIn({ challengeResponse: code }));
  });

  behaviour(`USER_AUTH: ${factor}'s code is too late when its session is over`, async () => {
    await begin('USER_AUTH', null, factor);
    const code = await server.codeSentTo(username);
    await server.advanceClock('3m1s');
    await refused(
      confirmSignIn({ challengeResponse: code }),
      'NotAuthorizedException',
      'Invalid session for the user, session is expired.',
    );
  });
}

behaviour('USER_AUTH: a preference that the user cannot have leads to the choice', async () => {
  const { nextStep } = await begin('USER_AUTH', null, 'WEB_AUTHN');
  assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
});

behaviour('USER_AUTH: a factor that was not offered cannot be chosen', async () => {
  await begin('USER_AUTH', null);
  await assert.rejects(confirmSignIn({ challengeResponse: 'WEB_AUTHN' }), { name: 'InvalidParameterException' });
});

behaviour('a temporary password leads to one of the user', async () => {
  username = newName('fay');
  const TemporaryPassword = 'Temporary-1';
  await sdk.send(new AdminCreateUserCommand({
    UserPoolId: pool.id, Username: username, TemporaryPassword, MessageAction: 'SUPPRESS',
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  }));
  const { nextStep } = await begin('USER_SRP_AUTH', TemporaryPassword);
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED');
  await assert.rejects(confirmSignIn({ challengeResponse: 'short' }), { name: 'InvalidPasswordException' });
  await signedIn(await confirmSignIn({ challengeResponse: password }));
  await refused(begin('USER_SRP_AUTH', TemporaryPassword), ...wrongPassword);
});

behaviour('a forgotten password is replaced by a code', async () => {
  await newUser();
  await resetPassword({ username });
  const code = await server.codeSentTo(username);
  const newPassword = 'Poolhouse-3';
  await refused(
    confirmResetPassword({ username, newPassword, confirmationCode: otherCode(code) }),
    'CodeMismatchException', 'Invalid verification code provided, please try again.',
  );
  await confirmResetPassword({ username, newPassword, confirmationCode: code });
  await refused(begin('USER_SRP_AUTH'), ...wrongPassword);
  await signedIn(await begin('USER_SRP_AUTH', newPassword));
});

const refresh = async () => (await fetchAuthSession({ forceRefresh: true })).tokens;

behaviour('a session is refreshed until it is signed out everywhere', async () => {
  await newUser();
  await begin('USER_SRP_AUTH');
  const { tokens, userSub } = await fetchAuthSession();
  await server.advanceClock('1s');
  const refreshed = await refresh();
  assert.equal(refreshed.accessToken.payload.sub, userSub);
  assert.equal(refreshed.accessToken.payload.iat, tokens.accessToken.payload.iat + 1);
  assert.equal(refreshed.accessToken.payload.origin_jti, tokens.accessToken.payload.origin_jti);
  await signOut({ global: true });
  assert.equal((await fetchAuthSession()).tokens, undefined);
});

behaviour('global sign-out elsewhere ends this session too', async () => {
  await begin('USER_SRP_AUTH');
  const { tokens } = await fetchAuthSession();
  await sdk.send(new GlobalSignOutCommand({ AccessToken: tokens.accessToken.toString() }));
  await refused(fetchUserAttributes(), 'NotAuthorizedException', 'Access Token has been revoked');
  assert.equal(await refresh(), undefined, 'a revoked refresh token gives nothing');
  await refused(begin('USER_SRP_AUTH', 'Poolhouse-2'), ...wrongPassword);
});

behaviour('a refresh token that has expired signs out', async () => {
  await begin('USER_PASSWORD_AUTH');
  await server.advanceClock('721h');
  assert.equal(await refresh(), undefined);
  await assert.rejects(getCurrentUser(), { name: 'UserUnAuthenticatedException' });
});
