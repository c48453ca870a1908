// Amplify's signInWithRedirect in Chromium, without any setting but those of an app on AWS: AWS's names lead here,
// by TLS, as does the custom domain of a pool.

import assert from 'node:assert/strict';
import {
  CreateManagedLoginBrandingCommand, CreateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { sdkFor } from './aws.js';
import { behaviour } from './behaviour.js';
import { startBrowser } from './browser.js';
import { Pool } from './pool.js';
import { defaultPool, Poolhouse } from './poolhouse.js';

const server = await Poolhouse.start('--tls', '--issuer', 'aws');
const sdk = sdkFor(server);
const { port } = new URL(server.url);
// What lines of /etc/hosts and port 443 would do. That certificates are good is for tls.test.js to say.
const names = ['*.amazonaws.com', '*.amazoncognito.com', 'auth.shop.example'];
const browser = await startBrowser(
  'amplify-redirect.js',
  `--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1:${port}`).join(',')}`,
  '--ignore-certificate-errors',
);
const pool = await Pool.make(sdk, {
  client: {
    SupportedIdentityProviders: ['COGNITO'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code', 'implicit'],
    AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
    CallbackURLs: [browser.url],
    LogoutURLs: [browser.url],
  },
});
await pool.addUser('vera', { email: 'vera@example.com', email_verified: 'true' });
const CertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555';
const prefix = 'redirect.auth.us-east-1.amazoncognito.com';
const custom = 'auth.shop.example';
for (const domain of [{ Domain: 'redirect' }, { Domain: custom, CustomDomainConfig: { CertificateArn } }]) {
  // `prompt` is for managed login alone.
  await sdk.send(new CreateUserPoolDomainCommand({ UserPoolId: pool.id, ManagedLoginVersion: 2, ...domain }));
}
await sdk.send(new CreateManagedLoginBrandingCommand({
  UserPoolId: pool.id, ClientId: pool.clientId, UseCognitoProvidedValues: true,
}));

/** A page of the app, before anybody has signed in. */
async function visit(domain, responseType = 'code') {
  const tab = await browser.open({
    settings: {
      Auth: {
        Cognito: {
          userPoolId: pool.id,
          userPoolClientId: pool.clientId,
          loginWith: {
            oauth: {
              domain,
              scopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
              redirectSignIn: [browser.url],
              redirectSignOut: [browser.url],
              responseType,
            },
          },
        },
      },
    },
  });
  return {
    tab,
    /** Calls a function that leads away from the page. */
    leave: (name, input) => tab.evaluate(([called, given]) => { window.call(called, given); }, [name, input]),
    async call(name, input) {
      const { value, error } = await tab.evaluate(([called, given]) => window.call(called, given), [name, input]);
      if (error) throw new Error(`${name}: ${error.type}: ${error.text}`);
      return value;
    },
    async signIn() {
      await tab.locator('input[name="username"]:visible').fill('vera');
      await tab.locator('input[name="password"]:visible').fill(defaultPool.password);
      await tab.locator('input[name="password"]:visible').press('Enter');
    },
    /** What Amplify's hub says of this event once it is back. */
    async heard(event) {
      const found = await tab.waitForFunction(
        (wanted) => window.heard?.find(([name]) => name === wanted), event, { timeout: 5000 },
      );
      return (await found.jsonValue())[1];
    },
  };
}

for (const domain of [prefix, custom]) {
  behaviour(`signInWithRedirect comes back from ${domain}, and the user pools API takes its tokens`, async () => {
    const { tab, leave, call, signIn, heard } = await visit(domain);
    await leave('signInWithRedirect', { customState: 'basket=1', options: { loginHint: 'vera', lang: 'de' } });
    await tab.locator('input[name="username"]:visible').waitFor();
    assert.equal(new URL(tab.url()).origin, `https://${domain}`);
    assert.equal(await tab.locator('input[name="username"]:visible').inputValue(), 'vera');
    await signIn();
    assert.equal(await heard('customOAuthState'), 'basket=1');
    assert.equal((await call('fetchUserAttributes')).email, 'vera@example.com');
    const before = (await call('fetchAuthSession')).tokens.accessToken.payload;
    assert.equal(before.iss, `https://cognito-idp.us-east-1.amazonaws.com/${pool.id}`);
    const after = (await call('fetchAuthSession', { forceRefresh: true })).tokens.accessToken.payload;
    assert.notEqual(after.jti, before.jti);
    assert.equal(after.scope, before.scope);

    // Somebody whom the pages still know needs no form; who has signed out does.
    await tab.evaluate(() => localStorage.clear());
    await tab.reload();
    await leave('signInWithRedirect', { options: { prompt: 'NONE' } });
    await heard('signInWithRedirect');
    await Promise.all([tab.waitForEvent('load'), leave('signOut')]);
    await tab.waitForURL(browser.url);
    await tab.waitForFunction(() => window.heard);
    await leave('signInWithRedirect', { options: { prompt: 'NONE' } });
    assert.match(await heard('signInWithRedirect_failure'), /login_required/i);
  });
}

behaviour('signInWithRedirect takes tokens of the implicit grant', async () => {
  const { tab, leave, call, signIn, heard } = await visit(prefix, 'token');
  await leave('signInWithRedirect');
  await tab.locator('input[name="username"]:visible').waitFor();
  await signIn();
  await heard('signInWithRedirect');
  assert.equal((await call('getCurrentUser')).username, 'vera');
});
