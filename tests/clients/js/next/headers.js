// What handlers ask about the request that they are called for.

const { AsyncLocalStorage } = require('node:async_hooks');

const asked = new AsyncLocalStorage();

module.exports = {
  /** Calls a handler as Next.js does. */
  within: (request, handler) => asked.run(request, handler),
  cookies: async () => asked.getStore().cookies,
  headers: async () => asked.getStore().headers,
};
