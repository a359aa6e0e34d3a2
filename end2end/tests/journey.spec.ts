// From a question to an answer, its evidence, and what one can do about it.
import { accessible, expect, signIn, test } from '../support';

const list = `/catalogs/demo/recommendations?item=the-patient-loaf`;

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;

test('an analyst asks what goes with a book, and sees why', async ({ page, javaScriptEnabled }) => {
  await page.getByRole('link', { name: 'Demo' }).first().click();
  await page.getByRole('link', { name: 'Recommendations', exact: true }).click();
  await page.getByRole('searchbox').fill('pateint loaf');
  await page.getByRole('searchbox').press('Enter');
  await page.getByRole('link', { name: /The Patient Loaf/ }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('What goes with The Patient Loaf');
  const rows = page.getByRole('region', { name: 'Recommendations' }).getByRole('listitem');
  expect(await rows.count()).toBeGreaterThanOrEqual(10);
  const first = page.locator('[data-row="1"]');
  await expect(first).toContainText(/times as often as chance would have it/);
  await first.locator('summary', { hasText: 'Evidence' }).click();
  await expect(first.getByRole('table')).toContainText('The Patient Loaf');
  if (javaScriptEnabled !== false) await accessible(page);
});

test('a dismissed suggestion comes back by undo', async ({ page }) => {
  await page.goto(at(list));
  const name = await page.locator('[data-row="1"] h2 a').innerText();
  await page.locator('[data-row="1"]').getByRole('button', { name: /Dismiss/ }).click();
  await expect(page.getByText(`${name} is dismissed for you`)).toBeVisible();
  await expect(page.locator('[data-row="1"] h2 a')).not.toHaveText(name);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('[data-row="1"] h2 a')).toHaveText(name);
});

test('a flag is kept with what was seen and can be taken back', async ({ page }) => {
  await page.goto(at(list));
  const row = page.locator('[data-row="2"]');
  const name = await row.locator('h2 a').innerText();
  await row.locator('summary', { hasText: 'Flag' }).click();
  await row.getByLabel('Out of date').check();
  await row.getByRole('button', { name: 'Send flag' }).click();
  await expect(page.getByText(`You flagged ${name}`)).toBeVisible();
  await page.goto(at('/catalogs/demo/flags'));
  await expect(page.getByRole('row', { name }).first()).toContainText('Rank 2');
  await page.getByRole('button', { name: `Take back the flag of ${name}` }).click();
  await page.goto(at(list));
  await expect(row.locator('h2 a')).toHaveText(name);
});

test('a block shows its effect first, holds everywhere, and undo restores the list', async ({ page }) => {
  await page.goto(at(list));
  const names = () => page.locator('[data-row] h2 a').allInnerTexts();
  const before = await names();
  await page.locator('[data-row="1"]').getByRole('link', { name: /Block/ }).click();
  await expect(page.getByText(/of 323 lists change/)).toBeVisible();
  await page.getByRole('button', { name: 'Block it' }).click();
  await expect(page.getByRole('row', { name: before[0] }).first()).toContainText('In force');
  await page.goto(at(list));
  expect(await names()).not.toContain(before[0]);
  await page.goto(at('/catalogs/demo/overrides'));
  await page.getByRole('button', { name: `Undo the block of ${before[0]}` }).first().click();
  await page.goto(at(list));
  expect(await names()).toEqual(before);
});

test('the table sorts, pages and goes home as a file', async ({ page }) => {
  await page.goto(at('/catalogs/demo/cooccurrence?min_together=20'));
  await page.getByRole('columnheader', { name: 'Lift' }).getByRole('link').click();
  await expect(page.getByRole('columnheader', { name: 'Lift' })).toHaveAttribute('aria-sort', 'descending');
  await expect(page.getByText(/Rows 1–50 of/)).toBeVisible();
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page.getByText(/Rows 51–100 of/)).toBeVisible();
  await page.getByText(/^Export [\d,]+ rows$/).click();
  const href = await page.getByRole('link', { name: /^All .* as CSV$/ }).getAttribute('href');
  const file = await page.request.get(at(href!));
  expect((await file.text()).split('\r\n')[0]).toContain('item_a,title_a');
});

test('the finder is a form where there is no scripting, and a page of what fits', async ({
  page,
  javaScriptEnabled,
}) => {
  await page.goto(at('/catalogs/demo/overrides'));
  await page.getByRole('button', { name: 'Find' }).click();
  const finder = page.getByRole('dialog', { name: 'Find an item or a page' });
  await finder.getByRole('searchbox').fill('bread');
  // With scripting Enter follows the first hit.
  if (javaScriptEnabled === false) await finder.getByRole('searchbox').press('Enter');
  else await page.goto(at('/catalogs/demo/find?q=bread'));
  await expect(page.getByRole('heading', { name: 'Items' })).toBeVisible();
  await page.getByRole('link', { name: /Bread Flour/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Bread Flour');
});
