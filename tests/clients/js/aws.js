// The AWS SDK for JavaScript, pointed at Poolhouse and otherwise as it comes.

import { createHmac } from 'node:crypto';
import {
  AdminConfirmSignUpCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { note } from './behaviour.js';
import { defaultPool, Poolhouse } from './poolhouse.js';

export function sdkFor(server) {
  const sdk = new CognitoIdentityProviderClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  sdk.middlewareStack.add(
    (next, context) => async (args) => {
      const asked = { operation: context.commandName, input: args.input };
      try {
        const answer = await next(args);
        note({ ...asked, status: answer.output.$metadata.httpStatusCode, output: answer.output });
        return answer;
      } catch (error) {
        note({
          ...asked,
          status: error.$metadata?.httpStatusCode,
          reason: error.$response?.headers?.['x-poolhouse-reason'],
          error: { type: error.name, text: error.message },
        });
        throw error;
      }
    },
    { step: 'initialize', name: 'noteExchange' },
  );
  return sdk;
}

/** The set-up of a test file: a server whose clock only the tests move, and an SDK for it. */
export async function startFrozen(...flags) {
  const server = await Poolhouse.start(...flags);
  await server.freezeClock();
  return { server, sdk: sdkFor(server) };
}

export function secretHash(username, clientId, secret) {
  return createHmac('sha256', secret).update(username + clientId).digest('base64');
}

let users = 0;

/** A user name that no other test of this file has. */
export function newName(stem) {
  users += 1;
  return `${stem}-${users}`;
}

export async function newClient(sdk, settings) {
  const answer = await sdk.send(
    new CreateUserPoolClientCommand({ UserPoolId: defaultPool.id, ClientName: 'made-by-a-test', ...settings }),
  );
  return answer.UserPoolClient;
}

export function signUp(sdk, username, { clientId = defaultPool.publicClient, password = defaultPool.password } = {}) {
  return sdk.send(
    new SignUpCommand({
      ClientId: clientId,
      Username: username,
      Password: password,
      UserAttributes: [{ Name: 'email', Value: `${username}@example.com` }],
    }),
  );
}

/** A confirmed user with the default password. */
export async function newUser(sdk, stem, pool = defaultPool) {
  const username = newName(stem);
  await signUp(sdk, username, { clientId: pool.publicClient });
  await sdk.send(new AdminConfirmSignUpCommand({ UserPoolId: pool.id, Username: username }));
  return username;
}

export function signIn(sdk, username, { clientId = defaultPool.publicClient, password = defaultPool.password } = {}) {
  return sdk.send(
    new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  );
}

export function answerTotp(sdk, username, session, code, clientId = defaultPool.publicClient) {
  return sdk.send(
    new RespondToAuthChallengeCommand({
      ClientId: clientId,
      ChallengeName: 'SOFTWARE_TOKEN_MFA',
      Session: session,
      ChallengeResponses: { USERNAME: username, SOFTWARE_TOKEN_MFA_CODE: code },
    }),
  );
}

export function refresh(sdk, refreshToken, clientId = defaultPool.publicClient) {
  return sdk.send(
    new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: refreshToken },
    }),
  );
}
