// What every story needs: somebody signed in, and a console that stays clean.
import { test as base, expect, type Page } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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

/** Runs the real program on the server's database; what it prints. */
export function tandem(arguments_: string[]): string {
  return execFileSync(process.env.TANDEM_BIN!, arguments_, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, DATABASE_URL: '' },
  });
}

/** Keeps everybody from changing interactions until the answer is called. */
export async function holdInteractions(): Promise<() => Promise<void>> {
  const data = process.env.TANDEM_DATA_DIR!;
  const password = readFileSync(join(data, 'owner.password'), 'utf8').trim();
  const call = ['-h', join(data, 'run'), '-U', 'tandem_owner', '-d', 'tandem', '-qAt'];
  const psql = spawn('psql', call, {
    env: { ...process.env, PGPASSWORD: password },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => psql.once('exit', () => resolve()));
  const held = new Promise<void>((resolve) => psql.stdout.once('data', () => resolve()));
  psql.stdin.write("begin; lock table interaction in share mode; select 'held';\n");
  await Promise.race([held, ended]);
  return async () => {
    psql.stdin.end();
    await ended;
  };
}

/** Signs in by a link that the command line makes; as the first account where none is named. */
export async function signIn(page: Page, name = 'admin') {
  const link = tandem(['account', 'link', name, '--json']);
  const token = /token=([\w-]+)/.exec(link)![1];
  await page.goto(`${process.env.TANDEM_ADDRESS}/sign-in?token=${token}`);
}

/** Goes to a page and waits until its keys answer, as somebody would who tries one. */
export async function openAwake(page: Page, path: string) {
  await page.goto(`${process.env.TANDEM_ADDRESS}${path}`);
  const keys = page.getByRole('heading', { name: 'Keys' });
  await expect(async () => {
    await page.keyboard.press('?');
    await expect(keys).toBeVisible({ timeout: 300 });
  }).toPass();
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();
}

/** Opens a page once the server's index has followed the database to it. It is asked for beside
 *  the browser until then, so that the wait leaves nothing in the page's console. */
export async function openFollowed(page: Page, path: string, text: string) {
  const address = `${process.env.TANDEM_ADDRESS}${path}`;
  await expect(async () => {
    const answer = await page.request.get(address);
    expect(await answer.text()).toContain(text);
  }).toPass({ timeout: 20_000 });
  await page.goto(address);
}

/** No violation that axe can find. */
export async function accessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
}
