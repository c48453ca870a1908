// A Poolhouse process of this test file's own, its clock and its messages.

import { spawn } from 'node:child_process';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import readline from 'node:readline';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const binary = process.env.POOLHOUSE_BIN ?? `${repository}target/release/poolhouse`;

export const defaultPool = {
  id: 'us-east-1_PoolHouse',
  publicClient: '1poolhouse0public0client00',
  secretClient: '2poolhouse0secret0client00',
  clientSecret: 'poolhouse0test0only0secret0never0use0in0production00',
  password: 'Poolhouse-1',
  bobsTotpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
};

export const totpPool = {
  id: 'us-east-1_TotpMust1',
  publicClient: '3poolhouse0totp0client0000',
};

export const totpPoolFixtures = [
  `${repository}fixtures/pools/default.yaml`,
  `${repository}fixtures/pools/totp.yaml`,
];

export class Poolhouse {
  #process;
  url;

  /** Starts a server on a free port and resolves once it says `Ready.`; it ends with the tests of this file. */
  static start(...flags) {
    return new Promise((resolve, reject) => {
      const child = spawn(binary, ['serve', '--port', '0', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
      const server = new Poolhouse();
      server.#process = child;
      const log = [];
      readline.createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
      readline.createInterface({ input: child.stdout }).on('line', (line) => {
        log.push(line);
        server.url ??= line.match(/Cognito Local running on (http:\S+)/)?.[1];
        if (line === 'Ready.') {
          after(() => server.#stop());
          resolve(server);
        }
      });
      child.on('error', reject);
      child.on('exit', (status, signal) =>
        reject(new Error(`${binary} ${flags.join(' ')} ended (${status ?? signal}):\n${log.join('\n')}`)));
    });
  }

  /** Asks the process to end and waits until it has. */
  #stop() {
    return new Promise((resolve) => {
      this.#process.removeAllListeners('exit');
      this.#process.on('exit', resolve);
      this.#process.kill('SIGTERM');
    });
  }

  /** What the server's clock shows, in milliseconds. */
  async now() {
    return Date.parse((await this.#get('clock')).now);
  }

  freezeClock() {
    return this.#post('clock', { freeze: true });
  }

  /** Moves the clock, e.g. by `31s` or `24h`. */
  advanceClock(by) {
    return this.#post('clock', { advance: by });
  }

  setClock(milliseconds) {
    return this.#post('clock', { set: new Date(milliseconds).toISOString() });
  }

  /** The messages sent to one user so far, oldest first; waits for the first one. */
  async messagesTo(username) {
    return (await this.#get(`messages?wait=30s&username=${encodeURIComponent(username)}`)).messages;
  }

  /** The code in the newest message to this user. */
  async codeSentTo(username) {
    const newest = (await this.messagesTo(username)).at(-1);
    if (!newest?.code) throw new Error(`no message with a code was sent to ${username}: ${JSON.stringify(newest)}`);
    return newest.code;
  }

  /** Invocations of functions that ended after this one; without one yet, waits for the next. */
  async invocationsAfter(id) {
    return (await this.#get(`invocations?wait=30s&after=${id}`)).invocations;
  }

  /** What functions answer in place of themselves. */
  directTriggers(...rules) {
    return this.#send('PUT', 'triggers', { rules });
  }

  /** How risky sign-ins are. */
  setRisk(...rules) {
    return this.#send('PUT', 'risk', { rules });
  }

  /** A passkey of the software authenticator, for creation options: what `navigator.credentials.create` would give. */
  async createPasskey(options, more) {
    return (await this.#post('passkeys/create', { options, ...more })).credential;
  }

  /** Its signature for request options: what `navigator.credentials.get` would give. */
  async signByPasskey(options, more) {
    return (await this.#post('passkeys/get', { options, ...more })).credential;
  }

  #get(path) {
    return this.#control(path);
  }

  #post(path, body) {
    return this.#send('POST', path, body);
  }

  #send(method, path, body) {
    return this.#control(path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async #control(path, options) {
    const answer = await fetch(`${this.url}/_poolhouse/${path}`, options);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`/_poolhouse/${path} ${options?.body ?? ''} → ${answer.status} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  }
}
