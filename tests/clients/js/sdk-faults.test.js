// The AWS SDK retries: how often it calls, and what it finds of a call whose answer was lost.

import assert from 'node:assert/strict';
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { behaviour } from './behaviour.js';
import { defaultPool, Poolhouse } from './poolhouse.js';

const UserPoolId = defaultPool.id;
const server = await Poolhouse.start();
const sdk = new CognitoIdentityProviderClient({
  endpoint: server.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 4,
});

async function faults(init) {
  const answer = await fetch(`${server.url}/_poolhouse/faults`, init);
  const body = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(body));
  return body.rules;
}

const fail = (rule) => faults({ method: 'PUT', body: JSON.stringify({ rules: [rule] }) });

/** How often the client called, and how often it was harmed. */
async function called() {
  const [{ matched, applied }] = await faults();
  return [matched, applied];
}

const lost = [
  { connection: 'CONNECTION_RESET_BY_PEER' },
  { connection: 'EMPTY_RESPONSE' },
  { status: 503, body: '{}' },
  { error: 'TooManyRequestsException' },
];

for (const effect of lost) {
  for (const applied of ['before', 'after']) {
    behaviour(`retries survive ${Object.values(effect)[0]}, ${applied} the operation took effect`, async () => {
      const Value = `${Object.values(effect)[0]} ${applied}`;
      await fail({ match: { operation: 'AdminUpdateUserAttributes' }, times: 2, applied, ...effect });
      const UserAttributes = [{ Name: 'name', Value }];
      await sdk.send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username: 'alice', UserAttributes }));
      assert.deepEqual(await called(), [3, 2]);
      const alice = await sdk.send(new AdminGetUserCommand({ UserPoolId, Username: 'alice' }));
      assert.equal(alice.UserAttributes.find(({ Name }) => Name === 'name').Value, Value);
    });
  }
}

behaviour('a retry finds what the call did whose answer was lost', async () => {
  const match = { operation: 'AdminCreateUser', username: 'ghost' };
  await fail({ match, times: 1, applied: 'after', connection: 'CONNECTION_RESET_BY_PEER' });
  const create = new AdminCreateUserCommand({ UserPoolId, Username: 'ghost', MessageAction: 'SUPPRESS' });
  await assert.rejects(sdk.send(create), { name: 'UsernameExistsException' });
  assert.deepEqual(await called(), [2, 1]);
});

behaviour('retries end', async () => {
  await fail({ match: { operation: 'ListUsers' }, error: 'TooManyRequestsException' });
  const error = await sdk.send(new ListUsersCommand({ UserPoolId })).catch((error) => error);
  assert.equal(error.name, 'TooManyRequestsException');
  assert.equal(error.$metadata.attempts, 4);
  assert.deepEqual(await called(), [4, 4]);
});
