// next-auth in a route handler, with its own Cognito provider. Next.js itself, which is half as large as all the
// other packages together, is played by `next/`.

import assert from 'node:assert/strict';
import nextAuth from 'next-auth';
import cognito from 'next-auth/providers/cognito';
import headers from 'next/headers.js';
import { NextRequest } from 'next/server.js';
import { sdkFor } from './aws.js';
import { behaviour } from './behaviour.js';
import { Pool } from './pool.js';
import { defaultPool, Poolhouse } from './poolhouse.js';
import { Visitor } from './visitor.js';

const server = await Poolhouse.start();
const app = 'http://localhost:3000';
process.env.NEXTAUTH_URL = app;
const pool = await Pool.make(sdkFor(server), {
  client: {
    GenerateSecret: true,
    SupportedIdentityProviders: ['COGNITO'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'profile'],
    CallbackURLs: [`${app}/api/auth/callback/cognito`],
  },
});
await pool.addUser('vera', { email: 'vera@example.com', email_verified: 'true', name: 'Vera' });

/** Visits an app that has next-auth below /api/auth; `faults` are what it logs. */
function visit(options) {
  const faults = [];
  const handler = nextAuth.default({
    providers: [cognito.default({
      clientId: pool.clientId,
      clientSecret: pool.clientSecret,
      issuer: `${server.url}/${pool.id}`,
      authorization: { params: { scope: 'openid email profile' } },
      checks: ['pkce', 'state', 'nonce'],
      ...options,
    })],
    secret: 'only-for-tests',
    logger: { error: (code, { error }) => faults.push(`${code} ${error?.message}`), warn() {}, debug() {} },
    callbacks: { session: ({ session, token }) => ({ ...session, sub: token.sub }) },
  });
  const answer = (request) => {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith('/api/auth/')) return new Response('The app.');
    const next = new NextRequest(request);
    const nextauth = pathname.slice('/api/auth/'.length).split('/');
    return headers.within(next, () => handler(next, { params: Promise.resolve({ nextauth }) }));
  };
  return { visitor: new Visitor({ [app]: answer }), faults };
}

/** Follows the button of next-auth to the pages of the pool. */
async function leave(visitor) {
  await visitor.go(`${app}/api/auth/csrf`);
  const { csrfToken } = JSON.parse(visitor.text);
  const body = new URLSearchParams({ csrfToken, callbackUrl: `${app}/` });
  await visitor.go(`${app}/api/auth/signin/cognito`, { method: 'POST', body });
}

const alone = { username: 'vera', password: defaultPool.password };

behaviour('the Cognito provider of next-auth signs in and knows the user by the ID token', async () => {
  const { visitor, faults } = visit();
  await leave(visitor);
  await visitor.submit({ ...alone, password: 'Wrong-Password-1' });
  assert.match(visitor.text, /Incorrect username or password\./);
  await visitor.submit(alone);
  assert.deepEqual([visitor.url.href, visitor.text, faults], [`${app}/`, 'The app.', []]);
  await visitor.go(`${app}/api/auth/session`);
  const { user, sub } = JSON.parse(visitor.text);
  assert.deepEqual([user.name, user.email], ['Vera', 'vera@example.com']);
  assert.match(sub, /^[0-9a-f-]{36}$/);
});

behaviour('next-auth tells of a wrong secret, and refuses a forged state and another issuer', async () => {
  const wrong = visit({ clientSecret: `${pool.clientSecret.slice(0, -1)}_` });
  await leave(wrong.visitor);
  await wrong.visitor.submit(alone);
  assert.match(wrong.visitor.url.href, /error=OAuthCallback/);
  assert.match(String(wrong.faults), /invalid_client/);

  const forged = visit();
  await leave(forged.visitor);
  await forged.visitor.submit(alone, { stop: ({ origin }) => origin === app });
  const callback = forged.visitor.url;
  callback.searchParams.set('state', 'forged');
  await forged.visitor.go(callback);
  assert.match(forged.visitor.url.href, /error=OAuthCallback/);
  assert.match(String(forged.faults), /state mismatch/);

  const other = visit({ wellKnown: `${server.url}/${defaultPool.id}/.well-known/openid-configuration` });
  await leave(other.visitor);
  await other.visitor.submit(alone);
  assert.match(other.visitor.url.href, /error=OAuthCallback/);
  assert.match(String(other.faults), /unexpected iss/);
});
