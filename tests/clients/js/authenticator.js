// An authenticator app: RFC 6238 codes, read off the server's clock.

import { Secret, TOTP } from 'otpauth';

/** The code that the app shows `steps` periods of 30 s from now. */
export async function totpCode(server, secret, steps = 0) {
  const app = new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 });
  return app.generate({ timestamp: (await server.now()) + steps * 30_000 });
}

/** Six digits that are no valid code now or one step to either side. */
export async function wrongCode(server, secret) {
  const valid = await Promise.all([-1, 0, 1].map((steps) => totpCode(server, secret, steps)));
  return ['000000', '111111', '222222', '333333'].find((code) => !valid.includes(code));
}

/** A code no call has used yet: the clock moves to the next step first. */
export async function freshCode(server, secret) {
  await server.advanceClock('30s');
  return totpCode(server, secret);
}
