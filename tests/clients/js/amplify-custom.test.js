// Amplify signs in by custom challenges, alone and after the password.

import assert from 'node:assert/strict';
import { confirmSignIn, fetchAuthSession, signIn, signOut } from '@aws-amplify/auth';
import { configure } from './amplify.js';
import { behaviour, refused } from './behaviour.js';
import { calledWithoutPassword, calledWithPassword, startRiddle } from './custom-pool.js';
import { defaultPool } from './poolhouse.js';

const { server, functions, poolId, clientId, username } = await startRiddle();
configure(server, { id: poolId, clientId });

const riddleStep = 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE';
const kinds = [
  ['CUSTOM_WITHOUT_SRP', undefined, calledWithoutPassword],
  ['CUSTOM_WITH_SRP', defaultPool.password, calledWithPassword],
];

for (const [authFlowType, password, called] of kinds) {
  const begin = (given = password) => signIn({ username, password: given, options: { authFlowType } });

  behaviour(`${authFlowType}: the right answer signs in`, async () => {
    functions.takeSources();
    const { nextStep } = await begin();
    assert.equal(nextStep.signInStep, riddleStep);
    assert.equal(nextStep.additionalInfo.riddle, 'six by nine');
    const { isSignedIn } = await confirmSignIn({ challengeResponse: '42' });
    assert.ok(isSignedIn);
    assert.deepEqual(functions.takeSources(), called);
    const { tokens } = await fetchAuthSession();
    assert.equal(tokens.accessToken.payload.username, username);
    await signOut();
  });

  behaviour(`${authFlowType}: a wrong answer is asked again, and three are enough`, async () => {
    await begin();
    for (const challengeResponse of ['41', '43']) {
      assert.equal((await confirmSignIn({ challengeResponse })).nextStep.signInStep, riddleStep);
    }
    await refused(
      confirmSignIn({ challengeResponse: '44' }),
      'NotAuthorizedException',
      'Incorrect username or password.',
    );
  });
}

behaviour('CUSTOM_WITH_SRP: a wrong password never meets the riddle', async () => {
  functions.takeSources();
  const options = { authFlowType: 'CUSTOM_WITH_SRP' };
  await refused(
    signIn({ username, password: 'Poolhouse-2', options }),
    'NotAuthorizedException',
    'Incorrect username or password.',
  );
  assert.deepEqual(functions.takeSources(), calledWithPassword.slice(0, 2));
});
