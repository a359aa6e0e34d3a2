// Files through the browser, from the form to rows that are mended and taken back.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessible, expect, openFollowed, signIn, tandem, test } from '../support';

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;

/** A catalog of its own, made by the command line; its id. */
function catalog(): string {
  const id = `upload-${Date.now()}`;
  const folder = mkdtempSync(join(tmpdir(), 'tandem-files-'));
  writeFileSync(join(folder, 'first.csv'), 'user_id,item_id\nu1,tea\nu1,milk\nu2,tea\nu2,milk\n');
  tandem(['import', id, join(folder, 'first.csv')]);
  rmSync(folder, { recursive: true });
  return id;
}

const csv = (name: string, rows: string[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(rows.join('\n') + '\n'),
});

async function narrow(page: import('@playwright/test').Page) {
  await page.setViewportSize({ width: 360, height: 800 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(360);
  await page.setViewportSize({ width: 1440, height: 900 });
}

test('files are uploaded, mapped, imported, mended and taken back', async ({ page, javaScriptEnabled }) => {
  const id = catalog();
  await signIn(page);
  await openFollowed(page, `/catalogs/${id}/data`, 'first.csv');
  if (javaScriptEnabled) await accessible(page);
  await narrow(page);
  const rows = ['who,what,happened', 'u3,tea,2026-03-01', 'u3,milk,2026-03-01', 'u4,tea,soon', 'u5,,2026-03-02'];
  await page.locator('summary', { hasText: 'Bring files in' }).click();
  await page.getByLabel('Files of what people chose').setInputFiles(csv('orders.csv', rows));
  await page.getByRole('button', { name: 'Upload' }).click();

  // What can't be recognised can be said.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How will these files be read?');
  await expect(page.getByRole('alert')).toContainText('is not a table of choices');
  await expect(page.getByRole('button', { name: 'Import' })).toHaveCount(0);
  await page.getByLabel('Item', { exact: true }).selectOption('what');
  await page.getByLabel('User', { exact: true }).selectOption('who');
  await page.getByLabel('Time', { exact: true }).selectOption('happened');
  await page.getByRole('button', { name: 'Show how it reads' }).click();
  await expect(page.getByRole('status').first()).toContainText('2 can be taken');
  await expect(page.getByText('happened: this is no time').first()).toBeVisible();
  if (javaScriptEnabled) await accessible(page);
  await narrow(page);
  await page.getByRole('button', { name: 'Import' }).click();

  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toContainText('Visible');
  await expect(page.getByText('by admin')).toBeVisible();
  const fields = page.getByRole('textbox', { name: /corrected/ });
  await expect(fields).toHaveCount(2);
  if (javaScriptEnabled) await accessible(page);
  await narrow(page);

  // One row is mended, the other stays with what is wrong now.
  await fields.nth(0).fill('u4,tea,2026-03-02');
  await fields.nth(1).fill('u5,milk,never');
  await page.getByRole('button', { name: 'Take corrected rows' }).click();
  await expect(page.getByRole('status').first()).toContainText('1 row was taken as import');
  await expect(fields).toHaveCount(1);
  await expect(fields.first()).toHaveValue('u5,milk,never');

  // The consequence first, then the deed.
  await page.getByRole('link', { name: 'Take it back …' }).click();
  await expect(page.getByText('Takes back 2 rows; 0 of them were also brought by others and stay.')).toBeVisible();
  await page.getByRole('button', { name: 'Take the import back' }).click();
  await expect(heading).toContainText('Taken back');
  await expect(page.getByRole('status').first()).toContainText('import the same files again');
  await page.getByRole('link', { name: 'All that came in' }).click();
  await expect(page.getByRole('row', { name: /corrections of import/ })).toContainText('Visible');
  await expect(page.getByRole('row', { name: /orders.csv/ }).first()).toContainText('Taken back');
});

test('an import shows how far it has come and can be cancelled', async ({ page }) => {
  const id = catalog();
  await signIn(page);
  await openFollowed(page, `/catalogs/${id}/data`, 'first.csv');
  const rows = ['user_id,item_id'];
  for (let row = 0; row < 400_000; row++) rows.push(`user-${row % 50_000},item-${row}`);
  await page.locator('summary', { hasText: 'Bring files in' }).click();
  await page.getByLabel('Files of what people chose').setInputFiles(csv('many.csv', rows));
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.getByRole('button', { name: 'Import' }).click();
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toContainText('Being read');
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(page.getByText(/[1-9]\d* a second|[1-9]\d* .B of/)).toBeVisible();
  await page.getByRole('button', { name: 'Cancel the import' }).click();
  await expect(heading).toContainText('Discarded', { timeout: 60_000 });
  await page.goto(at(`/catalogs/${id}/data`));
  await expect(page.getByRole('row', { name: /many.csv/ })).toContainText('Discarded');
});
