// amazon-cognito-identity-js in a pool that tracks devices: it confirms each new device by itself.

import assert from 'node:assert/strict';
import {
  AdminCreateUserCommand,
  AdminForgetDeviceCommand,
  AdminSetUserPasswordCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { newName, startFrozen } from './aws.js';
import { behaviour } from './behaviour.js';
import { Visitor } from './identity-js.js';
import { defaultPool } from './poolhouse.js';

const { server, sdk } = await startFrozen();

/** A visitor with a permanent password, in a new pool that tracks devices. */
async function visitorOf(deviceConfiguration, flow = 'USER_SRP_AUTH') {
  const { UserPool } = await sdk.send(
    new CreateUserPoolCommand({ PoolName: 'devices', DeviceConfiguration: deviceConfiguration }),
  );
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

    const again = await visitor.signIn();
    assert.equal(again.session.getAccessToken().payload.device_key, device);
    assert.deepEqual(await devicesOf(visitor), [device]);
  });
}

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
