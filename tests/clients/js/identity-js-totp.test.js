// TOTP through amazon-cognito-identity-js, with SRP as the first factor.

import assert from 'node:assert/strict';
import { freshCode, totpCode, wrongCode } from './authenticator.js';
import { newName, newUser, startFrozen } from './aws.js';
import { behaviour, refused } from './behaviour.js';
import { Visitor } from './identity-js.js';
import { defaultPool, totpPool, totpPoolFixtures } from './poolhouse.js';

const { server, sdk } = await startFrozen('--fixtures', ...totpPoolFixtures);

/** A user of the optional pool who prefers TOTP, and the shared secret. */
async function enrolled(stem) {
  const visitor = new Visitor(server, await newUser(sdk, stem));
  await visitor.signIn();
  const secret = await visitor.associate();
  await visitor.verify(await freshCode(server, secret));
  await visitor.preferTotp();
  return { visitor: new Visitor(server, visitor.username), secret };
}

behaviour('from sign-up to a sign-in with a code of the authenticator app', async () => {
  const visitor = new Visitor(server, newName('story'));
  await visitor.signUp();
  await visitor.confirm(await server.codeSentTo(visitor.username));
  assert.ok((await visitor.signIn()).session.isValid());
  const secret = await visitor.associate();
  assert.match(secret, /^[A-Z2-7]{16,}$/);
  assert.equal((await visitor.verify(await totpCode(server, secret))).Status, 'SUCCESS');
  assert.equal(await visitor.preferTotp(), 'SUCCESS');

  const again = new Visitor(server, visitor.username);
  const { challenge, parameters } = await again.signIn();
  assert.equal(challenge, 'SOFTWARE_TOKEN_MFA');
  assert.equal(parameters.FRIENDLY_DEVICE_NAME, 'My phone');
  const session = await again.sendTotp(await freshCode(server, secret));
  assert.equal(session.getIdToken().payload.email, `${visitor.username}@example.com`);
});

behaviour('a pool that requires TOTP sets it up inside the sign-in', async () => {
  const pool = { poolId: totpPool.id, clientId: totpPool.publicClient };
  const visitor = new Visitor(server, await newUser(sdk, 'must', totpPool), pool);
  const { challenge, parameters } = await visitor.signIn();
  assert.equal(challenge, 'MFA_SETUP');
  assert.deepEqual(JSON.parse(parameters.MFAS_CAN_SETUP), ['SOFTWARE_TOKEN_MFA']);

  const secret = await visitor.associate();
  await refused(
    visitor.verify(await wrongCode(server, secret)),
    'EnableSoftwareTokenMFAException',
    'Code mismatch',
  );
  assert.ok((await visitor.verify(await totpCode(server, secret))).isValid());

  const again = new Visitor(server, visitor.username, pool);
  assert.equal((await again.signIn()).challenge, 'SOFTWARE_TOKEN_MFA');
  assert.ok((await again.sendTotp(await freshCode(server, secret))).isValid());
});

behaviour('a fixture user signs in with TOTP by either flow', async () => {
  for (const flow of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH']) {
    const bob = new Visitor(server, 'bob', { flow });
    assert.equal((await bob.signIn()).challenge, 'SOFTWARE_TOKEN_MFA', flow);
    assert.ok((await bob.sendTotp(await freshCode(server, defaultPool.bobsTotpSecret))).isValid(), flow);
  }
});

behaviour('a wrong code is refused and the right one still signs in', async () => {
  const { visitor, secret } = await enrolled('typo');
  await visitor.signIn();
  await refused(
    visitor.sendTotp(await wrongCode(server, secret)),
    'CodeMismatchException',
    'Invalid code received for user',
  );
  assert.ok((await visitor.sendTotp(await freshCode(server, secret))).isValid());
});

behaviour('a used code is refused in the next sign-in', async () => {
  const { visitor, secret } = await enrolled('reuse');
  await visitor.signIn();
  const code = await freshCode(server, secret);
  await visitor.sendTotp(code);
  const again = new Visitor(server, visitor.username);
  await again.signIn();
  await refused(again.sendTotp(code), 'ExpiredCodeException', 'Your software token has already been used once.');
});

behaviour('a session expires after three minutes', async () => {
  const { visitor, secret } = await enrolled('slow');
  await visitor.signIn();
  await server.advanceClock('181s');
  await refused(
    visitor.sendTotp(await totpCode(server, secret)),
    'NotAuthorizedException',
    'Invalid session for the user, session is expired.',
  );
});

behaviour('a wrong password ends the sign-in before any code is asked for', async () => {
  const { visitor } = await enrolled('guesser');
  await refused(visitor.signIn('Poolhouse-2'), 'NotAuthorizedException', 'Incorrect username or password.');
});
