// Amplify in a pool where users say which devices are remembered, and those skip TOTP.

import assert from 'node:assert/strict';
import { AdminForgetDeviceCommand } from '@aws-sdk/client-cognito-identity-provider';
import {
  confirmSignIn, fetchAuthSession, fetchDevices, forgetDevice, rememberDevice, setUpTOTP, signIn, signOut,
  updateMFAPreference, verifyTOTPSetup,
} from '@aws-amplify/auth';
import { configure } from './amplify.js';
import { freshCode } from './authenticator.js';
import { startFrozen } from './aws.js';
import { behaviour, challengesDuring } from './behaviour.js';
import { Pool } from './pool.js';
import { defaultPool } from './poolhouse.js';

const { server, sdk } = await startFrozen();
const pool = await Pool.make(sdk, {
  settings: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true } },
  mfa: { MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } },
});
configure(server, pool);

/** A user whose authenticator app is asked for, signed out again, and the app's secret. */
async function withTotp(username) {
  await pool.addUser(username);
  await signIn({ username, password: defaultPool.password });
  const { sharedSecret } = await setUpTOTP();
  await verifyTOTPSetup({ code: await freshCode(server, sharedSecret) });
  await updateMFAPreference({ totp: 'PREFERRED' });
  await signOut();
  return sharedSecret;
}

const totpStep = 'CONFIRM_SIGN_IN_WITH_TOTP_CODE';
const proof = ['DEVICE_SRP_AUTH', 'DEVICE_PASSWORD_VERIFIER'];
const keyOfSession = async () => (await fetchAuthSession()).tokens.accessToken.payload.device_key;

for (const authFlowType of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH']) {
  const username = `user-of-${authFlowType.toLowerCase()}`;
  const begin = () => signIn({ username, password: defaultPool.password, options: { authFlowType } });

  behaviour(`${authFlowType}: a device skips TOTP from when it is remembered until it is forgotten`, async () => {
    const secret = await withTotp(username);
    assert.equal((await begin()).nextStep.signInStep, totpStep);
    await confirmSignIn({ challengeResponse: await freshCode(server, secret) });
    const device = await keyOfSession();
    assert.deepEqual(await fetchDevices(), []);
    await rememberDevice();
    assert.deepEqual((await fetchDevices()).map(({ id }) => id), [device]);
    await signOut();

    const [{ isSignedIn }, challenges] = await challengesDuring(begin);
    assert.ok(isSignedIn);
    assert.deepEqual(challenges.slice(-2), proof);
    assert.equal(await keyOfSession(), device);
    const { tokens } = await fetchAuthSession({ forceRefresh: true });
    assert.equal(tokens.accessToken.payload.device_key, device);

    await forgetDevice();
    assert.deepEqual(await fetchDevices(), []);
    await signOut();
    assert.equal((await begin()).nextStep.signInStep, totpStep);
  });
}

behaviour('a device that an administrator forgot becomes a new one within one sign-in', async () => {
  const username = 'forgotten';
  const secret = await withTotp(username);
  await signIn({ username, password: defaultPool.password });
  await confirmSignIn({ challengeResponse: await freshCode(server, secret) });
  const device = await keyOfSession();
  await rememberDevice();
  await signOut();
  await sdk.send(new AdminForgetDeviceCommand({ UserPoolId: pool.id, Username: username, DeviceKey: device }));
  assert.equal((await signIn({ username, password: defaultPool.password })).nextStep.signInStep, totpStep);
  await confirmSignIn({ challengeResponse: await freshCode(server, secret) });
  assert.notEqual(await keyOfSession(), device);
});
