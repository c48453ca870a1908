// What a visitor does with an account: amazon-cognito-identity-js, its callbacks turned into promises.

import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserAttribute,
  CognitoUserPool,
} from 'amazon-cognito-identity-js';

/** A promise of what a node-style callback gets. */
const called = (run) => new Promise((resolve, reject) => {
  run((error, answer) => (error ? reject(error) : resolve(answer)));
});

export class Account {
  #pool;
  #user;

  /** `config` is UserPoolId, ClientId and, where it is not AWS, the endpoint. */
  constructor(config) {
    this.#pool = new CognitoUserPool(config);
  }

  #named(email) {
    this.#user = new CognitoUser({ Username: email, Pool: this.#pool });
    return this.#user;
  }

  /** Whoever signed in before in this browser; the address, or undefined. */
  async restore() {
    this.#user = this.#pool.getCurrentUser();
    if (!this.#user) return undefined;
    const session = await called((done) => this.#user.getSession(done));
    return session.getIdToken().payload.email;
  }

  async signUp(email, password) {
    const attributes = [new CognitoUserAttribute({ Name: 'email', Value: email })];
    await called((done) => this.#pool.signUp(email, password, attributes, [], done));
    this.#named(email);
  }

  confirm(code) {
    return called((done) => this.#user.confirmRegistration(code, false, done));
  }

  /** By SRP, so that the password stays in the browser. Resolves to whether a code of the app is wanted. */
  signIn(email, password) {
    const details = new AuthenticationDetails({ Username: email, Password: password });
    return new Promise((resolve, onFailure) => {
      this.#named(email).authenticateUser(details, {
        onSuccess: () => resolve({ codeWanted: false }),
        totpRequired: () => resolve({ codeWanted: true }),
        onFailure,
      });
    });
  }

  sendCode(code) {
    return new Promise((onSuccess, onFailure) => {
      this.#user.sendMFACode(code, { onSuccess, onFailure }, 'SOFTWARE_TOKEN_MFA');
    });
  }

  /** Resolves to the secret that the app and the pool share. */
  addApp() {
    return new Promise((associateSecretCode, onFailure) => {
      this.#user.associateSoftwareToken({ associateSecretCode, onFailure });
    });
  }

  async confirmApp(code) {
    await new Promise((onSuccess, onFailure) => {
      this.#user.verifySoftwareToken(code, 'Authenticator app', { onSuccess, onFailure });
    });
    const preferred = { Enabled: true, PreferredMfa: true };
    await called((done) => this.#user.setUserMfaPreference(null, preferred, done));
  }

  forgotPassword(email) {
    return new Promise((inputVerificationCode, onFailure) => {
      this.#named(email).forgotPassword({ inputVerificationCode, onFailure });
    });
  }

  newPassword(code, password) {
    return new Promise((onSuccess, onFailure) => {
      this.#user.confirmPassword(code, password, { onSuccess, onFailure });
    });
  }

  signOut() {
    return new Promise((resolve) => this.#user.signOut(resolve));
  }

  async remove() {
    await called((done) => this.#user.deleteUser(done));
    this.#user = undefined;
  }
}
