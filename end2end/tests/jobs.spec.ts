// What takes long shows that it is under way, and can be cancelled.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessible, expect, holdInteractions, openFollowed, signIn, tandem, test } from '../support';

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;

test('a deletion that takes long is followed, cancelled and begun again', async ({ page, javaScriptEnabled }) => {
  const catalog = `long-way-${Date.now()}`;
  const folder = mkdtempSync(join(tmpdir(), 'tandem-files-'));
  writeFileSync(join(folder, 'few.csv'), 'user_id,item_id\nu,tea\nu,biscuits\n');
  tandem(['import', catalog, join(folder, 'few.csv')]);
  rmSync(folder, { recursive: true });
  await signIn(page);
  await openFollowed(page, `/catalogs/${catalog}/delete`, 'What is lost with');

  // Somebody else works on the rows, so that the deletion has to wait.
  const begin = async () => {
    await page.getByLabel(/Type the id/).fill(catalog);
    await page.getByRole('button', { name: 'Delete the catalog for good' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('is being deleted');
    await expect(page.getByRole('progressbar')).toBeVisible();
    await expect(page.getByText('Until all of it is deleted nothing is gone.')).toBeVisible();
  };
  let letGo = await holdInteractions();
  await begin();
  if (javaScriptEnabled !== false) await accessible(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await letGo();
  await page.goto(at(`/catalogs/${catalog}/data`));
  await expect(page.getByRole('row', { name: /few.csv/ })).toContainText('Visible');

  await page.goto(at(`/catalogs/${catalog}/delete`));
  letGo = await holdInteractions();
  await begin();
  await letGo();
  await expect(page.getByRole('status')).toContainText('was deleted with everything in it', { timeout: 60_000 });
});
