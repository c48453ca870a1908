// Before the first worker: the built app on a port that is free and, where workers share one, a Poolhouse.

import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';
import { branches, Poolhouse } from './poolhouse.js';

const root = fileURLToPath(new URL('..', import.meta.url));

export default async function start() {
  const outDir = 'node_modules/.cache/app';
  await build({ root, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
  const app = await preview({ root, logLevel: 'warn', build: { outDir }, preview: { host: 'localhost', port: 0 } });
  const shared = branches ? await Poolhouse.start() : undefined;
  // Workers begin with this environment.
  process.env.APP_URL = app.resolvedUrls.local[0];
  if (shared) process.env.SHARED_POOLHOUSE = shared.url;
  return async () => {
    await shared?.stop();
    await app.close();
  };
}
