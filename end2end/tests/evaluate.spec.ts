// The command that says how good recommendations are, on real data with known figures.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, tandem, test } from '../support';

const folder = join(process.env.TANDEM_SHARED_DATA ?? join(__dirname, '../../../shared/data'), 'split-100k');

interface Figure {
  value: number;
  low: number;
  high: number;
}

test('the model is chosen by what it learns from, and finds more than what people use instead', ({ javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, 'the command has no pages: once is enough');
  test.skip(!existsSync(folder), 'skipped: the shared data directory has no split-100k');
  const call = ['evaluate', '--train', join(folder, 'train.csv'), '--test', join(folder, 'test.csv'), '--measure', 'jaccard'];
  const columns = ['user_id=userID', 'item_id=itemID', 'weight=rating', 'at=timestamp'];
  const said = JSON.parse(tandem([...call, ...columns.flatMap((column) => ['--map', column])]).trim().split('\n').at(-1)!);
  expect([said.users, said.k]).toEqual([943, 10]);
  const model = (name: string): Record<string, Figure> => said.models.find((one: { name: string }) => one.name === name);
  // Published, or by the other programs themselves, to four decimals.
  for (const [name, ndcg, recall, precision] of [
    ['popularity', 0.2524, 0.1132, 0.2287],
    ['together', 0.3534, 0.15, 0.3019],
    ['SAR, jaccard', 0.3938, 0.1854, 0.3406],
    ['cosine', 0.4113, 0.1934, 0.3547],
    ['jaccard', 0.3954, 0.1884, 0.34],
    ['BM25', 0.4256, 0.2021, 0.3755],
    ['RP3beta', 0.4359, 0.2079, 0.3739],
  ] as const) {
    const one = model(name);
    expect(one.ndcg.value, name).toBeCloseTo(ndcg, 3.5);
    expect(one.recall.value, name).toBeCloseTo(recall, 3.5);
    expect(one.precision.value, name).toBeCloseTo(precision, 3.5);
    expect(one.ndcg.low).toBeLessThan(one.ndcg.value);
    expect(one.ndcg.high).toBeGreaterThan(one.ndcg.value);
  }
  const chosen = model(said.default);
  expect(chosen.ndcg.value).toBeGreaterThanOrEqual(0.485);
  expect(chosen.recall.value).toBeGreaterThanOrEqual(0.23);
  // The record of the choice is of the training rows alone.
  expect(said.tuning).toMatchObject({ training_rows: 75_066, folds: 3 });
  expect(said.tuning.hidden_rows).toBeLessThan(7_600);
  expect(said.tuning.tried).toHaveLength(24);
});
