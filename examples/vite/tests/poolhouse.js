// What keeps tests that run at the same time apart: a Poolhouse each, or a branch of one that they share.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const isolation = process.env.POOLHOUSE_ISOLATION ?? 'servers';
if (!['servers', 'branches'].includes(isolation)) throw new Error(`POOLHOUSE_ISOLATION=${isolation}: servers or branches`);
export const branches = isolation === 'branches';

const binary = process.env.POOLHOUSE_BIN ?? 'poolhouse';
const fixture = fileURLToPath(new URL('../cognito.yaml', import.meta.url));

/** A server on a port that was free. */
export class Poolhouse {
  #process;
  url;

  static async start() {
    const server = new Poolhouse();
    server.#process = spawn(binary, ['serve', '--port', '0', '--fixtures', fixture], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { RUST_LOG: 'warn', ...process.env },
    });
    await new Promise((resolve, reject) => {
      server.#process.on('error', (cause) => reject(new Error(`${binary} does not start; POOLHOUSE_BIN names it`, { cause })));
      server.#process.on('exit', (status, signal) => reject(new Error(`${binary} ended with ${status ?? signal}`)));
      readline.createInterface({ input: server.#process.stdout }).on('line', (line) => {
        server.url ??= line.match(/Cognito Local running on (http:\S+)/)?.[1];
        if (line === 'Ready.') resolve();
      });
    });
    return server;
  }

  async stop() {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }
}

async function ask(url, method, path, body) {
  const answer = await fetch(`${url}/_poolhouse/${path}`, {
    method,
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Where one test happens: the pool and the client of the fixture, which in a branch have other ids. */
export class Place {
  #url;
  #account;

  constructor(url, { pool = 'us-east-1_Accounts', client = 'accounts0web0client', account } = {}) {
    this.#url = url;
    this.#account = account;
    this.pool = pool;
    /** What the app's `config.json` says. */
    this.config = { UserPoolId: pool, ClientId: client, endpoint: `${url}/` };
  }

  /** The whole server, as it was when it was ready. */
  static async startAgain(url) {
    await ask(url, 'POST', 'reset');
    return new Place(url);
  }

  /** A copy of the pool as it was when the server was ready, in an account of its own. */
  static async branch(url) {
    const { account, clients: { web } } = await ask(url, 'POST', 'branches', { from: '@start' });
    return new Place(url, { pool: web.userPoolId, client: web.new, account });
  }

  drop() {
    return ask(this.#url, 'DELETE', `branches/${this.#account}`);
  }

  /** The code of the newest message of this kind to an address. */
  async code(kind, to) {
    const chosen = new URLSearchParams({ user_pool: this.pool, kind, destination: to, wait: '10s' });
    const { messages } = await ask(this.#url, 'GET', `messages?${chosen}`);
    if (!messages.length) throw new Error(`no ${kind} was sent to ${to}`);
    return messages.at(-1).code;
  }

  /** The server's time in milliseconds, of which authenticator apps make codes. */
  async now() {
    return Date.parse((await ask(this.#url, 'GET', 'clock')).now);
  }

  /** Only in tests with `ownServer`: the clock is the whole server's. */
  advance(span) {
    return ask(this.#url, 'POST', 'clock', { advance: span });
  }
}
