// Every page, as everybody may meet it: narrow and wide, light and dark, with and without rights.
import { pages } from '../pages';
import { accessible, expect, signIn, tandem, test } from '../support';

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;

for (const [name, path] of pages) {
  test(`the page ${name} reads well in both themes, wide and narrow`, async ({
    page,
    javaScriptEnabled,
  }) => {
    await signIn(page);
    // Without scripting nothing can be measured: that the page is there is what is to be seen.
    const scripting = javaScriptEnabled !== false;
    for (const width of scripting ? [1440, 360] : [360]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of scripting ? (['light', 'dark'] as const) : (['light'] as const)) {
        await page.emulateMedia({ colorScheme });
        await page.goto(at(path));
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await expect(page.getByRole('main')).toHaveCount(1);
        if (scripting) {
          await accessible(page);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          expect(wide, 'no sideways scrolling').toBeLessThanOrEqual(width);
        }
      }
    }
  });
}

test('the theme that is chosen stays', async ({ page }) => {
  await signIn(page);
  await page.getByRole('button', { name: 'Dark' }).click();
  await page.goto(at('/catalogs/demo/flags'));
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: 'As the machine' }).click();
  await expect(page.locator('html')).not.toHaveAttribute('data-theme');
});

test('a viewer reads everything and is offered nothing that is not theirs', async ({ page }) => {
  const row = page.locator('[data-row="1"]');
  const controls = [
    row.locator('summary', { hasText: 'Flag' }),
    row.getByRole('link', { name: /^Pin…/ }),
    row.getByRole('link', { name: /^Block…/ }),
    row.getByRole('button', { name: /^Dismiss/ }),
  ];
  // They are there for who may; else their absence below would say nothing.
  await signIn(page);
  await page.goto(at('/catalogs/demo/recommendations?item=the-patient-loaf'));
  for (const control of controls) await expect(control).toHaveCount(1);

  const name = `vera-${Date.now()}`;
  tandem(['account', 'create', name, '--role', 'viewer']);
  await signIn(page, name);
  await page.goto(at('/catalogs/demo/recommendations?item=the-patient-loaf'));
  await expect(row).toContainText('times as often as chance');
  await row.locator('summary', { hasText: 'Evidence' }).click();
  await expect(row.getByText('Your role does not show single ones.')).toBeVisible();
  for (const control of controls) await expect(control).toHaveCount(0);
});

test('who is not signed in is asked to, and what is not there says so', async ({ page }) => {
  await page.goto(at('/catalogs/demo/data'));
  await expect(page).toHaveURL(/sign-in/);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await signIn(page);
  const answer = await page.request.get(at('/catalogs/nothing/data'));
  expect(answer.status()).toBe(404);
  expect(await answer.text()).toContain('nothing');
});
