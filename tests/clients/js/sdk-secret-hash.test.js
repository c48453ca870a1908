// A confidential client proves its secret with SECRET_HASH, through the AWS SDK.

import assert from 'node:assert/strict';
import {
  AdminInitiateAuthCommand,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { freshCode } from './authenticator.js';
import { newName, secretHash, startFrozen } from './aws.js';
import { behaviour, refused } from './behaviour.js';
import { defaultPool } from './poolhouse.js';

const ClientId = defaultPool.secretClient;
const right = (username) => secretHash(username, ClientId, defaultPool.clientSecret);
const wrong = (username) => secretHash(username, ClientId, 'another0secret0of0the0same0form0but0not0the0right0one');

const missingText = `Client ${ClientId} is configured with secret but SECRET_HASH was not received`;
const wrongText = `Unable to verify secret hash for client ${ClientId}`;

const { server, sdk } = await startFrozen();

function signInWith(username, SECRET_HASH) {
  return sdk.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: defaultPool.password, ...(SECRET_HASH && { SECRET_HASH }) },
    }),
  );
}

behaviour('the hash of user name and client id signs in and refreshes', async () => {
  const tokens = (await signInWith('alice', right('alice'))).AuthenticationResult;
  const refreshed = await sdk.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: tokens.RefreshToken, SECRET_HASH: right('alice') },
    }),
  );
  assert.ok(refreshed.AuthenticationResult.AccessToken);
});

behaviour('a missing hash is refused in sign-in', async () => {
  await refused(signInWith('alice'), 'NotAuthorizedException', missingText);
  await refused(
    sdk.send(
      new AdminInitiateAuthCommand({
        UserPoolId: defaultPool.id,
        ClientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'alice', PASSWORD: defaultPool.password },
      }),
    ),
    'NotAuthorizedException',
    missingText,
  );
});

behaviour('a wrong hash is refused, also where the hash is of another user name', async () => {
  await refused(signInWith('alice', wrong('alice')), 'NotAuthorizedException', wrongText);
  await refused(signInWith('alice', right('bob')), 'NotAuthorizedException', wrongText);
});

behaviour('a wrong hash at refresh has a sentence of its own', async () => {
  const tokens = (await signInWith('alice', right('alice'))).AuthenticationResult;
  await refused(
    sdk.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: tokens.RefreshToken, SECRET_HASH: wrong('alice') },
      }),
    ),
    'NotAuthorizedException',
    `SecretHash does not match for the client: ${ClientId}`,
  );
});

behaviour('the answer to a challenge needs the hash too', async () => {
  const challenge = await signInWith('bob', right('bob'));
  assert.equal(challenge.ChallengeName, 'SOFTWARE_TOKEN_MFA');
  const code = await freshCode(server, defaultPool.bobsTotpSecret);
  const answer = (SECRET_HASH) =>
    sdk.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: 'SOFTWARE_TOKEN_MFA',
        Session: challenge.Session,
        ChallengeResponses: {
          USERNAME: 'bob',
          SOFTWARE_TOKEN_MFA_CODE: code,
          ...(SECRET_HASH && { SECRET_HASH }),
        },
      }),
    );
  await refused(answer(), 'NotAuthorizedException', missingText);
  await refused(answer(wrong('bob')), 'NotAuthorizedException', wrongText);
  assert.ok((await answer(right('bob'))).AuthenticationResult.AccessToken);
});

// That the SecretHash member is refused in the words of SECRET_HASH is inferred.
behaviour('sign-up and confirmation take the hash as a member', async () => {
  const username = newName('confidential');
  const request = {
    ClientId,
    Username: username,
    Password: defaultPool.password,
    UserAttributes: [{ Name: 'email', Value: `${username}@example.com` }],
  };
  await refused(sdk.send(new SignUpCommand(request)), 'NotAuthorizedException', missingText);
  await refused(
    sdk.send(new SignUpCommand({ ...request, SecretHash: wrong(username) })),
    'NotAuthorizedException',
    wrongText,
  );
  await sdk.send(new SignUpCommand({ ...request, SecretHash: right(username) }));
  await sdk.send(
    new ConfirmSignUpCommand({
      ClientId,
      Username: username,
      ConfirmationCode: await server.codeSentTo(username),
      SecretHash: right(username),
    }),
  );
  assert.ok((await signInWith(username, right(username))).AuthenticationResult.AccessToken);
});
