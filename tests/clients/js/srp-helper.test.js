// cognito-srp-helper makes what SRP needs, and the AWS SDK sends it.

import assert from 'node:assert/strict';
import {
  ConfirmDeviceCommand, InitiateAuthCommand, RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  createDeviceVerifier, createPasswordHash, createSecretHash, createSrpSession, signSrpSession,
  signSrpSessionWithDevice, wrapAuthChallenge, wrapInitiateAuth,
} from 'cognito-srp-helper';
import { newName, startFrozen } from './aws.js';
import { behaviour, refused } from './behaviour.js';
import { Pool } from './pool.js';
import { defaultPool } from './poolhouse.js';

const { sdk } = await startFrozen();
const devices = { ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: false };
const [plain, secret, remembering] = await Promise.all([
  Pool.make(sdk), Pool.make(sdk, { client: { GenerateSecret: true } }),
  Pool.make(sdk, { settings: { DeviceConfiguration: devices } }),
]);
const wrong = ['NotAuthorizedException', 'Incorrect username or password.'];
const { password } = defaultPool;

async function newUser(pool) {
  const username = newName('ann');
  await pool.addUser(username);
  return username;
}

/** One sign-in by SRP, as the helper's README shows it. */
class SignIn {
  constructor(pool, username, { given = password, hashed = false, key, flow = 'USER_SRP_AUTH', secretHash } = {}) {
    this.pool = pool;
    this.flow = flow;
    this.common = { USERNAME: username, ...(key && { DEVICE_KEY: key }) };
    if (pool.clientSecret) {
      this.common.SECRET_HASH = secretHash ?? createSecretHash(username, pool.clientId, pool.clientSecret);
    }
    this.session = createSrpSession(username, given, pool.id, hashed);
  }

  begin() {
    const parameters = { ...this.common };
    if (this.flow === 'USER_AUTH') parameters.PREFERRED_CHALLENGE = 'PASSWORD_SRP';
    else parameters.CHALLENGE_NAME = 'SRP_A';
    return sdk.send(new InitiateAuthCommand(wrapInitiateAuth(this.session, {
      ClientId: this.pool.clientId, AuthFlow: this.flow, AuthParameters: parameters,
    })));
  }

  answer(session, ChallengeName, Session) {
    return sdk.send(new RespondToAuthChallengeCommand(wrapAuthChallenge(session, {
      ClientId: this.pool.clientId, ChallengeName, ChallengeResponses: { ...this.common }, Session,
    })));
  }

  async password() {
    const challenge = await this.begin();
    assert.equal(challenge.ChallengeName, 'PASSWORD_VERIFIER');
    this.signed = signSrpSession(this.session, challenge);
    return this.answer(this.signed, 'PASSWORD_VERIFIER', challenge.Session);
  }

  /** After the password: proves the device by its group's key and its password. */
  async device(asked, group, secretOfDevice) {
    assert.equal(asked.ChallengeName, 'DEVICE_SRP_AUTH');
    const challenge = await this.answer(this.signed, 'DEVICE_SRP_AUTH', asked.Session);
    assert.equal(challenge.ChallengeName, 'DEVICE_PASSWORD_VERIFIER');
    const signed = signSrpSessionWithDevice(this.session, challenge, group, secretOfDevice);
    return this.answer(signed, 'DEVICE_PASSWORD_VERIFIER', challenge.Session);
  }
}

const tokensOf = ({ AuthenticationResult }) => {
  assert.ok(AuthenticationResult?.AccessToken);
  return AuthenticationResult;
};

const rows = [
  ['SRP', plain, 'USER_SRP_AUTH'],
  ['SRP with a client secret', secret, 'USER_SRP_AUTH'],
  ['USER_AUTH by PASSWORD_SRP', plain, 'USER_AUTH'],
];
for (const [name, pool, flow] of rows) {
  behaviour(`${name}: the password signs in, another does not`, async () => {
    const username = await newUser(pool);
    tokensOf(await new SignIn(pool, username, { flow }).password());
    await refused(new SignIn(pool, username, { flow, given: 'Poolhouse-2' }).password(), ...wrong);
  });
}

behaviour('a password that the application has hashed signs in', async () => {
  const username = await newUser(plain);
  const hash = (given) => createPasswordHash(username, given, plain.id);
  tokensOf(await new SignIn(plain, username, { given: hash(password), hashed: true }).password());
  await refused(new SignIn(plain, username, { given: hash('Poolhouse-2'), hashed: true }).password(), ...wrong);
});

behaviour('a hash of another secret is refused', async () => {
  const username = await newUser(secret);
  const secretHash = createSecretHash(username, secret.clientId, `${secret.clientSecret}x`);
  await refused(
    new SignIn(secret, username, { secretHash }).password(),
    'NotAuthorizedException', `Unable to verify secret hash for client ${secret.clientId}`,
  );
});

behaviour('a proof is good once', async () => {
  const attempt = new SignIn(plain, await newUser(plain));
  tokensOf(await attempt.password());
  await refused(
    attempt.answer(attempt.signed, 'PASSWORD_VERIFIER'),
    // Inferred: that it is good once, and the words.
    'NotAuthorizedException', 'Invalid session for the user, session can only be used once.',
  );
});

behaviour('a remembered device proves itself, one with another password does not', async () => {
  const username = await newUser(remembering);
  const { AccessToken, NewDeviceMetadata } = tokensOf(await new SignIn(remembering, username).password());
  const { DeviceKey: key, DeviceGroupKey: group } = NewDeviceMetadata;
  const { DeviceSecretVerifierConfig, DeviceRandomPassword } = createDeviceVerifier(key, group);
  await sdk.send(new ConfirmDeviceCommand({
    AccessToken, DeviceKey: key, DeviceName: 'laptop', DeviceSecretVerifierConfig,
  }));

  const attempt = new SignIn(remembering, username, { key });
  const tokens = tokensOf(await attempt.device(await attempt.password(), group, DeviceRandomPassword));
  assert.equal(tokens.NewDeviceMetadata, undefined);

  const { DeviceRandomPassword: other } = createDeviceVerifier(key, group);
  const impostor = new SignIn(remembering, username, { key });
  await refused(impostor.device(await impostor.password(), group, other), ...wrong);
});
