// What a program is told of the API, and a flag from its sending to its decision.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessible, expect, openFollowed, signIn, tandem, test } from '../support';

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;

/** Twenty people who like bread; half of them like butter as well, the others jam. */
function importShop(): string {
  const catalog = `bakery-${Date.now()}`;
  const folder = mkdtempSync(join(tmpdir(), 'tandem-files-'));
  const rows = ['user_id,item_id'];
  for (let user = 0; user < 20; user++) {
    rows.push(`u${user},bread`, `u${user},${user % 2 ? 'butter' : 'jam'}`);
  }
  for (let user = 20; user < 30; user++) rows.push(`u${user},tea`);
  writeFileSync(join(folder, 'orders.csv'), rows.join('\n'));
  tandem(['import', catalog, join(folder, 'orders.csv')]);
  rmSync(folder, { recursive: true });
  return catalog;
}

test('the API is described to everybody, and its first example works', async ({ page, javaScriptEnabled }) => {
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(at('/api/docs'));
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('How do programs use Tandem?');
      if (javaScriptEnabled !== false) {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, 'no sideways scrolling').toBeLessThanOrEqual(width);
      }
    }
  }
  if (javaScriptEnabled !== false) await accessible(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(page.getByText(process.env.TANDEM_ADDRESS!).first()).toBeVisible();
  const contents = page.getByRole('navigation', { name: 'Calls' });
  await contents.getByRole('link', { name: 'POST …/flags/{id}/decision' }).click();
  await expect(page).toHaveURL(/#decide_flag$/);
  await expect(page.getByRole('heading', { name: 'Decides a flag' })).toBeInViewport();

  const { token } = JSON.parse(tandem(['token', 'create', `docs-${Date.now()}`, '--role', 'viewer', '--json']));
  const first = await page.getByLabel('The first call').innerText();
  const address = first.trim().split(/\s+/).pop()!;
  const answer = await page.request.get(address, { headers: { Authorization: `Bearer ${token}` } });
  expect(answer.status()).toBe(200);

  // Who is signed in finds it from every page.
  await signIn(page);
  await page.getByRole('link', { name: 'API', exact: true }).click();
  await expect(page).toHaveURL(/\/api\/docs$/);
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
});

test('a flag is sent, decided, and its author is told', async ({ page, javaScriptEnabled }) => {
  const catalog = importShop();
  const analyst = `ana-${Date.now()}`;
  const curator = `cora-${Date.now()}`;
  tandem(['account', 'create', analyst, '--role', 'analyst']);
  tandem(['account', 'create', curator, '--role', 'curator']);
  await signIn(page, analyst);
  await openFollowed(page, `/catalogs/${catalog}/recommendations?item=bread`, 'data-row="1"');
  const row = page.locator('[data-row="1"]');
  const name = await row.locator('h2 a').innerText();
  await row.locator('summary', { hasText: 'Flag' }).click();
  await row.getByLabel('Out of date').check();
  await row.getByRole('button', { name: 'Send flag' }).click();
  await expect(page.getByText(`You flagged ${name}`)).toBeVisible();

  await signIn(page, curator);
  await page.goto(at(`/catalogs/${catalog}/flags?state=open`));
  await page.locator('summary', { hasText: 'Decide' }).click();
  await expect(page.getByText('It changes no list by itself')).toBeVisible();
  if (javaScriptEnabled !== false) await accessible(page);
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 900 });
    if (javaScriptEnabled !== false) {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, 'no sideways scrolling').toBeLessThanOrEqual(width);
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByLabel(`What ${analyst} is to read`).fill('They do go together');
  await page.getByRole('button', { name: 'Decline' }).click();
  await expect(page.getByText('No flag is in this state')).toBeVisible();

  await signIn(page, analyst);
  await page.goto(at(`/catalogs/${catalog}/flags`));
  const flag = page.getByRole('row', { name: new RegExp(name) });
  await expect(flag).toContainText('Declined');
  await expect(flag).toContainText('They do go together');
  await flag.getByRole('button', { name: /^Show it to me again/ }).click();
  await page.goto(at(`/catalogs/${catalog}/recommendations?item=bread`));
  await expect(page.locator('[data-row="1"] h2 a')).toHaveText(name);
});
