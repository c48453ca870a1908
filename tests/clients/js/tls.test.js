// Clients that speak https alone, as they are: with the authority's certificate, and with AWS's names led here.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { signIn } from './aws.js';
import { behaviour } from './behaviour.js';
import { defaultPool, Poolhouse } from './poolhouse.js';

const server = await Poolhouse.start('--tls');
const port = Number(new URL(server.url).port);
const authority = await (await fetch(`${server.url}/_poolhouse/ca.pem`)).text();
const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${defaultPool.id}`;

/** What a line of /etc/hosts, port 443 and NODE_EXTRA_CA_CERTS would do, for connections of this agent. */
function leadsHere(agent) {
  agent.createConnection = (options, done) =>
    tls.connect({ ...options, ca: authority, host: '127.0.0.1', port, servername: options.servername || options.host }, done);
  return agent;
}

/** No endpoint: the SDK calls AWS. */
const sdk = new CognitoIdentityProviderClient({
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  requestHandler: { httpsAgent: leadsHere(new https.Agent({ keepAlive: true })) },
});
after(() => sdk.destroy());

behaviour('the SDK without an endpoint signs in, and aws-jwt-verify fetches the keys from the issuer by itself', async () => {
  const tokens = (await signIn(sdk, 'alice')).AuthenticationResult;
  const { createConnection } = https.globalAgent;
  leadsHere(https.globalAgent);
  try {
    for (const [tokenUse, token] of [['access', tokens.AccessToken], ['id', tokens.IdToken]]) {
      const verifier = CognitoJwtVerifier.create({ userPoolId: defaultPool.id, clientId: defaultPool.publicClient, tokenUse });
      const claims = await verifier.verify(token);
      assert.equal(claims.iss, issuer);
      assert.equal(claims.token_use, tokenUse);
    }
  } finally {
    https.globalAgent.createConnection = createConnection;
  }
});

behaviour('NODE_EXTRA_CA_CERTS is enough for fetch', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'poolhouse-tls-'));
  after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'ca.pem');
  await writeFile(file, authority);
  const code = `console.log((await (await fetch('https://localhost:${port}/${defaultPool.id}/.well-known/openid-configuration')).json()).issuer)`;
  const run = (environment) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { env: { ...process.env, ...environment } });
  assert.equal((await run({ NODE_EXTRA_CA_CERTS: file })).stdout.trim(), `https://localhost:${port}/${defaultPool.id}`);
  await assert.rejects(run({ NODE_EXTRA_CA_CERTS: '' }), /certificate|fetch failed/);
});
