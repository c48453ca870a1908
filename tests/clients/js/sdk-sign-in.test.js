// The AWS SDK signs in by password: what each state of a user and each setting of a client answers.

import assert from 'node:assert/strict';
import {
  AdminEnableUserCommand,
  AdminInitiateAuthCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { newClient, newUser, signIn, startFrozen } from './aws.js';
import { behaviour, refused } from './behaviour.js';
import { defaultPool } from './poolhouse.js';

const ClientId = defaultPool.publicClient;
const UserPoolId = defaultPool.id;
const { server, sdk } = await startFrozen();

function adminSignIn(username, password, { clientId = ClientId, flow = 'ADMIN_USER_PASSWORD_AUTH' } = {}) {
  return sdk.send(
    new AdminInitiateAuthCommand({
      UserPoolId,
      ClientId: clientId,
      AuthFlow: flow,
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  );
}

behaviour('a right password gives three tokens and no challenge', async () => {
  for (const answer of [await signIn(sdk, 'alice'), await adminSignIn('alice', defaultPool.password)]) {
    const { AccessToken, IdToken, RefreshToken, ...rest } = answer.AuthenticationResult;
    assert.deepEqual(rest, { ExpiresIn: 3600, TokenType: 'Bearer' });
    for (const token of [AccessToken, IdToken]) assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.ok(RefreshToken.length > 100, RefreshToken);
    assert.deepEqual(answer.ChallengeParameters, {});
    assert.equal(answer.ChallengeName, undefined);
    assert.equal(answer.Session, undefined);
  }
});

behaviour('a wrong password is refused, by either operation', async () => {
  const [type, text] = ['NotAuthorizedException', 'Incorrect username or password.'];
  await refused(signIn(sdk, 'alice', { password: 'Poolhouse-2' }), type, text);
  await refused(adminSignIn('alice', 'Poolhouse-2'), type, text);
});

behaviour('five wrong passwords lock the user, then the right one works again', async () => {
  const username = await newUser(sdk, 'locked');
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await refused(
      signIn(sdk, username, { password: 'Poolhouse-2' }),
      'NotAuthorizedException',
      'Incorrect username or password.',
    );
  }
  await refused(signIn(sdk, username), 'NotAuthorizedException', 'Password attempts exceeded');
  await server.advanceClock('2s');
  assert.ok((await signIn(sdk, username)).AuthenticationResult.AccessToken);
});

behaviour('a disabled user is refused until enabled again', async () => {
  await refused(signIn(sdk, 'dan'), 'NotAuthorizedException', 'User is disabled.');
  await refused(adminSignIn('dan', defaultPool.password), 'NotAuthorizedException', 'User is disabled.');
  await sdk.send(new AdminEnableUserCommand({ UserPoolId, Username: 'dan' }));
  assert.ok((await signIn(sdk, 'dan')).AuthenticationResult.AccessToken);
});

behaviour('a user whose password was reset must choose a new one first', async () => {
  await refused(signIn(sdk, 'rex'), 'PasswordResetRequiredException', 'Password reset required for the user');
});

behaviour('a temporary password leads to NEW_PASSWORD_REQUIRED and a good new one to tokens', async () => {
  const challenge = await signIn(sdk, 'fay', { password: 'Temporary-1' });
  assert.equal(challenge.ChallengeName, 'NEW_PASSWORD_REQUIRED');
  assert.equal(challenge.AuthenticationResult, undefined);
  assert.equal(challenge.ChallengeParameters.USER_ID_FOR_SRP, 'fay');
  assert.deepEqual(JSON.parse(challenge.ChallengeParameters.requiredAttributes), []);
  assert.equal(typeof JSON.parse(challenge.ChallengeParameters.userAttributes), 'object');

  const choose = (password) =>
    sdk.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session: challenge.Session,
        ChallengeResponses: { USERNAME: 'fay', NEW_PASSWORD: password },
      }),
    );
  await refused(
    choose('short'),
    'InvalidPasswordException',
    'Password does not conform to policy: Password not long enough',
  );
  assert.ok((await choose('Chosen-by-1')).AuthenticationResult.AccessToken);
  assert.ok((await signIn(sdk, 'fay', { password: 'Chosen-by-1' })).AuthenticationResult.AccessToken);
});

behaviour('a flow the client does not allow is refused in the words of that flow', async () => {
  const srpOnly = await newClient(sdk, { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] });
  const passwordOnly = await newClient(sdk, {
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  await refused(
    signIn(sdk, 'alice', { clientId: srpOnly.ClientId }),
    'InvalidParameterException',
    'USER_PASSWORD_AUTH flow not enabled for this client',
  );
  await refused(
    sdk.send(
      new InitiateAuthCommand({
        ClientId: passwordOnly.ClientId,
        AuthFlow: 'USER_SRP_AUTH',
        AuthParameters: { USERNAME: 'alice', SRP_A: 'abc123' },
      }),
    ),
    'InvalidParameterException',
    'USER_SRP_AUTH is not enabled for the client.',
  );
  await refused(
    sdk.send(
      new InitiateAuthCommand({
        ClientId: passwordOnly.ClientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME: 'alice' },
      }),
    ),
    'InvalidParameterException',
    'USER_AUTH flow not enabled for this client',
  );
  await refused(
    adminSignIn('alice', defaultPool.password, { clientId: passwordOnly.ClientId }),
    'InvalidParameterException',
    'Auth flow not enabled for this client',
  );
});

behaviour('a flow of the other operation is not supported', async () => {
  await refused(
    adminSignIn('alice', defaultPool.password, { flow: 'USER_PASSWORD_AUTH' }),
    'InvalidParameterException',
    'Initiate Auth method not supported.',
  );
  await refused(
    sdk.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'alice', PASSWORD: defaultPool.password },
      }),
    ),
    'InvalidParameterException',
    'Initiate Auth method not supported.',
  );
});

behaviour('a sign-in that names no user is refused by the missing parameter', async () => {
  await refused(
    sdk.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { PASSWORD: defaultPool.password },
      }),
    ),
    'InvalidParameterException',
    'Missing required parameter USERNAME',
  );
});

behaviour('an unknown client does not exist', async () => {
  await refused(
    signIn(sdk, 'alice', { clientId: '9unknown0client000000000000' }),
    'ResourceNotFoundException',
    'User pool client 9unknown0client000000000000 does not exist.',
  );
});
