// The handlers of fixtures/handlers: typed against @types/aws-lambda, and run by Poolhouse.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  AdminConfirmSignUpCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';

import { Poolhouse } from './poolhouse.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const handlers = fileURLToPath(new URL('../../../fixtures/handlers/', import.meta.url));
const modules = path.join(here, 'node_modules');
const run = promisify(execFile);
const client = '1handlers0test0client00000';
const pool = 'us-east-1_Handlers1';

let folder;

/** A server with a pool whose triggers are these. */
async function serve(triggers) {
  folder ??= await mkdtemp(path.join(tmpdir(), 'poolhouse-handlers-'));
  const fixture = {
    PoolName: 'handlers',
    Id: pool,
    Schema: [{ Name: 'suspended', AttributeDataType: 'String', Mutable: true }],
    Clients: [{ ClientName: 'c', ClientId: client, ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] }],
    Triggers: triggers,
  };
  const file = path.join(folder, 'pool.json');
  await writeFile(file, JSON.stringify(fixture));
  const server = await Poolhouse.start('--fixtures', file);
  const cognito = new CognitoIdentityProviderClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'not-checked' },
  });
  return cognito;
}

after(() => folder && rm(folder, { recursive: true }));

const handler = (file, env = {}) => ({ run: path.join(handlers, file), env });

function signUp(cognito, username, email) {
  const attributes = [{ Name: 'email', Value: email }];
  return cognito.send(new SignUpCommand({ ClientId: client, Username: username, Password: 'Poolhouse-1', UserAttributes: attributes }));
}

async function signIn(cognito, username) {
  const answer = await cognito.send(
    new InitiateAuthCommand({
      ClientId: client,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: 'Poolhouse-1' },
    }),
  );
  const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
  return { id: claims(answer.AuthenticationResult.IdToken), access: claims(answer.AuthenticationResult.AccessToken) };
}

test('the handlers are typed', async () => {
  const checked = run(process.execPath, [path.join(modules, 'typescript/bin/tsc'), '-p', path.join(here, 'handlers.tsconfig.json')]);
  await checked.catch((error) => assert.fail(error.stdout));
});

test('handlers decide about a sign-up, call back after it, and add claims', async () => {
  const cognito = await serve({
    PreSignUp: handler('pre-sign-up.mjs', { DENIED_DOMAINS: 'spam.example' }),
    PostConfirmation: handler('post-confirmation.cjs', { NODE_PATH: modules }),
    PreAuthentication: handler('pre-authentication.mjs'),
    PostAuthentication: handler('post-authentication.mjs'),
    PreTokenGeneration: handler('pre-token-generation.mjs'),
  });
  await assert.rejects(signUp(cognito, 'eve', 'eve@spam.example'), {
    name: 'UserLambdaValidationException',
    message: 'PreSignUp failed with error Sign-ups from spam.example are not allowed.',
  });
  assert.equal((await signUp(cognito, 'ada', 'ada@example.com')).UserConfirmed, false);
  assert.equal((await signUp(cognito, 'bob', 'bob@corp.example.com')).UserConfirmed, true);

  const nickname = async (name) => {
    const user = await cognito.send(new AdminGetUserCommand({ UserPoolId: pool, Username: name }));
    return user.UserAttributes.find(({ Name }) => Name === 'nickname')?.Value;
  };
  await cognito.send(new AdminConfirmSignUpCommand({ UserPoolId: pool, Username: 'ada' }));
  // Both were confirmed, and the function that calls back while its event is under way was told so.
  assert.deepEqual([await nickname('ada'), await nickname('bob')], ['welcomed', 'welcomed']);

  assert.equal((await signIn(cognito, 'bob')).id.tenant, 'corp.example.com');
  const suspended = [{ Name: 'custom:suspended', Value: 'true' }];
  await cognito.send(new AdminUpdateUserAttributesCommand({ UserPoolId: pool, Username: 'bob', UserAttributes: suspended }));
  await assert.rejects(signIn(cognito, 'bob'), {
    name: 'UserLambdaValidationException',
    message: 'PreAuthentication failed with error This account is suspended.',
  });
});

test('fifty sign-ups at once share at most the processes that are allowed, each event once', async () => {
  const cognito = await serve({ PreSignUp: handler('pre-sign-up.mjs') });
  const names = Array.from({ length: 50 }, (_, number) => `user${number}`);
  const answers = await Promise.all(names.map((name) => signUp(cognito, name, `${name}@corp.example.com`)));
  assert.ok(answers.every(({ UserConfirmed }) => UserConfirmed));
});

test('the functions of a custom sign-in agree with one another', async () => {
  const load = async (file) => (await import(path.join(handlers, file))).handler;
  const define = await load('define-auth-challenge.mjs');
  const create = await load('create-auth-challenge.mjs');
  const verify = await load('verify-auth-challenge-response.mjs');
  const session = [];
  for (const [answer, isRight] of [['8', false], [' 7', true]]) {
    const { response: next } = await define({ request: { session }, response: {} });
    assert.deepEqual(next, { issueTokens: false, failAuthentication: false, challengeName: 'CUSTOM_CHALLENGE' });
    const { response: asked } = await create({ request: { session }, response: {} });
    assert.equal(asked.publicChallengeParameters.question, 'What is 3 plus 4?');
    const request = { challengeAnswer: answer, privateChallengeParameters: asked.privateChallengeParameters };
    const { response: checked } = await verify({ request, response: {} });
    assert.equal(checked.answerCorrect, isRight);
    session.push({ challengeName: 'CUSTOM_CHALLENGE', challengeResult: isRight, challengeMetadata: asked.challengeMetadata });
  }
  assert.equal((await define({ request: { session }, response: {} })).response.issueTokens, true);
  const wrong = Array.from({ length: 3 }, () => ({ challengeName: 'CUSTOM_CHALLENGE', challengeResult: false }));
  assert.equal((await define({ request: { session: wrong }, response: {} })).response.failAuthentication, true);
  const srp = [{ challengeName: 'SRP_A', challengeResult: true }];
  assert.equal((await define({ request: { session: srp }, response: {} })).response.challengeName, 'PASSWORD_VERIFIER');
});

test('messages, scopes and federated attributes are what the handlers make of them', async () => {
  const load = async (file) => (await import(path.join(handlers, file))).handler;
  const request = { codeParameter: '{####}', usernameParameter: '{username}', userAttributes: { name: 'Ada' } };
  for (const triggerSource of ['CustomMessage_SignUp', 'CustomMessage_ForgotPassword', 'CustomMessage_AdminCreateUser']) {
    const { response } = await (await load('custom-message.mjs'))({ triggerSource, request, response: {} });
    for (const text of [response.emailMessage, response.smsMessage]) {
      assert.ok(text.includes('{####}'), text);
      assert.equal(text.includes('{username}'), triggerSource === 'CustomMessage_AdminCreateUser');
    }
  }
  const groupConfiguration = { groupsToOverride: ['admins'] };
  const tokens = { request: { groupConfiguration, userAttributes: { email: 'ada@example.com' } }, response: {} };
  const { accessTokenGeneration } = (await (await load('pre-token-generation-v2.mjs'))(tokens)).response.claimsAndScopeOverrideDetails;
  assert.deepEqual(accessTokenGeneration.scopesToAdd, ['users/read', 'users/write']);
  const attributes = { userInfo: { sub: '1', email: 'Ada@Example.com', groups: 'a,b' } };
  const federated = await (await load('inbound-federation.mjs'))({ request: { attributes }, response: {} });
  assert.deepEqual(federated.response.userAttributesToMap, { sub: '1', email: 'ada@example.com' });
});

test('a list of another system migrates by password, or without one when it was forgotten', async () => {
  const { handler: migrate } = await import(path.join(handlers, 'user-migration.mjs'));
  const event = (triggerSource, userName, password) => ({ triggerSource, userName, request: { password }, response: {} });
  const { response } = await migrate(event('UserMigration_Authentication', 'maria', 'Legacy-Pass-1'));
  assert.equal(response.finalUserStatus, 'CONFIRMED');
  assert.equal(response.userAttributes.email, 'maria@example.com');
  assert.equal((await migrate(event('UserMigration_ForgotPassword', 'maria'))).response.finalUserStatus, undefined);
  await assert.rejects(migrate(event('UserMigration_Authentication', 'maria', 'wrong')), { message: 'Bad password' });
  await assert.rejects(migrate(event('UserMigration_Authentication', 'nobody', 'x')), { message: 'User not found' });
});

// Its native part is built on Linux alone, by scripts/test or `npm rebuild aws-lambda-ric` (which needs cmake).
test('aws-lambda-ric runs a handler', { skip: process.platform !== 'linux' && 'aws-lambda-ric builds on Linux alone' }, async () => {
  const built = path.join(modules, 'aws-lambda-ric/rapid-client.node');
  assert.ok(existsSync(built), `${built} is not built: npm rebuild aws-lambda-ric --foreground-scripts, with cmake on the PATH`);
  const command = [process.execPath, path.join(modules, 'aws-lambda-ric/index.mjs'), 'pre-sign-up.handler'];
  const cognito = await serve({ PreSignUp: { command, dir: handlers } });
  assert.equal((await signUp(cognito, 'bob', 'bob@corp.example.com')).UserConfirmed, true);
  await assert.rejects(signUp(cognito, 'eve', 'eve@spam.example'), {
    message: 'PreSignUp failed with error Sign-ups from spam.example are not allowed.',
  });
  assert.equal((await signUp(cognito, 'ada', 'ada@example.com')).UserConfirmed, false);
});
