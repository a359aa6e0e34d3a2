// One item: what goes with it, where it is recommended, and what one can do about it.
import { accessible, expect, signIn, test } from '../support';

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

test('an item answers what goes with it and where it is recommended, in the first screen', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(at('/catalogs/demo/recommendations?item=the-patient-loaf'));
  await page.getByRole('link', { name: 'All about this item' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The Patient Loaf');
  const partners = page.getByRole('table', { name: /What goes with it/ });
  const places = page.getByRole('table', { name: /Where is it recommended/ });
  await expect(partners.getByRole('row')).toHaveCount(11);
  await expect(places).toBeInViewport();
  await expect(page.getByText(/Among the first ten of \d+ of 323 lists/)).toBeVisible();

  await partners.getByRole('columnheader', { name: 'Lift' }).getByRole('link').click();
  await expect(partners.getByRole('columnheader', { name: 'Lift' })).toHaveAttribute('aria-sort', 'descending');
  const first = partners.getByRole('row').nth(1).getByRole('link');
  const name = (await first.innerText()).trim();
  await first.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
});

test('the list that holds an item shows it at the rank that is said', async ({ page }) => {
  await page.goto(at('/catalogs/demo/items/the-patient-loaf'));
  const row = page.getByRole('table', { name: /Where is it recommended/ }).getByRole('row').nth(1);
  const rank = await row.getByRole('cell').first().innerText();
  await row.getByRole('link').click();
  await expect(page.locator(`[data-row="${rank}"]`)).toContainText('The Patient Loaf');
});

test('blocking starts with the item filled in', async ({ page }) => {
  await page.goto(at('/catalogs/demo/items/rye-and-shine'));
  const name = await page.getByRole('heading', { level: 1 }).innerText();
  await page.getByRole('link', { name: 'Block…' }).click();
  await expect(page.getByRole('main')).toContainText(name);
  await expect(page.getByText(/of 323 lists change/)).toBeVisible();
});

test('the page of an item reads well in both themes, wide and narrow', async ({ page, javaScriptEnabled }) => {
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(at('/catalogs/demo/items/the-patient-loaf'));
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      if (javaScriptEnabled !== false) {
        await accessible(page);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, 'no sideways scrolling').toBeLessThanOrEqual(width);
      }
    }
  }
});
