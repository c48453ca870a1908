// @auth/core, on which Auth.js stands, with its own Cognito provider: its handler of requests, called as frameworks
// do.

import assert from 'node:assert/strict';
import { Auth } from '@auth/core';
import Cognito from '@auth/core/providers/cognito';
import { sdkFor } from './aws.js';
import { behaviour } from './behaviour.js';
import { Pool } from './pool.js';
import { defaultPool, Poolhouse } from './poolhouse.js';
import { Visitor } from './visitor.js';

const server = await Poolhouse.start();
const app = 'http://localhost:3000';
const pool = await Pool.make(sdkFor(server), {
  client: {
    GenerateSecret: true,
    SupportedIdentityProviders: ['COGNITO'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'profile'],
    CallbackURLs: [`${app}/auth/callback/cognito`],
  },
});
await pool.addUser('vera', { email: 'vera@example.com', email_verified: 'true', name: 'Vera' });

/** Visits an app that has Auth.js below /auth; `faults` are what Auth.js logs. */
function visit(options) {
  const faults = [];
  const config = {
    providers: [Cognito({
      clientId: pool.clientId,
      clientSecret: pool.clientSecret,
      issuer: `${server.url}/${pool.id}`,
      checks: ['pkce', 'state', 'nonce'],
      ...options,
    })],
    secret: 'only-for-tests',
    trustHost: true,
    basePath: '/auth',
    logger: { error: (error) => faults.push(error.cause?.err ?? error), warn() {}, debug() {} },
    callbacks: {
      jwt: ({ token, profile }) => (profile ? { ...token, verified: profile.email_verified } : token),
      session: ({ session, token }) => ({ ...session, verified: token.verified }),
    },
  };
  const handler = (request) =>
    (new URL(request.url).pathname.startsWith('/auth/') ? Auth(request, config) : new Response('The app.'));
  const visitor = new Visitor({ [app]: handler });
  return { visitor, faults };
}

/** Follows the button of Auth.js to the pages of the pool. */
async function leave(visitor) {
  await visitor.go(`${app}/auth/csrf`);
  const { csrfToken } = JSON.parse(visitor.text);
  const body = new URLSearchParams({ csrfToken, callbackUrl: `${app}/` });
  await visitor.go(`${app}/auth/signin/cognito`, { method: 'POST', body });
}

const alone = { username: 'vera', password: defaultPool.password };

for (const idToken of [true, false]) {
  const source = idToken ? 'the ID token' : 'userInfo';
  behaviour(`the Cognito provider of @auth/core signs in and knows a user by ${source}`, async () => {
    const { visitor, faults } = visit({ idToken });
    await leave(visitor);
    await visitor.submit({ ...alone, password: 'Wrong-Password-1' });
    assert.match(visitor.text, /Incorrect username or password\./);
    await visitor.submit(alone);
    assert.deepEqual([visitor.url.href, visitor.text, faults], [`${app}/`, 'The app.', []]);
    await visitor.go(`${app}/auth/session`);
    const { user, verified } = JSON.parse(visitor.text);
    assert.deepEqual([user.name, user.email], ['Vera', 'vera@example.com']);
    // All values of userInfo are texts.
    assert.equal(verified, idToken ? true : 'true');
  });
}

behaviour('@auth/core refuses the code of a sign-in that it has not begun, and an issuer not its own', async () => {
  const { visitor, faults } = visit();
  await leave(visitor);
  await visitor.submit(alone, { stop: ({ origin }) => origin === app });
  const callback = visitor.url;
  callback.searchParams.set('state', 'forged');
  await visitor.go(callback);
  assert.match(visitor.url.pathname, /^\/auth\/(error|signin)$/);
  assert.equal(faults.length, 1, String(faults));

  const other = visit({ issuer: `${server.url}/${defaultPool.id}/` });
  await leave(other.visitor);
  assert.match(String(other.faults), /issuer|discovery/i);
});

behaviour('a wrong client secret is told to @auth/core as invalid_client', async () => {
  const { visitor, faults } = visit({ clientSecret: `${pool.clientSecret.slice(0, -1)}_` });
  await leave(visitor);
  await visitor.submit(alone);
  assert.match(visitor.url.pathname, /^\/auth\/(error|signin)$/);
  assert.match(JSON.stringify(faults.map(({ message, error }) => [message, error])), /invalid_client/);
});
