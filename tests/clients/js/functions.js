// Functions of a pool, served by a webhook: Poolhouse posts each event and gets it back answered.

import http from 'node:http';
import { after } from 'node:test';

export class Functions {
  /** Every event so far, oldest first. */
  events = [];
  url;
  #handlers;

  constructor(handlers) {
    this.#handlers = handlers;
  }

  /** Serves handlers by the trigger's name on a free port; they end with the tests of this file. */
  static async start(handlers) {
    const functions = new Functions(handlers);
    const server = http.createServer((request, response) => functions.#serve(request, response));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    after(() => server.close());
    functions.url = `http://127.0.0.1:${server.address().port}`;
    return functions;
  }

  /** What was called since the last look. */
  takeSources() {
    return this.events.splice(0).map((event) => event.triggerSource);
  }

  async #serve(request, response) {
    let body = '';
    for await (const part of request) body += part;
    const event = JSON.parse(body);
    this.events.push(structuredClone(event));
    const [trigger] = event.triggerSource.split('_');
    let answer;
    try {
      this.#handlers[trigger]?.(event);
      answer = event;
    } catch (error) {
      answer = { errorMessage: error.message, errorType: error.name };
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  }
}

/** A riddle after the password, where SRP comes first, or alone; three wrong answers end it. */
export const riddle = {
  DefineAuthChallenge({ request: { session }, response }) {
    const last = session.at(-1);
    const tries = session.filter(({ challengeName }) => challengeName === 'CUSTOM_CHALLENGE').length;
    response.issueTokens = last?.challengeName === 'CUSTOM_CHALLENGE' && last.challengeResult;
    response.failAuthentication = !response.issueTokens && tries >= 3;
    if (!response.issueTokens && !response.failAuthentication) {
      response.challengeName = last?.challengeName === 'SRP_A' ? 'PASSWORD_VERIFIER' : 'CUSTOM_CHALLENGE';
    }
  },
  CreateAuthChallenge({ response }) {
    response.publicChallengeParameters = { riddle: 'six by nine' };
    response.privateChallengeParameters = { answer: '42' };
    response.challengeMetadata = 'RIDDLE';
  },
  VerifyAuthChallengeResponse({ request, response }) {
    response.answerCorrect = request.challengeAnswer === request.privateChallengeParameters.answer;
  },
};
