// openid-client discovers a pool, signs in by a code with PKCE, refreshes, revokes, and asks for user info.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import * as client from 'openid-client';
import { behaviour } from './behaviour.js';
import { Poolhouse } from './poolhouse.js';
import { Visitor } from './visitor.js';

const fixtures = fileURLToPath(new URL('../../../fixtures/pools/hosted.yaml', import.meta.url));
const server = await Poolhouse.start('--fixtures', fixtures);
const issuer = new URL(`${server.url}/us-east-1_Hosted`);
const callback = 'http://localhost:3000/callback';
const web = '4hosted0web0client00000000';
const machine = '4hosted0machine0client0000';
const secret = 'hosted0test0only0secret0never0use0in0production000';

function discovered(id, ...authentication) {
  return client.discovery(issuer, id, ...authentication, { execute: [client.allowInsecureRequests] });
}

/** Plays the browser, from the app's link to the app's callback. */
async function signIn(url) {
  const visitor = new Visitor();
  await visitor.go(url);
  await visitor.submit(
    { username: 'alice', password: 'Poolhouse-1' }, { stop: ({ href }) => href.startsWith(callback) },
  );
  assert.ok(visitor.url.href.startsWith(callback), String(visitor.url));
  return visitor.url;
}

behaviour('openid-client signs in by a code with PKCE, and goes on from there', async () => {
  const config = await discovered(web, undefined, client.None());
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid email',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  });
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
  const tokens = await client.authorizationCodeGrant(config, await signIn(url), checks);
  const claims = tokens.claims();
  assert.equal(claims.email, 'alice@example.com');
  const told = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(told.email_verified, 'true');
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(refreshed.access_token, tokens.access_token);
  await client.tokenRevocation(config, tokens.refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' });
});

behaviour('openid-client gets a token for a machine', async () => {
  const config = await discovered(machine, undefined, client.ClientSecretBasic(secret));
  const token = await client.clientCredentialsGrant(config, { scope: 'https://api.example.com/read' });
  assert.equal(token.token_type, 'bearer');
  assert.equal(token.expires_in, 3600);
});
