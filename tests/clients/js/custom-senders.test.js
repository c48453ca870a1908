// The AWS Encryption SDK for JavaScript, unchanged, reads what custom senders get, through Poolhouse's KMS.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildClient, CommitmentPolicy, KmsKeyringNode } from '@aws-crypto/client-node';
import {
  AdminCreateUserCommand,
  ConfirmSignUpCommand,
  CreateUserPoolCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import b64 from 'base64-js';

import { sdkFor } from './aws.js';
import { behaviour } from './behaviour.js';
import { Poolhouse } from './poolhouse.js';

const ClientId = '1senders0test00client0000';
const UserPoolId = 'us-east-1_Senders02';
const key = (id) => `arn:aws:kms:us-east-1:123456789012:key/${id}`;
const [own, other] = [key('0f3ac2e5-3b46-4a2e-9d5c-6c2a4e1b7d10'), key('5d0c7a16-7e0f-4b1c-8a52-1f2d3c4b5a69')];
const handler = (file) => fileURLToPath(new URL(`../../../fixtures/handlers/${file}`, import.meta.url));
const modules = fileURLToPath(new URL('./node_modules', import.meta.url));

const folder = await mkdtemp(path.join(tmpdir(), 'poolhouse-senders-'));
after(() => rm(folder, { recursive: true }));
const sent = path.join(folder, 'sent.jsonl');
const env = { NODE_PATH: modules, KEY_ARN: own, KEY_ALIAS: 'alias/cognito', SENT_TO: sent };

const fixture = path.join(folder, 'pool.json');
await writeFile(fixture, JSON.stringify({
  PoolName: 'senders',
  Id: UserPoolId,
  AutoVerifiedAttributes: ['email', 'phone_number'],
  SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
  LambdaConfig: { KMSKeyID: own },
  Clients: [{ ClientName: 'c', ClientId, ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }],
  Triggers: {
    CustomEmailSender: { run: handler('custom-email-sender.cjs'), env },
    CustomSMSSender: { run: handler('custom-sms-sender.cjs'), env },
  },
}));
// The first call of a sender loads its SDKs, which takes its time on a busy machine.
const server = await Poolhouse.start('--fixtures', fixture, '--function-timeout', '30s');
const sdk = sdkFor(server);

// As a function finds it that Poolhouse does not run itself.
Object.assign(process.env, { AWS_ENDPOINT_URL_KMS: server.url, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
const kms = new KMSClient({ region: 'us-east-1', maxAttempts: 1 });

let last = 0;

/** The next invocation of a sender: nobody waits for it, but here. */
async function invoked() {
  const [invocation, ...more] = await server.invocationsAfter(last);
  assert.ok(invocation, 'a sender was called');
  assert.deepEqual([invocation.error, more], [null, []]);
  last = invocation.id;
  return invocation;
}

async function lastSent() {
  return JSON.parse((await readFile(sent, 'utf8')).trim().split('\n').at(-1));
}

function signUp(Username, attributes) {
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  return sdk.send(new SignUpCommand({ ClientId, Username, Password: 'Poolhouse-1', UserAttributes }));
}

for (const [trigger, Username, attributes, to] of [
  ['CustomEmailSender', 'ann', { email: 'ann@example.com' }, 'ann@example.com'],
  ['CustomSMSSender', 'bob', { phone_number: '+12065550100' }, '+12065550100'],
]) {
  behaviour(`${trigger}: the code that the handler decrypts confirms the sign-up`, async () => {
    await signUp(Username, attributes);
    const { target, answer } = await invoked();
    assert.match(target, /\.cjs/);
    // The handlers return nothing, and need not.
    assert.equal(answer, null);
    const { source, to: address, code } = await lastSent();
    assert.deepEqual([source, address], [`${trigger}_SignUp`, to]);
    await sdk.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode: code }));
  });
}

behaviour('a temporary password survives its escapes', async () => {
  const TemporaryPassword = 'Poolhouse-<1>&"\'';
  await sdk.send(new AdminCreateUserCommand({
    UserPoolId,
    Username: 'eve',
    TemporaryPassword,
    UserAttributes: [{ Name: 'email', Value: 'eve@example.com' }],
    DesiredDeliveryMediums: ['EMAIL'],
  }));
  await invoked();
  assert.deepEqual(await lastSent(), { source: 'CustomEmailSender_AdminCreateUser', to: 'eve@example.com', code: TemporaryPassword });
});

const lenient = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT);

/** A message as a sender gets it. */
async function message(Username) {
  await signUp(Username, { email: `${Username}@example.com` });
  return b64.toByteArray((await invoked()).event.request.code);
}

behaviour('the message is for its key, its policy and as it was made', async () => {
  const encrypted = await message('fay');
  const decrypt = (client, keyIds, bytes = encrypted) => client.decrypt(new KmsKeyringNode({ keyIds }), bytes);
  const { plaintext, messageHeader } = await decrypt(lenient, [own]);
  assert.equal(plaintext.toString(), await server.codeSentTo('fay'));
  assert.equal(messageHeader.encryptionContext['userpool-id'], UserPoolId);
  // No data key of another key is asked for; Cognito's messages have no key commitment; a bit more is another message.
  await assert.rejects(decrypt(lenient, [other]), /unencryptedDataKey has not been set/);
  await assert.rejects(decrypt(buildClient(), [own]), /Configuration conflict/);
  const changed = Uint8Array.from(encrypted);
  changed[changed.length - 1] ^= 1;
  await assert.rejects(decrypt(lenient, [own], changed));
});

behaviour('KMS refuses another context, another key, and a key that is not there', async () => {
  const { messageHeader } = await lenient.decrypt(new KmsKeyringNode({ keyIds: [own] }), await message('gil'));
  const { encryptionContext: EncryptionContext, encryptedDataKeys: [{ encryptedDataKey }] } = messageHeader;
  const decrypt = (changes) => kms.send(new DecryptCommand({ CiphertextBlob: encryptedDataKey, KeyId: own, EncryptionContext, ...changes }));
  const { KeyId, Plaintext } = await decrypt();
  assert.deepEqual([KeyId, Plaintext.length], [own, 32]);

  await sdk.send(new CreateUserPoolCommand({ PoolName: 'other', LambdaConfig: { KMSKeyID: other } }));
  const broken = Uint8Array.from(encryptedDataKey).fill(0, -4);
  const refusals = [
    [{ EncryptionContext: { ...EncryptionContext, 'userpool-id': 'us-east-1_Other' } }, 'InvalidCiphertextException'],
    [{ EncryptionContext: undefined }, 'InvalidCiphertextException'],
    [{ CiphertextBlob: broken }, 'InvalidCiphertextException'],
    [{ KeyId: other }, 'IncorrectKeyException'],
    [{ KeyId: key('none') }, 'NotFoundException'],
  ];
  for (const [changes, name] of refusals) {
    await assert.rejects(decrypt(changes), (error) => {
      assert.deepEqual([error.name, error.$metadata.httpStatusCode], [name, 400]);
      assert.ok(error.$response.headers['x-poolhouse-reason']);
      return true;
    });
  }
});
