// What managed login alone has: the choice of a first factor, passkeys, the account picker, languages, styles.

import assert from 'node:assert/strict';
import { newName, startFrozen } from './aws.js';
import { otherCode } from './amplify.js';
import { behaviour } from './behaviour.js';
import { addAuthenticator } from './browser.js';
import { Pages } from './pages.js';
import { firstFactors } from './pool.js';
import { defaultPool } from './poolhouse.js';

const { server, sdk } = await startFrozen();
const pages = await Pages.start(server, sdk);
const { password } = defaultPool;

const choosing = {
  settings: { Policies: firstFactors('PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN') },
  mfa: {
    MfaConfiguration: 'OFF', WebAuthnConfiguration: { RelyingPartyId: 'localhost', UserVerification: 'required' },
  },
};

behaviour('a user gives the name first, and then the password or a code', async () => {
  const pool = await pages.pool(2, choosing);
  const username = newName('vera');
  await pool.addUser(username, { email: 'vera@example.com', email_verified: 'true' });
  const visitor = await pages.visit(pool);
  await visitor.open();
  await visitor.look('sign-in-name');
  await visitor.fill({ username });
  await visitor.press('Next');
  await visitor.shown('Choose how to sign in');
  await visitor.look('first-factors');
  await visitor.press('Password');
  await visitor.shown('Enter your password');
  await visitor.look('password');
  await visitor.fill({ password: 'Wrong-Password-1' });
  await visitor.press('Sign in');
  await visitor.shown('Incorrect username or password.');
  await visitor.fill({ password });
  await visitor.press('Sign in');
  await visitor.back();

  const other = await pages.visit(pool);
  await other.open();
  await other.fill({ username });
  await other.press('Next');
  await other.press('Code by email');
  await other.shown('v***@e***');
  await other.look('code-one-time');
  const code = await server.codeSentTo(username);
  await other.enter(otherCode(code));
  await other.shown('The code is not right.');
  await other.press('Other ways to sign in');
  await other.press('Code by email');
  await other.enter(await server.codeSentTo(username));
  await other.back();
});

behaviour('a passkey is made by who is signed in, and signs in the next time', async () => {
  const pool = await pages.pool(2, choosing);
  const username = newName('pia');
  await pool.addUser(username, { email: 'pia@example.com', email_verified: 'true' });
  const visitor = await pages.visit(pool);
  const add = { client_id: pool.clientId, redirect_uri: pages.callback };
  const addPage = `${visitor.base}/passkeys/add?${new URLSearchParams(add)}`;
  await visitor.tab.goto(addPage);
  assert.equal(visitor.tab.url(), `${pages.callback}?result=invalid_session`);
  const key = await addAuthenticator(visitor.tab);
  await visitor.open();
  await visitor.fill({ username });
  await visitor.press('Next');
  await visitor.press('Password');
  await visitor.fill({ password });
  await visitor.press('Sign in');
  await visitor.back();
  await visitor.tab.goto(addPage);
  await visitor.look('passkey-add');
  await visitor.press('Not now');
  await visitor.tab.waitForURL(pages.callback);
  await visitor.tab.goto(addPage);
  await visitor.press('Add passkey');
  await visitor.tab.waitForURL(`${pages.callback}?result=success`);
  assert.equal((await key.credentials())[0].rpId, 'localhost');

  await visitor.open('/login', { prompt: 'login' });
  await visitor.fill({ username });
  await visitor.press('Next');
  await visitor.press('Passkey');
  await visitor.shown('Sign in with a passkey');
  await visitor.look('passkey');
  await visitor.press('Use passkey');
  await visitor.back();
});

behaviour('who is signed in goes on, or signs in as somebody else', async () => {
  const pool = await pages.pool(2);
  const [one, other] = [newName('one'), newName('other')];
  await pool.addUser(one);
  await pool.addUser(other);
  const visitor = await pages.visit(pool);
  await visitor.open();
  await visitor.signIn(one);
  await visitor.back();
  await visitor.open('/login', { prompt: 'select_account' });
  await visitor.look('account-picker');
  await visitor.press(`Continue as ${one}`);
  await visitor.back();
  await visitor.open('/login', { prompt: 'select_account' });
  await visitor.press('Sign in as someone else');
  await visitor.signIn(other);
  await visitor.back();
});

behaviour('pages speak the language of the request, and go on in it', async () => {
  const style = { categories: { form: { languageSelector: { enabled: true } }, global: { colorSchemeMode: 'DYNAMIC' } } };
  const pool = await pages.pool(2, { style });
  const visitor = await pages.visit(pool, { colorScheme: 'dark' });
  await visitor.open('/login', { lang: 'de' });
  await visitor.shown('Melden Sie sich bei Ihrem Konto an.');
  await visitor.look('sign-in-german-dark');
  await visitor.open('/login');
  await visitor.shown('Melden Sie sich bei Ihrem Konto an.');
  await visitor.tab.getByText('Deutsch').first().click();
  await visitor.follow('日本語');
  await visitor.shown('アカウントにサインインしてください。');
  await visitor.look('sign-in-japanese-dark');
  await visitor.open('/signup', { lang: 'pt-BR' });
  await visitor.look('sign-up-portuguese-dark');
});

behaviour('a client without a style has no pages', async () => {
  const pool = await pages.pool(2, { style: null });
  const visitor = await pages.visit(pool);
  const answer = await visitor.open('/login');
  assert.equal(answer.status(), 403);
  await visitor.shown('Login pages unavailable. Please contact an administrator.');
  await visitor.look('unavailable');
});

behaviour('the first page of the server leads to sign-in pages', async () => {
  const pool = await pages.pool(2);
  const visitor = await pages.visit(pool);
  await visitor.tab.goto(`${visitor.base}/`);
  await visitor.shown('A local Amazon Cognito for tests');
  await visitor.look('home');
  const link = visitor.tab.locator(`a[href*="client_id=${pool.clientId}"]`);
  await link.click();
  await visitor.shown('Sign in to your account.');
});
