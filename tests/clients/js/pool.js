// Pools that tests make for themselves, each with one client and its users.

import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { defaultPool } from './poolhouse.js';

export const smsSender = { SnsCallerArn: 'arn:aws:iam::123456789012:role/cognito-sms', ExternalId: 'tests' };

/** E-mail as an MFA factor needs a sender of the pool's own. */
export const mailSender = {
  EmailSendingAccount: 'DEVELOPER',
  SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
};

const everyFlow = [
  'ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH',
];

export class Pool {
  #sdk;
  id;
  clientId;

  /** `settings` of CreateUserPool, `mfa` of SetUserPoolMfaConfig, `client` of CreateUserPoolClient. */
  static async make(sdk, { settings, mfa, client } = {}) {
    const pool = new Pool();
    pool.#sdk = sdk;
    const { UserPool } = await sdk.send(new CreateUserPoolCommand({ PoolName: 'made-by-a-test', ...settings }));
    pool.id = UserPool.Id;
    if (mfa) await sdk.send(new SetUserPoolMfaConfigCommand({ UserPoolId: pool.id, ...mfa }));
    const { UserPoolClient } = await sdk.send(new CreateUserPoolClientCommand({
      UserPoolId: pool.id, ClientName: 'made-by-a-test', ExplicitAuthFlows: everyFlow, ...client,
    }));
    pool.clientId = UserPoolClient.ClientId;
    pool.clientSecret = UserPoolClient.ClientSecret;
    return pool;
  }

  /** A confirmed user with the default password. */
  async addUser(username, attributes = {}) {
    const user = { UserPoolId: this.id, Username: username };
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
    const { password } = defaultPool;
    await this.#sdk.send(new AdminCreateUserCommand({
      ...user, UserAttributes, TemporaryPassword: password, MessageAction: 'SUPPRESS',
    }));
    await this.#sdk.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
  }
}

export function firstFactors(...factors) {
  return { SignInPolicy: { AllowedFirstAuthFactors: factors } };
}
