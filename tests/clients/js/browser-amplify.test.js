// Amplify as it comes, in headless Chromium.

import assert from 'node:assert/strict';
import { freshCode, wrongCode } from './authenticator.js';
import { otherCode } from './amplify.js';
import { newName, startFrozen } from './aws.js';
import { behaviour } from './behaviour.js';
import { addAuthenticator, startBrowser } from './browser.js';
import { firstFactors, Pool } from './pool.js';
import { defaultPool } from './poolhouse.js';

const [{ server, sdk }, browser] = await Promise.all([startFrozen(), startBrowser('amplify.js')]);
const pool = await Pool.make(sdk, {
  settings: { AutoVerifiedAttributes: ['email'], Policies: firstFactors('PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN') },
  mfa: {
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
    WebAuthnConfiguration: { RelyingPartyId: 'localhost', UserVerification: 'required' },
  },
});
const { password } = defaultPool;

/** A visitor's page, on which Amplify's functions are called by name. */
async function visit(of = pool) {
  const tab = await browser.open();
  await tab.evaluate((Cognito) => window.configure(Cognito), {
    userPoolId: of.id, userPoolClientId: of.clientId, userPoolEndpoint: `${server.url}/`,
  });
  const attempt = (name, input) => tab.evaluate(([called, given]) => window.call(called, given), [name, input]);
  return {
    tab,
    async call(name, input) {
      const { value, error } = await attempt(name, input);
      if (error) throw new Error(`${name}: ${error.type}: ${error.text} ${error.cause ?? ''}`);
      return value;
    },
    async refused(name, input, type, text) {
      const { error } = await attempt(name, input);
      assert.deepEqual([error?.type, error?.text], [type, text]);
    },
  };
}

async function visitAs(username, of = pool) {
  await of.addUser(username, { email: `${username}@example.com`, email_verified: 'true' });
  const page = await visit(of);
  await signIn(page, username);
  return page;
}

async function signIn({ call }, username, options) {
  const answer = await call('signIn', { username, password: options ? undefined : password, options });
  assert.ok(answer.isSignedIn, JSON.stringify(answer));
}

const wrongPassword = ['NotAuthorizedException', 'Incorrect username or password.'];
const passkey = { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' };

behaviour('a visitor signs up, confirms, is signed in at once and comes back by SRP', async () => {
  const page = await visit();
  const username = newName('vera');
  const options = { userAttributes: { email: `${username}@example.com` }, autoSignIn: true };
  await page.call('signUp', { username, password, options });
  const code = await server.codeSentTo(username);
  await page.refused(
    'confirmSignUp', { username, confirmationCode: otherCode(code) },
    'CodeMismatchException', 'Invalid verification code provided, please try again.',
  );
  await page.call('confirmSignUp', { username, confirmationCode: code });
  assert.ok((await page.call('autoSignIn')).isSignedIn);
  const { tokens } = await page.call('fetchAuthSession', { forceRefresh: true });
  assert.equal(tokens.accessToken.payload.username, username);
  await page.call('signOut', { global: true });
  await page.refused('signIn', { username, password: 'Poolhouse-2' }, ...wrongPassword);
  await signIn(page, username);
});

/** Sets an authenticator app up, to be asked from then on, and signs out. */
async function setUpTotp(page) {
  const { sharedSecret } = await page.call('setUpTOTP');
  await page.refused(
    'verifyTOTPSetup', { code: await wrongCode(server, sharedSecret) },
    'EnableSoftwareTokenMFAException', 'Code mismatch',
  );
  await page.call('verifyTOTPSetup', { code: await freshCode(server, sharedSecret) });
  await page.call('updateMFAPreference', { totp: 'PREFERRED' });
  await page.call('signOut');
  return sharedSecret;
}

behaviour('an authenticator app is set up, and asked from then on', async () => {
  const username = newName('vera');
  const page = await visitAs(username);
  const sharedSecret = await setUpTotp(page);
  const { nextStep } = await page.call('signIn', { username, password });
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
  await page.refused(
    'confirmSignIn', { challengeResponse: await wrongCode(server, sharedSecret) },
    'CodeMismatchException', 'Invalid code received for user',
  );
  const answer = await page.call('confirmSignIn', { challengeResponse: await freshCode(server, sharedSecret) });
  assert.ok(answer.isSignedIn);
});

behaviour('a device that is remembered is not asked for the app until it is forgotten', async () => {
  const remembering = await Pool.make(sdk, {
    settings: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true } },
    mfa: { MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } },
  });
  const username = newName('vera');
  const page = await visitAs(username, remembering);
  const secret = await setUpTotp(page);
  assert.equal((await page.call('signIn', { username, password })).isSignedIn, false);
  await page.call('confirmSignIn', { challengeResponse: await freshCode(server, secret) });
  await page.call('rememberDevice');
  await page.call('signOut');
  await signIn(page, username);
  assert.equal((await page.call('fetchDevices')).length, 1);
  await page.call('forgetDevice');
  await page.call('signOut');
  const { nextStep } = await page.call('signIn', { username, password });
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
});

behaviour('a code by mail is chosen and signs in after one that is wrong', async () => {
  const username = newName('vera');
  const page = await visitAs(username);
  await page.call('signOut');
  const { nextStep } = await page.call('signIn', { username, options: { authFlowType: 'USER_AUTH' } });
  assert.deepEqual(nextStep.availableChallenges.toSorted(), ['EMAIL_OTP', 'PASSWORD', 'PASSWORD_SRP']);
  await page.call('confirmSignIn', { challengeResponse: 'EMAIL_OTP' });
  const code = await server.codeSentTo(username);
  await page.refused(
    'confirmSignIn', { challengeResponse: otherCode(code) },
    'CodeMismatchException', 'Invalid code or auth state for the user.',
  );
  assert.ok((await page.call('confirmSignIn', { challengeResponse: code })).isSignedIn);
});

behaviour("a passkey of the browser's authenticator is registered, signs in, and is deleted", async () => {
  const username = newName('vera');
  const page = await visitAs(username);
  const key = await addAuthenticator(page.tab);
  await page.call('associateWebAuthnCredential');
  const { credentials: [listed] } = await page.call('listWebAuthnCredentials');
  assert.equal(listed.relyingPartyId, 'localhost');
  await page.call('signOut');

  await signIn(page, username, passkey);
  assert.equal((await page.call('fetchAuthSession')).tokens.accessToken.payload.username, username);
  await page.call('signOut');
  const chosen = await page.call('signIn', { username, options: { authFlowType: 'USER_AUTH' } });
  assert.ok(chosen.nextStep.availableChallenges.includes('WEB_AUTHN'), JSON.stringify(chosen));
  assert.ok((await page.call('confirmSignIn', { challengeResponse: 'WEB_AUTHN' })).isSignedIn);

  await page.call('deleteWebAuthnCredential', { credentialId: listed.credentialId });
  assert.deepEqual((await page.call('listWebAuthnCredentials')).credentials, []);
  await page.call('signOut');
  const { nextStep } = await page.call('signIn', { username, options: passkey });
  assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
  assert.equal((await key.credentials()).length, 1, 'the authenticator keeps what the pool has forgotten');
});

behaviour('a passkey whose key is not the one that was registered is refused', async () => {
  const username = newName('vera');
  const page = await visitAs(username);
  const key = await addAuthenticator(page.tab);
  await page.call('associateWebAuthnCredential');
  await page.call('signOut');
  const [registered] = await key.credentials();
  await key.clear();
  await key.add({ ...registered, privateKey: await otherKey(page.tab) });
  await page.refused('signIn', { username, options: passkey }, ...wrongPassword);
});

/** Another P-256 key, as Chromium's authenticator takes it. */
function otherKey(tab) {
  return tab.evaluate(async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    const bytes = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
    return btoa(String.fromCharCode(...bytes));
  });
}
