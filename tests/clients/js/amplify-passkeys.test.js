// Amplify's passkeys in Node, with the software authenticator of the test API as `navigator.credentials`.

import assert from 'node:assert/strict';
import {
  associateWebAuthnCredential, confirmSignIn, deleteWebAuthnCredential, fetchAuthSession, listWebAuthnCredentials,
  signIn, signOut,
} from '@aws-amplify/auth';
import { configure } from './amplify.js';
import { newName, startFrozen } from './aws.js';
import { behaviour, challengesDuring, refused } from './behaviour.js';
import { firstFactors, Pool } from './pool.js';
import { defaultPool } from './poolhouse.js';

const { server, sdk } = await startFrozen();
const pool = await Pool.make(sdk, {
  settings: { Policies: firstFactors('PASSWORD', 'WEB_AUTHN') },
  mfa: { MfaConfiguration: 'OFF', WebAuthnConfiguration: { RelyingPartyId: 'example.com' } },
});
configure(server, pool);

// What Amplify asks of a browser.
class PublicKeyCredential {}
class AuthenticatorAttestationResponse {}
class AuthenticatorAssertionResponse {}
Object.assign(globalThis, { PublicKeyCredential, AuthenticatorAttestationResponse, AuthenticatorAssertionResponse });
globalThis.window = { document: {}, isSecureContext: true, PublicKeyCredential };

const bytes = (text) => Uint8Array.from(Buffer.from(text, 'base64url')).buffer;
const text = (buffer) => Buffer.from(buffer).toString('base64url');
const withTexts = (list) => list?.map((one) => ({ ...one, id: text(one.id) }));

/** The test API speaks JSON as the SDKs do, `navigator.credentials` speaks buffers. */
function browserCredential({ response, ...credential }, Response) {
  const members = Object.entries(response).map(([name, value]) =>
    [name, typeof value === 'string' ? bytes(value) : value]);
  const answered = Object.assign(new Response(), Object.fromEntries(members), {
    getTransports: () => response.transports,
    getPublicKeyAlgorithm: () => response.publicKeyAlgorithm,
    getPublicKey: () => response.publicKey && bytes(response.publicKey),
    getAuthenticatorData: () => bytes(response.authenticatorData ?? ''),
  });
  return Object.assign(new PublicKeyCredential(), credential, {
    rawId: bytes(credential.rawId), response: answered, getClientExtensionResults: () => ({}),
  });
}

// What the page's authenticator is told beside the options.
let behaves = {};
Object.defineProperty(navigator, 'credentials', {
  value: {
    async create({ publicKey }) {
      const user = { ...publicKey.user, id: text(publicKey.user.id) };
      const excludeCredentials = withTexts(publicKey.excludeCredentials);
      const options = { ...publicKey, user, challenge: text(publicKey.challenge), excludeCredentials };
      return browserCredential(await server.createPasskey(options, behaves), AuthenticatorAttestationResponse);
    },
    async get({ publicKey }) {
      const allowCredentials = withTexts(publicKey.allowCredentials);
      const options = { ...publicKey, challenge: text(publicKey.challenge), allowCredentials };
      return browserCredential(await server.signByPasskey(options, behaves), AuthenticatorAssertionResponse);
    },
  },
});

async function signedInNewUser() {
  const username = newName('ann');
  await pool.addUser(username);
  await signIn({ username, password: defaultPool.password });
  return username;
}

const byPasskey = (username) =>
  signIn({ username, options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' } });

behaviour('a passkey is registered, signs in when preferred and when chosen, and is deleted', async () => {
  const username = await signedInNewUser();
  await associateWebAuthnCredential();
  const { credentials: [{ credentialId, relyingPartyId }] } = await listWebAuthnCredentials();
  assert.equal(relyingPartyId, 'example.com');
  await signOut();

  const [{ isSignedIn }, challenges] = await challengesDuring(() => byPasskey(username));
  assert.ok(isSignedIn);
  assert.deepEqual(challenges, ['WEB_AUTHN']);
  assert.equal((await fetchAuthSession()).tokens.accessToken.payload.username, username);
  await signOut();
  await signIn({ username, options: { authFlowType: 'USER_AUTH' } });
  assert.ok((await confirmSignIn({ challengeResponse: 'WEB_AUTHN' })).isSignedIn);

  await deleteWebAuthnCredential({ credentialId });
  await signOut();
  const { nextStep } = await byPasskey(username);
  assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
  assert.ok(!nextStep.availableChallenges.includes('WEB_AUTHN'));
});

behaviour('a page of another site can neither register nor sign in', async () => {
  const username = await signedInNewUser();
  behaves = { origin: 'https://example.org' };
  await assert.rejects(associateWebAuthnCredential(), { name: 'WebAuthnOriginNotAllowedException' });
  behaves = {};
  await associateWebAuthnCredential();
  await signOut();
  behaves = { origin: 'https://example.org' };
  await refused(byPasskey(username), 'NotAuthorizedException', 'Incorrect username or password.');
  behaves = {};
  assert.ok((await byPasskey(username)).isSignedIn);
  await signOut();
});
