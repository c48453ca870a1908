// passport-openidconnect in a server of Node's own, with the endpoints of the discovery document.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after } from 'node:test';
import { Passport } from 'passport';
import OpenIDConnectStrategy from 'passport-openidconnect';
import { sdkFor } from './aws.js';
import { behaviour } from './behaviour.js';
import { Pool } from './pool.js';
import { defaultPool, Poolhouse } from './poolhouse.js';
import { Visitor } from './visitor.js';

const server = await Poolhouse.start();
const listener = http.createServer();
listener.listen(0, 'localhost');
await once(listener, 'listening');
after(() => listener.close());
const app = `http://localhost:${listener.address().port}`;
const pool = await Pool.make(sdkFor(server), {
  client: {
    GenerateSecret: true,
    SupportedIdentityProviders: ['COGNITO'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'profile'],
    CallbackURLs: [`${app}/callback`],
  },
});
await pool.addUser('vera', { email: 'vera@example.com', email_verified: 'true', given_name: 'Vera' });

const issuer = `${server.url}/${pool.id}`;
const found = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();

function passportFor(options) {
  const passport = new Passport();
  passport.use(new OpenIDConnectStrategy({
    issuer,
    authorizationURL: found.authorization_endpoint,
    tokenURL: found.token_endpoint,
    userInfoURL: found.userinfo_endpoint,
    clientID: pool.clientId,
    clientSecret: pool.clientSecret,
    callbackURL: `${app}/callback`,
    scope: ['email', 'profile'],
    nonce: true,
    ...options,
    // With nine parameters the strategy asks for user info too.
  }, (from, info, profile, context, idToken, access, refresh, answer, done) =>
    done(null, { from, info, profile, idToken, access, refresh })));
  return passport;
}

/** Serves the app, whose one session is that of its only visitor; answers that visitor. */
function visit(options) {
  const [passport, session] = [passportFor(options), {}];
  listener.removeAllListeners('request');
  listener.on('request', (request, response) => {
    const { pathname, searchParams } = new URL(request.url, app);
    const answer = (value) => response.end(JSON.stringify(value));
    if (pathname !== '/login' && pathname !== '/callback') return answer('The app.');
    Object.assign(request, { session, query: Object.fromEntries(searchParams) });
    const done = (error, user, info) => answer({ error: error?.code ?? error?.message, user, info });
    return passport.authenticate('openidconnect', { session: false }, done)(request, response);
  });
  return new Visitor();
}

async function signIn(visitor) {
  await visitor.go(`${app}/login`);
  await visitor.submit({ username: 'vera', password: defaultPool.password });
  assert.equal(new URL(visitor.url).origin, app);
  return JSON.parse(visitor.text);
}

behaviour('passport-openidconnect signs in, checks the nonce and loads the profile', async () => {
  const { error, user } = await signIn(visit());
  assert.equal(error, undefined);
  assert.equal(user.from, issuer);
  assert.deepEqual(user.profile.name, { givenName: 'Vera' });
  assert.deepEqual(user.info.emails, [{ value: 'vera@example.com' }]);
  assert.equal(user.info.id, user.profile.id);
  assert.ok(user.refresh);
});

behaviour('passport-openidconnect refuses tokens of another issuer, and is told of a wrong secret', async () => {
  const other = await signIn(visit({ issuer: 'https://elsewhere.example.com' }));
  assert.match(other.info.message, /not issued by expected OpenID provider/);
  const wrong = await signIn(visit({ clientSecret: `${pool.clientSecret.slice(0, -1)}_` }));
  assert.equal(wrong.error, 'invalid_client');
});

behaviour('passport-openidconnect refuses a callback that it has not asked for', async () => {
  const visitor = visit();
  await visitor.go(`${app}/login`);
  await visitor.go(`${app}/callback?code=11111111-2222-3333-4444-555555555555&state=forged`);
  const { message } = JSON.parse(visitor.text).info;
  assert.match(message, /Unable to verify authorization request state|Invalid authorization request state/);
});
