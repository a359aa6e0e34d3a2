// How long readers wait for pages when many ask at once, each for another view.
//
//   node benches/readers.mjs ADDRESS CATALOG COOKIE [READERS] [SECONDS] [table|pages]
//
// "table" asks for views of the co-occurrence page, "pages" for every page of the catalog.
// COOKIE is a signed-in session's, as "tandem_session=…". Each reader asks for one view after the
// other: every order both ways, several least counts, categories, items and second pages, in a
// shuffled order that is the same in every run. Prints the waits in milliseconds.
import http from 'node:http';

const [address, catalog, cookie, readers = '16', seconds = '20', what = 'table'] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(readers) });

function get(path) {
  return new Promise((resolve, reject) => {
    const request = http.get(address + path, { agent, headers: { cookie } }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve({ status: answer.statusCode, text: Buffer.concat(parts).toString() }));
    });
    request.on('error', reject);
  });
}

/** The same "random" numbers in every run. */
let state = 1;
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;

const base = `/catalogs/${catalog}/cooccurrence`;
const first = await get(base);
if (first.status !== 200) throw new Error(`${base}: ${first.status}`);
const categories = [...first.text.matchAll(/<option value="([^":]+)"[^>]*>\1</g)].map((found) => found[1]);
const items = [...first.text.matchAll(/item=([\w-]+)/g)].map((found) => found[1]);
const measures = ['together', 'support', 'confidence_ab', 'confidence_ba', 'lift', 'jaccard', 'cosine', 'npmi', 'llr'];
const views = [];
for (const measure of measures) {
  for (const way of ['', ':asc']) {
    for (const least of [10, 11, 15, 25, 60]) {
      const view = `${base}?sort=${measure}${way}&min_together=${least}`;
      views.push(view);
      const category = categories[Math.floor(random() * categories.length)];
      if (category) views.push(`${view}&category=${encodeURIComponent(category)}`);
      const item = items[Math.floor(random() * items.length)];
      if (item) views.push(`${view}&item=${item}`);
    }
  }
}
for (const view of views.slice(0, 40)) {
  const next = /rel="next" href="([^"]+)"|href="([^"]+)"[^>]*rel="next"/.exec((await get(view)).text);
  if (next) views.push((next[1] ?? next[2]).replaceAll('&amp;', '&'));
}
if (what === 'pages') {
  const root = `/catalogs/${catalog}`;
  const alone = ['', '?days=7', '?days=90', '?days=365', '/about', '/flags', '/overrides', '/data', '/settings'];
  const chosen = new Set(items);
  views.splice(60);
  views.push(...alone.map((path) => root + path), `${base}?view=map`, `${base}?level=category`);
  views.push(`${root}/recommendations`, `${root}/find?q=the`, `${root}/views`, '/');
  for (const item of chosen) views.push(`${root}/recommendations?item=${item}`, `${root}/items/${item}`);
}
views.sort(() => random() - 0.5);

const waits = [];
const slowest = new Map();
const end = performance.now() + 1000 * Number(seconds);
let turn = 0;
async function read() {
  while (performance.now() < end) {
    const view = views[turn++ % views.length];
    const start = performance.now();
    const answer = await get(view);
    if (answer.status !== 200) throw new Error(`${view}: ${answer.status}`);
    const wait = performance.now() - start;
    waits.push(wait);
    slowest.set(view, Math.max(wait, slowest.get(view) ?? 0));
  }
}
await Promise.all(Array.from({ length: Number(readers) }, read));
waits.sort((a, b) => a - b);
const at = (share) => waits[Math.min(waits.length - 1, Math.floor(share * waits.length))].toFixed(1);
console.log(`${views.length} views, ${waits.length} answers, ${(waits.length / Number(seconds)).toFixed(0)} a second`);
console.log(`median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms, 99th ${at(0.99)} ms, longest ${at(1)} ms`);
const worst = [...slowest].sort(([, a], [, b]) => b - a).slice(0, 5);
console.log(`the slowest views: ${worst.map(([view, wait]) => `${view} (${wait.toFixed(0)} ms)`).join(', ')}`);
agent.destroy();
