// A view that somebody comes back to is kept by name.
import { accessible, expect, signIn, test } from '../support';

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;

test('a view is saved from the bar, opened again, renamed and deleted', async ({ page, javaScriptEnabled }) => {
  const name = `Strong pairs ${Date.now()}`;
  await signIn(page);
  await page.goto(at('/catalogs/demo/cooccurrence?sort=lift&min_together=4'));
  const menu = page.locator('summary', { hasText: 'Views' });
  await menu.click();
  await page.getByLabel('Save this page as').fill(name);
  if (javaScriptEnabled !== false) await accessible(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(`“${name}” is saved`)).toBeVisible();

  await page.goto(at('/catalogs/demo/flags'));
  await menu.click();
  await page.getByRole('link', { name }).click();
  await expect(page).toHaveURL(/cooccurrence\?sort=lift&min_together=4$/);
  await expect(page.getByRole('columnheader', { name: 'Lift' })).toHaveAttribute('aria-sort', 'descending');

  await menu.click();
  await page.getByRole('link', { name: 'All views' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const row = page.getByRole('row', { name });
  await expect(row).toContainText('sort lift, min together 4');
  await row.locator('summary').click();
  await row.getByLabel(/New name/).fill(`${name} again`);
  if (javaScriptEnabled !== false) await accessible(page);
  await row.getByRole('button', { name: 'Save name' }).click();
  const renamed = page.getByRole('row', { name: `${name} again` });
  await expect(renamed).toBeVisible();
  await renamed.getByRole('button', { name: /Delete/ }).click();
  await expect(renamed).toHaveCount(0);
});

test('the menu of views and their page fit a narrow screen', async ({ page, javaScriptEnabled }) => {
  await signIn(page);
  await page.setViewportSize({ width: 360, height: 800 });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(at('/catalogs/demo/views'));
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.locator('summary', { hasText: 'Views' }).click();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide, 'no sideways scrolling').toBeLessThanOrEqual(360);
    if (javaScriptEnabled !== false) await accessible(page);
  }
});
