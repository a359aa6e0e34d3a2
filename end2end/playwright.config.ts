import { defineConfig } from '@playwright/test';
import { existsSync } from 'node:fs';

const chromium = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);

const launchOptions = {
  executablePath: chromium,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

// Each story runs twice: with and without scripting. `*.hydrate.spec.ts` needs scripting.
export default defineConfig({
  testDir: './tests',
  workers: 1,
  // Machines are noisy: these only end what hangs.
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  globalSetup: './server.ts',
  use: { launchOptions, viewport: { width: 1440, height: 900 } },
  projects: [
    { name: 'scripting' },
    { name: 'no-scripting', use: { javaScriptEnabled: false }, testIgnore: /hydrate/ },
  ],
});
