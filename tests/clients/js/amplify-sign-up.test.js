// Amplify signs people up, with and without a password, and in at once.

import assert from 'node:assert/strict';
import {
  autoSignIn, confirmSignIn, confirmSignUp, fetchAuthSession, fetchUserAttributes, resendSignUpCode, signIn, signOut,
  signUp,
} from '@aws-amplify/auth';
import { configure, otherCode } from './amplify.js';
import { newName, startFrozen } from './aws.js';
import { behaviour, challengesDuring, refused } from './behaviour.js';
import { firstFactors, Pool, smsSender } from './pool.js';
import { defaultPool } from './poolhouse.js';

const { server, sdk } = await startFrozen();
const pool = await Pool.make(sdk, {
  settings: {
    AutoVerifiedAttributes: ['email'],
    Policies: firstFactors('PASSWORD', 'EMAIL_OTP', 'SMS_OTP'),
    SmsConfiguration: smsSender,
  },
});
configure(server, pool);
const { password } = defaultPool;
const byMail = { authFlowType: 'USER_AUTH', preferredChallenge: 'EMAIL_OTP' };
const wrongConfirmation = ['CodeMismatchException', 'Invalid verification code provided, please try again.'];

const begin = (username, options) => signUp({
  username, options: { userAttributes: { email: `${username}@example.com` }, ...options }, password: options.password,
});

async function signedIn(username) {
  const { tokens } = await fetchAuthSession();
  assert.equal(tokens.accessToken.payload.username, username);
  const { email, email_verified: verified } = await fetchUserAttributes();
  assert.deepEqual([email, verified], [`${username}@example.com`, 'true']);
  await signOut();
}

// `options` of sign-up, and the challenges that the sign-in at once meets.
const rows = [
  ['with a password, then SRP', { password, autoSignIn: true }, ['PASSWORD_VERIFIER']],
  ['with a password, then the password', { password, autoSignIn: { authFlowType: 'USER_PASSWORD_AUTH' } }, []],
  ['with a password, then the session of the sign-up', { password, autoSignIn: { authFlowType: 'USER_AUTH' } }, []],
  ['without a password, then the session of the sign-up', { autoSignIn: { authFlowType: 'USER_AUTH' } }, []],
];
for (const [name, options, met] of rows) {
  behaviour(`sign-up ${name}`, async () => {
    const username = newName('uma');
    const begun = await begin(username, options);
    assert.equal(begun.nextStep.signUpStep, 'CONFIRM_SIGN_UP');
    assert.deepEqual(begun.nextStep.codeDeliveryDetails, {
      destination: 'u***@e***', deliveryMedium: 'EMAIL', attributeName: 'email',
    });
    const code = await server.codeSentTo(username);
    await refused(confirmSignUp({ username, confirmationCode: otherCode(code) }), ...wrongConfirmation);
    const confirmed = await confirmSignUp({ username, confirmationCode: code });
    assert.deepEqual(confirmed, { isSignUpComplete: true, nextStep: { signUpStep: 'COMPLETE_AUTO_SIGN_IN' } });
    const [{ isSignedIn }, challenges] = await challengesDuring(() => autoSignIn());
    assert.ok(isSignedIn);
    assert.deepEqual(challenges, met);
    await signedIn(username);
  });
}

behaviour('a user without a password comes back by a code, and never by a password', async () => {
  const username = newName('uma');
  await begin(username, {});
  await confirmSignUp({ username, confirmationCode: await server.codeSentTo(username) });
  await assert.rejects(autoSignIn(), { name: 'AutoSignInException' });
  const { nextStep } = await signIn({ username, options: byMail });
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  await confirmSignIn({ challengeResponse: await server.codeSentTo(username) });
  await signedIn(username);
  await refused(
    signIn({ username, password, options: { authFlowType: 'USER_PASSWORD_AUTH' } }),
    'NotAuthorizedException',
    'Incorrect username or password.',
  );
});

behaviour('a first-factor code confirms a sign-up too', async () => {
  const username = newName('uma');
  await begin(username, {});
  await signIn({ username, options: byMail });
  await confirmSignIn({ challengeResponse: await server.codeSentTo(username) });
  await signedIn(username);
});

behaviour('a session of a sign-up signs in no more when it has expired', async () => {
  const username = newName('uma');
  await begin(username, { autoSignIn: { authFlowType: 'USER_AUTH' } });
  await confirmSignUp({ username, confirmationCode: await server.codeSentTo(username) });
  await server.advanceClock('16m');
  await refused(autoSignIn(), 'NotAuthorizedException', 'Invalid session for the user, session is expired.');
});

behaviour('a code of a sign-up is replaced by the next, and expires', async () => {
  const username = newName('uma');
  await begin(username, { password });
  const first = await server.codeSentTo(username);
  await resendSignUpCode({ username });
  const second = await server.codeSentTo(username);
  const expired = ['ExpiredCodeException', 'Invalid code provided, please request a code again.'];
  await refused(confirmSignUp({ username, confirmationCode: first }), ...expired);
  await server.advanceClock('25h');
  await refused(confirmSignUp({ username, confirmationCode: second }), ...expired);
  assert.equal((await signIn({ username, password })).nextStep.signInStep, 'CONFIRM_SIGN_UP');
});

behaviour('a password that is too short, and a name that is taken', async () => {
  const username = newName('uma');
  await refused(
    begin(username, { password: 'short' }),
    'InvalidPasswordException',
    'Password did not conform with policy: Password not long enough',
  );
  await begin(username, { password });
  await refused(begin(username, { password }), 'UsernameExistsException', 'User already exists');
});
