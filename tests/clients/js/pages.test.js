// The hosted pages of both versions, played in Chromium: sign-in with every second factor and its set-up, sign-up,
// passwords. Statements T1, T4, T9, T13 to T15 and T22 of AWS's pages on authenticator apps are shown here.

import assert from 'node:assert/strict';
import {
  AdminCreateUserCommand, AdminGetUserCommand, AdminSetUserMFAPreferenceCommand, AssociateSoftwareTokenCommand,
  SetUserMFAPreferenceCommand, VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { otherCode } from './amplify.js';
import { freshCode, wrongCode } from './authenticator.js';
import { newName, signIn, startFrozen } from './aws.js';
import { behaviour } from './behaviour.js';
import { Pages } from './pages.js';
import { mailSender, smsSender } from './pool.js';
import { defaultPool } from './poolhouse.js';

const { server, sdk } = await startFrozen();
const pages = await Pages.start(server, sdk);
const { password } = defaultPool;
const next = 'Poolhouse-Next-1';
const totp = { SoftwareTokenMfaConfiguration: { Enabled: true } };
const sms = { SmsMfaConfiguration: { SmsAuthenticationMessage: '{####}', SmsConfiguration: smsSender } };
const mail = { EmailMfaConfiguration: { Message: '{####}', Subject: 'Code' } };

const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
const user = (pool, Username) => sdk.send(new AdminGetUserCommand({ UserPoolId: pool.id, Username }));

/** An authenticator app, associated by the API. */
async function associate(pool, username) {
  const { AuthenticationResult } = await signIn(sdk, username, { clientId: pool.clientId });
  const { AccessToken } = AuthenticationResult;
  const { SecretCode } = await sdk.send(new AssociateSoftwareTokenCommand({ AccessToken }));
  const UserCode = await freshCode(server, SecretCode);
  await sdk.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }));
  const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true };
  await sdk.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings }));
  return SecretCode;
}

for (const version of [1, 2]) {
  const play = (name, run) => behaviour(`version ${version}: ${name}`, run);

  play('a password signs in, a wrong one is told, and a second visit needs none', async () => {
    const pool = await pages.pool(version);
    const username = newName('vera');
    await pool.addUser(username, { email: 'vera@example.com', email_verified: 'true' });
    const visitor = await pages.visit(pool);
    await visitor.open('/oauth2/authorize', { login_hint: username });
    assert.equal(await visitor.field('username').inputValue(), username);
    await visitor.look('sign-in');
    await visitor.signIn(username, 'Wrong-Password-1');
    await visitor.shown('Incorrect username or password.');
    await visitor.look('sign-in-failed');
    assert.equal(await visitor.field('username').inputValue(), username);
    assert.equal(await visitor.field('password').getAttribute('aria-invalid'), 'true');
    await visitor.signIn(username);
    const tokens = await visitor.tokens();
    assert.equal(claims(tokens.id_token)['cognito:username'], username);
    await visitor.open();
    await visitor.back();
  });

  play('the keyboard alone signs in, and so does a browser without JavaScript', async () => {
    const pool = await pages.pool(version);
    const username = newName('kay');
    await pool.addUser(username);
    const visitor = await pages.visit(pool);
    await visitor.open();
    // The cursor stands in the first field, once the browser has put it there.
    await visitor.tab.waitForFunction(() => document.activeElement?.name === 'username');
    await visitor.tab.keyboard.type(username);
    await visitor.tab.keyboard.press('Tab');
    await visitor.tab.keyboard.type(password);
    await visitor.tab.keyboard.press('Enter');
    await visitor.back();
    const plain = await pages.visit(pool, { javaScriptEnabled: false });
    await plain.open();
    await plain.signIn(username);
    await plain.back();
  });

  play('a visitor signs up, confirms with a second code, and is signed in', async () => {
    const pool = await pages.pool(version, {
      settings: { Schema: [{ Name: 'email', Required: true, AttributeDataType: 'String' }] },
    });
    const username = newName('nina');
    const visitor = await pages.visit(pool);
    await visitor.open();
    await visitor.follow(version === 1 ? 'Sign up' : 'Create an account');
    await visitor.look('sign-up');
    const given = { username, 'requiredAttributes[email]': 'nina@example.com' };
    const again = version === 1 ? {} : { confirmPassword: 'short' };
    await visitor.fill({ ...given, password: 'short', ...again });
    await visitor.press('Sign up');
    await visitor.shown('Password did not conform with policy');
    await visitor.look('sign-up-failed');
    await visitor.fill({ password, ...(version === 1 ? {} : { confirmPassword: password }) });
    await visitor.press('Sign up');
    await visitor.shown('n***@e***');
    await visitor.look('confirm');
    const first = await server.codeSentTo(username);
    await visitor.enter(otherCode(first));
    await visitor.shown(version === 1 ? 'Invalid verification code provided' : 'The code is not right.');
    await visitor.press(version === 1 ? 'Resend it' : 'Send a new code');
    await visitor.shown('A new code is on its way.');
    await visitor.look('confirm-resent');
    await visitor.enter(await server.codeSentTo(username));
    const tokens = await visitor.tokens();
    assert.equal(claims(tokens.id_token).email_verified, true);
  });

  play('who is not confirmed yet is asked for the code at the sign-in', async () => {
    const pool = await pages.pool(version, {
      settings: { Schema: [{ Name: 'email', Required: true, AttributeDataType: 'String' }] },
    });
    const username = newName('una');
    const visitor = await pages.visit(pool);
    await visitor.open('/signup');
    const again = version === 1 ? {} : { confirmPassword: password };
    await visitor.fill({ username, 'requiredAttributes[email]': 'una@example.com', password, ...again });
    await visitor.press('Sign up');
    await visitor.shown('Confirm your account');
    const later = await pages.visit(pool);
    await later.open();
    await later.signIn(username);
    await later.shown('Confirm your account');
    await later.look('confirm-later');
    await later.enter(await server.codeSentTo(username));
    await later.back();
  });

  play('a forgotten password is reset by a code', async () => {
    const pool = await pages.pool(version, { client: { PreventUserExistenceErrors: 'ENABLED' } });
    const username = newName('finn');
    await pool.addUser(username, { email: 'finn@example.com', email_verified: 'true' });
    const visitor = await pages.visit(pool);
    await visitor.open();
    await visitor.follow('Forgot your password?');
    await visitor.look('forgot-password');
    await visitor.fill({ username });
    await visitor.press(version === 1 ? 'Reset my password' : 'Reset my password');
    await visitor.shown('f***@e***');
    await visitor.look('confirm-forgot-password');
    const change = version === 1 ? 'Change Password' : 'Change password';
    const code = await server.codeSentTo(username);
    await visitor.fill({ code, password: next, confirmPassword: password });
    await visitor.press(change);
    await visitor.shown('The two passwords are not the same.');
    await visitor.fill({ code: otherCode(code), password: next, confirmPassword: next });
    await visitor.press(change);
    await visitor.shown(version === 1 ? 'Invalid verification code provided' : 'The code is not right.');
    await visitor.fill({ code, password: next, confirmPassword: next });
    await visitor.press(change);
    await visitor.shown('Your password is changed.');
    await visitor.signIn(username, next);
    await visitor.back();
    // A name that means nobody looks the same, and its page is good for eight minutes too.
    const nobody = await pages.visit(pool);
    await nobody.open('/forgotPassword');
    await nobody.fill({ username: 'nobody' });
    await nobody.press('Reset my password');
    await nobody.shown('@');
    await server.advanceClock('8m');
    await nobody.fill({ code: '123456', password: next, confirmPassword: next });
    await nobody.press(change);
    await nobody.shown('The code has expired.');
  });

  play('a temporary password is changed, and what is required is given (T14 without one-time tokens)', async () => {
    const pool = await pages.pool(version, {
      settings: {
        Schema: [
          { Name: 'given_name', Required: true, AttributeDataType: 'String', Mutable: true },
        ],
      },
    });
    const username = newName('tom');
    await sdk.send(new AdminCreateUserCommand({
      UserPoolId: pool.id, Username: username, TemporaryPassword: password, MessageAction: 'SUPPRESS',
    }));
    const visitor = await pages.visit(pool);
    await visitor.open();
    await visitor.signIn(username);
    await visitor.shown('new password');
    await visitor.look('new-password');
    const send = version === 1 ? 'Send' : 'Change password';
    const given = { 'requiredAttributes[given_name]': 'Tom' };
    await visitor.fill({ password: 'short', confirmPassword: 'short', ...given });
    await visitor.press(send);
    await visitor.shown(/Password d(id|oes) not conform/);
    await visitor.fill({ password: next, confirmPassword: next });
    await visitor.press(send);
    const { id_token: token } = await visitor.tokens();
    assert.equal(claims(token)['cognito:username'], username);
    assert.equal((await user(pool, username)).UserStatus, 'CONFIRMED');
  });

  play('a pool with optional MFA offers no set-up, and asks for a token that the app set up (T1, T4, T9, T22)', async () => {
    const pool = await pages.pool(version, { mfa: { MfaConfiguration: 'OPTIONAL', ...totp } });
    const username = newName('theo');
    await pool.addUser(username);
    const without = await pages.visit(pool);
    await without.open();
    await without.signIn(username);
    await without.back();
    const secret = await associate(pool, username);
    const visitor = await pages.visit(pool);
    await visitor.open();
    await visitor.signIn(username);
    await visitor.shown('authenticator app shows');
    assert.ok(!visitor.tab.url().includes('code='));
    await visitor.look('code-totp');
    await visitor.enter(await wrongCode(server, secret));
    await visitor.shown(version === 1 ? 'Invalid code received for user' : 'The code is not right.');
    await visitor.look('code-totp-failed');
    await visitor.enter(await freshCode(server, secret));
    await visitor.tokens();
    // A step is good for three minutes.
    const late = await pages.visit(pool);
    await late.open();
    await late.signIn(username);
    await late.shown('authenticator app shows');
    await server.advanceClock('3m');
    await late.enter(await freshCode(server, secret));
    await late.shown('This step has expired.');
    await late.look('expired');
  });

  play('a pool that requires MFA has it set up by the pages (T13, T15)', async () => {
    const pool = await pages.pool(version, { mfa: { MfaConfiguration: 'ON', ...totp, ...sms } });
    const username = newName('mia');
    await pool.addUser(username);
    const visitor = await pages.visit(pool);
    await visitor.open();
    await visitor.signIn(username);
    await visitor.shown('Set up a second step');
    await visitor.look('mfa-set-up-choice');
    await visitor.tab.getByLabel('Authenticator app').locator('visible=true').check();
    await visitor.press('Next');
    await visitor.shown('Scan this QR code');
    await visitor.tab.getByText('Show secret key').locator('visible=true').click();
    await visitor.look('totp-set-up');
    const secret = await visitor.tab.locator('code.secret:visible').innerText();
    await visitor.enter(await wrongCode(server, secret));
    await visitor.shown(version === 1 ? 'Code mismatch' : 'The code is not right.');
    await visitor.enter(await freshCode(server, secret));
    await visitor.tokens();
    const again = await pages.visit(pool);
    await again.open();
    await again.signIn(username);
    await again.shown('authenticator app shows');
    await again.enter(await freshCode(server, secret));
    await again.back();
  });

  play('a phone is registered as a second step', async () => {
    const pool = await pages.pool(version, { mfa: { MfaConfiguration: 'ON', ...totp, ...sms } });
    const username = newName('paul');
    await pool.addUser(username);
    const visitor = await pages.visit(pool);
    await visitor.open();
    await visitor.signIn(username);
    await visitor.tab.getByLabel('Code by text message').locator('visible=true').check();
    await visitor.press('Next');
    await visitor.shown('Add your phone number');
    await visitor.look('phone-registration');
    await visitor.fill({ phone_number: '12' });
    await visitor.press('Send code');
    await visitor.shown('Invalid phone number format.');
    await visitor.fill({ phone_number: '+15551234567' });
    await visitor.press('Send code');
    await visitor.shown('4567');
    await visitor.look('phone-verification');
    await visitor.press('Send a new code');
    await visitor.shown('A new code is on its way.');
    await visitor.enter(await server.codeSentTo(username));
    await visitor.back();
    const { UserAttributes } = await user(pool, username);
    const verified = UserAttributes.find(({ Name }) => Name === 'phone_number_verified');
    assert.equal(verified?.Value, 'true');
  });

  play('codes come by text message or e-mail, as the user chooses', async () => {
    const pool = await pages.pool(version, {
      settings: { EmailConfiguration: mailSender },
      mfa: { MfaConfiguration: 'OPTIONAL', ...sms, ...mail },
    });
    const username = newName('cleo');
    await pool.addUser(username, {
      email: 'cleo@example.com', email_verified: 'true', phone_number: '+15551234567', phone_number_verified: 'true',
    });
    await sdk.send(new AdminSetUserMFAPreferenceCommand({
      UserPoolId: pool.id, Username: username, SMSMfaSettings: { Enabled: true }, EmailMfaSettings: { Enabled: true },
    }));
    for (const [label, masked, name] of [
      ['Code by text message', '4567', 'code-sms'], ['Code by email', 'c***@e***', 'code-email'],
    ]) {
      const visitor = await pages.visit(pool);
      await visitor.open();
      await visitor.signIn(username);
      await visitor.shown('Choose a second step');
      await visitor.look('mfa-choice');
      await visitor.tab.getByLabel(label).locator('visible=true').check();
      await visitor.press('Next');
      await visitor.shown(masked);
      await visitor.look(name);
      const code = await server.codeSentTo(username);
      await visitor.enter(otherCode(code));
      await visitor.shown(version === 1 ? 'Invalid code or auth state for the user.' : 'The code is not right.');
      await visitor.enter(code);
      await visitor.back();
    }
  });

  play('what is wrong with a request is told on the error page', async () => {
    const pool = await pages.pool(version);
    const visitor = await pages.visit(pool);
    const answer = await visitor.open('/oauth2/authorize', { redirect_uri: 'https://evil.example.com/' });
    assert.equal(answer.status(), 400);
    await visitor.shown('An error was encountered with the requested page.');
    await visitor.look('error');
    const gone = await visitor.open('/login', { identity_provider: 'Nobody' });
    assert.equal(gone.status(), 401);
    await visitor.shown('Login option is not available. Please try another one');
    // A step without a sign-in behind it leads to the sign-in page.
    await visitor.open('/mfa');
    await visitor.shown(version === 1 ? 'Sign in with your' : 'Sign in to your account.');
  });
}
