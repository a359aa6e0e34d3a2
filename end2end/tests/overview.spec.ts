// How a catalog is going, and what its AI can and can't do, on a catalog of its own.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, openFollowed, signIn, tandem, test } from '../support';

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;
const OVERVIEW = '/catalogs/corner-shop';
const THINGS = ['Bread', 'Butter', 'Jam', 'Tea', 'Milk', 'Honey', 'Salt'];

/** Sixty days of baskets, more of them in the later thirty; the last item stands nearly alone. */
function baskets(): string {
  const rows = ['basket_id,item_id,at'];
  for (let day = 0; day < 60; day++) {
    for (let basket = 0; basket < (day < 30 ? 2 : 3); basket++) {
      const when = new Date(Date.UTC(2026, 0, 1 + day, 9)).toISOString();
      for (let item = 0; item < 6; item++) {
        if ((day + basket * 2 + item) % 3 !== 0) rows.push(`b${day}-${basket},t${item},${when}`);
      }
    }
  }
  rows.push('b0-0,t6,2026-01-01T09:00:00Z', ',t6,never');
  return rows.join('\n');
}

test.beforeAll(() => {
  const folder = mkdtempSync('/tmp/tandem-overview-');
  const items = ['item_id,title,category'];
  THINGS.forEach((title, item) => items.push(`t${item},${title},${item % 2 ? 'Breakfast' : 'Kitchen'}`));
  writeFileSync(join(folder, 'orders.csv'), baskets());
  writeFileSync(join(folder, 'items.csv'), items.join('\n'));
  const files = [join(folder, 'orders.csv'), '--items', join(folder, 'items.csv')];
  tandem(['import', 'corner-shop', ...files]);
});

test.beforeEach(async ({ page }) => {
  await signIn(page);
  await openFollowed(page, OVERVIEW, 'How is');
});

test('the overview answers how it is going in the first screen', async ({ page }) => {
  await page.goto(at('/'));
  await page.getByRole('link', { name: 'Corner Shop', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How is Corner Shop going?');
  const figures = page.getByRole('list', { name: 'Figures' });
  await expect(figures.getByRole('listitem')).toHaveCount(7);
  await expect(figures.getByRole('listitem').filter({ hasText: 'Interactions' })).toContainText('+49 %');
  for (const answer of [
    figures,
    page.getByRole('img', { name: /Interactions rose by 49 %/ }),
    page.getByRole('heading', { name: 'What to do next' }),
  ]) {
    await expect(answer).toBeInViewport();
  }
  await expect(page.getByRole('link', { name: /Mend 1 row in quarantine/ })).toBeVisible();
  await expect(page.getByRole('link', { name: /“Salt” is thin/ })).toBeVisible();

  const chart = page.getByRole('figure', { name: /Interactions rose/ });
  await chart.getByText('The figures', { exact: true }).click();
  await expect(chart.getByRole('row')).toHaveCount(31);
  await page.getByRole('link', { name: '7 days', exact: true }).click();
  await expect(page).toHaveURL(/days=7/);
  await expect(figures).toContainText('7 days to 2026-03-01');
});

test('feedback shows as acceptance with its interval', async ({ page }) => {
  const api = at('/api/v1/catalogs/corner-shop');
  const list = await (await page.request.get(`${api}/recommendations?item=t0`)).json();
  for (const kind of ['impression', 'accept', 'impression', 'impression', 'impression']) {
    const kept = await page.request.post(`${api}/feedback`, {
      data: { list_id: list.list_id, item_id: list.items[0].item_id, kind },
    });
    expect(kept.status()).toBe(201);
  }
  await page.goto(at(OVERVIEW));
  const tile = page.getByRole('listitem').filter({ hasText: 'Acceptance' });
  await expect(tile).toContainText('95 %:');
  await expect(page.getByRole('img', { name: /were accepted|acceptance/i })).toBeVisible();
  await expect(page.getByRole('img', { name: /can fill a list/ })).toBeVisible();
});

test('the AI is explained from wherever it recommends', async ({ page }) => {
  await page.goto(at(`${OVERVIEW}/recommendations?item=t0`));
  await page.getByRole('link', { name: 'AI', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What can this AI do, and how well?');
  await expect(page.getByText('version 1 was not measured yet')).toHaveCount(2);
  await expect(page.getByRole('table', { name: /By category/ }).getByRole('row')).toHaveCount(3);
  await page.getByRole('link', { name: 'Salt' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Salt');
});
