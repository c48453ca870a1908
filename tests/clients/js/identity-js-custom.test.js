// amazon-cognito-identity-js signs in by custom challenges, alone and after the password.

import assert from 'node:assert/strict';
import { behaviour, refused } from './behaviour.js';
import { calledWithoutPassword, calledWithPassword, startRiddle } from './custom-pool.js';
import { Visitor } from './identity-js.js';

const { server, functions, poolId, clientId, username } = await startRiddle();
const visitor = () => new Visitor(server, username, { poolId, clientId, flow: 'CUSTOM_AUTH' });

const kinds = [
  ['without a password', (zoe) => zoe.signInWithoutPassword(), calledWithoutPassword],
  ['after the password', (zoe) => zoe.signIn(), calledWithPassword],
];

for (const [kind, begin, called] of kinds) {
  behaviour(`${kind}: the right answer signs in`, async () => {
    functions.takeSources();
    const zoe = visitor();
    const asked = await begin(zoe);
    assert.equal(asked.challenge, 'CUSTOM_CHALLENGE');
    assert.deepEqual(asked.parameters, { riddle: 'six by nine', USERNAME: username });
    const { session } = await zoe.answerChallenge('42');
    assert.ok(session.isValid());
    assert.equal(session.getAccessToken().payload.username, username);
    assert.deepEqual(functions.takeSources(), called);
  });

  behaviour(`${kind}: a wrong answer is asked again, and three are enough`, async () => {
    const zoe = visitor();
    await begin(zoe);
    assert.equal((await zoe.answerChallenge('41')).challenge, 'CUSTOM_CHALLENGE');
    assert.equal((await zoe.answerChallenge('43')).challenge, 'CUSTOM_CHALLENGE');
    await refused(zoe.answerChallenge('44'), 'NotAuthorizedException', 'Incorrect username or password.');
    const again = visitor();
    await begin(again);
    await again.answerChallenge('41');
    assert.ok((await again.answerChallenge('42')).session.isValid());
  });
}

behaviour('metadata of an answer reaches the functions', async () => {
  const zoe = visitor();
  await zoe.signInWithoutPassword();
  functions.events.length = 0;
  await zoe.answerChallenge('42', { shop: 'north' });
  for (const event of functions.events) assert.deepEqual(event.request.clientMetadata, { shop: 'north' });
  assert.equal(functions.events.length, 3);
});

behaviour('a wrong password never meets the riddle', async () => {
  functions.takeSources();
  await refused(visitor().signIn('Poolhouse-2'), 'NotAuthorizedException', 'Incorrect username or password.');
  assert.deepEqual(functions.takeSources(), calledWithPassword.slice(0, 2));
});
