import { defineConfig } from '@playwright/test';
import usual from './playwright.config';

// Pictures of every page, for people to look at: `make screens`.
export default defineConfig({
  ...usual,
  testDir: './screens',
  projects: [{ name: 'screens' }],
});
