// The Cognito schemas of Powertools for AWS Lambda (TypeScript), and where events of Cognito are known not to fit them.

import {
  CreateAuthChallengeTriggerSchema,
  CustomEmailSenderTriggerSchema,
  CustomMessageTriggerSchema,
  CustomSMSSenderTriggerSchema,
  DefineAuthChallengeTriggerSchema,
  MigrateUserTriggerSchema,
  PostAuthenticationTriggerSchema,
  PostConfirmationTriggerSchema,
  PreAuthenticationTriggerSchema,
  PreSignupTriggerSchema,
  PreTokenGenerationTriggerSchemaV1,
  PreTokenGenerationTriggerSchemaV2AndV3,
  VerifyAuthChallengeTriggerSchema,
} from '@aws-lambda-powertools/parser/schemas/cognito';

const schemas = {
  PreSignUp: () => PreSignupTriggerSchema,
  PostConfirmation: () => PostConfirmationTriggerSchema,
  PreAuthentication: () => PreAuthenticationTriggerSchema,
  PostAuthentication: () => PostAuthenticationTriggerSchema,
  DefineAuthChallenge: () => DefineAuthChallengeTriggerSchema,
  CreateAuthChallenge: () => CreateAuthChallengeTriggerSchema,
  VerifyAuthChallengeResponse: () => VerifyAuthChallengeTriggerSchema,
  TokenGeneration: ({ version }) =>
    version === '1' ? PreTokenGenerationTriggerSchemaV1 : PreTokenGenerationTriggerSchemaV2AndV3,
  UserMigration: () => MigrateUserTriggerSchema,
  CustomMessage: () => CustomMessageTriggerSchema,
  CustomEmailSender: () => CustomEmailSenderTriggerSchema,
  CustomSMSSender: () => CustomSMSSenderTriggerSchema,
};

/** Where the schemas ask for what AWS does not send: the event stays as AWS has it. */
export const departures = [
  {
    claim: 'a schema names one triggerSource of several (documented in the developer guide)',
    sources: /^(PreSignUp_AdminCreateUser|PostConfirmation_ConfirmForgotPassword|Custom(Email|SMS)Sender_(?!SignUp$).*)$/,
    at: 'triggerSource',
  },
  { claim: 'events of senders have no response (observed)', sources: /^Custom(Email|SMS)Sender_/, at: 'response' },
  {
    claim: 'clientMetadata of senders is null where there is none (observed)',
    sources: /^Custom(Email|SMS)Sender_/,
    at: 'request.clientMetadata',
    value: null,
  },
  {
    claim: 'a notification has no code (documented)',
    sources: /^CustomEmailSender_AccountTakeOverNotification$/,
    at: 'request.code',
    value: null,
  },
  {
    claim: 'a notification tells of no device or links where there are none (observed for the device, inferred for the rest)',
    sources: /^CustomEmailSender_AccountTakeOverNotification$/,
    at: /^request\.userAttributes\.(CITY|COUNTRY|DEVICE_NAME|ONE_CLICK_LINK_(IN)?VALID)$/,
    value: null,
  },
  {
    claim: 'AdminConfirmSignUp has no client (observed)',
    sources: /^PostConfirmation_ConfirmSignUp$/,
    at: 'callerContext.clientId',
    value: null,
  },
  {
    claim: 'the session is empty before the first challenge (observed)',
    sources: /^(Define|Create)AuthChallenge_/,
    at: 'request.session',
    value: [],
  },
  {
    claim: 'challengeMetadata is null where CreateAuthChallenge gave none (observed)',
    sources: /^(Define|Create)AuthChallenge_/,
    at: /^request\.session\.\d+\.challengeMetadata$/,
    value: null,
  },
  {
    claim: 'answerCorrect is null before the function answers (observed)',
    sources: /^VerifyAuthChallengeResponse_/,
    at: 'response.answerCorrect',
    value: null,
  },
  {
    claim: 'validationData of UserMigration is null where there is none (observed)',
    sources: /^UserMigration_/,
    at: 'request.validationData',
    value: null,
  },
  {
    claim: 'ForgotPassword has no password to tell (documented)',
    sources: /^UserMigration_ForgotPassword$/,
    at: 'request.password',
  },
  {
    claim: 'an app client has no groups (documented)',
    sources: /^TokenGeneration_ClientCredentials$/,
    at: 'request.groupConfiguration',
    value: null,
  },
];

function valueAt(event, path) {
  return path.reduce((value, member) => value?.[member], event);
}

function applies({ sources, at, value }, event, path) {
  const name = path.join('.');
  const isThere = typeof at === 'string' ? at === name : at.test(name);
  const isValue = value === undefined || JSON.stringify(valueAt(event, path)) === JSON.stringify(value);
  return isThere && isValue && sources.test(event.triggerSource);
}

/** What the schema says against an event: departures that are known, and the rest in words. */
export function judge(event) {
  const [family] = event.triggerSource.split('_');
  const { error } = schemas[family](event).safeParse(event);
  const known = new Set();
  const unknown = [];
  for (const { path, message } of error?.issues ?? []) {
    const departure = departures.find((one) => applies(one, event, path));
    if (departure) known.add(departure);
    else unknown.push(`${event.triggerSource} ${path.join('.')}: ${message}, not ${JSON.stringify(valueAt(event, path))}`);
  }
  return { known, unknown };
}
