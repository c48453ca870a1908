// The Authenticator of @aws-amplify/ui-react, as people use it: sign-up, confirmation, sign-in, TOTP set-up.

import assert from 'node:assert/strict';
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { otherCode } from './amplify.js';
import { freshCode, wrongCode } from './authenticator.js';
import { startFrozen } from './aws.js';
import { behaviour } from './behaviour.js';
import { startBrowser } from './browser.js';
import { Pool } from './pool.js';
import { defaultPool } from './poolhouse.js';

const [{ server, sdk }, browser] = await Promise.all([startFrozen(), startBrowser('authenticator.jsx')]);
const { password } = defaultPool;

async function visit(pool) {
  const tab = await browser.open();
  await tab.evaluate((Cognito) => window.show(Cognito), {
    userPoolId: pool.id, userPoolClientId: pool.clientId, userPoolEndpoint: `${server.url}/`,
  });
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
