// POOLHOUSE_ISOLATION says how tests are kept apart: `servers` (the default) or `branches`. REPEATS=50 runs each test
// so often.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { defineConfig } from '@playwright/test';

/** The system's browser, or the one that CHROMIUM names; Playwright fetches none. */
function browser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const found = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return process.env.CHROMIUM ?? found.find((path) => existsSync(path));
}

export default defineConfig({
  testDir: 'tests',
  outputDir: 'node_modules/.cache/test-results',
  globalSetup: './tests/start.js',
  workers: 8,
  fullyParallel: true,
  repeatEach: Number(process.env.REPEATS ?? 1),
  retries: 0,
  forbidOnly: true,
  // For what hangs, not for what is slow: a machine that is busy takes its time.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  reporter: 'line',
  use: {
    trace: 'off',
    launchOptions: {
      executablePath: browser(),
      // Where tests run as root there is no sandbox to be had, and in containers /dev/shm is small.
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    },
  },
});
