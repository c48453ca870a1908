// adapter-nextjs of Amplify, in route handlers of the App Router: AWS's names, which it knows alone, lead here by TLS.
// Next.js itself, which is half as large as all the other packages together, is played by `next/`.

import assert from 'node:assert/strict';
import tls from 'node:tls';
import { CreateUserPoolDomainCommand } from '@aws-sdk/client-cognito-identity-provider';
import { NextRequest } from 'next/server.js';
import { sdkFor } from './aws.js';
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
process.env.AMPLIFY_APP_ORIGIN = app;
const { createServerRunner } = await import('@aws-amplify/adapter-nextjs');
const { fetchAuthSession } = await import('aws-amplify/auth/server');
const [redirectSignIn, redirectSignOut] = ['in', 'out'].map((way) => `${app}/api/auth/sign-${way}-callback`);

const sdk = sdkFor(server);
const pool = await Pool.make(sdk, {
  client: {
    SupportedIdentityProviders: ['COGNITO'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
    CallbackURLs: [redirectSignIn],
    LogoutURLs: [redirectSignOut],
  },
});
await pool.addUser('vera', { email: 'vera@example.com', email_verified: 'true' });
await sdk.send(new CreateUserPoolDomainCommand({ UserPoolId: pool.id, Domain: 'adapter' }));
const domain = 'adapter.auth.us-east-1.amazoncognito.com';

const { createAuthRouteHandlers, runWithAmplifyServerContext } = createServerRunner({
  config: {
    Auth: {
      Cognito: {
        userPoolId: pool.id,
        userPoolClientId: pool.clientId,
        loginWith: {
          oauth: {
            domain, scopes: ['openid', 'email', 'aws.cognito.signin.user.admin'], responseType: 'code',
            redirectSignIn: [redirectSignIn], redirectSignOut: [redirectSignOut],
          },
        },
      },
    },
  },
  // A browser of ours follows no page that sends it on: as strict cookies they would go along just so.
  runtimeOptions: { cookies: { sameSite: 'lax' } },
});
const handler = createAuthRouteHandlers({ redirectOnSignInComplete: '/home', redirectOnSignOutComplete: '/bye' });

/** The app: the handlers below /api/auth, and a page that says who is there. */
async function answer(request) {
  const next = new NextRequest(request);
  const { pathname, search } = next.nextUrl;
  const slug = pathname.match(/^\/api\/auth\/([^/]+)$/)?.[1];
  if (slug) return absolute(await handler(next, { params: Promise.resolve({ slug }) }));
  const nextServerContext = { request: next, response: new Response() };
  const session = await runWithAmplifyServerContext({ nextServerContext, operation: fetchAuthSession });
  return new Response(`${pathname}${search} ${session.tokens?.idToken?.payload.email ?? 'nobody'}`);
}

/** Next.js makes addresses whole. */
function absolute(response) {
  const location = response.headers.get('location');
  if (location) response.headers.set('location', new URL(location, app).href);
  return response;
}

const alone = { username: 'vera', password: defaultPool.password };

behaviour('the handlers of adapter-nextjs sign in, know the user, and sign out', async () => {
  const visitor = new Visitor({ [app]: answer });
  await visitor.go(`${app}/home`);
  assert.equal(visitor.text, '/home nobody');
  await visitor.go(`${app}/api/auth/sign-in`);
  assert.equal(visitor.url.hostname, domain);
  await visitor.submit(alone);
  assert.equal(visitor.url.pathname, '/api/auth/sign-in-callback');
  assert.match(visitor.text, /link to the new page/);
  await visitor.go(`${app}/home`);
  assert.equal(visitor.text, '/home vera@example.com');
  // Who is signed in is sent no further.
  await visitor.go(`${app}/api/auth/sign-in`);
  assert.equal(visitor.text, '/home vera@example.com');

  await visitor.go(`${app}/api/auth/sign-out`);
  // A page, whose script comes back with all cookies.
  assert.match(visitor.text, new RegExp(`window.location.replace\\("${redirectSignOut}"\\)`));
  await visitor.go(redirectSignOut);
  assert.equal(visitor.text, '/bye nobody');
  // The browser is signed out at the pool too.
  await visitor.go(`${app}/api/auth/sign-in`);
  assert.deepEqual([visitor.url.hostname, visitor.url.pathname], [domain, '/login']);
});

behaviour('adapter-nextjs opens the page for signing up', async () => {
  const visitor = new Visitor({ [app]: answer });
  await visitor.go(`${app}/api/auth/sign-up`);
  assert.deepEqual([visitor.url.hostname, visitor.url.pathname], [domain, '/signup']);
  assert.match(visitor.text, /name="username"/);
});

behaviour('adapter-nextjs takes no state of others and no code twice, and hands errors on', async () => {
  const visitor = new Visitor({ [app]: answer });
  await visitor.go(`${app}/api/auth/sign-in`);
  await visitor.submit(alone, { stop: ({ origin }) => origin === app });
  const callback = visitor.url;
  const forged = new URL(callback);
  forged.searchParams.set('state', 'forged');
  assert.equal((await visitor.go(forged)).status, 400);
  const unknown = new URL(callback);
  unknown.searchParams.set('code', crypto.randomUUID());
  const refused = await visitor.go(unknown);
  assert.deepEqual([refused.status, visitor.text], [500, 'invalid_grant']);
  assert.equal((await visitor.go(callback)).status, 200);

  await visitor.go(`${redirectSignIn}?error=access_denied&error_description=No.`);
  assert.match(visitor.text, /^\/bye\?.*error=access_denied/);
});
