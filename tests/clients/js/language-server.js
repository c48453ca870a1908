// What editors ask about YAML: yaml-language-server in a process of its own, spoken to by LSP over its
// standard input and output.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const repository = fileURLToPath(new URL('../../../', import.meta.url));

// Its package's main file is the library; the program stands beside it.
const program = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server');

const settings = {
  yaml: { validate: true, completion: true, hover: true, schemaStore: { enable: false } },
};

export class LanguageServer {
  #process;
  #unread = Buffer.alloc(0);
  #next = 1;
  #asked = new Map();
  #diagnosed = new Map();

  /** Starts a server; it ends with the tests of this file. */
  static async start() {
    const server = new LanguageServer();
    server.#process = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    server.#process.stdout.on('data', (bytes) => server.#read(bytes));
    after(() => server.#process.kill());
    const rootUri = pathToFileURL(repository).href;
    await server.ask('initialize', {
      processId: process.pid,
      rootUri,
      workspaceFolders: [{ uri: rootUri, name: 'poolhouse' }],
      capabilities: {
        workspace: { configuration: true },
        textDocument: { completion: { completionItem: { snippetSupport: true } }, publishDiagnostics: {} },
      },
    });
    server.tell('initialized', {});
    server.tell('workspace/didChangeConfiguration', { settings });
    return server;
  }

  /** Asks, and resolves with the answer. */
  ask(method, params) {
    const id = this.#next++;
    this.#send({ id, method, params });
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }));
  }

  /** Tells what needs no answer. */
  tell(method, params) {
    this.#send({ method, params });
  }

  /** Opens a text under the name of a file of the repository, and gives what is underlined in it. */
  async underlined(name, text) {
    const uri = this.#open(name, text);
    const found = await new Promise((resolve) => this.#diagnosed.set(uri, resolve));
    this.#close(uri);
    return found.map(({ range, message }) => ({ at: slice(text, range), message }));
  }

  /** What may be typed in the place of the `|` of a text, by label. */
  async completed(name, marked) {
    const at = marked.indexOf('|');
    const text = marked.slice(0, at) + marked.slice(at + 1);
    const before = marked.slice(0, at).split('\n');
    const position = { line: before.length - 1, character: before.at(-1).length };
    const uri = this.#open(name, text);
    const answer = await this.ask('textDocument/completion', { textDocument: { uri }, position });
    this.#close(uri);
    return (answer.items ?? answer).map((item) => item.label);
  }

  #open(name, text) {
    // A name of its own, for what is told of a file may come late, and is kept by name.
    const own = name.replace(/[^/]*$/, (last) => `${this.#next++}-${last}`);
    const uri = pathToFileURL(repository + own).href;
    this.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    return uri;
  }

  #close(uri) {
    this.tell('textDocument/didClose', { textDocument: { uri } });
  }

  #send(message) {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #read(bytes) {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    for (;;) {
      const end = this.#unread.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#unread.toString('utf8', 0, end))[1]);
      const start = end + 4;
      if (this.#unread.length < start + length) return;
      const message = JSON.parse(this.#unread.toString('utf8', start, start + length));
      this.#unread = this.#unread.subarray(start + length);
      this.#take(message);
    }
  }

  #take({ id, method, params, result, error }) {
    if (method === 'workspace/configuration') {
      this.#send({ id, result: params.items.map(({ section }) => settings[section] ?? {}) });
    } else if (method === 'textDocument/publishDiagnostics') {
      // A file that is closed is told of once more, with nothing.
      this.#diagnosed.get(params.uri)?.(params.diagnostics);
      this.#diagnosed.delete(params.uri);
    } else if (method !== undefined) {
      if (id !== undefined) this.#send({ id, result: null });
    } else {
      const { resolve, reject } = this.#asked.get(id);
      this.#asked.delete(id);
      if (error) reject(new Error(error.message));
      else resolve(result);
    }
  }
}

/** The text of a range. */
function slice(text, { start, end }) {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.character);
  lines[0] = lines[0].slice(start.character);
  return lines.join('\n');
}

/** A file of the repository. */
export function file(name) {
  return readFileSync(repository + name, 'utf8');
}
