// What goes with what, as a heat map and as a table: found, understood and followed to its pairs.
import { readFileSync } from 'node:fs';
import { accessible, expect, signIn, test } from '../support';

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;
const table = '/catalogs/demo/cooccurrence';

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

test('the heat map says what stands out, and a cell leads to its pairs', async ({ page }) => {
  await page.goto(at(table));
  await page.getByRole('link', { name: 'Heat map' }).click();
  await expect(page.getByText(/times as often as chance would have it/)).toBeVisible();
  await page.getByLabel('Figure').selectOption('Item pairs: how many');
  await page.getByRole('button', { name: 'Show' }).click();
  const grid = page.getByRole('table', { name: /Which categories are chosen together/ });
  const row = grid.getByRole('row').nth(1);
  const first = await row.getByRole('rowheader').innerText();
  const second = await grid.getByRole('columnheader').nth(2).innerText();
  await row.getByRole('link').nth(2).click();
  await expect(page.getByText(`Pairs of an item of ${first} and one of ${second}`)).toBeVisible();
  await expect(page.getByLabel('And category')).toHaveValue(second);
  expect(await page.getByRole('row').count()).toBeGreaterThan(1);
});

test('the heat map of items has a name for each row and column, and keeps its choices', async ({ page }) => {
  await page.goto(at(`${table}?view=map`));
  await page.getByRole('group', { name: 'Level' }).getByRole('link', { name: 'Items' }).click();
  await page.getByLabel('Most rows').fill('12');
  await page.getByLabel('Shading compares').selectOption('Each row');
  await page.getByLabel('Order').selectOption('Alike together');
  await page.getByRole('button', { name: 'Show' }).click();
  const grid = page.getByRole('table', { name: /most chosen items/ });
  await expect(grid.getByRole('row')).toHaveCount(13);
  await expect(grid.getByRole('rowheader')).toHaveCount(12);
  await expect(page.getByText('Shading over each row')).toBeVisible();
  await expect(page.getByLabel('Most rows')).toHaveValue('12');
  await page.goBack();
  await expect(grid.getByRole('row')).toHaveCount(21);
});

test('the heat map fits the first screen, and can be reached and skipped by keyboard', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(at(`${table}?view=map`));
  const grid = page.getByRole('region', { name: /Which categories/ });
  const box = (await grid.boundingBox())!;
  expect(box.y + box.height).toBeLessThanOrEqual(900);
  expect(box.x + box.width).toBeLessThanOrEqual(1440);
  const skip = page.getByRole('link', { name: 'Skip the cells of the heat map' });
  await skip.focus();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Tab');
  await expect(grid).toBeFocused();
});

test('twenty pairs and more stand in the first screen, each name whole on demand', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(at(`${table}?min_together=1`));
  const rows = page.getByRole('table').getByRole('row');
  const twentieth = (await rows.nth(20).boundingBox())!;
  expect(twentieth.y + twentieth.height).toBeLessThanOrEqual(900);
  const name = rows.nth(1).getByRole('rowheader').getByRole('link').first();
  await expect(name).toHaveAttribute('title', (await name.innerText()).trim());
});

test('the table is taken home in every format, all of it or the page', async ({ page }) => {
  await page.goto(at(`${table}?min_together=40`));
  const menu = page.getByText(/^Export [\d,]+ rows$/);
  const rows = Number((await menu.innerText()).replace(/\D/g, ''));
  await menu.click();
  const all = page.getByRole('group', { name: /^All/ });
  const taken = async (group: typeof all, format: string) => {
    const coming = page.waitForEvent('download');
    await group.getByRole('link', { name: `as ${format}` }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${format.toLowerCase()}$`));
    return readFileSync(await download.path());
  };
  expect((await taken(all, 'CSV')).toString().trimEnd().split('\r\n')).toHaveLength(rows + 1);
  const whole = JSON.parse((await taken(all, 'JSON')).toString());
  expect(whole.rows).toHaveLength(rows);
  expect(whole.manifest.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect((await taken(all, 'Parquet')).toString('latin1', 0, 4)).toBe('PAR1');
  expect((await taken(all, 'XLSX')).toString('latin1', 0, 2)).toBe('PK');
  const shown = page.getByRole('group', { name: /of this page/ });
  const lines = (await taken(shown, 'CSV')).toString().trimEnd().split('\r\n');
  expect(lines).toHaveLength(await page.getByRole('row').count());
});

test('the last days stand beside all time, in the order of any of them', async ({ page }) => {
  await page.goto(at(table));
  await page.getByRole('link', { name: 'Recent', exact: true }).click();
  const recent = page.getByRole('table', { name: /What goes together lately, and in all time/ });
  const counts = async () => {
    const cells = await recent.getByRole('row').nth(1).getByRole('cell').allInnerTexts();
    return [1, 3, 5, 7].map((column) => Number(cells[column].replace(/\D/g, '')));
  };
  // What this way of looking takes for granted does not go along to another.
  const tab = page.getByRole('navigation', { name: 'Ways to look at it' }).getByRole('link', { name: 'Table' });
  expect(await tab.getAttribute('href')).toBe(table);
  // A shorter window holds no more than a longer one.
  const shown = await counts();
  expect(shown[1]).toBeGreaterThanOrEqual(3);
  expect([...shown].sort((one, other) => one - other)).toEqual(shown);
  await expect(recent.getByRole('columnheader', { name: /30 days$/ }).last()).toHaveAttribute('aria-sort', 'descending');
  await page.getByLabel('Measure').selectOption('Together');
  await page.getByLabel('Strongest in').selectOption('All time');
  await page.getByRole('button', { name: 'Show' }).click();
  const most = await counts();
  expect(most[3]).toBeGreaterThanOrEqual(shown[3]);
  await recent.getByRole('link', { name: /, 7 days$/ }).click();
  await expect(page).toHaveURL(/days=7/);
  await page.getByRole('group', { name: 'Level' }).getByRole('link', { name: 'Categories' }).click();
  await recent.getByRole('rowheader').first().getByRole('link').click();
  await expect(page.getByText(/^Pairs with /)).toBeVisible();
  await page.getByLabel('Together there at least').fill('100000');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByRole('link', { name: 'Order by all time' }).click();
  await page.getByRole('link', { name: 'Show all pairs, however rare' }).click();
  await expect(recent).toBeVisible();
});

test('two periods are compared, by a click and by dates', async ({ page }) => {
  await page.goto(at(table));
  await page.getByRole('link', { name: 'Compare', exact: true }).click();
  await page.getByRole('link', { name: '30 days' }).click();
  const changes = page.getByRole('table', { name: /What changed from left to right/ });
  await expect(changes).toBeVisible();
  // The dates of the demo move with today. The table is named from left to right as well.
  const date = (name: string) => page.getByRole('textbox', { name, exact: true });
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  for (const [label, value] of [
    ['Left from', day(150)],
    ['Left to', day(130)],
    ['Right from', day(100)],
    ['Right to', day(80)],
  ]) {
    await date(label).fill(value);
  }
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(changes).toBeVisible();
  await expect(page.getByText(/pairs were compared; .* differ beyond their 95 % interval/)).toBeVisible();
  await page.getByRole('group', { name: 'Level' }).getByRole('link', { name: 'Categories' }).click();
  await expect(changes.getByRole('rowheader').first()).toBeVisible();
  await date('Right from').fill('2100-01-01');
  await date('Right to').fill('2100-02-01');
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByText(/fall into the right side/)).toBeVisible();
  await date('Left from').fill('2000-01-01');
  await date('Left to').fill('2000-02-01');
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByText(/fall into the left side/)).toBeVisible();
});

for (const path of [
  `${table}?view=compare`,
  `${table}?view=recent`,
  `${table}?view=recent&min_together=100000`,
  `${table}?view=map`,
  `${table}?view=map&level=item&n=30`,
  `${table}?view=map&cell=pairs&shade=row`,
  `${table}?view=map&from=2100-01-01`,
  `${table}?category=Baking&other_category=Books&min_together=1`,
]) {
  test(`${path} reads well in both themes, wide and narrow`, async ({ page, javaScriptEnabled }) => {
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.goto(at(path));
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        if (javaScriptEnabled !== false) {
          await accessible(page);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          expect(wide, 'no sideways scrolling').toBeLessThanOrEqual(width);
        }
      }
    }
  });
}
