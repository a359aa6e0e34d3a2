// What only scripting gives: search as one types, and keys for everything.
import { accessible, expect, openAwake, signIn, test } from '../support';

const list = '/catalogs/demo/recommendations?item=the-patient-loaf';

test.beforeEach(async ({ page }) => {
  await signIn(page);
});

test('search finds while one types, typing errors and all', async ({ page }) => {
  await openAwake(page, '/catalogs/demo/recommendations');
  await page.keyboard.press('/');
  await page.keyboard.type('pateint l');
  const hits = page.getByRole('list', { name: 'Found' });
  await expect(hits.getByRole('link', { name: /The Patient Loaf/ })).toBeVisible();
  await accessible(page);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('What goes with The Patient Loaf');
});

test('an answer that comes late does not replace a newer one', async ({ page }) => {
  await page.route('**/actions/suggest**', async (route) => {
    // The first search answers last.
    if (!route.request().url().includes('loaf')) await new Promise((done) => setTimeout(done, 600));
    await route.continue();
  });
  await openAwake(page, '/catalogs/demo/recommendations');
  const field = page.getByRole('searchbox');
  await field.fill('rye');
  await field.fill('loaf');
  const hits = page.getByRole('list', { name: 'Found' });
  await expect(hits.getByRole('link', { name: /The Patient Loaf/ })).toBeVisible();
  await page.waitForTimeout(900);
  await expect(hits.getByRole('link', { name: /Rye and Shine/ })).toHaveCount(0);
});

test('rows are walked, looked into and flagged by keys', async ({ page }) => {
  await openAwake(page, list);
  const row = (rank: number) => page.locator(`[data-row="${rank}"]`);
  const name = (rank: number) => row(rank).getByRole('heading', { level: 2 }).getByRole('link');
  await page.keyboard.press('j');
  await expect(name(1)).toBeFocused();
  await page.keyboard.press('j');
  await expect(name(2)).toBeFocused();
  await page.keyboard.press('e');
  await expect(row(2).getByRole('table')).toBeVisible();
  await page.keyboard.press('k');
  await expect(name(1)).toBeFocused();
  const flagged = await name(1).innerText();
  // Two key strokes: the first reason stands ready, and Enter sends it.
  await page.keyboard.press('f');
  await expect(row(1).getByRole('radio', { name: 'Irrelevant' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText(`You flagged ${flagged} (irrelevant)`)).toBeVisible();
  await page.getByRole('button', { name: 'Take back' }).click();
  await expect(name(1)).toHaveText(flagged);
});

test('a suggestion is accepted and dismissed by keys, and both are taken back', async ({ page }) => {
  await openAwake(page, list);
  const first = page.locator('[data-row="1"]');
  const name = await first.getByRole('heading', { level: 2 }).getByRole('link').innerText();
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await expect(first.getByText('You accepted it')).toBeVisible();
  await openAwake(page, list);
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await expect(first.getByText('You accepted it')).toHaveCount(0);
  await openAwake(page, list);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect(page.getByText(`${name} is dismissed for you`)).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(first.getByRole('heading', { level: 2 })).toContainText(name);
});

test('Ctrl-K finds any page and any item from anywhere', async ({ page }) => {
  await openAwake(page, '/catalogs/demo/flags');
  await page.keyboard.press('Control+k');
  const finder = page.getByRole('dialog', { name: 'Find an item or a page' });
  await expect(finder.getByRole('searchbox')).toBeFocused();
  await expect(finder.getByRole('link', { name: /Heat map/ })).toBeVisible();
  await accessible(page);
  await page.keyboard.type('pateint loaf');
  // What is found comes after what is typed.
  await expect(finder.getByRole('link', { name: /The Patient Loaf/ })).toBeVisible();
  await expect(finder.getByRole('link')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The Patient Loaf');
  // The rows of every table are walked by the same keys.
  await openAwake(page, '/catalogs/demo/cooccurrence');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(page.getByRole('table').getByRole('row').nth(2).getByRole('link').first()).toBeFocused();
});

test('the question mark lists the keys', async ({ page }) => {
  await openAwake(page, list);
  const keys = page.getByRole('heading', { name: 'Keys' });
  await expect(keys).toBeHidden();
  await page.keyboard.press('?');
  await expect(keys).toBeVisible();
  await accessible(page);
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();
});
