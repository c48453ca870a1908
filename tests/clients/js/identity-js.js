// amazon-cognito-identity-js (the client of older Amplify apps), its callbacks turned into promises.

import assert from 'node:assert/strict';
import cognito from 'amazon-cognito-identity-js';
import { defaultPool } from './poolhouse.js';

const { AuthenticationDetails, CognitoRefreshToken, CognitoUser, CognitoUserAttribute, CognitoUserPool } = cognito;

/** A browser's local storage, one per user, so that tests do not see one another's sessions. */
class Storage {
  #items = new Map();
  setItem(key, value) {
    this.#items.set(key, value);
    return value;
  }
  getItem(key) {
    return this.#items.get(key);
  }
  removeItem(key) {
    return this.#items.delete(key);
  }
  clear() {
    this.#items.clear();
  }
}

/** A promise of what a node-style callback gets. */
function called(run) {
  return new Promise((resolve, reject) => run((error, answer) => (error ? reject(error) : resolve(answer))));
}

/**
 * Every refused refresh is tried again by this client, with seconds between the attempts; here the
 * attempts follow one another at once.
 */
async function withoutBackOff(run) {
  const { setTimeout: realSetTimeout } = globalThis;
  globalThis.setTimeout = (callback, _delay, ...rest) => realSetTimeout(callback, 0, ...rest);
  try {
    return await run();
  } finally {
    globalThis.setTimeout = realSetTimeout;
  }
}

export class Visitor {
  constructor(server, username, { poolId = defaultPool.id, clientId = defaultPool.publicClient, flow } = {}) {
    this.username = username;
    const storage = new Storage();
    this.storage = storage;
    this.pool = new CognitoUserPool({
      UserPoolId: poolId,
      ClientId: clientId,
      endpoint: `${server.url}/`,
      Storage: storage,
    });
    this.user = new CognitoUser({ Username: username, Pool: this.pool, Storage: storage });
    if (flow) this.user.setAuthenticationFlowType(flow);
  }

  async signUp(password = defaultPool.password) {
    const email = new CognitoUserAttribute({ Name: 'email', Value: `${this.username}@example.com` });
    return called((done) => this.pool.signUp(this.username, password, [email], [], done));
  }

  confirm(code) {
    return called((done) => this.user.confirmRegistration(code, false, done));
  }

  /** Resolves to `{ session }` or to the challenge the client reports. */
  signIn(password = defaultPool.password) {
    const details = new AuthenticationDetails({ Username: this.username, Password: password });
    return new Promise((resolve, reject) =>
      this.user.authenticateUser(details, {
        onSuccess: (session) => resolve({ session }),
        onFailure: reject,
        totpRequired: (challenge, parameters) => resolve({ challenge, parameters }),
        mfaSetup: (challenge, parameters) => resolve({ challenge, parameters }),
        newPasswordRequired: (userAttributes, requiredAttributes) =>
          resolve({ challenge: 'NEW_PASSWORD_REQUIRED', userAttributes, requiredAttributes }),
        customChallenge: (parameters) => resolve({ challenge: 'CUSTOM_CHALLENGE', parameters }),
      }));
  }

  /** The pool's own challenges alone. */
  signInWithoutPassword() {
    const details = new AuthenticationDetails({ Username: this.username });
    return new Promise((resolve, onFailure) =>
      this.user.initiateAuth(details, {
        onSuccess: (session) => resolve({ session }),
        onFailure,
        customChallenge: (parameters) => resolve({ challenge: 'CUSTOM_CHALLENGE', parameters }),
      }));
  }

  /** Resolves as `signIn` does. */
  answerChallenge(answer, metadata) {
    return new Promise((resolve, onFailure) =>
      this.user.sendCustomChallengeAnswer(answer, {
        onSuccess: (session) => resolve({ session }),
        onFailure,
        customChallenge: (parameters) => resolve({ challenge: 'CUSTOM_CHALLENGE', parameters }),
      }, metadata));
  }

  /** Another device password than the one whose verifier was confirmed. */
  forgetDevicePassword() {
    const key = `CognitoIdentityServiceProvider.${this.pool.getClientId()}.${this.username}.randomPasswordKey`;
    assert.ok(this.storage.getItem(key));
    this.storage.setItem(key, 'another');
  }

  completeNewPassword(password) {
    return new Promise((onSuccess, onFailure) =>
      this.user.completeNewPasswordChallenge(password, {}, { onSuccess, onFailure }));
  }

  associate() {
    return new Promise((associateSecretCode, onFailure) =>
      this.user.associateSoftwareToken({ associateSecretCode, onFailure }));
  }

  /** With a challenge open, this client also answers MFA_SETUP and resolves to the session. */
  verify(code, deviceName = 'My phone') {
    return new Promise((onSuccess, onFailure) =>
      this.user.verifySoftwareToken(code, deviceName, { onSuccess, onFailure }));
  }

  preferTotp() {
    return called((done) => this.user.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, done));
  }

  sendTotp(code) {
    return new Promise((onSuccess, onFailure) =>
      this.user.sendMFACode(code, { onSuccess, onFailure }, 'SOFTWARE_TOKEN_MFA'));
  }

  refresh(refreshToken) {
    const token = new CognitoRefreshToken({ RefreshToken: refreshToken });
    return withoutBackOff(() => called((done) => this.user.refreshSession(token, done)));
  }

  revoke(token) {
    return called((done) => this.user.revokeToken({ token, callback: done }));
  }

  attributes() {
    return called((done) => this.user.getUserAttributes(done));
  }

  changePassword(from, to) {
    return called((done) => this.user.changePassword(from, to, done));
  }

  forgotPassword() {
    return new Promise((onSuccess, onFailure) => this.user.forgotPassword({ onSuccess, onFailure }));
  }

  confirmPassword(code, password) {
    return new Promise((onSuccess, onFailure) => this.user.confirmPassword(code, password, { onSuccess, onFailure }));
  }

  globalSignOut() {
    return new Promise((onSuccess, onFailure) => this.user.globalSignOut({ onSuccess, onFailure }));
  }
}
