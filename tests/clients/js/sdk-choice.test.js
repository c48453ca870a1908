// USER_AUTH by the AWS SDK alone: the user chooses among password, codes and a passkey.

import assert from 'node:assert/strict';
import {
  CompleteWebAuthnRegistrationCommand, ConfirmSignUpCommand, InitiateAuthCommand, RespondToAuthChallengeCommand,
  SignUpCommand, StartWebAuthnRegistrationCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { otherCode } from './amplify.js';
import { newName, startFrozen } from './aws.js';
import { behaviour, refused } from './behaviour.js';
import { firstFactors, Pool } from './pool.js';
import { defaultPool } from './poolhouse.js';

const { server, sdk } = await startFrozen();
const pool = await Pool.make(sdk, {
  settings: { AutoVerifiedAttributes: ['email'], Policies: firstFactors('PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN') },
  mfa: {
    MfaConfiguration: 'OFF',
    WebAuthnConfiguration: { RelyingPartyId: 'example.com', UserVerification: 'required' },
  },
});
const ClientId = pool.clientId;
const wrong = ['NotAuthorizedException', 'Incorrect username or password.'];
const used = ['NotAuthorizedException', 'Invalid session for the user, session can only be used once.'];

const begin = (USERNAME, more) =>
  sdk.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME, ...more } }));
const answer = (ChallengeName, { Session }, ChallengeResponses) =>
  sdk.send(new RespondToAuthChallengeCommand({ ClientId, ChallengeName, Session, ChallengeResponses }));

async function newUser() {
  const username = newName('ann');
  await pool.addUser(username, { email: `${username}@example.com`, email_verified: 'true' });
  return username;
}

/** A user with a passkey. */
async function withPasskey() {
  const username = await newUser();
  const { AuthenticationResult: { AccessToken } } = await begin(username, {
    PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: defaultPool.password,
  });
  const { CredentialCreationOptions } = await sdk.send(new StartWebAuthnRegistrationCommand({ AccessToken }));
  const Credential = await server.createPasskey(CredentialCreationOptions);
  await sdk.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential }));
  return username;
}

behaviour('the password is chosen; another one ends the sign-in', async () => {
  const USERNAME = await newUser();
  const choice = await begin(USERNAME);
  assert.equal(choice.ChallengeName, 'SELECT_CHALLENGE');
  assert.deepEqual(choice.AvailableChallenges.toSorted(), ['EMAIL_OTP', 'PASSWORD', 'PASSWORD_SRP']);
  await refused(
    answer('SELECT_CHALLENGE', choice, { USERNAME, ANSWER: 'PASSWORD', PASSWORD: 'Poolhouse-2' }), ...wrong,
  );
  const right = { USERNAME, ANSWER: 'PASSWORD', PASSWORD: defaultPool.password };
  await refused(answer('SELECT_CHALLENGE', choice, right), ...used);
  assert.ok((await answer('SELECT_CHALLENGE', await begin(USERNAME), right)).AuthenticationResult);
});

behaviour('a code by e-mail signs in, another one does not', async () => {
  const USERNAME = await newUser();
  const challenge = await begin(USERNAME, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
  assert.equal(challenge.ChallengeName, 'EMAIL_OTP');
  const code = await server.codeSentTo(USERNAME);
  await refused(
    answer('EMAIL_OTP', challenge, { USERNAME, EMAIL_OTP_CODE: otherCode(code) }),
    'CodeMismatchException', 'Invalid code or auth state for the user.',
  );
  assert.ok((await answer('EMAIL_OTP', challenge, { USERNAME, EMAIL_OTP_CODE: code })).AuthenticationResult);
});

const prefer = { PREFERRED_CHALLENGE: 'WEB_AUTHN' };
const optionsOf = ({ ChallengeParameters }) => JSON.parse(ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS);

behaviour('a passkey signs in, preferred or chosen', async () => {
  const USERNAME = await withPasskey();
  const preferred = await begin(USERNAME, prefer);
  const chosen = await answer('SELECT_CHALLENGE', await begin(USERNAME), { USERNAME, ANSWER: 'WEB_AUTHN' });
  for (const challenge of [preferred, chosen]) {
    assert.equal(challenge.ChallengeName, 'WEB_AUTHN');
    const CREDENTIAL = JSON.stringify(await server.signByPasskey(optionsOf(challenge)));
    assert.ok((await answer('WEB_AUTHN', challenge, { USERNAME, CREDENTIAL })).AuthenticationResult);
    await refused(answer('WEB_AUTHN', challenge, { USERNAME, CREDENTIAL }), ...used);
  }
});

behaviour('a passkey that signs for another challenge, at another site or unseen is refused', async () => {
  const USERNAME = await withPasskey();
  const earlier = optionsOf(await begin(USERNAME, prefer));
  const wrongs = [
    () => server.signByPasskey(earlier),
    (options) => server.signByPasskey(options, { origin: 'https://example.org' }),
    (options) => server.signByPasskey(options, { userVerified: false }),
    async (options) => {
      const credential = await server.signByPasskey(options);
      const signature = Buffer.from(credential.response.signature, 'base64url');
      signature[signature.length - 1] ^= 1;
      credential.response.signature = signature.toString('base64url');
      return credential;
    },
  ];
  for (const sign of wrongs) {
    const challenge = await begin(USERNAME, prefer);
    const CREDENTIAL = JSON.stringify(await sign(optionsOf(challenge)));
    await assert.rejects(answer('WEB_AUTHN', challenge, { USERNAME, CREDENTIAL }), ({ name }) => {
      assert.match(name, /^(NotAuthorized|WebAuthn\w+)Exception$/);
      return true;
    });
  }
});

behaviour('sign-up without a password, and the session that signs in at once, once', async () => {
  const Username = newName('uma');
  const { Session } = await sdk.send(new SignUpCommand({
    ClientId, Username, UserAttributes: [{ Name: 'email', Value: `${Username}@example.com` }],
  }));
  const ConfirmationCode = await server.codeSentTo(Username);
  const confirmed = await sdk.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode, Session }));
  const { Session: next } = confirmed;
  const signIn = () => sdk.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_AUTH', Session: next }));
  assert.ok((await signIn()).AuthenticationResult);
  await refused(signIn(), ...used);
});
