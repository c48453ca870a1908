// The Authenticator of @aws-amplify/ui-react, as people use it: sign-up, confirmation, sign-in, TOTP set-up.

import assert from 'node:assert/strict';
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { otherCode } from './amplify.js';
import { freshCode, wrongCode } from './authenticator.js';
import { startFrozen } from './aws.js';
import { behaviour } from './behaviour.js';
import { addAuthenticator, startBrowser } from './browser.js';
import { firstFactors, Pool } from './pool.js';
import { defaultPool } from './poolhouse.js';

const [{ server, sdk }, browser] = await Promise.all([startFrozen(), startBrowser('authenticator.jsx')]);
const { password } = defaultPool;

/** A visitor; `factors` is Amplify's configuration of first factors, and who comes by them is asked for a passkey. */
async function visit(pool, factors) {
  const tab = await browser.open();
  const Cognito = {
    userPoolId: pool.id, userPoolClientId: pool.clientId, userPoolEndpoint: `${server.url}/`, passwordless: factors,
  };
  const passwordless = factors && { passkeyRegistrationPrompts: true };
  await tab.evaluate(([auth, component]) => window.show(auth, component), [Cognito, passwordless]);
  const shown = (text) => tab.getByText(text).first().waitFor();
  const press = (name) => tab.getByRole('button', { name, exact: true }).click();
  const fill = (name, value) => tab.locator(`input[name="${name}"]`).fill(value);
  return {
    tab, shown, press, fill,
    async signIn(username, given = password) {
      await fill('username', username);
      await fill('password', given);
      await press('Sign in');
    },
    async confirm(code) {
      await fill('confirmation_code', code);
      await press('Confirm');
    },
    greeted: (username) => tab.getByRole('heading', { name: `Hello ${username}` }).waitFor(),
  };
}

behaviour('a visitor signs up, confirms, is signed in at once, and comes back', async () => {
  const pool = await Pool.make(sdk, { settings: { AutoVerifiedAttributes: ['email'] } });
  const username = 'vera';
  const page = await visit(pool);
  await page.tab.getByRole('tab', { name: 'Create Account' }).click();
  await page.fill('username', username);
  await page.fill('email', 'vera@example.com');
  await page.fill('password', password);
  await page.fill('confirm_password', password);
  await page.press('Create Account');
  await page.shown('We Emailed You');
  const code = await server.codeSentTo(username);
  await page.confirm(otherCode(code));
  await page.shown('Invalid verification code provided, please try again.');
  await page.confirm(code);
  await page.greeted(username);
  const { UserStatus } = await sdk.send(new AdminGetUserCommand({ UserPoolId: pool.id, Username: username }));
  assert.equal(UserStatus, 'CONFIRMED');

  await page.press('Sign out');
  await page.signIn(username, 'Poolhouse-2');
  await page.shown('Incorrect username or password.');
  await page.signIn(username);
  await page.greeted(username);
});

behaviour('a pool that requires it has an authenticator app set up, and asked at the next sign-in', async () => {
  const pool = await Pool.make(sdk, {
    mfa: { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } },
  });
  const username = 'theo';
  await pool.addUser(username, { email: 'theo@example.com', email_verified: 'true' });
  const page = await visit(pool);
  await page.signIn(username);
  await page.shown('Setup TOTP');
  const secret = await page.tab.locator('[data-amplify-copy] div').first().innerText();
  await page.confirm(await wrongCode(server, secret));
  await page.shown('Code mismatch');
  await page.confirm(await freshCode(server, secret));
  await page.greeted(username);

  await page.press('Sign out');
  await page.signIn(username);
  await page.shown('Confirm TOTP Code');
  await page.confirm(await wrongCode(server, secret));
  await page.shown('Invalid code received for user');
  await page.confirm(await freshCode(server, secret));
  await page.greeted(username);
});

behaviour('a user comes by a code, makes a passkey when asked, and comes back by that', async () => {
  const pool = await Pool.make(sdk, {
    settings: { Policies: firstFactors('PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN') },
    mfa: {
      MfaConfiguration: 'OFF',
      WebAuthnConfiguration: { RelyingPartyId: 'localhost', UserVerification: 'required' },
    },
  });
  const username = 'vera';
  await pool.addUser(username, { email: 'vera@example.com', email_verified: 'true' });
  const page = await visit(pool, {
    emailOtpEnabled: true, preferredChallenge: 'EMAIL_OTP',
    webAuthn: { relyingPartyId: 'localhost', userVerification: 'required' },
  });
  const key = await addAuthenticator(page.tab);
  await page.fill('username', username);
  await page.press('Sign In with Email');
  await page.shown('Confirm');
  const code = await server.codeSentTo(username);
  await page.confirm(otherCode(code));
  await page.shown('The verification code you entered is incorrect.');
  await page.confirm(code);
  await page.press('Create a Passkey');
  await page.shown('Passkey created successfully!');
  assert.equal((await key.credentials())[0].rpId, 'localhost');
  await page.press('Continue');
  await page.greeted(username);

  await page.press('Sign out');
  const comeByPasskey = async () => {
    await page.fill('username', username);
    await page.press('Other sign-in options');
    await page.press('Sign In with Passkey');
  };
  await comeByPasskey();
  await page.greeted(username);
  await page.press('Sign out');
  await key.clear();
  await comeByPasskey();
  await page.shown('Passkey authentication was canceled.');
});
