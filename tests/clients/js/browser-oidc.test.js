// oidc-client-ts, and react-oidc-context on top of it, in Chromium: a sign-in by the hosted pages, and what follows.

import assert from 'node:assert/strict';
import { sdkFor } from './aws.js';
import { behaviour } from './behaviour.js';
import { startBrowser } from './browser.js';
import { Pool } from './pool.js';
import { defaultPool, Poolhouse } from './poolhouse.js';

const [server, browser] = await Promise.all([Poolhouse.start(), startBrowser('oidc.jsx')]);
const paths = ['', 'silent', 'popup'];
const pool = await Pool.make(sdkFor(server), {
  client: {
    SupportedIdentityProviders: ['COGNITO'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
    CallbackURLs: paths.map((path) => `${browser.url}${path}`),
    LogoutURLs: [browser.url],
  },
});
await pool.addUser('vera', { email: 'vera@example.com', email_verified: 'true' });

const base = new URL(server.url);
base.hostname = 'localhost';
const settings = {
  authority: `${base.origin}/${pool.id}`,
  client_id: pool.clientId,
  redirect_uri: browser.url,
  silent_redirect_uri: `${browser.url}silent`,
  popup_redirect_uri: `${browser.url}popup`,
  post_logout_redirect_uri: browser.url,
  scope: 'openid email',
  automaticSilentRenew: false,
};

/** What a person does on the hosted page. */
async function signIn(tab, password = defaultPool.password) {
  await tab.locator('input[name="username"]:visible').fill('vera');
  await tab.locator('input[name="password"]:visible').fill(password);
  await tab.locator('input[name="password"]:visible').press('Enter');
}

async function called(tab, name, ...input) {
  const { value, error } = await tab.evaluate(([method, given]) => window.call(method, ...given), [name, input]);
  if (error) throw new Error(`${name}: ${error.type}: ${error.text}`);
  return value;
}

/** A page of the app on which somebody has signed in by react-oidc-context. */
async function signedIn() {
  const tab = await browser.open({ settings });
  await tab.getByRole('button', { name: 'Sign in' }).click();
  await signIn(tab);
  await tab.getByText('Hello vera@example.com').waitFor();
  return tab;
}

behaviour('react-oidc-context signs in, reads user info, survives a reload, and signs out', async () => {
  const tab = await browser.open({ settings });
  await tab.getByRole('button', { name: 'Sign in' }).click();
  await signIn(tab, 'Wrong-Password-1');
  await tab.getByText('Incorrect username or password.').locator('visible=true').first().waitFor();
  await signIn(tab);
  await tab.getByText('Known as vera@example.com').waitFor();
  assert.equal(tab.url(), browser.url);
  await tab.reload();
  await tab.getByText('Hello vera@example.com').waitFor();
  await tab.getByRole('button', { name: 'Sign out' }).click();
  await tab.getByRole('button', { name: 'Sign in' }).click();
  // The session of the pages has ended too.
  await tab.locator('input[name="password"]:visible').waitFor();
});

behaviour('oidc-client-ts checks state, refreshes silently, and revokes', async () => {
  const tab = await signedIn();
  const first = await called(tab, 'getUser');
  assert.equal(first.token_type.toLowerCase(), 'bearer');
  assert.equal(first.profile.iss, settings.authority);
  assert.equal(first.profile.aud, pool.clientId);
  const second = await called(tab, 'signinSilent');
  assert.notEqual(second.access_token, first.access_token);
  assert.equal(second.profile.sub, first.profile.sub);
  await called(tab, 'revokeTokens', ['refresh_token']);
  const refused = await fetch(`${base.origin}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token', client_id: pool.clientId, refresh_token: first.refresh_token,
    }),
  });
  assert.deepEqual(await refused.json(), { error: 'invalid_grant' });
  await assert.rejects(called(tab, 'signinCallback', `${browser.url}?code=x&state=forged`), /No matching state/);
});

behaviour('oidc-client-ts signs in silently in a frame, by the session of the pages', async () => {
  const tab = await signedIn();
  await called(tab, 'removeUser');
  const user = await called(tab, 'signinSilent');
  assert.equal(user.profile.email, 'vera@example.com');
});

behaviour('in a frame, who has no session is told so', async () => {
  const tab = await browser.open({ settings });
  await assert.rejects(called(tab, 'signinSilent'), /login_required/);
});

behaviour('oidc-client-ts signs in in a popup', async () => {
  const tab = await browser.open({ settings });
  const [popup, user] = await Promise.all([
    tab.waitForEvent('popup').then(async (window) => { await signIn(window); return window; }),
    called(tab, 'signinPopup'),
  ]);
  assert.equal(user.profile.email, 'vera@example.com');
  if (!popup.isClosed()) await popup.waitForEvent('close');
});
