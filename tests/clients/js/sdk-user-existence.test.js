// PreventUserExistenceErrors: what a client learns about a user who does not exist.

import assert from 'node:assert/strict';
import {
  AdminGetUserCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { newClient, signIn, startFrozen } from './aws.js';
import { behaviour, refused } from './behaviour.js';
import { defaultPool } from './poolhouse.js';

const ExplicitAuthFlows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
const Username = 'nobody@example.com';
const { server, sdk } = await startFrozen();
const legacy = (await newClient(sdk, { ExplicitAuthFlows, PreventUserExistenceErrors: 'LEGACY' })).ClientId;
const enabled = (await newClient(sdk, { ExplicitAuthFlows, PreventUserExistenceErrors: 'ENABLED' })).ClientId;

function srpSignIn(ClientId) {
  return sdk.send(
    new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters: { USERNAME: Username, SRP_A: 'abc123' } }),
  );
}

behaviour('LEGACY says that the user does not exist', async () => {
  await refused(signIn(sdk, Username, { clientId: legacy }), 'UserNotFoundException', 'User does not exist.');
  await refused(srpSignIn(legacy), 'UserNotFoundException', 'User does not exist.');
});

behaviour('LEGACY says that the combination was not found where codes are asked for', async () => {
  const calls = [
    new ForgotPasswordCommand({ ClientId: legacy, Username }),
    new ConfirmForgotPasswordCommand({ ClientId: legacy, Username, ConfirmationCode: '123456', Password: 'Poolhouse-2' }),
    new ResendConfirmationCodeCommand({ ClientId: legacy, Username }),
    new ConfirmSignUpCommand({ ClientId: legacy, Username, ConfirmationCode: '123456' }),
  ];
  for (const call of calls) {
    await refused(sdk.send(call), 'UserNotFoundException', 'Username/client id combination not found.');
  }
});

behaviour('ENABLED answers a password sign-in like a wrong password', async () => {
  await refused(signIn(sdk, Username, { clientId: enabled }), 'NotAuthorizedException', 'Incorrect username or password.');
});

behaviour('ENABLED simulates the SRP challenge, with the same salt and user id each time', async () => {
  const [first, second] = [await srpSignIn(enabled), await srpSignIn(enabled)];
  for (const challenge of [first, second]) {
    assert.equal(challenge.ChallengeName, 'PASSWORD_VERIFIER');
    assert.deepEqual(Object.keys(challenge.ChallengeParameters).sort(), [
      'SALT',
      'SECRET_BLOCK',
      'SRP_B',
      'USERNAME',
      'USER_ID_FOR_SRP',
    ]);
  }
  assert.equal(second.ChallengeParameters.SALT, first.ChallengeParameters.SALT);
  assert.equal(second.ChallengeParameters.USER_ID_FOR_SRP, first.ChallengeParameters.USER_ID_FOR_SRP);
  assert.notEqual(second.ChallengeParameters.SRP_B, first.ChallengeParameters.SRP_B);
});

// How the destination is masked is inferred from the simulated sign-in by e-mail code.
behaviour('ENABLED simulates a delivery and sends nothing', async () => {
  for (const call of [
    new ForgotPasswordCommand({ ClientId: enabled, Username }),
    new ResendConfirmationCodeCommand({ ClientId: enabled, Username }),
  ]) {
    const { CodeDeliveryDetails } = await sdk.send(call);
    assert.equal(CodeDeliveryDetails.DeliveryMedium, 'EMAIL');
    assert.equal(CodeDeliveryDetails.Destination, 'n***@e***');
  }
  const sent = await fetch(`${server.url}/_poolhouse/messages?username=${encodeURIComponent(Username)}`);
  assert.deepEqual((await sent.json()).messages, []);
});

behaviour('ENABLED answers a code nobody asked for like an expired one', async () => {
  await refused(
    sdk.send(
      new ConfirmForgotPasswordCommand({
        ClientId: enabled,
        Username,
        ConfirmationCode: '123456',
        Password: 'Poolhouse-2',
      }),
    ),
    'ExpiredCodeException',
    'Invalid code provided, please request a code again.',
  );
});

behaviour('ENABLED hides neither a taken name nor anything from an administrator', async () => {
  await refused(
    sdk.send(new SignUpCommand({ ClientId: enabled, Username: 'alice', Password: defaultPool.password })),
    'UsernameExistsException',
    'User already exists',
  );
  await refused(
    sdk.send(new AdminGetUserCommand({ UserPoolId: defaultPool.id, Username })),
    'UserNotFoundException',
    'User does not exist.',
  );
});
