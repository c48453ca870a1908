// Every test finds Ann as `cognito.yaml` has her, and may take any other name: nobody else is there.

import { Secret, TOTP } from 'otpauth';
import { expect, test } from './fixtures.js';

const ann = { email: 'ann@example.com', password: 'Correct-1-horse' };
const ben = { email: 'ben@example.com', password: 'Battery-2-staple' };

/** Fills the fields of the form with this button, once it is there: other forms have fields of the same names. */
async function submit(app, button, fields = {}) {
  const pressed = app.getByRole('button', { name: button, exact: true });
  const form = app.locator('form').filter({ has: pressed, visible: true });
  for (const [label, value] of Object.entries(fields)) {
    await form.getByLabel(label, { exact: true }).fill(value);
  }
  await pressed.click();
}

const signIn = (app, { email, password }) => submit(app, 'Sign in', { 'E-mail': email, Password: password });
const welcomed = (app, { email }) => expect(app.getByRole('heading', { name: `Welcome, ${email}` })).toBeVisible();
const told = (app, text) => expect(app.getByRole('status')).toHaveText(text);
const refused = (app, text) => expect(app.getByRole('alert')).toHaveText(text);

async function signUp(app, { email, password }) {
  await app.getByRole('link', { name: 'Create an account' }).click();
  await submit(app, 'Create', { 'E-mail': email, Password: password });
  await told(app, `A code was sent to ${email}.`);
}

/**
 * The code that an app shows `steps` times 30 seconds from now. The next one is good already, as clocks differ, so that
 * a test has a fresh code without waiting for it.
 */
async function totp(place, secret, steps = 0) {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: (await place.now()) + steps * 30_000 });
}

/** Sets an authenticator app up and signs out; the secret. */
async function withApp(app, place, who) {
  await signIn(app, who);
  await submit(app, 'Set up an authenticator app');
  const key = app.locator('[data-secret]');
  await expect(key).toHaveText(/^[A-Z2-7]{32,}$/);
  const secret = await key.innerText();
  await submit(app, 'Turn on', { 'Code that the app shows': await totp(place, secret) });
  await told(app, 'Your authenticator app is set up.');
  await submit(app, 'Sign out');
  return secret;
}

test('somebody signs up, and comes back signed in', async ({ app, place }) => {
  await signUp(app, ben);
  await submit(app, 'Confirm', { Code: await place.code('SignUp', ben.email) });
  await told(app, 'Your address is confirmed.');
  await signIn(app, ben);
  await welcomed(app, ben);
  await app.reload();
  await welcomed(app, ben);
});

test('a wrong code confirms nobody', async ({ app, place }) => {
  await signUp(app, ben);
  const right = await place.code('SignUp', ben.email);
  await submit(app, 'Confirm', { Code: right === '111111' ? '222222' : '111111' });
  await refused(app, 'Invalid verification code provided, please try again.');
  await app.reload();
  await signIn(app, ben);
  await refused(app, 'User is not confirmed.');
});

test('an address is taken once', async ({ app }) => {
  await app.getByRole('link', { name: 'Create an account' }).click();
  await submit(app, 'Create', { 'E-mail': ann.email, Password: 'Another-3-word' });
  await refused(app, /already exists/);
});

test('a wrong password and an unknown address look the same', async ({ app }) => {
  await signIn(app, { ...ann, password: 'Wrong-1-horse' });
  await refused(app, 'Incorrect username or password.');
  await app.reload();
  await signIn(app, ben);
  await refused(app, 'Incorrect username or password.');
});

test('an authenticator app is set up and asked for', async ({ app, place }) => {
  const secret = await withApp(app, place, ann);
  await signIn(app, ann);
  await submit(app, 'Continue', { 'Code of your authenticator app': await totp(place, secret, 1) });
  await welcomed(app, ann);
});

test('a wrong code of the app signs nobody in', async ({ app, place }) => {
  const secret = await withApp(app, place, ann);
  const good = await Promise.all([-2, -1, 0, 1, 2, 3].map((steps) => totp(place, secret, steps)));
  const wrong = [1, 2, 3, 4, 5, 6, 7].map((digit) => `${digit}`.repeat(6)).find((code) => !good.includes(code));
  await signIn(app, ann);
  await submit(app, 'Continue', { 'Code of your authenticator app': wrong });
  await refused(app, 'Invalid code received for user');
});

test('a forgotten password is replaced', async ({ app, place }) => {
  await app.getByRole('link', { name: 'Forgot your password?' }).click();
  await submit(app, 'Send a code', { 'E-mail': ann.email });
  const code = await place.code('ForgotPassword', ann.email);
  await submit(app, 'Change', { Code: code, 'New password': 'Remembered-4-good' });
  await told(app, 'Your password is changed.');
  await signIn(app, ann);
  await refused(app, 'Incorrect username or password.');
  await signIn(app, { ...ann, password: 'Remembered-4-good' });
  await welcomed(app, ann);
});

test.describe(() => {
  test.use({ ownServer: true });

  test('a code for a new password is good for an hour', async ({ app, place }) => {
    await app.getByRole('link', { name: 'Forgot your password?' }).click();
    await submit(app, 'Send a code', { 'E-mail': ann.email });
    const code = await place.code('ForgotPassword', ann.email);
    await place.advance('61m');
    await submit(app, 'Change', { Code: code, 'New password': 'Remembered-4-good' });
    await refused(app, 'Invalid code provided, please request a code again.');
  });
});

test('a deleted account is gone, and its address free', async ({ app, place }) => {
  await signIn(app, ann);
  await submit(app, 'Delete my account');
  await told(app, 'Your account is deleted.');
  await signIn(app, ann);
  await refused(app, 'Incorrect username or password.');
  await signUp(app, ann);
  await submit(app, 'Confirm', { Code: await place.code('SignUp', ann.email) });
  await signIn(app, ann);
  await welcomed(app, ann);
});
