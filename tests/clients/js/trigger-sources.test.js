// Which calls fire which triggers, in which order, and that each event fits the schemas of Powertools for AWS Lambda.
// The sources are those of AWS's tables ("Customizing user pool workflows with Lambda triggers", developer guide).

import assert from 'node:assert/strict';
import * as cognito from '@aws-sdk/client-cognito-identity-provider';

import { startFrozen } from './aws.js';
import { behaviour, refused } from './behaviour.js';
import { Functions, riddle } from './functions.js';
import { Visitor } from './identity-js.js';
import { defaultPool } from './poolhouse.js';
import { departures, judge } from './powertools.js';

const { password } = defaultPool;
const functions = await Functions.start({
  ...riddle,
  PreSignUp({ userName, response }) {
    response.autoConfirmUser = userName === 'auto';
  },
  UserMigration({ userName, triggerSource, response }) {
    response.userAttributes = { email: `${userName}@example.com`, email_verified: 'true' };
    response.messageAction = 'SUPPRESS';
    if (triggerSource === 'UserMigration_Authentication') response.finalUserStatus = 'CONFIRMED';
  },
});
const { server, sdk } = await startFrozen('--function', `*=${functions.url}`);
const arn = (name) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const ses = 'arn:aws:ses:us-east-1:123456789012:identity/a@example.com';
const sms = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms', ExternalId: 'tests' };

/** Every event of this file. */
const events = [];
let last = 0;

/** What ended since the last look: as many as these, so that also those are there for which nobody waits. */
async function invoked(count) {
  const found = [];
  while (found.length < count) {
    const more = await server.invocationsAfter(last);
    if (more.length === 0) break;
    last = more.at(-1).id;
    found.push(...more);
  }
  events.push(...found.map(({ event }) => event));
  return found;
}

/** A call, and the sources that it fires in turn. What fires more than it says is found by the call after it. */
async function fires(sources, operation, input) {
  let answer;
  try {
    answer = await sdk.send(new cognito[`${operation}Command`](input));
  } catch (error) {
    answer = error;
  }
  const found = await invoked(sources.length);
  assert.deepEqual(found.map(({ triggerSource }) => triggerSource), sources, `${operation}: ${answer.message ?? 'answered'}`);
  if (answer instanceof Error) throw answer;
  return answer;
}

const ordinary = [
  'PreSignUp', 'CustomMessage', 'PostConfirmation', 'PreAuthentication', 'PostAuthentication', 'DefineAuthChallenge',
  'CreateAuthChallenge', 'VerifyAuthChallengeResponse', 'UserMigration',
];

/** A pool with every trigger but the senders, and a client of it. */
async function makePool({ version = 'V3_0', triggers, ...settings } = {}) {
  const tokens = { PreTokenGenerationConfig: { LambdaVersion: version, LambdaArn: arn('PreTokenGeneration') } };
  const all = { ...Object.fromEntries(ordinary.map((trigger) => [trigger, arn(trigger)])), ...tokens };
  const { UserPool } = await fires([], 'CreateUserPool', {
    PoolName: 'sources',
    AutoVerifiedAttributes: ['email'],
    SmsConfiguration: sms,
    MfaConfiguration: 'OPTIONAL',
    LambdaConfig: triggers ?? all,
    ...settings,
  });
  const { UserPoolClient } = await fires([], 'CreateUserPoolClient', {
    UserPoolId: UserPool.Id,
    ClientName: 'sources',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_CUSTOM_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  return { UserPoolId: UserPool.Id, ClientId: UserPoolClient.ClientId };
}

const attributes = (given) => Object.entries(given).map(([Name, Value]) => ({ Name, Value }));

/** A confirmed user whom no function has heard of yet. */
async function makeUser({ UserPoolId }, Username, given = {}, creation = ['PreSignUp_AdminCreateUser']) {
  const UserAttributes = attributes({ email: `${Username}@example.com`, email_verified: 'true', ...given });
  await fires(creation, 'AdminCreateUser', { UserPoolId, Username, MessageAction: 'SUPPRESS', UserAttributes });
  await fires([], 'AdminSetUserPassword', { UserPoolId, Username, Password: password, Permanent: true });
}

const byPassword = ({ ClientId }, USERNAME, PASSWORD = password) =>
  ({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME, PASSWORD } });
const signedIn = ['PreAuthentication_Authentication', 'PostAuthentication_Authentication', 'TokenGeneration_Authentication'];

const pool = await makePool();
const { UserPoolId, ClientId } = pool;

behaviour('sign-up, by oneself', async () => {
  const signUp = (Username) => ({ ClientId, Username, Password: password, UserAttributes: attributes({ email: `${Username}@example.com` }) });
  await fires(['PreSignUp_SignUp', 'CustomMessage_SignUp'], 'SignUp', {
    ...signUp('ann'),
    ValidationData: attributes({ v: '1' }),
    ClientMetadata: { m: '1' },
  });
  await fires(['CustomMessage_ResendCode'], 'ResendConfirmationCode', { ClientId, Username: 'ann' });
  const ConfirmationCode = await server.codeSentTo('ann');
  await fires(['PostConfirmation_ConfirmSignUp'], 'ConfirmSignUp', { ClientId, Username: 'ann', ConfirmationCode });
  await fires(['PreSignUp_SignUp', 'PostConfirmation_ConfirmSignUp'], 'SignUp', signUp('auto'));
  await fires(['PreSignUp_SignUp', 'CustomMessage_SignUp'], 'SignUp', signUp('bob'));
  await fires(['PostConfirmation_ConfirmSignUp'], 'AdminConfirmSignUp', { UserPoolId, Username: 'bob' });
});

behaviour('sign-up, by an administrator', async () => {
  const invitation = { UserPoolId, Username: 'cid', TemporaryPassword: 'Temporary-1' };
  await fires(['PreSignUp_AdminCreateUser', 'CustomMessage_AdminCreateUser'], 'AdminCreateUser', {
    ...invitation,
    UserAttributes: attributes({ email: 'cid@example.com' }),
    DesiredDeliveryMediums: ['EMAIL'],
  });
  await fires(['CustomMessage_AdminCreateUser'], 'AdminCreateUser', {
    ...invitation,
    MessageAction: 'RESEND',
    DesiredDeliveryMediums: ['EMAIL'],
  });
  const asked = await fires(['PreAuthentication_Authentication'], 'InitiateAuth', byPassword(pool, 'cid', 'Temporary-1'));
  assert.equal(asked.ChallengeName, 'NEW_PASSWORD_REQUIRED');
  // No PostConfirmation (inferred).
  await fires(['PostAuthentication_Authentication', 'TokenGeneration_NewPasswordChallenge'], 'RespondToAuthChallenge', {
    ClientId,
    ChallengeName: asked.ChallengeName,
    Session: asked.Session,
    ChallengeResponses: { USERNAME: 'cid', NEW_PASSWORD: password },
  });
});

behaviour('sign-in by password, a refresh, and calls that fire nothing', async () => {
  await makeUser(pool, 'dan');
  const { AuthenticationResult } = await fires(signedIn, 'InitiateAuth', byPassword(pool, 'dan'));
  const wrong = fires(['PreAuthentication_Authentication'], 'InitiateAuth', byPassword(pool, 'dan', 'Wrong-123'));
  await refused(wrong, 'NotAuthorizedException', 'Incorrect username or password.');
  const { RefreshToken, AccessToken } = AuthenticationResult;
  const refreshed = ['TokenGeneration_RefreshTokens'];
  await fires(refreshed, 'InitiateAuth', { ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: RefreshToken } });
  await fires(refreshed, 'GetTokensFromRefreshToken', { ClientId, RefreshToken });
  await fires([], 'ChangePassword', { AccessToken, PreviousPassword: password, ProposedPassword: `${password}x` });
  await fires([], 'GlobalSignOut', { AccessToken });
  for (const operation of ['AdminDisableUser', 'AdminDeleteUser']) {
    await fires([], operation, { UserPoolId, Username: 'dan' });
  }
});

behaviour('passwords and addresses', async () => {
  await makeUser(pool, 'eva');
  const { AuthenticationResult } = await fires(signedIn, 'InitiateAuth', byPassword(pool, 'eva'));
  const { AccessToken } = AuthenticationResult;
  await fires(['CustomMessage_UpdateUserAttribute'], 'UpdateUserAttributes', { AccessToken, UserAttributes: attributes({ email: 'eva@new.example.com' }) });
  await fires(['CustomMessage_VerifyUserAttribute'], 'GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' });
  await fires([], 'VerifyUserAttribute', { AccessToken, AttributeName: 'email', Code: await server.codeSentTo('eva') });
  await fires(['CustomMessage_ForgotPassword'], 'ForgotPassword', { ClientId, Username: 'eva' });
  const ConfirmationCode = await server.codeSentTo('eva');
  await fires(['PostConfirmation_ConfirmForgotPassword'], 'ConfirmForgotPassword', { ClientId, Username: 'eva', ConfirmationCode, Password: password });
  await fires(['CustomMessage_ForgotPassword'], 'AdminResetUserPassword', { UserPoolId, Username: 'eva' });
  const UserAttributes = attributes({ email: 'eva@other.example.com' });
  await fires(['CustomMessage_UpdateUserAttribute'], 'AdminUpdateUserAttributes', { UserPoolId, Username: 'eva', UserAttributes });
});

behaviour('a code by SMS at sign-in', async () => {
  await makeUser(pool, 'fay', { phone_number: '+12065550100', phone_number_verified: 'true' });
  await fires([], 'AdminSetUserMFAPreference', { UserPoolId, Username: 'fay', SMSMfaSettings: { Enabled: true, PreferredMfa: true } });
  const asked = await fires(['PreAuthentication_Authentication', 'CustomMessage_Authentication'], 'InitiateAuth', byPassword(pool, 'fay'));
  await fires(signedIn.slice(1), 'RespondToAuthChallenge', {
    ClientId,
    ChallengeName: asked.ChallengeName,
    Session: asked.Session,
    ChallengeResponses: { USERNAME: 'fay', SMS_MFA_CODE: await server.codeSentTo('fay') },
    ClientMetadata: { m: '1' },
  });
});

behaviour('challenges of the pool', async () => {
  await makeUser(pool, 'gil');
  const answer = (asked, ANSWER) => ({
    ClientId,
    ChallengeName: 'CUSTOM_CHALLENGE',
    Session: asked.Session,
    ChallengeResponses: { USERNAME: 'gil', ANSWER },
  });
  const next = ['DefineAuthChallenge_Authentication', 'CreateAuthChallenge_Authentication'];
  const verify = 'VerifyAuthChallengeResponse_Authentication';
  const asked = await fires(next, 'InitiateAuth', { ClientId, AuthFlow: 'CUSTOM_AUTH', AuthParameters: { USERNAME: 'gil' } });
  const again = await fires([verify, ...next], 'RespondToAuthChallenge', answer(asked, '41'));
  await fires([verify, next[0], ...signedIn.slice(1)], 'RespondToAuthChallenge', answer(again, '42'));
});

behaviour('challenges of the pool after the password', async () => {
  const hal = new Visitor(server, 'hal', { poolId: UserPoolId, clientId: ClientId, flow: 'CUSTOM_AUTH' });
  await makeUser(pool, 'hal');
  assert.equal((await hal.signIn()).challenge, 'CUSTOM_CHALLENGE');
  const sources = (await invoked(4)).map(({ triggerSource }) => triggerSource);
  const define = 'DefineAuthChallenge_Authentication';
  assert.deepEqual(sources, ['PreAuthentication_Authentication', define, define, 'CreateAuthChallenge_Authentication']);
});

behaviour('users of another system', async () => {
  // Both run (documented); in which order is inferred.
  await fires(['UserMigration_Authentication', ...signedIn], 'InitiateAuth', byPassword(pool, 'ida'));
  await fires(['UserMigration_ForgotPassword', 'CustomMessage_ForgotPassword'], 'ForgotPassword', { ClientId, Username: 'jon' });
});

behaviour('a device that is known', async () => {
  const tracking = await makePool({
    version: 'V2_0',
    DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
  });
  await makeUser(tracking, 'kim');
  const kim = new Visitor(server, 'kim', { poolId: tracking.UserPoolId, clientId: tracking.ClientId, flow: 'USER_PASSWORD_AUTH' });
  for (const token of ['TokenGeneration_Authentication', 'TokenGeneration_AuthenticateDevice']) {
    await kim.signIn();
    const found = await invoked(3);
    assert.deepEqual(found.map(({ triggerSource }) => triggerSource), [...signedIn.slice(0, 2), token]);
    assert.equal(found[1].event.request.newDeviceUsed, token === 'TokenGeneration_Authentication');
    assert.equal(found[2].event.version, '2');
  }
});

behaviour('tokens of version 1, and of an app client', async () => {
  const first = await makePool({ version: 'V1_0' });
  await makeUser(first, 'lea');
  await fires(signedIn, 'InitiateAuth', byPassword(first, 'lea'));
  assert.equal(events.at(-1).version, '1');
  const Scopes = [{ ScopeName: 'read', ScopeDescription: 'read' }];
  await fires([], 'CreateResourceServer', { UserPoolId, Identifier: 'api', Name: 'api', Scopes });
  const { UserPoolClient } = await fires([], 'CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'machine',
    GenerateSecret: true,
    ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH'],
    AllowedOAuthScopes: ['api/read'],
  });
  await fires(['TokenGeneration_ClientCredentials'], 'GetClientToken', { ClientId: UserPoolClient.ClientId, Secret: UserPoolClient.ClientSecret });
  assert.equal(events.at(-1).userName, 'ClientCredentials');
});

const media = [
  ['CustomEmailSender', 'EMAIL', 'email', 'EmailMfaSettings', ['mia@example.com', 'ned@example.com', 'mia@new.example.com']],
  ['CustomSMSSender', 'SMS', 'phone_number', 'SMSMfaSettings', ['+12065550101', '+12065550102', '+12065550103']],
];

/** A pool whose messages go to senders; it guards sign-ins, so that there is something to warn of. */
function makeSenders() {
  const sender = (name) => ({ LambdaVersion: 'V1_0', LambdaArn: arn(name) });
  return makePool({
    UserPoolTier: 'PLUS',
    UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
    AutoVerifiedAttributes: ['email', 'phone_number'],
    // Codes by mail at sign-in take a sender of one's own.
    EmailConfiguration: { EmailSendingAccount: 'DEVELOPER', SourceArn: ses },
    triggers: {
      KMSKeyID: 'arn:aws:kms:us-east-1:123456789012:key/0f3ac2e5-3b46-4a2e-9d5c-6c2a4e1b7d10',
      CustomEmailSender: sender('CustomEmailSender'),
      CustomSMSSender: sender('CustomSMSSender'),
    },
  });
}

for (const [trigger, medium, attribute, factor, [address, ofOther, other]] of media) {
  behaviour(`${trigger} gets every code of its medium`, async () => {
    const senders = await makeSenders();
    const named = { ...senders, Username: 'mia' };
    const email = { EmailMfaConfiguration: {}, SmsMfaConfiguration: { SmsConfiguration: sms } };
    await fires([], 'SetUserPoolMfaConfig', { ...senders, MfaConfiguration: 'OPTIONAL', ...email });
    const own = (value) => attributes({ [attribute]: value });
    await fires([`${trigger}_SignUp`], 'SignUp', { ...named, Password: password, UserAttributes: own(address) });
    await fires([`${trigger}_ResendCode`], 'ResendConfirmationCode', { ...named, ClientMetadata: { m: '1' } });
    await fires([], 'ConfirmSignUp', { ...named, ConfirmationCode: await server.codeSentTo('mia') });
    await fires([`${trigger}_ForgotPassword`], 'ForgotPassword', named);
    await fires([`${trigger}_AdminCreateUser`], 'AdminCreateUser', {
      ...senders,
      Username: 'ned',
      UserAttributes: own(ofOther),
      DesiredDeliveryMediums: [medium],
    });
    const { AuthenticationResult } = await fires([], 'InitiateAuth', byPassword(senders, 'mia'));
    const { AccessToken } = AuthenticationResult;
    await fires([`${trigger}_VerifyUserAttribute`], 'GetUserAttributeVerificationCode', { AccessToken, AttributeName: attribute });
    await fires([], 'AdminSetUserMFAPreference', { ...named, [factor]: { Enabled: true, PreferredMfa: true } });
    await fires([`${trigger}_Authentication`], 'InitiateAuth', byPassword(senders, 'mia'));
    await fires([`${trigger}_UpdateUserAttribute`], 'UpdateUserAttributes', { AccessToken, UserAttributes: own(other) });
  });
}

behaviour('CustomEmailSender is told of a risky sign-in', async () => {
  const senders = await makeSenders();
  await makeUser(senders, 'ole', {}, []);
  await fires([], 'SetRiskConfiguration', {
    UserPoolId: senders.UserPoolId,
    AccountTakeoverRiskConfiguration: {
      Actions: { HighAction: { EventAction: 'BLOCK', Notify: true } },
      NotifyConfiguration: { SourceArn: ses },
    },
  });
  await server.setRisk({ userPoolId: senders.UserPoolId, riskLevel: 'High' });
  const blocked = fires(['CustomEmailSender_AccountTakeOverNotification'], 'InitiateAuth', byPassword(senders, 'ole'));
  await refused(blocked, 'NotAuthorizedException', 'Unable to login because of security reasons.');
  assert.equal(events.at(-1).request.userAttributes.ACCOUNT_TAKE_OVER_ACTION, 'BLOCK');
});

behaviour('the journal tells of senders what it tells of every function', async () => {
  const senders = await makeSenders();
  const signUp = (Username) =>
    ({ ...senders, Username, Password: password, UserAttributes: attributes({ email: `${Username}@example.com` }) });
  await sdk.send(new cognito.SignUpCommand(signUp('pam')));
  const [answered] = await invoked(1);
  assert.equal(answered.trigger, 'CustomEmailSender');
  assert.equal(answered.function, arn('CustomEmailSender'));
  assert.deepEqual(answered.answer, answered.event);
  assert.equal(answered.error, null);
  assert.ok(answered.durationMs >= 0 && answered.attempts === 1 && answered.requestId);
  // Cognito's messages begin like this: format 1, an algorithm without key commitment.
  assert.match(answered.event.request.code, /^AYADe/);

  await server.directTriggers({ trigger: 'CustomEmailSender', error: 'out of stamps' });
  const { CodeDeliveryDetails } = await sdk.send(new cognito.SignUpCommand(signUp('quy')));
  assert.equal(CodeDeliveryDetails.Destination, 'q***@e***');
  const [failed] = await invoked(1);
  assert.deepEqual([failed.answer, failed.error], [null, 'out of stamps']);
  await server.directTriggers();
});

behaviour('every event fits the schemas of Powertools for AWS Lambda', async () => {
  const judged = events.map(judge);
  assert.deepEqual(judged.flatMap(({ unknown }) => unknown), []);
  // Where the schemas and AWS differ, an event of each kind was seen.
  const known = new Set(judged.flatMap((one) => [...one.known]));
  assert.deepEqual(departures.filter((one) => !known.has(one)).map(({ claim }) => claim), []);
});

behaviour('every source that the API can cause was seen', async () => {
  const messages = ['SignUp', 'ResendCode', 'ForgotPassword', 'AdminCreateUser', 'UpdateUserAttribute', 'VerifyUserAttribute', 'Authentication'];
  // Federation and managed login cause PreSignUp_ExternalProvider, TokenGeneration_HostedAuth and InboundFederation.
  const sources = [
    'PreSignUp_SignUp', 'PreSignUp_AdminCreateUser', 'PostConfirmation_ConfirmSignUp', 'PostConfirmation_ConfirmForgotPassword',
    ...['PreAuthentication', 'PostAuthentication', 'DefineAuthChallenge', 'CreateAuthChallenge', 'VerifyAuthChallengeResponse']
      .map((trigger) => `${trigger}_Authentication`),
    ...['Authentication', 'NewPasswordChallenge', 'AuthenticateDevice', 'RefreshTokens', 'ClientCredentials']
      .map((suffix) => `TokenGeneration_${suffix}`),
    'UserMigration_Authentication', 'UserMigration_ForgotPassword',
    ...['CustomMessage', 'CustomEmailSender', 'CustomSMSSender'].flatMap((trigger) => messages.map((suffix) => `${trigger}_${suffix}`)),
    'CustomEmailSender_AccountTakeOverNotification',
  ];
  assert.deepEqual([...new Set(events.map(({ triggerSource }) => triggerSource))].sort(), sources.sort());
});
