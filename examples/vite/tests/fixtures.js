// `test` with the app opened in a place of its own.

import { test as base } from '@playwright/test';
import { branches, Place, Poolhouse } from './poolhouse.js';

export { expect } from '@playwright/test';

export const test = base.extend({
  /** For tests that move the clock, which is the whole server's: a server that nobody else uses. */
  ownServer: [false, { option: true }],

  /** The one server of all workers, or one for this worker. */
  serverUrl: [async ({}, use) => {
    if (branches) return use(process.env.SHARED_POOLHOUSE);
    const server = await Poolhouse.start();
    await use(server.url);
    await server.stop();
  }, { scope: 'worker' }],

  place: async ({ serverUrl, ownServer }, use) => {
    if (!branches) return use(await Place.startAgain(serverUrl));
    if (ownServer) {
      const server = await Poolhouse.start();
      await use(new Place(server.url));
      return server.stop();
    }
    const place = await Place.branch(serverUrl);
    await use(place);
    await place.drop();
  },

  /** The app, which reads from its `config.json` where it is. */
  app: async ({ page, place }, use) => {
    await page.route('**/config.json', (route) => route.fulfill({ json: place.config }));
    await page.goto(process.env.APP_URL);
    await use(page);
  },
});
