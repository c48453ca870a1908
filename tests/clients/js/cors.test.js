// A browser on another origin calls the endpoint: preflight, then the call itself.

import assert from 'node:assert/strict';
import { behaviour, note } from './behaviour.js';
import { defaultPool, Poolhouse } from './poolhouse.js';

const Origin = 'http://localhost:5173';
// What the SDKs add to a signed call.
const asked = 'content-type,x-amz-target,x-amz-user-agent,cache-control,amz-sdk-invocation-id,amz-sdk-request,authorization,x-amz-date';
const server = await Poolhouse.start();

async function call(password, headers) {
  const answer = await fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
      ...headers,
    },
    body: JSON.stringify({
      ClientId: defaultPool.publicClient,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'alice', PASSWORD: password },
    }),
  });
  const exchange = { headers, status: answer.status, answered: [...answer.headers], output: await answer.text() };
  note(exchange);
  return answer;
}

const exposed = (answer) =>
  answer.headers.get('access-control-expose-headers').toLowerCase().split(',').map((name) => name.trim());

behaviour('an answer to a browser can be read by it', async () => {
  const answer = await call(defaultPool.password, { Origin });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  assert.equal(answer.headers.get('access-control-allow-credentials'), null);
  for (const name of ['x-amzn-requestid', 'x-amzn-errortype', 'x-amzn-errormessage', 'date']) {
    assert.ok(exposed(answer).includes(name), exposed(answer).join());
  }
});

behaviour('a refusal to a browser shows its type and the reason', async () => {
  const answer = await call('Poolhouse-2', { Origin });
  assert.equal(answer.status, 400);
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  assert.equal(answer.headers.get('x-amzn-errortype'), 'NotAuthorizedException:');
  assert.equal(answer.headers.get('x-amzn-errormessage'), 'Incorrect username or password.');
  assert.ok(answer.headers.get('x-poolhouse-reason'));
  assert.ok(exposed(answer).includes('x-poolhouse-reason'), exposed(answer).join());
});

behaviour('a call without an origin gets no CORS headers', async () => {
  const answer = await call(defaultPool.password, {});
  assert.equal(answer.status, 200);
  const cors = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
  assert.deepEqual(cors, []);
});

behaviour('a preflight allows the headers the SDK asks for', async () => {
  const answer = await fetch(server.url, {
    method: 'OPTIONS',
    headers: { Origin, 'access-control-request-method': 'POST', 'access-control-request-headers': asked },
  });
  note({ preflight: asked, status: answer.status, answered: [...answer.headers] });
  assert.equal(answer.status, 200);
  assert.equal(await answer.text(), '');
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  assert.equal(answer.headers.get('access-control-max-age'), '172800');
  assert.match(answer.headers.get('access-control-allow-methods'), /\bPOST\b/);
  const allowed = answer.headers.get('access-control-allow-headers').toLowerCase().split(',').map((name) => name.trim());
  for (const name of asked.split(',')) assert.ok(allowed.includes(name), `${name} is not in ${allowed}`);
});

behaviour('a web page of another site cannot reach the test API', async () => {
  const answer = await fetch(`${server.url}/_poolhouse/messages`, { headers: { Origin: 'https://attacker.example' } });
  assert.equal(answer.status, 403);
  assert.equal(answer.headers.get('access-control-allow-origin'), null);
});
