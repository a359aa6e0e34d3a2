// A version of the model is trained, measured, put into production, compared and rolled back.
import { accessible, expect, signIn, tandem, test } from '../support';
import type { Page } from '@playwright/test';

const at = (path: string) => `${process.env.TANDEM_ADDRESS}${path}`;
const models = '/catalogs/demo/models';

/** The aside of a user's list that says which version ranked it. */
async function ranker(page: Page, user: string) {
  await page.goto(at(`/catalogs/demo/recommendations?user=${user}`));
  return page.getByRole('link', { name: /, version \d+$/ });
}

/** Trains nearest neighbours; the version's number. */
async function train(page: Page, note: string): Promise<string> {
  await page.goto(at(models));
  await page.getByRole('link', { name: 'Train a version' }).click();
  await page.getByLabel('Nearest neighbours').check();
  await page.getByLabel('How many others').fill('20');
  await page.getByLabel('What it is for').fill(note);
  await page.getByRole('button', { name: 'Train it' }).click();
  await expect(page.getByRole('status')).toContainText('It is a draft and answers nowhere yet.', { timeout: 120_000 });
  return /models\/(\d+)/.exec(page.url())![1];
}

test('a version is trained, put into production, compared and rolled back', async ({ page, javaScriptEnabled }) => {
  const check = async () => {
    if (javaScriptEnabled !== false) await accessible(page);
  };
  await signIn(page);
  const note = 'For the letters to users. Not for the till.';
  const number = await train(page, note);
  const card = `${models}/${number}`;
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Version ${number}: neighbours`);
  await expect(page.getByRole('paragraph').filter({ hasText: note })).toBeVisible();
  const figures = page.getByRole('table', { name: /Lists for a whole history/ });
  await expect(figures.getByRole('row', { name: /Damped cosine/ })).toBeVisible();
  await expect(page.getByText(/In the last evaluation \d+ of 100 lists/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Where it is weak' })).toBeVisible();
  await check();

  // A draft can't answer; a candidate may.
  await expect(page.getByRole('button', { name: 'Put it into production' })).toHaveCount(0);
  await page.getByLabel('Why').first().fill('good enough to be tried');
  await page.getByRole('button', { name: 'Make it a candidate' }).click();
  await expect(page.getByRole('status')).toContainText('is a candidate');
  await expect(page.getByRole('checkbox', { name: /^Lists for a user/ })).toBeVisible();
  await check();
  await page.getByRole('checkbox', { name: /^Lists for a user/ }).check();
  await page.getByLabel('Why').first().fill('tried on users');
  await page.getByRole('button', { name: 'Put it into production' }).click();
  await expect(page.getByRole('status')).toContainText('is in production');
  await expect(page.getByText('It answers lists for a user now.')).toBeVisible();
  await expect(page.getByRole('row', { name: /Lists for a user .*answers now.*tried on users/ })).toBeVisible();

  await page.goto(at(models));
  const users = page.getByRole('region', { name: 'Lists for a user' });
  await expect(users.getByRole('link')).toHaveText(`Version ${number}, neighbours`);
  await expect(page.getByRole('row', { name: new RegExp(`^Version ${number}, neighbours In production`) })).toBeVisible();
  await expect(page.getByRole('row', { name: /Lists for a user .*answers now/ })).toBeVisible();
  await check();
  await expect(async () => {
    await expect(await ranker(page, 'u0001')).toHaveText(`Neighbours, version ${number}`, { timeout: 1_000 });
  }).toPass();

  // What would change for whom, before anybody else has to ask.
  await page.goto(at(card));
  await page.getByLabel('What changes from').selectOption({ label: 'Version 1, damped cosine' });
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`What changes from version 1 to version ${number}?`);
  await expect(page.getByText(/\d+ of 323 lists for one item changes?/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/can be held against each other/)).toBeVisible();
  await check();
  await page.getByRole('link', { name: 'The other way round' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`What changes from version ${number} to version 1?`);

  await page.goto(at(models));
  await page.getByRole('button', { name: /^Roll back to version 1, as everywhere else : lists for a user$/ }).click();
  await expect(page.getByRole('status')).toContainText('Rolled back');
  await expect(page.getByRole('region', { name: 'All lists' }).getByRole('link', { name: 'Version 1, damped cosine' })).toBeVisible();
  await expect(async () => {
    await expect(await ranker(page, 'u0001')).toHaveText('Damped cosine, version 1', { timeout: 1_000 });
  }).toPass();

  // What is not needed any more is retired, and can be brought back.
  await page.goto(at(card));
  await page.locator('summary', { hasText: 'Retire it' }).click();
  await page.getByRole('button', { name: 'Retire it' }).click();
  await expect(page.getByRole('status')).toContainText('is retired');
  await expect(page.getByRole('button', { name: 'Bring it back' })).toBeVisible();
});

test('the form that trains keeps what was typed and says what is wrong', async ({ page, javaScriptEnabled }) => {
  await signIn(page);
  await page.goto(at(`${models}/train`));
  await page.getByLabel('Ridge with parameters of your own').check();
  await page.getByLabel('Penalty (rho').fill('');
  await page.getByLabel('Its growth').fill('2');
  await page.getByLabel('What it is for').fill('Kept & <safe>');
  await page.getByRole('button', { name: 'Train it' }).click();
  await expect(page.getByRole('alert')).toContainText('“gamma”');
  await expect(page.getByLabel('Ridge with parameters of your own')).toBeChecked();
  await expect(page.getByLabel('Penalty (rho')).toHaveValue('');
  await expect(page.getByLabel('Its growth')).toHaveValue('2');
  await expect(page.getByLabel('What it is for')).toHaveValue('Kept & <safe>');
  await expect(page.getByLabel('Chosen items (own)')).toBeHidden();
  if (javaScriptEnabled !== false) await accessible(page);
});

test('the live table is measured on its page', async ({ page }) => {
  await signIn(page);
  await page.goto(at(`${models}/1`));
  const measure = page.getByRole('button', { name: /^Measure it/ });
  if (!(await measure.isVisible())) await page.locator('summary', { hasText: 'Measure it' }).click();
  await page.getByLabel('Hold back').selectOption('some of each basket');
  await measure.click();
  await expect(page.getByRole('status')).toContainText('was measured: the newest figures', { timeout: 120_000 });
  await expect(page.getByText(/^Of each basket’s choices 25 % were held back at random/)).toBeVisible();
});

test('a viewer reads which model answers and is told who may change it', async ({ page, javaScriptEnabled }) => {
  const name = `vivian-${Date.now()}`;
  tandem(['account', 'create', name, '--role', 'viewer']);
  await signIn(page, name);
  await page.goto(at(models));
  const who = 'A model owner or admin may train versions, put them into production and roll back.';
  await expect(page.getByText(who)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Train a version' })).toHaveCount(0);
  await expect(page.getByRole('main').getByRole('button')).toHaveCount(0);
  await page.getByRole('row', { name: /Version 1, damped cosine/ }).first().getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Version 1: damped cosine');
  await expect(page.getByText(who)).toBeVisible();
  await expect(page.getByRole('main').getByRole('button')).toHaveCount(0);
  if (javaScriptEnabled !== false) await accessible(page);
  const refused = await page.request.get(at(`${models}/train`));
  expect(refused.status()).toBe(403);
});
