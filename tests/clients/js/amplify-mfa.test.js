// Amplify and the second factors: authenticator apps, text messages, mails, and which of them.

import assert from 'node:assert/strict';
import { AdminSetUserMFAPreferenceCommand } from '@aws-sdk/client-cognito-identity-provider';
import {
  confirmSignIn, fetchAuthSession, fetchMFAPreference, signIn, signOut, updateMFAPreference,
} from '@aws-amplify/auth';
import { configure, otherCode } from './amplify.js';
import { freshCode, totpCode, wrongCode } from './authenticator.js';
import { newName, startFrozen } from './aws.js';
import { behaviour, refused } from './behaviour.js';
import { mailSender, Pool, smsSender } from './pool.js';
import { defaultPool } from './poolhouse.js';

const { server, sdk } = await startFrozen();
const flows = ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'];
const { password } = defaultPool;
const mismatch = ['CodeMismatchException', 'Invalid code or auth state for the user.'];
const wrongTotp = ['CodeMismatchException', 'Invalid code received for user'];

const app = { SoftwareTokenMfaConfiguration: { Enabled: true } };
const byMail = { EmailMfaConfiguration: {} };
const byPhone = { SmsMfaConfiguration: { SmsConfiguration: smsSender } };

/** A pool with these factors, which Amplify then speaks to. */
async function usePool(MfaConfiguration, ...factors) {
  const pool = await Pool.make(sdk, {
    settings: { EmailConfiguration: mailSender }, mfa: Object.assign({ MfaConfiguration }, ...factors),
  });
  configure(server, pool);
  return pool;
}

async function newUser(pool, attributes = ['email', 'phone_number']) {
  const username = newName('ann');
  const all = { email: `${username}@example.com`, phone_number: '+12065550839' };
  const verified = attributes.flatMap((name) => [[name, all[name]], [`${name}_verified`, 'true']]);
  await pool.addUser(username, Object.fromEntries(verified));
  return username;
}

const begin = (username, authFlowType = 'USER_SRP_AUTH', given = password) =>
  signIn({ username, password: given, options: { authFlowType } });

async function step(answer, name) {
  const { nextStep } = await answer;
  assert.equal(nextStep.signInStep, name);
  return nextStep;
}

async function signedInBy(challengeResponse) {
  assert.ok((await confirmSignIn({ challengeResponse })).isSignedIn);
  assert.ok((await fetchAuthSession()).tokens);
  await signOut();
}

for (const flow of flows) {
  behaviour(`${flow}: an authenticator app is set up before the first sign-in, and asked from then on`, async () => {
    const username = await newUser(await usePool('ON', app));
    const { totpSetupDetails } = await step(begin(username, flow), 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
    const secret = totpSetupDetails.sharedSecret;
    assert.match(totpSetupDetails.getSetupUri('Poolhouse').href, new RegExp(`secret=${secret}`));
    await refused(
      confirmSignIn({ challengeResponse: await wrongCode(server, secret) }),
      'EnableSoftwareTokenMFAException', 'Code mismatch',
    );
    const code = await freshCode(server, secret);
    await signedInBy(code);

    await step(begin(username, flow), 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
    await refused(confirmSignIn({ challengeResponse: await wrongCode(server, secret) }), ...wrongTotp);
    await refused(
      confirmSignIn({ challengeResponse: code }),
      'ExpiredCodeException', 'Your software token has already been used once.',
    );
    await signedInBy(await freshCode(server, secret));
    await refused(begin(username, flow, 'Poolhouse-2'), 'NotAuthorizedException', 'Incorrect username or password.');
  });
}

const byCode = [
  ['SMS', byPhone, ['phone_number'], 'CONFIRM_SIGN_IN_WITH_SMS_CODE', '+*******0839'],
  ['EMAIL', byMail, ['email'], 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE', 'a***@e***'],
];
for (const [deliveryMedium, factor, attributes, name, destination] of byCode) {
  for (const flow of flows) {
    behaviour(`${flow}: a code by ${deliveryMedium} is asked after the password`, async () => {
      const username = await newUser(await usePool('ON', factor), attributes);
      const { codeDeliveryDetails } = await step(begin(username, flow), name);
      assert.deepEqual(codeDeliveryDetails, { deliveryMedium, destination });
      const code = await server.codeSentTo(username);
      await refused(confirmSignIn({ challengeResponse: otherCode(code) }), ...mismatch);
      await signedInBy(code);

      await step(begin(username, flow), name);
      const late = await server.codeSentTo(username);
      await server.advanceClock('3m1s');
      await refused(
        confirmSignIn({ challengeResponse: late }),
        'NotAuthorizedException', 'Invalid session for the user, session is expired.',
      );
    });
  }
}

behaviour('where two factors are set up, the user chooses', async () => {
  const pool = await usePool('ON', byPhone, byMail);
  const username = await newUser(pool);
  await sdk.send(new AdminSetUserMFAPreferenceCommand({
    UserPoolId: pool.id, Username: username,
    EmailMfaSettings: { Enabled: true, PreferredMfa: false },
    SMSMfaSettings: { Enabled: true, PreferredMfa: false },
  }));
  const { allowedMFATypes } = await step(begin(username), 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION');
  assert.deepEqual(allowedMFATypes.toSorted(), ['EMAIL', 'SMS']);
  await step(confirmSignIn({ challengeResponse: 'EMAIL' }), 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  const code = await server.codeSentTo(username);
  await refused(confirmSignIn({ challengeResponse: otherCode(code) }), ...mismatch);
  await signedInBy(code);
});

behaviour('where two factors can be set up, the user chooses which, an address for codes among them', async () => {
  const pool = await usePool('ON', app, byMail);
  const username = await newUser(pool, []);
  const { allowedMFATypes } = await step(begin(username), 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION');
  assert.deepEqual(allowedMFATypes.toSorted(), ['EMAIL', 'TOTP']);
  await step(confirmSignIn({ challengeResponse: 'EMAIL' }), 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP');
  await step(confirmSignIn({ challengeResponse: `${username}@example.com` }), 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  const code = await server.codeSentTo(username);
  await refused(confirmSignIn({ challengeResponse: otherCode(code) }), ...mismatch);
  await signedInBy(code);

  const other = await newUser(pool, []);
  await step(begin(other), 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION');
  const chosen = confirmSignIn({ challengeResponse: 'TOTP' });
  const { totpSetupDetails } = await step(chosen, 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
  await signedInBy(await totpCode(server, totpSetupDetails.sharedSecret));
});

behaviour('a preference is set, asked, and dropped', async () => {
  const username = await newUser(await usePool('OPTIONAL', byPhone, byMail));
  assert.ok((await begin(username)).isSignedIn);
  await updateMFAPreference({ sms: 'PREFERRED', email: 'ENABLED' });
  assert.deepEqual(await fetchMFAPreference(), { enabled: ['SMS', 'EMAIL'], preferred: 'SMS' });
  await signOut();
  await step(begin(username), 'CONFIRM_SIGN_IN_WITH_SMS_CODE');
  await confirmSignIn({ challengeResponse: await server.codeSentTo(username) });
  await updateMFAPreference({ sms: 'DISABLED', email: 'DISABLED' });
  await signOut();
  assert.ok((await begin(username)).isSignedIn);
  await signOut();
});
