// The schemas as editors use them: yaml-language-server, which completes and underlines by the first line of a file.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { behaviour } from './behaviour.js';
import { LanguageServer, file, repository } from './language-server.js';

const server = await LanguageServer.start();

const shipped = readdirSync(`${repository}fixtures`, { recursive: true })
  .filter((name) => /\.ya?ml$/.test(name))
  .map((name) => `fixtures/${name}`);

const fixture = '# yaml-language-server: $schema=../../schema/fixture.schema.json\n';
const scenario = '# yaml-language-server: $schema=../../schema/scenario.schema.json\nscenario: a\nsteps:\n';

/** What may be typed at the `|` of steps. */
const inSteps = (steps) => server.completed('fixtures/scenarios/new.scenario.yaml', scenario + steps);

/** What may be typed at the `|` of a fixture. */
const inFixture = (text) => server.completed('fixtures/pools/new.yaml', fixture + text);

function includes(found, expected, others = []) {
  assert.deepEqual(expected.filter((name) => !found.includes(name)), [], `missing of ${found}`);
  assert.deepEqual(others.filter((name) => found.includes(name)), [], `too many of ${found}`);
}

behaviour('what ships names its schema, and nothing in it is underlined', async () => {
  assert.ok(shipped.length >= 9);
  for (const name of shipped) {
    const text = file(name);
    assert.match(text, /^# yaml-language-server: \$schema=(\.\.\/)+schema\/(fixture|scenario|part)\.schema\.json\n/, name);
    assert.deepEqual(await server.underlined(name, text), [], name);
  }
});

behaviour('the operations and the other actions are completed', async () => {
  const words = ['InitiateAuth', 'RespondToAuthChallenge', 'ListUserPools', 'http', 'message', 'clock', 'include'];
  for (const steps of ['  - |', '  - In|', '  - ListUsers: {}\n  - |']) {
    includes(await inSteps(steps), words, ['UserPools', 'scenario']);
  }
});

behaviour('the members of an operation are completed, and their values', async () => {
  for (const steps of ['  - InitiateAuth:\n      |', '  - InitiateAuth: {A|}']) {
    includes(await inSteps(steps), ['AuthFlow', 'AuthParameters', 'ClientId'], ['UserPoolId', 'as']);
  }
  includes(await inSteps('  - InitiateAuth: {AuthFlow: |}'), ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'], ['ON']);
  includes(await inSteps('  - SignUp:\n      UserAttributes:\n        |'), ['email', 'phone_number', 'sub']);
});

behaviour('what an operation may answer is completed under expect and exactly', async () => {
  const step = '  - InitiateAuth: {AuthFlow: USER_AUTH}\n';
  includes(await inSteps(`${step}    |`), ['as', 'expect', 'exactly', 'error', 'repeat', 'unchecked']);
  for (const word of ['expect', 'exactly']) {
    includes(await inSteps(`${step}    ${word}:\n      |`), ['ChallengeName', 'AuthenticationResult'], ['AuthFlow']);
    includes(
      await inSteps(`${step}    ${word}:\n      AuthenticationResult:\n        |`), ['IdToken', 'ExpiresIn'], ['ChallengeName']);
    includes(await inSteps(`${step}    ${word}:\n      ChallengeName: |`), ['SOFTWARE_TOKEN_MFA', 'MFA_SETUP']);
  }
  includes(await inSteps('  - ListUsers: {}\n    expect:\n      Users:\n        - |'), ['Username', 'UserStatus']);
  includes(await inSteps('  - message: {username: a}\n    expect:\n      |'), ['code', 'destination'], ['ChallengeName']);
});

behaviour('the errors of an operation are completed, and not those of others', async () => {
  const step = '  - VerifySoftwareToken: {UserCode: "123456"}\n';
  const [own, other] = [['EnableSoftwareTokenMFAException', 'InvalidParameterException'], ['UsernameExistsException']];
  includes(await inSteps(`${step}    error: |`), own, other);
  includes(await inSteps(`${step}    error:\n      type: |`), own, other);
  includes(await inSteps(`${step}    error:\n      |`), ['type', 'message', 'status', 'reason']);
});

behaviour('fixtures are completed at every depth', async () => {
  includes(await inFixture('|'), ['UserPools', 'RiskRules'], ['PoolName']);
  includes(await inFixture('UserPools:\n  - PoolName: a\n    |'), ['Clients', 'SigningKeys', 'MfaConfiguration'], ['RiskRules']);
  includes(await inFixture('UserPools:\n  - PoolName: a\n    Users:\n      - |'), ['Username', 'SoftwareToken', 'UserAttributes']);
  includes(await inFixture('UserPools:\n  - PoolName: a\n    MfaConfiguration: |'), ['OPTIONAL']);
  includes(await inFixture('UserPools:\n  - PoolName: a\n    Users:\n      - UserStatus: |'), ['RESET_REQUIRED'], ['ARCHIVED']);
  includes(await inFixture('UserPools:\n  - PoolName: a\n    Triggers:\n      |'), ['PreSignUp', 'CustomSMSSender']);
});

behaviour('what is wrong is underlined, and nothing beside it', async () => {
  for (const [steps, wrong] of [
    ['  - InitiateAuth: {AuthFlow: USER_AUTH, AuthFlows: a}', 'AuthFlows'],
    ['  - InitiateAut: {AuthFlow: USER_AUTH}', 'InitiateAut'],
    ['  - InitiateAuth: {AuthFlow: USER_AUT}', 'USER_AUT'],
    ['  - ListUsers: {Limit: many}', 'many'],
    ['  - ListUsers: {}\n    expect: {Userz: <list>}', 'Userz'],
    ['  - ListUsers: {}\n    expect: {Users: [{UserStatus: <any>, Name: a}]}', 'Name'],
    ['  - GetUser: {AccessToken: a}\n    expect: {PreferredMfaSetting: {$regexp: a}}', '$regexp'],
    ['  - ListUsers: {}\n    error: CodeMismatchException', 'CodeMismatchException'],
    ['  - ListUsers: {}\n    error: {text: a}', 'text'],
    ['  - message: {username: a}\n    expect: {cod: <code>}', 'cod'],
  ]) {
    const found = await server.underlined('fixtures/scenarios/wrong.scenario.yaml', scenario + steps);
    assert.deepEqual(found.map(({ at }) => at), [wrong], JSON.stringify(found));
  }
  for (const [text, wrong] of [
    ['UserPools:\n  - PoolName: a\n    Client: []\n', 'Client'],
    ['UserPools:\n  - PoolName: a\n    Users: [{Username: a, Enabld: true}]\n', 'Enabld'],
    ['UserPools:\n  - PoolName: a\n    MfaConfiguration: MAYBE\n', 'MAYBE'],
  ]) {
    const found = await server.underlined('fixtures/pools/wrong.yaml', fixture + text);
    assert.deepEqual(found.map(({ at }) => at), [wrong], JSON.stringify(found));
  }
});

behaviour('what is sent unchecked is not underlined', async () => {
  const step = '  - InitiateAuth: {AuthFlow: 1, AuthFlows: a}\n    unchecked: true\n    error: InvalidParameterException';
  assert.deepEqual(await server.underlined('fixtures/scenarios/unchecked.scenario.yaml', scenario + step), []);
});
