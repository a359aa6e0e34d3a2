// What if other choices counted: the list without one basket, beside the list as it is.
import { accessible, expect, signIn, test } from '../support';

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;
const list = '/catalogs/demo/recommendations?item=the-patient-loaf&k=5';

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

test('a list without a basket says what would move, and leads back', async ({ page }) => {
  await page.goto(at(list));
  const row = page.locator('[data-row="1"]');
  await row.locator('summary', { hasText: 'Evidence' }).click();
  const together = async () => Number((await row.locator('.contingency__together').innerText()).replace(/\D/g, ''));
  const before = await together();
  const example = row.getByRole('listitem').first();
  const basket = /^Basket (.*): $/.exec((await example.locator('.muted').first().textContent())!)![1];
  await page.getByLabel('Without the basket').fill(basket);
  await page.getByRole('button', { name: 'Show the list' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'What if' })).toContainText(/What if basket .* did not count\?/);
  await expect(page.getByText(/-what-if/).first()).toBeVisible();
  // The basket held both: one less does now, and nobody can answer such a list.
  await row.locator('summary', { hasText: 'Evidence' }).click();
  expect(await together()).toBe(before - 1);
  await expect(page.getByRole('button', { name: /^Dismiss/ })).toHaveCount(0);
  await page.getByRole('link', { name: 'The list as it is' }).click();
  await row.locator('summary', { hasText: 'Evidence' }).click();
  expect(await together()).toBe(before);
  await example.getByRole('link', { name: `What if without basket ${basket}?` }).click();
  await expect(page.getByRole('status').filter({ hasText: 'What if' })).toContainText(`What if basket ${basket} did not count?`);
});

test('a what-if reads well in both themes, wide and narrow', async ({ page, javaScriptEnabled }) => {
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(at(`${list}&with=the-patient-loaf&with=rye-and-shine`));
      await expect(page.getByRole('status').filter({ hasText: 'What if' })).toContainText('What if one more basket had');
      if (javaScriptEnabled !== false) await accessible(page);
    }
  }
});
