// amazon-cognito-identity-js in a pool that tracks devices: it confirms each new device by itself.

import assert from 'node:assert/strict';
import {
  AdminCreateUserCommand,
  AdminForgetDeviceCommand,
  AdminSetUserPasswordCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { freshCode } from './authenticator.js';
import { newName, startFrozen } from './aws.js';
import { behaviour, challengesDuring, refused } from './behaviour.js';
import { Visitor } from './identity-js.js';
import { defaultPool } from './poolhouse.js';

const { server, sdk } = await startFrozen();

/** A visitor with a permanent password, in a new pool that tracks devices and has TOTP. */
async function visitorOf(deviceConfiguration, flow = 'USER_SRP_AUTH') {
  const { UserPool } = await sdk.send(
    new CreateUserPoolCommand({ PoolName: 'devices', DeviceConfiguration: deviceConfiguration }),
  );
  await sdk.send(new SetUserPoolMfaConfigCommand({
    UserPoolId: UserPool.Id,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  }));
  const { UserPoolClient } = await sdk.send(
    new CreateUserPoolClientCommand({
      UserPoolId: UserPool.Id,
      ClientName: 'made-by-a-test',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  );
  const user = { UserPoolId: UserPool.Id, Username: newName('visitor') };
  await sdk.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
  await sdk.send(new AdminSetUserPasswordCommand({ ...user, Password: defaultPool.password, Permanent: true }));
  return new Visitor(server, user.Username, { poolId: UserPool.Id, clientId: UserPoolClient.ClientId, flow });
}

function devicesOf(visitor) {
  return new Promise((resolve, onFailure) =>
    visitor.user.listDevices(60, null, {
      onSuccess: ({ Devices }) => resolve(Devices.map(({ DeviceKey }) => DeviceKey)),
      onFailure,
    }));
}

const proof = ['DEVICE_SRP_AUTH', 'DEVICE_PASSWORD_VERIFIER'];
const always = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false };

for (const flow of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH']) {
  behaviour(`${flow}: a device is confirmed, refreshes with its key and is the same at the next sign-in`, async () => {
    const visitor = await visitorOf(always, flow);
    const { session } = await visitor.signIn();
    const [device, ...others] = await devicesOf(visitor);
    assert.deepEqual(others, []);
    assert.equal(session.getAccessToken().payload.device_key, device);

    const refreshed = await visitor.refresh(session.getRefreshToken().getToken());
    assert.equal(refreshed.getAccessToken().payload.device_key, device);

    const [again, challenges] = await challengesDuring(() => visitor.signIn());
    assert.deepEqual(challenges.slice(-2), proof);
    assert.equal(again.session.getAccessToken().payload.device_key, device);
    assert.deepEqual(await devicesOf(visitor), [device]);
    await visitor.refresh(again.session.getRefreshToken().getToken());
  });
}

/** A visitor whose authenticator app is asked for, and its secret. */
async function withTotp(configuration) {
  const visitor = await visitorOf(configuration);
  await visitor.signIn();
  const secret = await visitor.associate();
  await visitor.verify(await freshCode(server, secret));
  await visitor.preferTotp();
  return [visitor, secret];
}

behaviour('a remembered device skips TOTP, and TOTP is back when it is forgotten', async () => {
  const [visitor] = await withTotp(always);
  const [{ session }, challenges] = await challengesDuring(() => visitor.signIn());
  assert.ok(session);
  assert.deepEqual(challenges, ['PASSWORD_VERIFIER', ...proof]);
  await new Promise((onSuccess, onFailure) => visitor.user.forgetDevice({ onSuccess, onFailure }));
  assert.equal((await visitor.signIn()).challenge, 'SOFTWARE_TOKEN_MFA');
});

behaviour('TOTP comes first, and then the device, where it does not spare the code', async () => {
  const [visitor, secret] = await withTotp({ ...always, ChallengeRequiredOnNewDevice: false });
  const [device] = await devicesOf(visitor);
  assert.equal((await visitor.signIn()).challenge, 'SOFTWARE_TOKEN_MFA');
  const code = await freshCode(server, secret);
  const [session, challenges] = await challengesDuring(() => visitor.sendTotp(code));
  assert.deepEqual(challenges, proof);
  assert.equal(session.getAccessToken().payload.device_key, device);
});

behaviour('a device that has lost its password signs nobody in', async () => {
  const visitor = await visitorOf(always);
  await visitor.signIn();
  visitor.forgetDevicePassword();
  await refused(visitor.signIn(), 'NotAuthorizedException', 'Incorrect username or password.');
});

behaviour('a device that was forgotten meanwhile becomes a new one within one sign-in', async () => {
  const visitor = await visitorOf(always);
  await visitor.signIn();
  const [old] = await devicesOf(visitor);
  await sdk.send(
    new AdminForgetDeviceCommand({
      UserPoolId: visitor.pool.getUserPoolId(),
      Username: visitor.username,
      DeviceKey: old,
    }),
  );
  const { session } = await visitor.signIn();
  const [device] = await devicesOf(visitor);
  assert.notEqual(device, old);
  assert.equal(session.getAccessToken().payload.device_key, device);
});

behaviour('an opt-in device is listed once its user remembers it, until it is forgotten', async () => {
  const visitor = await visitorOf({ ...always, DeviceOnlyRememberedOnUserPrompt: true });
  await visitor.signIn();
  assert.deepEqual(await devicesOf(visitor), []);
  await new Promise((onSuccess, onFailure) => visitor.user.setDeviceStatusRemembered({ onSuccess, onFailure }));
  assert.equal((await devicesOf(visitor)).length, 1);
  await new Promise((onSuccess, onFailure) => visitor.user.forgetDevice({ onSuccess, onFailure }));
  assert.deepEqual(await devicesOf(visitor), []);
});
