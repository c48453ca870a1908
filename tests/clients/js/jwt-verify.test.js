// aws-jwt-verify checks the tokens, with the issuer of AWS and with the local one.

import assert from 'node:assert/strict';
import { CognitoJwtVerifier, JwtVerifier } from 'aws-jwt-verify';
import { validateCognitoJwtFields } from 'aws-jwt-verify/cognito-verifier';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { newUser, sdkFor, signIn } from './aws.js';
import { behaviour } from './behaviour.js';
import { defaultPool, Poolhouse } from './poolhouse.js';

const clientId = defaultPool.publicClient;
const [aws, local] = await Promise.all([Poolhouse.start('--issuer', 'aws'), Poolhouse.start('--issuer', 'local')]);

async function tokensFrom(server, username = 'alice') {
  return (await signIn(sdkFor(server), username)).AuthenticationResult;
}

async function awsVerifier(properties) {
  const verifier = CognitoJwtVerifier.create({ userPoolId: defaultPool.id, clientId, ...properties });
  const keys = await fetch(`${aws.url}/${defaultPool.id}/.well-known/jwks.json`);
  verifier.cacheJwks(await keys.json());
  return verifier;
}

/** The verifier's own fetcher speaks https only; this one reads the local key set. */
const httpFetcher = { fetch: async (uri) => (await fetch(uri)).arrayBuffer() };

/** The library's errors show their kind by class only. */
function verificationFails(promise, kind) {
  return assert.rejects(promise, (error) => {
    assert.equal(error.constructor.name, kind, error.message);
    return true;
  });
}

function localVerifier(tokenUse) {
  const issuer = `${local.url}/${defaultPool.id}`;
  return JwtVerifier.create(
    {
      issuer,
      audience: null,
      jwksUri: `${issuer}/.well-known/jwks.json`,
      customJwtCheck: ({ payload }) => validateCognitoJwtFields(payload, { tokenUse, clientId }),
    },
    { jwksCache: new SimpleJwksCache({ fetcher: httpFetcher }) },
  );
}

behaviour('CognitoJwtVerifier accepts both tokens of the AWS issuer', async () => {
  const tokens = await tokensFrom(aws);
  const access = await (await awsVerifier({ tokenUse: 'access' })).verify(tokens.AccessToken);
  assert.equal(access.iss, `https://cognito-idp.us-east-1.amazonaws.com/${defaultPool.id}`);
  assert.equal(access.client_id, clientId);
  assert.equal(access.username, 'alice');
  assert.equal(access.scope, 'aws.cognito.signin.user.admin');
  assert.deepEqual(access['cognito:groups'], ['admins']);
  assert.equal(access.exp - access.iat, 3600);

  const id = await (await awsVerifier({ tokenUse: 'id' })).verify(tokens.IdToken);
  assert.equal(id.aud, clientId);
  assert.equal(id['cognito:username'], 'alice');
  assert.equal(id.email, 'alice@example.com');
  assert.equal(id.email_verified, true);
  assert.equal(id.sub, access.sub);
  assert.equal(id.origin_jti, access.origin_jti);
  assert.notEqual(id.jti, access.jti);
});

behaviour('the two tokens are signed with two keys of one key set', async () => {
  const kid = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid;
  const tokens = await tokensFrom(aws);
  const set = await (await fetch(`${aws.url}/${defaultPool.id}/.well-known/jwks.json`)).json();
  assert.equal(set.keys.length, 2);
  assert.notEqual(kid(tokens.AccessToken), kid(tokens.IdToken));
  const ids = set.keys.map((key) => key.kid);
  assert.ok(ids.includes(kid(tokens.AccessToken)) && ids.includes(kid(tokens.IdToken)), ids.join());
});

behaviour('JwtVerifier accepts both tokens of the local issuer', async () => {
  const tokens = await tokensFrom(local);
  const access = await localVerifier('access').verify(tokens.AccessToken);
  assert.equal(access.iss, `${local.url}/${defaultPool.id}`);
  const id = await localVerifier('id').verify(tokens.IdToken);
  assert.equal(id.iss, access.iss);
});

behaviour('the discovery document names the issuer of the tokens', async () => {
  const issuer = `${local.url}/${defaultPool.id}`;
  const document = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  assert.equal(document.issuer, issuer);
  assert.equal(document.jwks_uri, `${issuer}/.well-known/jwks.json`);
});

behaviour('an altered claim breaks the signature', async () => {
  const { AccessToken } = await tokensFrom(aws);
  const [header, payload, signature] = AccessToken.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  claims['cognito:groups'] = ['admins', 'owners'];
  const altered = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
  const verifier = await awsVerifier({ tokenUse: 'access' });
  await verificationFails(verifier.verify(altered), 'JwtInvalidSignatureError');
});

behaviour('a token of the wrong use, client, group or issuer is refused', async () => {
  const { AccessToken, IdToken } = await tokensFrom(aws, await newUser(sdkFor(aws), 'plain'));
  const refusals = [
    [{ tokenUse: 'access' }, IdToken, 'CognitoJwtInvalidTokenUseError'],
    [{ tokenUse: 'access', clientId: defaultPool.secretClient }, AccessToken, 'CognitoJwtInvalidClientIdError'],
    [{ tokenUse: 'id', clientId: defaultPool.secretClient }, IdToken, 'CognitoJwtInvalidClientIdError'],
    [{ tokenUse: 'access', groups: ['admins'] }, AccessToken, 'CognitoJwtInvalidGroupError'],
  ];
  for (const [properties, token, refusal] of refusals) {
    const verifier = await awsVerifier(properties);
    await verificationFails(verifier.verify(token), refusal);
  }
  const foreign = await tokensFrom(local);
  const verifier = await awsVerifier({ tokenUse: 'access' });
  await verificationFails(verifier.verify(foreign.AccessToken), 'ParameterValidationError');
});

behaviour('a token made two hours ago has expired', async () => {
  const now = await aws.now();
  await aws.setClock(now - 2 * 3_600_000);
  const { AccessToken } = await tokensFrom(aws);
  await aws.setClock(now);
  const verifier = await awsVerifier({ tokenUse: 'access' });
  await verificationFails(verifier.verify(AccessToken), 'JwtExpiredError');
});
