// The AWS SDK signs a user up: the code by e-mail, confirmation, and what is refused.

import assert from 'node:assert/strict';
import {
  AdminGetUserCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  GetUserCommand,
  ResendConfirmationCodeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { newName, newUser, signIn, signUp, startFrozen } from './aws.js';
import { behaviour, refused } from './behaviour.js';
import { defaultPool } from './poolhouse.js';

const ClientId = defaultPool.publicClient;
const { server, sdk } = await startFrozen();

function confirm(Username, ConfirmationCode) {
  return sdk.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode }));
}

async function aWrongCodeFor(username) {
  return (await server.codeSentTo(username)) === '000000' ? '111111' : '000000';
}

behaviour('a new user confirms with the code from the e-mail and signs in', async () => {
  const username = newName('signer');
  const answer = await signUp(sdk, username);
  assert.equal(answer.UserConfirmed, false);
  assert.match(answer.UserSub, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.deepEqual(answer.CodeDeliveryDetails, {
    Destination: 's***@e***',
    DeliveryMedium: 'EMAIL',
    AttributeName: 'email',
  });

  const [message] = await server.messagesTo(username);
  assert.equal(message.destination, `${username}@example.com`);
  assert.match(message.code, /^\d{6}$/);
  assert.ok(message.body.includes(message.code), message.body);

  await confirm(username, message.code);
  const tokens = (await signIn(sdk, username)).AuthenticationResult;
  const user = await sdk.send(new GetUserCommand({ AccessToken: tokens.AccessToken }));
  assert.equal(user.Username, username);
  const attributes = Object.fromEntries(user.UserAttributes.map(({ Name, Value }) => [Name, Value]));
  assert.deepEqual(attributes, {
    sub: answer.UserSub,
    email: `${username}@example.com`,
    email_verified: 'true',
  });
});

behaviour('an unconfirmed user cannot sign in', async () => {
  const username = newName('early');
  await signUp(sdk, username);
  await refused(signIn(sdk, username), 'UserNotConfirmedException', 'User is not confirmed.');
  await refused(signIn(sdk, 'uma'), 'UserNotConfirmedException', 'User is not confirmed.');
});

behaviour('a taken user name is refused, whatever state its owner is in', async () => {
  const pending = newName('taken');
  await signUp(sdk, pending);
  for (const username of [pending, 'alice']) {
    await refused(signUp(sdk, username), 'UsernameExistsException', 'User already exists');
  }
});

behaviour('a wrong confirmation code is refused and the right one still works afterwards', async () => {
  const username = newName('typo');
  await signUp(sdk, username);
  await refused(
    confirm(username, await aWrongCodeFor(username)),
    'CodeMismatchException',
    'Invalid verification code provided, please try again.',
  );
  await confirm(username, await server.codeSentTo(username));
});

behaviour('a confirmation code expires after 24 hours', async () => {
  const username = newName('late');
  await signUp(sdk, username);
  const code = await server.codeSentTo(username);
  await server.advanceClock('24h');
  await server.advanceClock('1s');
  await refused(confirm(username, code), 'ExpiredCodeException', 'Invalid code provided, please request a code again.');

  await sdk.send(new ResendConfirmationCodeCommand({ ClientId, Username: username }));
  await confirm(username, await server.codeSentTo(username));
});

behaviour('a user is confirmed once', async () => {
  const username = newName('twice');
  await signUp(sdk, username);
  const code = await server.codeSentTo(username);
  await confirm(username, code);
  await refused(
    confirm(username, code),
    'NotAuthorizedException',
    'User cannot be confirmed. Current status is CONFIRMED',
  );
  await refused(
    sdk.send(new ResendConfirmationCodeCommand({ ClientId, Username: username })),
    'InvalidParameterException',
    'User is already confirmed.',
  );
});

behaviour('a password that breaks the default policy is refused by its first broken rule', async () => {
  const cases = [
    ['Aa1-', 'Password not long enough'],
    ['poolhouse-1', 'Password must have uppercase characters'],
    ['POOLHOUSE-1', 'Password must have lowercase characters'],
    ['Poolhouse-', 'Password must have numeric characters'],
    ['Poolhouse1', 'Password must have symbol characters'],
  ];
  for (const [password, rule] of cases) {
    await refused(
      signUp(sdk, newName('weak'), { password }),
      'InvalidPasswordException',
      `Password did not conform with policy: ${rule}`,
    );
  }
});

behaviour('a forgotten password is replaced with the code from the e-mail', async () => {
  const delivered = await sdk.send(new ForgotPasswordCommand({ ClientId, Username: 'alice' }));
  assert.deepEqual(delivered.CodeDeliveryDetails, {
    Destination: 'a***@e***',
    DeliveryMedium: 'EMAIL',
    AttributeName: 'email',
  });
  const choose = (ConfirmationCode) =>
    sdk.send(new ConfirmForgotPasswordCommand({ ClientId, Username: 'alice', ConfirmationCode, Password: 'Another-2' }));
  await refused(
    choose(await aWrongCodeFor('alice')),
    'CodeMismatchException',
    'Invalid verification code provided, please try again.',
  );
  await choose(await server.codeSentTo('alice'));
  await refused(signIn(sdk, 'alice'), 'NotAuthorizedException', 'Incorrect username or password.');
  assert.ok((await signIn(sdk, 'alice', { password: 'Another-2' })).AuthenticationResult.AccessToken);
});

behaviour('a code for a forgotten password expires after an hour', async () => {
  await sdk.send(new ForgotPasswordCommand({ ClientId, Username: 'alice' }));
  const ConfirmationCode = await server.codeSentTo('alice');
  await server.advanceClock('61m');
  await refused(
    sdk.send(
      new ConfirmForgotPasswordCommand({ ClientId, Username: 'alice', ConfirmationCode, Password: 'Another-3' }),
    ),
    'ExpiredCodeException',
    'Invalid code provided, please request a code again.',
  );
});

behaviour('an administrator sees the states a user goes through', async () => {
  const stateOf = async (Username) =>
    (await sdk.send(new AdminGetUserCommand({ UserPoolId: defaultPool.id, Username }))).UserStatus;
  const username = newName('state');
  await signUp(sdk, username);
  assert.equal(await stateOf(username), 'UNCONFIRMED');
  await confirm(username, await server.codeSentTo(username));
  assert.equal(await stateOf(username), 'CONFIRMED');
  assert.equal(await stateOf(await newUser(sdk, 'state')), 'CONFIRMED');
  assert.equal(await stateOf('fay'), 'FORCE_CHANGE_PASSWORD');
  assert.equal(await stateOf('rex'), 'RESET_REQUIRED');
});
