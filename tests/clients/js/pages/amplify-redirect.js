// An app that signs in by Amplify's redirect: configured at each load, as apps are, and tells what Amplify's hub said.

import { Amplify } from 'aws-amplify';
import { Hub } from 'aws-amplify/utils';
import * as auth from 'aws-amplify/auth';

window.heard = [];
Hub.listen('auth', ({ payload }) => window.heard.push([payload.event, payload.data?.error?.message ?? payload.data]));
Amplify.configure(window.settings);

/** Calls a function of `aws-amplify/auth`, and answers what it resolves to, or the error's name and text. */
window.call = async (name, input) => {
  try {
    const value = await auth[name](input);
    return { value: value === undefined ? null : JSON.parse(JSON.stringify(value)) };
  } catch ({ name: type, message }) {
    return { error: { type, text: message } };
  }
};
