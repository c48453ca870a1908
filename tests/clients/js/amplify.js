// Amplify's `Auth`, pointed at a pool and otherwise as it comes.

import { Amplify } from '@aws-amplify/core';
import { cognitoUserPoolsTokenProvider } from '@aws-amplify/auth/cognito';

// Amplify names a device after its browser, and Node 20 has none.
globalThis.navigator ??= { userAgent: 'Node' };

// Amplify waits three minutes for the confirmation of a sign-up, and a test file would with it; and a second
// `autoSignIn` within 300 ms goes unheard, so that this time is over at once here.
const { setTimeout: realSetTimeout } = globalThis;
globalThis.setTimeout = (callback, delay, ...rest) => {
  const timer = realSetTimeout(callback, delay === 300 ? 0 : delay, ...rest);
  if (delay >= 60_000) timer.unref();
  return timer;
};

/** Points Amplify at this pool, as the package aws-amplify does, without the rest of it. */
export function configure(server, { id, clientId }) {
  const Cognito = { userPoolId: id, userPoolClientId: clientId, userPoolEndpoint: `${server.url}/` };
  cognitoUserPoolsTokenProvider.setAuthConfig({ Cognito });
  Amplify.configure({ Auth: { Cognito } }, { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } });
}

/** A code of as many digits that is not this one. */
export function otherCode(code) {
  return code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
}
