// A catalog is made, filled, counted by another rule, put back and deleted, on its own pages.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessible, expect, openFollowed, signIn, tandem, test } from '../support';

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;

/** Twelve people who choose in two weeks: bread with butter in the first, jam with tea in the second. */
function choices(): string {
  const rows = ['user_id,item_id,at,kind'];
  for (let user = 0; user < 12; user++) {
    for (const item of ['bread', 'butter']) rows.push(`u${user},${item},2026-03-03T12:00:00Z,purchase`);
    for (const item of ['jam', 'tea']) rows.push(`u${user},${item},2026-03-12T12:00:00Z,view`);
  }
  return rows.join('\n');
}

test('a catalog is made, filled, counted otherwise, put back and deleted', async ({ page, javaScriptEnabled }) => {
  const catalog = `pantry-${Date.now()}`;
  const check = async () => {
    if (javaScriptEnabled !== false) await accessible(page);
  };
  await signIn(page);
  await page.goto(at('/'));
  await page.getByRole('link', { name: 'New catalog' }).click();
  await check();
  await page.getByLabel('Id', { exact: true }).fill('Not an id');
  await page.getByLabel('Name', { exact: true }).fill('Pantry');
  await page.getByLabel('A basket is').selectOption('user');
  await page.getByRole('button', { name: 'Make the catalog' }).click();
  await expect(page.getByRole('alert')).toContainText('lower-case letters');
  await expect(page.getByLabel('A basket is')).toHaveValue('user');
  await page.getByLabel('Id', { exact: true }).fill(catalog);
  await page.getByRole('button', { name: 'Make the catalog' }).click();

  // Empty, and every page says what to do.
  await expect(page.getByRole('heading', { name: 'Nothing came in yet' })).toBeVisible();
  await check();
  for (const path of ['recommendations', 'cooccurrence', 'cooccurrence?view=map', 'cooccurrence?view=recent', 'cooccurrence?view=compare']) {
    await page.goto(at(`/catalogs/${catalog}/${path}`));
    await expect(page.getByText('There is nothing in this catalog yet')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Go to its Data page' })).toBeVisible();
  }
  const folder = mkdtempSync(join(tmpdir(), 'tandem-files-'));
  writeFileSync(join(folder, 'choices.csv'), choices());
  tandem(['import', catalog, join(folder, 'choices.csv')]);
  rmSync(folder, { recursive: true });
  await openFollowed(page, `/catalogs/${catalog}/cooccurrence?min_together=1`, 'jam');
  await expect(page.getByRole('row', { name: /bread/ })).toHaveCount(3);

  // Another rule: what it would do stands there before it is saved.
  await page.goto(at(`/catalogs/${catalog}/data`));
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('What is counted');
  await check();
  await page.getByLabel('A basket is').selectOption('user_window');
  await page.getByLabel('Window').selectOption('week');
  await page.getByLabel('Only those ticked here').check();
  await page.getByLabel(/purchase/).check();
  await page.getByRole('button', { name: 'Preview the change' }).click();
  await expect(page.getByText('24 of 48 rows count instead of 48; 12 baskets, as before; 2 items in them instead of 4.')).toBeVisible();
  await check();
  await page.getByRole('link', { name: 'Change something' }).click();
  await expect(page.getByLabel('A basket is')).toHaveValue('user_window');
  await page.getByLabel('All, also kinds').check();
  await page.getByRole('button', { name: 'Preview the change' }).click();
  await expect(page.getByText('48 of 48 rows count, as before; 24 baskets instead of 12')).toBeVisible();
  await page.getByRole('button', { name: 'Save these settings' }).click();
  await expect(page.getByRole('status')).toContainText('Saved as change 3.');
  await expect(page.getByRole('row', { name: /A basket is: everything a user chose → / })).toContainText('admin');
  await check();
  await openFollowed(page, `/catalogs/${catalog}/cooccurrence?min_together=1`, '24 baskets');
  await expect(page.getByRole('row', { name: /bread/ })).toHaveCount(1);

  await page.goto(at(`/catalogs/${catalog}/settings`));
  await page.getByRole('link', { name: /^Put back/ }).click();
  await expect(page.getByText('12 baskets instead of 24')).toBeVisible();
  await page.getByRole('button', { name: 'Save these settings' }).click();
  await openFollowed(page, `/catalogs/${catalog}/cooccurrence?min_together=1`, '12 users');
  expect(JSON.parse(tandem(['verify', catalog, '--json']))[0].differences).toEqual([]);

  await page.goto(at(`/catalogs/${catalog}/settings`));
  await page.getByRole('link', { name: 'Delete this catalog' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('What is lost with “Pantry”?');
  await check();
  await page.getByLabel(/Type the id/).fill(catalog);
  await page.getByRole('button', { name: 'Delete the catalog for good' }).click();
  await expect(page.getByRole('status')).toContainText('was deleted with everything in it');
  const gone = await page.request.get(at(`/catalogs/${catalog}/data`));
  expect(gone.status()).toBe(404);
  expect(await gone.text()).toContain('was deleted on');
});

test('settings fit a narrow screen, light and dark', async ({ page, javaScriptEnabled }) => {
  await signIn(page);
  await page.setViewportSize({ width: 360, height: 800 });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const path of ['/', '/catalogs/new', '/catalogs/demo/settings', '/catalogs/demo/settings/preview?basket_rule=user_window&basket_window=day&kinds=all', '/catalogs/demo/delete']) {
      await page.goto(at(path));
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      // A preview that takes long says first how far it has come.
      if (path.includes('preview')) await expect(page.getByText('What is counted')).toBeVisible();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, `${path}: no sideways scrolling`).toBeLessThanOrEqual(360);
      if (javaScriptEnabled !== false) await accessible(page);
    }
  }
});
