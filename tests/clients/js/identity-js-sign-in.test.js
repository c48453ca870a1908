// amazon-cognito-identity-js signs in with SRP (its default) and by password.

import assert from 'node:assert/strict';
import { AdminDisableUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { newClient, newName, newUser, startFrozen } from './aws.js';
import { behaviour, refused } from './behaviour.js';
import { Visitor } from './identity-js.js';
import { defaultPool } from './poolhouse.js';

const flows = ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'];
const { server, sdk } = await startFrozen();

for (const flow of flows) {
  behaviour(`${flow}: a user signs up, confirms, signs in and reads the attributes`, async () => {
    const visitor = new Visitor(server, newName('visitor'), { flow });
    const signedUp = await visitor.signUp();
    assert.equal(signedUp.userConfirmed, false);
    assert.equal(signedUp.codeDeliveryDetails.DeliveryMedium, 'EMAIL');
    assert.equal(await visitor.confirm(await server.codeSentTo(visitor.username)), 'SUCCESS');

    const { session } = await visitor.signIn();
    assert.ok(session.isValid());
    assert.equal(session.getIdToken().payload.sub, signedUp.userSub);
    assert.equal(session.getAccessToken().payload.username, visitor.username);
    const attributes = await visitor.attributes();
    assert.equal(attributes.find(({ Name }) => Name === 'email_verified').Value, 'true');
  });

  behaviour(`${flow}: a wrong password is refused`, async () => {
    await refused(
      new Visitor(server, 'alice', { flow }).signIn('Poolhouse-2'),
      'NotAuthorizedException',
      'Incorrect username or password.',
    );
  });

  behaviour(`${flow}: users who may not sign in are told why`, async () => {
    const cases = [
      ['uma', 'UserNotConfirmedException', 'User is not confirmed.'],
      ['rex', 'PasswordResetRequiredException', 'Password reset required for the user'],
      ['dan', 'NotAuthorizedException', 'User is disabled.'],
    ];
    for (const [username, type, text] of cases) {
      await refused(new Visitor(server, username, { flow }).signIn(), type, text);
    }
  });

  behaviour(`${flow}: an unknown user shows only where the client allows it`, async () => {
    const answers = {
      LEGACY: ['UserNotFoundException', 'User does not exist.'],
      ENABLED: ['NotAuthorizedException', 'Incorrect username or password.'],
    };
    for (const [mode, [type, text]] of Object.entries(answers)) {
      const { ClientId } = await newClient(sdk, {
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        PreventUserExistenceErrors: mode,
      });
      await refused(new Visitor(server, 'nobody', { flow, clientId: ClientId }).signIn(), type, text);
    }
  });

  behaviour(`${flow}: a client that does not allow the flow refuses it`, async () => {
    const other = flows.find((name) => name !== flow);
    const { ClientId } = await newClient(sdk, { ExplicitAuthFlows: [`ALLOW_${other}`, 'ALLOW_REFRESH_TOKEN_AUTH'] });
    await refused(
      new Visitor(server, 'alice', { flow, clientId: ClientId }).signIn(),
      'InvalidParameterException',
      flow === 'USER_SRP_AUTH'
        ? 'USER_SRP_AUTH is not enabled for the client.'
        : 'USER_PASSWORD_AUTH flow not enabled for this client',
    );
  });

  behaviour(`${flow}: a confidential client is refused, since this library sends no secret hash`, async () => {
    const clientId = defaultPool.secretClient;
    await refused(
      new Visitor(server, 'alice', { flow, clientId }).signIn(),
      'NotAuthorizedException',
      `Client ${clientId} is configured with secret but SECRET_HASH was not received`,
    );
  });
}

behaviour('a temporary password leads to a new one, with SRP', async () => {
  const fay = new Visitor(server, 'fay');
  const challenge = await fay.signIn('Temporary-1');
  assert.equal(challenge.challenge, 'NEW_PASSWORD_REQUIRED');
  assert.deepEqual(challenge.requiredAttributes, []);
  await refused(
    fay.completeNewPassword('short'),
    'InvalidPasswordException',
    'Password does not conform to policy: Password not long enough',
  );
  assert.ok((await fay.completeNewPassword('Chosen-by-1')).isValid());
  assert.ok((await new Visitor(server, 'fay').signIn('Chosen-by-1')).session.isValid());
});

behaviour('a refresh gives a new session, and none after the token is revoked', async () => {
  const visitor = new Visitor(server, await newUser(sdk, 'refresher'));
  const { session } = await visitor.signIn();
  const refreshToken = session.getRefreshToken().getToken();
  const refreshed = await visitor.refresh(refreshToken);
  assert.notEqual(refreshed.getAccessToken().payload.jti, session.getAccessToken().payload.jti);
  assert.equal(refreshed.getAccessToken().payload.origin_jti, session.getAccessToken().payload.origin_jti);

  await visitor.revoke(refreshToken);
  await refused(visitor.attributes(), 'NotAuthorizedException', 'Access Token has been revoked');
  await refused(visitor.refresh(refreshToken), 'NotAuthorizedException', 'Refresh Token has been revoked');
});

behaviour('a global sign-out ends the session of another browser', async () => {
  const username = await newUser(sdk, 'leaver');
  const [here, there] = [new Visitor(server, username), new Visitor(server, username)];
  await here.signIn();
  await there.signIn();
  await here.globalSignOut();
  await refused(there.attributes(), 'NotAuthorizedException', 'Access Token has been revoked');
});

behaviour('a signed-in user changes the password with the old one only', async () => {
  const visitor = new Visitor(server, await newUser(sdk, 'changer'));
  await visitor.signIn();
  await refused(
    visitor.changePassword('Poolhouse-2', 'Poolhouse-3'),
    'NotAuthorizedException',
    'Incorrect username or password.',
  );
  await visitor.changePassword(defaultPool.password, 'Poolhouse-3');
  assert.ok((await new Visitor(server, visitor.username).signIn('Poolhouse-3')).session.isValid());
});

behaviour('a forgotten password is replaced by code, and the code expires', async () => {
  const alice = new Visitor(server, 'alice');
  await alice.forgotPassword();
  const expired = await server.codeSentTo('alice');
  await server.advanceClock('61m');
  await refused(
    alice.confirmPassword(expired, 'Poolhouse-4'),
    'ExpiredCodeException',
    'Invalid code provided, please request a code again.',
  );
  await alice.forgotPassword();
  await alice.confirmPassword(await server.codeSentTo('alice'), 'Poolhouse-4');
  assert.ok((await alice.signIn('Poolhouse-4')).session.isValid());
});

behaviour('a user who is disabled meanwhile cannot sign in again', async () => {
  const visitor = new Visitor(server, await newUser(sdk, 'banned'));
  await visitor.signIn();
  await sdk.send(new AdminDisableUserCommand({ UserPoolId: defaultPool.id, Username: visitor.username }));
  await refused(
    new Visitor(server, visitor.username).signIn(),
    'NotAuthorizedException',
    'User is disabled.',
  );
});
