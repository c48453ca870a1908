// better-auth, by its Cognito provider, which knows AWS's names alone (they lead here by TLS), and by its generic one.

import assert from 'node:assert/strict';
import tls from 'node:tls';
import { betterAuth } from 'better-auth';
import { genericOAuth } from 'better-auth/plugins';
import { CreateUserPoolDomainCommand } from '@aws-sdk/client-cognito-identity-provider';
import { sdkFor, signIn } from './aws.js';
import { behaviour } from './behaviour.js';
import { Pool } from './pool.js';
import { defaultPool, Poolhouse } from './poolhouse.js';
import { Visitor } from './visitor.js';

const server = await Poolhouse.start('--tls', '--issuer', 'aws');
const authority = await (await fetch(`${server.url}/_poolhouse/ca.pem`)).text();
const { connect } = tls;
// What lines of /etc/hosts, port 443 and NODE_EXTRA_CA_CERTS would do.
const here = { ca: authority, host: '127.0.0.1', port: new URL(server.url).port };
tls.connect = (options, ...rest) =>
  connect({ ...options, ...here, servername: options.servername || options.host }, ...rest);

const app = 'http://localhost:3000';
const sdk = sdkFor(server);
const pool = await Pool.make(sdk, {
  client: {
    GenerateSecret: true,
    SupportedIdentityProviders: ['COGNITO'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'profile'],
    CallbackURLs: [`${app}/api/auth/callback/cognito`, `${app}/api/auth/callback/pool`],
  },
});
await pool.addUser('vera', { email: 'vera@example.com', email_verified: 'true', name: 'Vera' });
await sdk.send(new CreateUserPoolDomainCommand({ UserPoolId: pool.id, Domain: 'better' }));
const domain = 'better.auth.us-east-1.amazoncognito.com';
const client = { clientId: pool.clientId, clientSecret: pool.clientSecret };
const settings = {
  secret: 'only-for-tests-0123456789-abcdefghij',
  baseURL: app,
  telemetry: { enabled: false },
  logger: { disabled: true },
};

const byCognito = (more) => betterAuth({
  ...settings,
  socialProviders: { cognito: { ...client, domain, region: 'us-east-1', userPoolId: pool.id, ...more } },
});
const byDiscovery = (discoveryUrl) => betterAuth({
  ...settings,
  plugins: [genericOAuth({
    config: [{ ...client, providerId: 'pool', discoveryUrl, scopes: ['openid', 'email', 'profile'], pkce: true }],
  })],
});

function visit(auth) {
  const handler = (request) =>
    (new URL(request.url).pathname.startsWith('/api/auth/') ? auth.handler(request) : new Response('The app.'));
  return new Visitor({ [app]: handler });
}

async function call(visitor, path, input) {
  const body = input && new Blob([JSON.stringify(input)], { type: 'application/json' });
  await visitor.go(`${app}/api/auth/${path}`, body && { method: 'POST', body });
  return JSON.parse(visitor.text);
}

async function leave(visitor, provider) {
  const answer = await call(visitor, 'sign-in/social', { provider, callbackURL: '/' });
  assert.ok(answer.url, visitor.text);
  await visitor.go(answer.url);
  return new URL(answer.url);
}

const alone = { username: 'vera', password: defaultPool.password };

behaviour('the Cognito provider of better-auth signs in and refreshes', async () => {
  const visitor = visit(byCognito());
  assert.equal((await leave(visitor, 'cognito')).hostname, domain);
  await visitor.submit(alone);
  assert.deepEqual([visitor.url.href, visitor.text], [`${app}/`, 'The app.']);
  const { user } = await call(visitor, 'get-session');
  assert.deepEqual([user.name, user.email, user.emailVerified], ['Vera', 'vera@example.com', true]);
  const before = await call(visitor, 'get-access-token', { useAccountCookie: true });
  const after = await call(visitor, 'refresh-token', { useAccountCookie: true });
  assert.ok(before.accessToken && after.accessToken, visitor.text);
  assert.notEqual(after.accessToken, before.accessToken);
});

behaviour('a wrong secret brings nobody in', async () => {
  const visitor = visit(byCognito({ clientSecret: `${pool.clientSecret.slice(0, -1)}_` }));
  await leave(visitor, 'cognito');
  await visitor.submit(alone);
  assert.match(visitor.url.href, /error=/);
  assert.equal(await call(visitor, 'get-session'), null);
});

behaviour('better-auth takes an ID token of the API once it has checked it by the keys of the pool', async () => {
  const secretless = await Pool.make(sdk);
  await secretless.addUser('wanda', { email: 'wanda@example.com', email_verified: 'true' });
  const { IdToken } = (await signIn(sdk, 'wanda', { clientId: secretless.clientId })).AuthenticationResult;
  const as = (userPoolId) => visit(byCognito({ clientId: secretless.clientId, clientSecret: undefined, userPoolId }));
  const enter = (visitor) => call(visitor, 'sign-in/social', { provider: 'cognito', idToken: { token: IdToken } });
  assert.equal((await enter(as(secretless.id))).user?.email, 'wanda@example.com');
  assert.equal((await enter(as(pool.id))).code, 'INVALID_TOKEN');
});

behaviour('better-auth discovers the pool by its issuer', async () => {
  const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${pool.id}`;
  const visitor = visit(byDiscovery(`${issuer}/.well-known/openid-configuration`));
  assert.equal((await leave(visitor, 'pool')).hostname, domain);
  await visitor.submit(alone);
  assert.deepEqual([visitor.url.href, visitor.text], [`${app}/`, 'The app.']);
  assert.equal((await call(visitor, 'get-session')).user.email, 'vera@example.com');
});
