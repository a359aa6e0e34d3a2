// A table shows twenty rows before the first scroll, and a list its ten: nobody scrolls to compare.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, openFollowed, signIn, tandem, test } from '../support';
import type { Locator, Page } from '@playwright/test';

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;
const MANY = 24;

/** How many of these lie fully inside the window. */
async function inside(page: Page, rows: Locator): Promise<number> {
  await rows.first().waitFor();
  const height = page.viewportSize()!.height;
  const ends = await rows.evaluateAll((all) => all.map((row) => row.getBoundingClientRect().bottom));
  return ends.filter((end) => end <= height).length;
}

const bodyRows = (page: Page) => page.locator('main table.data-table > tbody > tr');

/** A catalog with many imports, overrides and views; its id. */
async function busy(page: Page): Promise<string> {
  const id = `busy-${Date.now()}`;
  const folder = mkdtempSync(join(tmpdir(), 'tandem-files-'));
  for (let number = 0; number < MANY; number++) {
    const rows = Array.from({ length: MANY }, (_, item) => `u${number},item-${item}`);
    const file = join(folder, `orders-of-week-${number}.csv`);
    writeFileSync(file, ['user_id,item_id', ...rows].join('\n') + '\n');
    tandem(['import', id, file]);
  }
  rmSync(folder, { recursive: true });
  await openFollowed(page, `/catalogs/${id}/data`, `orders-of-week-${MANY - 1}.csv`);
  const own = { origin: process.env.TANDEM_ADDRESS!, 'sec-fetch-site': 'same-origin' };
  for (let number = 0; number < MANY; number++) {
    const override = {
      kind: 'block', item_id: `item-${number}`, scope: { kind: 'catalog' }, for: 'all',
      reason: 'business', comment: 'Sold out until the next delivery',
    };
    const made = await page.request.post(at(`/api/v1/catalogs/${id}/overrides`), { data: override, headers: own });
    expect(made.status()).toBe(201);
    const view = {
      catalog_id: id, name: `Pairs of item ${number}`,
      path: `/catalogs/${id}/cooccurrence`, query: `item=item-${number}&sort=lift&min_together=4`,
    };
    const saved = await page.request.post(at('/actions/save-view'), { form: view, headers: own });
    expect(saved.ok()).toBe(true);
  }
  return id;
}

test('twenty rows of every table stand in the first screen', async ({ page, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, 'nothing can be measured without scripting');
  await signIn(page);
  const id = await busy(page);
  for (const path of [
    `/catalogs/${id}/data`,
    `/catalogs/${id}/overrides`,
    `/catalogs/${id}/views`,
    '/catalogs/demo/flags',
    '/catalogs/demo/cooccurrence',
    '/catalogs/demo/cooccurrence?level=category&sort=lift&min_together=1',
    '/catalogs/demo/cooccurrence?view=compare',
    '/catalogs/demo/cooccurrence?view=recent',
  ]) {
    await page.goto(at(path));
    expect.soft(await inside(page, bodyRows(page)), path).toBeGreaterThanOrEqual(20);
  }
});

test('ten suggestions stand in the first screen, on small laptops too', async ({ page, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, 'nothing can be measured without scripting');
  await signIn(page);
  for (const [width, height] of [[1440, 900], [1280, 800]]) {
    await page.setViewportSize({ width, height });
    for (const item of ['the-patient-loaf', 'rye-and-shine']) {
      await page.goto(at(`/catalogs/demo/recommendations?item=${item}`));
      const rows = page.locator('[data-row]');
      expect.soft(await inside(page, rows), `${item} at ${width}`).toBeGreaterThanOrEqual(10);
    }
  }
});
