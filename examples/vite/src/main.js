// One page, of which one view is shown; none before it does something.

import { Account } from './account.js';

const account = new Account(await (await fetch('/config.json')).json());

const find = (selector) => document.querySelector(selector);

function show(view, status = '') {
  for (const one of document.querySelectorAll('[data-view]')) one.hidden = one.dataset.view !== view;
  find('[role=status]').textContent = status;
  find('[role=alert]').textContent = '';
  for (const form of document.forms) form.reset();
}

async function home(status) {
  find('[data-email]').textContent = await account.restore();
  show('home', status);
}

/** What a form does; while it does, its button cannot be pressed again. */
function on(form, act) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    const button = form.querySelector('button');
    button.disabled = true;
    find('[role=alert]').textContent = '';
    try {
      await act(fields);
    } catch (error) {
      find('[role=alert]').textContent = error.message;
    } finally {
      button.disabled = false;
    }
  });
}

const view = (name) => find(`form[data-view=${name}]`);

on(view('sign-in'), async ({ email, password }) => {
  const { codeWanted } = await account.signIn(email, password);
  if (codeWanted) show('totp');
  else await home();
});

on(view('totp'), async ({ code }) => {
  await account.sendCode(code);
  await home();
});

on(view('sign-up'), async ({ email, password }) => {
  await account.signUp(email, password);
  show('confirm', `A code was sent to ${email}.`);
});

on(view('confirm'), async ({ code }) => {
  await account.confirm(code);
  show('sign-in', 'Your address is confirmed.');
});

on(view('forgot'), async ({ email }) => {
  await account.forgotPassword(email);
  show('new-password', `If ${email} has an account, a code was sent there.`);
});

on(view('new-password'), async ({ code, password }) => {
  await account.newPassword(code, password);
  show('sign-in', 'Your password is changed.');
});

on(document.forms['add-app'], async () => {
  const secret = await account.addApp();
  show('new-app');
  find('[data-secret]').textContent = secret;
});

on(view('new-app'), async ({ code }) => {
  await account.confirmApp(code);
  await home('Your authenticator app is set up.');
});

on(document.forms['sign-out'], async () => {
  await account.signOut();
  show('sign-in');
});

on(document.forms.delete, async () => {
  await account.remove();
  show('sign-in', 'Your account is deleted.');
});

/** Links between the forms of those who are not signed in. */
addEventListener('hashchange', () => {
  const name = location.hash.slice(1);
  if (['sign-in', 'sign-up', 'forgot'].includes(name)) show(name);
});

if (await account.restore().catch(() => undefined)) await home();
else show('sign-in');
