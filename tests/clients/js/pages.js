// Visitors of the hosted pages in Chromium: every page that they see is looked at in two widths, kept as a picture
// in .cache/pages, and asked by axe-core for serious faults.

import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import { createRequire } from 'node:module';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  CreateIdentityProviderCommand, CreateManagedLoginBrandingCommand, CreateUserPoolDomainCommand,
  DescribeUserPoolClientCommand, UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { chromium } from 'playwright-core';
import { note } from './behaviour.js';
import { browserOnPath } from './browser.js';
import { Pool } from './pool.js';
import { defaultPool } from './poolhouse.js';

const pictures = fileURLToPath(new URL('../../../.cache/pages/', import.meta.url));
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

/** The app's side: takes what comes back, and remembers the address. */
async function startApp() {
  const server = http.createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    const head = '<title>The app</title><link rel="icon" href="data:,">';
    response.end(`<!doctype html><html lang="en">${head}<h1>Welcome</h1>`);
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  after(() => server.close());
  return `http://localhost:${server.address().port}/callback`;
}

let domains = 0;

export class Pages {
  #browser;
  #server;
  #sdk;
  callback;

  static async start(server, sdk) {
    const pages = new Pages();
    pages.#server = server;
    pages.#sdk = sdk;
    pages.callback = await startApp();
    pages.#browser = await chromium.launch({
      executablePath: browserOnPath(), args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
    after(() => pages.#browser.close());
    return pages;
  }

  /** A pool whose domain has this version, with a client that has its callback here. */
  async pool(version, { settings, mfa, client, style, assets, providers } = {}) {
    const pool = await Pool.make(this.#sdk, {
      settings: { AutoVerifiedAttributes: ['email'], ...settings },
      mfa,
      client: {
        SupportedIdentityProviders: ['COGNITO'],
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
        CallbackURLs: [this.callback],
        ...client,
      },
    });
    if (providers) await this.#addProviders(pool, providers);
    domains += 1;
    await this.#sdk.send(new CreateUserPoolDomainCommand({
      UserPoolId: pool.id, Domain: `pages-${domains}`, ManagedLoginVersion: version,
    }));
    if (version === 2 && style !== null) {
      const values = style ? { Settings: style, Assets: assets } : { UseCognitoProvidedValues: true };
      await this.#sdk.send(new CreateManagedLoginBrandingCommand({
        UserPoolId: pool.id, ClientId: pool.clientId, ...values,
      }));
    }
    pool.version = version;
    return pool;
  }

  async #addProviders(pool, providers) {
    for (const [ProviderName, more] of Object.entries(providers)) {
      await this.#sdk.send(new CreateIdentityProviderCommand({
        UserPoolId: pool.id, ProviderName, AttributeMapping: { email: 'email' }, ...more,
      }));
    }
    const { UserPoolClient } = await this.#sdk.send(new DescribeUserPoolClientCommand({
      UserPoolId: pool.id, ClientId: pool.clientId,
    }));
    await this.#sdk.send(new UpdateUserPoolClientCommand({
      ...UserPoolClient,
      SupportedIdentityProviders: [...UserPoolClient.SupportedIdentityProviders, ...Object.keys(providers)],
    }));
  }

  /** A new visitor of a pool's pages. */
  async visit(pool, options) {
    const context = await this.#browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    after(() => context.close());
    const tab = await context.newPage();
    tab.setDefaultTimeout(15_000);
    const faults = [];
    tab.on('console', (message) => {
      note({ console: message.text() });
      if (message.text().includes('Content Security Policy')) faults.push(message.text());
    });
    tab.on('response', (response) => note({
      page: response.url(), status: response.status(), reason: response.headers()['x-poolhouse-reason'],
    }));
    const url = new URL(this.#server.url);
    url.hostname = 'localhost';
    return new Visitor(tab, pool, this.callback, url.origin, faults, options?.javaScriptEnabled === false);
  }
}

export class Visitor {
  constructor(tab, pool, callback, base, faults, plain) {
    Object.assign(this, { tab, pool, callback, base, faults, plain });
    this.classic = pool.version === 1;
  }

  address(path, more = {}) {
    const query = new URLSearchParams({
      client_id: this.pool.clientId, response_type: 'code', redirect_uri: this.callback, scope: 'openid email',
      state: 'a+b=', ...more,
    });
    return `${this.base}${path}?${query}`;
  }

  open(path = '/oauth2/authorize', more) {
    return this.tab.goto(this.address(path, more));
  }

  field(name) {
    return this.tab.locator(`input[name="${name}"]:visible`);
  }

  async fill(fields) {
    for (const [name, value] of Object.entries(fields)) await this.field(name).fill(value);
  }

  press(name) {
    return this.tab.getByRole('button', { name, exact: true }).click();
  }

  follow(name) {
    return this.tab.getByRole('link', { name, exact: true }).click();
  }

  shown(text) {
    return this.tab.getByText(text).locator('visible=true').first().waitFor();
  }

  /** The page under this name: its picture in two widths, and what axe finds there. */
  async look(name) {
    const folder = `${pictures}${this.classic ? 'classic' : 'managed'}/`;
    await mkdir(folder, { recursive: true });
    for (const width of [360, 1440]) {
      await this.tab.setViewportSize({ width, height: 900 });
      await this.tab.screenshot({ path: `${folder}${name}-${width}.png`, fullPage: true });
      if (this.plain) continue;
      const isWide = await this.tab.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      assert.equal(isWide, false, `${name} is wider than ${width} px`);
      await this.tab.evaluate(axe);
      const { violations } = await this.tab.evaluate(() => window.axe.run(document));
      const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
      assert.deepEqual(serious.map(({ id, nodes }) => [id, nodes[0].html]), [], `${name} at ${width} px`);
    }
    assert.deepEqual(this.faults, []);
  }

  async signIn(username, password = defaultPool.password) {
    await this.fill({ username, password });
    await this.press(this.classic ? 'submit' : 'Sign in');
  }

  /** Types a code, under whatever name this page has for it. */
  async enter(code) {
    const names = ['authentication_code', 'verification_code', 'code'];
    const field = this.tab.locator(names.map((name) => `input[name="${name}"]:visible`).join(','));
    await field.fill(code);
    await field.press('Enter');
  }

  /** The code with which the app is back. */
  async back() {
    await this.tab.waitForURL((url) => url.href.startsWith(this.callback));
    const { searchParams } = new URL(this.tab.url());
    assert.equal(searchParams.get('state'), 'a+b=');
    const code = searchParams.get('code');
    assert.match(code ?? '', /^[0-9a-f-]{36}$/, this.tab.url());
    return code;
  }

  /** The tokens that the app gets for its code. */
  async tokens() {
    const form = new URLSearchParams({
      grant_type: 'authorization_code', client_id: this.pool.clientId, redirect_uri: this.callback,
      code: await this.back(),
    });
    const answer = await fetch(`${this.base}/oauth2/token`, { method: 'POST', body: form });
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
  }
}
