// A test whose failure prints what was asked and what was answered.

import assert from 'node:assert/strict';
import test from 'node:test';
import { inspect } from 'node:util';

let exchanges = [];

/** Notes one request and its answer for the report of the running test. */
export function note(exchange) {
  exchanges.push(exchange);
}

/** Declares a test; its name is a claim about Cognito. */
export function behaviour(name, run) {
  test(name, async () => {
    exchanges = [];
    try {
      await run();
    } catch (error) {
      const shown = exchanges.slice(-4).map((exchange) => inspect(exchange, { depth: 6, maxStringLength: 400 }));
      throw new Error(`${error.message}\n\nThe last requests and answers:\n${shown.join('\n')}`, { cause: error });
    }
  });
}

/** What `run` resolves to, and the challenges that were met on the way. */
export async function challengesDuring(run) {
  const before = exchanges.length;
  const result = await run();
  const outputs = exchanges.slice(before).map(({ output }) => JSON.parse(output || '{}'));
  return [result, outputs.flatMap(({ ChallengeName }) => ChallengeName ?? [])];
}

/**
 * The promise must be refused with exactly this type and text, as an HTTP 400 that carries
 * Poolhouse's reason.
 */
export async function refused(promise, type, text) {
  let error;
  try {
    const answer = await promise;
    error = { name: '(no error)', message: inspect(answer) };
  } catch (thrown) {
    error = thrown;
  }
  const { status, reason } = exchanges.at(-1) ?? {};
  assert.deepEqual(
    { type: error.name, text: error.message, status, reason: typeof reason },
    { type, text, status: 400, reason: 'string' },
  );
}

// amazon-cognito-identity-js and Amplify speak through the global fetch, so their exchanges are noted there.
const realFetch = globalThis.fetch;
globalThis.fetch = async (url, options) => {
  const answer = await realFetch(url, options);
  const target = new Headers(options?.headers).get('x-amz-target');
  if (target) {
    note({
      operation: target.split('.').pop(),
      input: options.body,
      status: answer.status,
      reason: answer.headers.get('x-poolhouse-reason') ?? undefined,
      output: await answer.clone().text(),
    });
  }
  return answer;
};
