// The stand-in identity provider in Chromium: its pages, the form that sends itself off, and no page at all.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after } from 'node:test';
import {
  CreateIdentityProviderCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { sdkFor } from './aws.js';
import { behaviour } from './behaviour.js';
import { launchBrowser } from './browser.js';
import { Poolhouse } from './poolhouse.js';

const app = http.createServer((_, answer) => answer.end('The app.'));
app.listen(0, 'localhost');
await once(app, 'listening');
after(() => app.close());
const callback = `http://localhost:${app.address().port}/callback`;

const [server, browser] = await Promise.all([Poolhouse.start(), launchBrowser()]);
const sdk = sdkFor(server);
const { UserPool: { Id: UserPoolId } } = await sdk.send(new CreateUserPoolCommand({ PoolName: 'federated' }));
const oauth = { client_id: 'c', client_secret: 's', authorize_scopes: 'openid email profile' };
for (const [ProviderName, ProviderType, ProviderDetails] of [
  ['Google', 'Google', oauth],
  ['SignInWithApple', 'SignInWithApple', {
    client_id: 'c', team_id: 't', key_id: 'k', private_key: 'p', authorize_scopes: 'email name',
  }],
  ['Directory', 'SAML', { MetadataURL: 'https://idp.poolhouse.test/saml/metadata' }],
]) {
  await sdk.send(new CreateIdentityProviderCommand({
    UserPoolId, ProviderName, ProviderType, ProviderDetails, AttributeMapping: { email: 'email', name: 'name' },
  }));
}
const { UserPoolClient: { ClientId } } = await sdk.send(new CreateUserPoolClientCommand({
  UserPoolId,
  ClientName: 'app',
  SupportedIdentityProviders: ['COGNITO', 'Google', 'SignInWithApple', 'Directory'],
  CallbackURLs: [callback],
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid', 'email', 'profile'],
  AllowedOAuthFlowsUserPoolClient: true,
}));

/** A new visitor's tab at the sign-in of the pool; what a policy of the pages keeps from running fails the test. */
async function open(more = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 780 } });
  const tab = await context.newPage();
  const complaints = [];
  tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  const asked = { client_id: ClientId, redirect_uri: callback, response_type: 'code', state: 's', ...more };
  await tab.goto(`${server.url}/oauth2/authorize?${new URLSearchParams(asked)}`);
  return { tab, complaints };
}

async function idToken(tab) {
  await tab.waitForURL(`${callback}**`);
  const back = new URL(tab.url());
  assert.equal(back.searchParams.get('state'), 's', back.href);
  const form = {
    grant_type: 'authorization_code', client_id: ClientId, redirect_uri: callback, code: back.searchParams.get('code'),
  };
  const answer = await fetch(`${server.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { id_token: token } = await answer.json();
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}

behaviour('somebody chooses a person at Google', async () => {
  const { tab, complaints } = await open({ identity_provider: 'Google' });
  assert.equal(await tab.getByRole('heading').innerText(), 'Sign in with Google');
  // No line is wider than a phone.
  assert.ok(await tab.evaluate(() => document.documentElement.scrollWidth <= 360));
  await tab.getByRole('button', { name: 'Jane Doe' }).click();
  const claims = await idToken(tab);
  assert.equal(claims.email, 'jane@example.com');
  assert.match(claims['cognito:username'], /^Google_\d{21}$/);
  assert.deepEqual(complaints, []);
});

behaviour('somebody else is typed, by the keyboard alone', async () => {
  const { tab, complaints } = await open({ identity_provider: 'Google' });
  await tab.getByText('Somebody else').focus();
  await tab.keyboard.press('Enter');
  await tab.getByLabel('E-mail').fill('eve@example.com');
  await tab.getByLabel('Name').fill('Eve');
  await tab.keyboard.press('Enter');
  const claims = await idToken(tab);
  assert.deepEqual([claims.email, claims.name], ['eve@example.com', 'Eve']);
  assert.deepEqual(complaints, []);
});

for (const provider of ['SignInWithApple', 'Directory']) {
  behaviour(`the form that ${provider} answers by sends itself off`, async () => {
    const { tab, complaints } = await open({ identity_provider: provider });
    await tab.getByRole('button', { name: 'Alex Kim' }).click();
    assert.equal((await idToken(tab)).email, 'alex@example.com');
    assert.deepEqual(complaints, []);
  });
}

behaviour('a parameter leaves the page out', async () => {
  const { tab } = await open({ identity_provider: 'Directory', poolhouse_person: 'sam' });
  assert.equal((await idToken(tab)).name, 'Sam Rivera');
});

behaviour('who cancels is back in the app, which is told', async () => {
  const { tab } = await open({ identity_provider: 'Google' });
  await tab.getByRole('button', { name: 'Cancel' }).click();
  await tab.waitForURL(`${callback}**`);
  assert.equal(new URL(tab.url()).searchParams.get('error'), 'access_denied');
});
