// A pool whose functions ask a riddle, with a user.

import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { startFrozen } from './aws.js';
import { Functions, riddle } from './functions.js';
import { defaultPool } from './poolhouse.js';

const triggers = [
  'DefineAuthChallenge', 'CreateAuthChallenge', 'VerifyAuthChallengeResponse', 'PreAuthentication', 'PostAuthentication',
];

export async function startRiddle() {
  const functions = await Functions.start(riddle);
  const { server, sdk } = await startFrozen('--function', `*=${functions.url}`);
  const arn = (trigger) => `arn:aws:lambda:us-east-1:123456789012:function:${trigger}`;
  const { UserPool } = await sdk.send(new CreateUserPoolCommand({
    PoolName: 'riddle',
    LambdaConfig: Object.fromEntries(triggers.map((trigger) => [trigger, arn(trigger)])),
  }));
  const { UserPoolClient } = await sdk.send(new CreateUserPoolClientCommand({
    UserPoolId: UserPool.Id,
    ClientName: 'riddle',
    ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  }));
  const user = { UserPoolId: UserPool.Id, Username: 'zoe' };
  await sdk.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
  await sdk.send(new AdminSetUserPasswordCommand({ ...user, Password: defaultPool.password, Permanent: true }));
  return { server, functions, poolId: UserPool.Id, clientId: UserPoolClient.ClientId, username: user.Username };
}

/** What a sign-in with one right answer calls. */
export const calledWithoutPassword = [
  'DefineAuthChallenge_Authentication',
  'CreateAuthChallenge_Authentication',
  'VerifyAuthChallengeResponse_Authentication',
  'DefineAuthChallenge_Authentication',
  'PostAuthentication_Authentication',
];

export const calledWithPassword = [
  'PreAuthentication_Authentication',
  'DefineAuthChallenge_Authentication',
  ...calledWithoutPassword,
];
