// A person with a browser that has no window, no scripts and no patience: it keeps cookies, follows redirects, and
// sends the form that it was shown.

import assert from 'node:assert/strict';
import { note } from './behaviour.js';

const unescaped = (text) => text.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&#39;', "'")
  .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#38;', '&').replaceAll('&amp;', '&');

const attributesOf = (tag) =>
  Object.fromEntries([...tag.matchAll(/([a-z_-]+)="([^"]*)"/gi)].map(([, name, value]) => [name, unescaped(value)]));

export class Visitor {
  #apps;
  #jars = new Map();
  /** Where the browser is, and what it shows there. */
  url;
  text;

  /** `apps`: the functions from Request to Response that stand for servers, by their origins. */
  constructor(apps = {}) {
    this.#apps = apps;
  }

  /** The answer at the end of all redirects; one that leads where `stop` says is not followed. */
  async go(to, { method = 'GET', body, stop = () => false } = {}) {
    let [url, options] = [new URL(to, this.url), { method, body }];
    for (let step = 0; step < 12; step += 1) {
      const answer = await this.#ask(url, options);
      // Some answers of 200 name a place too, for scripts to go to.
      const location = answer.status >= 300 ? answer.headers.get('location') : null;
      const reason = answer.headers.get('x-poolhouse-reason');
      note({ page: `${options.method} ${url}`, status: answer.status, location, reason });
      this.url = url;
      if (!location) {
        this.text = await answer.text();
        return answer;
      }
      url = new URL(location, url);
      options = { method: 'GET' };
      if (stop(url)) {
        this.url = url;
        return undefined;
      }
    }
    throw new Error(`no end of redirects at ${url}`);
  }

  async #ask(url, options) {
    const jar = this.#jars.get(url.hostname) ?? new Map();
    this.#jars.set(url.hostname, jar);
    const headers = jar.size > 0 ? { cookie: [...jar].map((pair) => pair.join('=')).join('; ') } : {};
    // What browsers send along with a form of the page's own.
    if (options.method === 'POST') headers.origin = url.origin;
    const request = new Request(url, { ...options, headers, redirect: 'manual' });
    const answer = await (this.#apps[url.origin] ?? fetch)(request);
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (/max-age=(0|-\d+)(;|$)/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  /** Fills in the form with a password that is shown, and sends it. */
  submit(fields, options) {
    const form = [...this.text.matchAll(/<form[^>]*>[\s\S]*?<\/form>/g)]
      .map(([found]) => found).find((found) => found.includes('type="password"'));
    assert.ok(form, `no form with a password at ${this.url}: ${this.text.slice(0, 300)}`);
    const inputs = [...form.matchAll(/<input[^>]*>/g)].map(([tag]) => attributesOf(tag));
    const body = new URLSearchParams();
    for (const { name, value = '' } of inputs) if (name) body.set(name, value);
    for (const [name, value] of Object.entries(fields)) {
      assert.ok(body.has(name), `the form has no field ${name}`);
      body.set(name, value);
    }
    const { action = '' } = attributesOf(form.match(/<form[^>]*>/)[0]);
    return this.go(new URL(action || this.url, this.url), { method: 'POST', body, ...options });
  }
}
