// Headless Chromium, and the page in it, bundled from `pages/` and served on http://localhost.

import { existsSync } from 'node:fs';
import http from 'node:http';
import { delimiter, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { note } from './behaviour.js';

/** The browser that CHROMIUM names, or one of the path. */
export function browserOnPath() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const found = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const binary = process.env.CHROMIUM ?? found.find((path) => existsSync(path));
  if (!binary) throw new Error('no Chromium: install it (scripts/test --install does), or name it with CHROMIUM');
  return binary;
}

async function bundle(page) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`pages/${page}`, import.meta.url))],
    bundle: true,
    format: 'esm',
    jsx: 'automatic',
    outdir: 'out',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { '/page.js': ['text/javascript', text('.js')], '/page.css': ['text/css', text('.css')] };
}

const html = `<!doctype html><title>Poolhouse</title>
<link rel="stylesheet" href="/page.css"><link rel="icon" href="data:,">
<div id="root"></div><script type="module" src="/page.js"></script>`;

async function serve(files) {
  const server = http.createServer(({ url }, response) => {
    const [type, body] = files[url] ?? ['text/html', html];
    response.setHeader('content-type', `${type}; charset=utf-8`);
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  after(() => server.close());
  return `http://localhost:${server.address().port}/`;
}

/** Notes what the page asks of Poolhouse, for the report of a failing test. */
async function noteAnswer(response) {
  const request = response.request();
  const target = request.headers()['x-amz-target'];
  if (!target || request.method() === 'OPTIONS') return;
  note({
    operation: target.split('.').pop(),
    input: request.postData(),
    status: response.status(),
    reason: response.headers()['x-poolhouse-reason'],
    output: await response.text().catch(() => undefined),
  });
}

/** A browser that ends with the tests of this file. */
export async function launchBrowser(...more) {
  // Where tests run as root there is no sandbox to be had, and in containers /dev/shm is small.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', ...more];
  const browser = await chromium.launch({ executablePath: browserOnPath(), args });
  after(() => browser.close());
  return browser;
}

/**
 * Opens pages of one bundle, at whatever path; each has a storage of its own, as a new visitor has. Browser and server
 * end with the tests of this file. `settings` are in the page's `window.settings` from the start.
 */
export async function startBrowser(page, ...args) {
  const [files, browser] = await Promise.all([bundle(page), launchBrowser(...args)]);
  const url = await serve(files);
  return {
    url,
    async open({ path = '', settings } = {}) {
      const context = await browser.newContext();
      if (settings) await context.addInitScript((given) => { window.settings = given; }, settings);
      const tab = await context.newPage();
      tab.setDefaultTimeout(20_000);
      tab.on('response', noteAnswer);
      tab.on('pageerror', (error) => note({ pageError: error.message }));
      tab.on('console', (message) => message.type() === 'error' && note({ console: message.text() }));
      await tab.goto(`${url}${path}`);
      return tab;
    },
  };
}

/** A security key in the browser, which its user touches and unlocks at once. */
export async function addAuthenticator(tab) {
  const devtools = await tab.context().newCDPSession(tab);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    credentials: async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    add: (credential) => devtools.send('WebAuthn.addCredential', { authenticatorId, credential }),
    clear: () => devtools.send('WebAuthn.clearCredentials', { authenticatorId }),
  };
}
