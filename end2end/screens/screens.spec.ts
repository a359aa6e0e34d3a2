// A picture of every page, in both themes and three widths, and as it is printed.
import { join } from 'node:path';
import { pages } from '../pages';
import { signIn } from '../support';
import { test } from '@playwright/test';

const folder = process.env.TANDEM_SCREENS!;

test('every page has its picture taken', async ({ page }) => {
  test.setTimeout(0);
  await signIn(page);
  for (const [name, path] of [...pages, ['not-found', '/catalogs/demo/items/nothing']]) {
    for (const width of [360, 768, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.goto(`${process.env.TANDEM_ADDRESS}${path}`);
        await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
      }
    }
    await page.setViewportSize({ width: 794, height: 1123 });
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    await page.screenshot({ path: join(folder, `${name}-print.png`) });
    await page.emulateMedia({ media: 'screen' });
  }
  console.log(`${pages.length} pages are pictured in ${folder}`);
});
