// From a file of choices to an answer: the command line fills what the pages show.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, openFollowed, signIn, tandem, test } from '../support';

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;

/** Thirty people: who likes tea likes biscuits, who likes wine likes cheese; one row is broken. */
function orders(): string {
  const rows = ['user_id,item_id,at'];
  for (let user = 0; user < 30; user++) {
    const liked = user % 3 === 0 ? ['tea', 'biscuits'] : ['wine', 'cheese'];
    for (const item of user % 10 === 9 ? [...liked, 'tea'] : liked) {
      rows.push(`u${user},${item},2026-03-01T12:00:00Z`);
    }
  }
  return [...rows, 'u1,tea,soon'].join('\n');
}

test('what the command line imports is on the pages, and can be taken back', async ({ page }) => {
  const catalog = `picnic-${Date.now()}`;
  const folder = mkdtempSync(join(tmpdir(), 'tandem-files-'));
  writeFileSync(join(folder, 'orders.csv'), orders());
  const said = JSON.parse(tandem(['import', catalog, join(folder, 'orders.csv'), '--json']));
  expect(said).toMatchObject({ users: 30, items: 4, quarantined: 1 });
  rmSync(folder, { recursive: true });
  await signIn(page);

  // The server follows the database: no restart, and about a second.
  await openFollowed(page, `/catalogs/${catalog}/recommendations?item=wine`, 'data-row="1"');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('What goes with wine');
  const first = page.locator('[data-row="1"]');
  await expect(first.getByRole('heading', { level: 2 })).toContainText('cheese');
  await expect(first).toContainText('Chosen by 20 of the 20 who chose wine: 1.5 times as often as chance');

  await page.goto(at(`/catalogs/${catalog}/data`));
  await expect(page.getByRole('row', { name: /orders.csv/ }).first()).toContainText('Visible');
  await page.getByRole('link', { name: `1 rows of import ${said.import}` }).click();
  await expect(page.getByRole('textbox', { name: /corrected/ })).toHaveValue('u1,tea,soon');

  tandem(['import', catalog, '--undo', String(said.import)]);
  await openFollowed(page, `/catalogs/${catalog}/cooccurrence`, 'No pairs to show');
  await expect(page.getByText('No pairs to show')).toBeVisible();
});

test('whatever is long wraps, and covers nothing', async ({ page }) => {
  const catalog = `long-${Date.now()}`;
  const folder = mkdtempSync(join(tmpdir(), 'tandem-files-'));
  const title = (item: string) => `${item}, ${'a title as long as anybody would ever think of, '.repeat(4)}the end`;
  const items = ['tea', 'biscuits', 'wine', 'cheese'].map((item) => `${item},"${title(item)}"`);
  writeFileSync(join(folder, 'orders.csv'), orders());
  writeFileSync(join(folder, 'items.csv'), ['item_id,title', ...items].join('\n'));
  tandem(['import', catalog, join(folder, 'orders.csv'), '--items', join(folder, 'items.csv')]);
  rmSync(folder, { recursive: true });
  await signIn(page);
  await openFollowed(page, `/catalogs/${catalog}/recommendations?item=wine`, 'data-row="1"');
  for (const width of [1440, 800, 360]) {
    await page.setViewportSize({ width, height: 900 });
    const rows = await page.locator('[data-row]').all();
    for (const row of rows) {
      const box = (await row.boundingBox())!;
      for (const part of [row.getByRole('heading'), row.locator('p').first(), row.getByRole('button', { name: /^Dismiss/ })]) {
        const inner = (await part.boundingBox())!;
        expect(inner.y, `${width}: inside its row`).toBeGreaterThanOrEqual(box.y);
        expect(inner.y + inner.height).toBeLessThanOrEqual(box.y + box.height + 1);
        expect(inner.x + inner.width).toBeLessThanOrEqual(box.x + box.width + 1);
      }
    }
  }
});
