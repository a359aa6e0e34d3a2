// What every story needs: somebody signed in, and a console that stays clean.
import { test as base, expect, type Page } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';
import { execFileSync } from 'node:child_process';

export { expect };

export const test = base.extend({
  page: async ({ page }, use) => {
    const faults: string[] = [];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(String(error)));
    await use(page);
    expect(faults).toEqual([]);
  },
});

/** Signs in as the first account, by a link that the command line makes. */
export async function signIn(page: Page) {
  const link = execFileSync(process.env.TANDEM_BIN!, ['account', 'link', 'admin', '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, DATABASE_URL: '' },
  });
  const token = /token=([\w-]+)/.exec(link)![1];
  await page.goto(`${process.env.TANDEM_ADDRESS}/sign-in?token=${token}`);
}

/** No violation that axe can find. */
export async function accessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
}

export const titles = (page: Page) => page.getByRole('heading', { level: 2 }).getByRole('link');
