// A page with nothing on it but Amplify, for tests to call.

import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';

window.configure = (Cognito) => Amplify.configure({ Auth: { Cognito } });

/** Calls a function of `aws-amplify/auth`, and answers what it resolves to, or the error's name and text. */
window.call = async (name, input) => {
  try {
    const value = await auth[name](input);
    // Tokens and URLs show themselves as text.
    return { value: value === undefined ? null : JSON.parse(JSON.stringify(value)) };
  } catch ({ name: type, message, underlyingError }) {
    return { error: { type, text: message, cause: underlyingError?.message } };
  }
};
