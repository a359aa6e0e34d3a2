// How soon a row that a program posts is counted, on two servers, while ten programs post.
//
//   DATABASE_URL=… TANDEM_BIN=… node benches/live.mjs [SECONDS] [CATALOG PATH]
//
// Starts two servers on one empty database, with the demo catalog or with a catalog imported from
// PATH. Each writer posts five rows at a time, one of them a second time, to either server. Two
// readers ask each server's table all the time which change it counts. Prints the wait from each
// answer to the first table that counts it, on both servers, in milliseconds; fails where a row was
// lost, counted twice, or where a recount differs.
import { execFileSync, spawn } from 'node:child_process';
import http from 'node:http';

const [seconds = '60', catalog = 'demo', path] = process.argv.slice(2);
const binary = process.env.TANDEM_BIN;
const WRITERS = 10;
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

const tandem = (...call) => JSON.parse(execFileSync(binary, [...call, '--json'], { encoding: 'utf8' }).trim().split('\n').at(-1));

function serve() {
  const server = spawn(binary, ['serve', '--listen', '127.0.0.1:0', ...(path ? [] : ['--demo'])], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve, reject) => {
    server.on('exit', () => reject(new Error('a server ended')));
    server.stdout.on('data', (text) => {
      const found = /listening on (\S+)/.exec(String(text));
      if (found) resolve({ server, address: found[1] });
    });
  });
}

function ask(address, method, where, token, body) {
  const headers = { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const request = http.request(address + where, { agent, method, headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString();
        if (answer.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`${where}: ${answer.statusCode} ${text}`));
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

if (path) tandem('import', catalog, path);
const servers = [await serve(), await serve()];
const { token } = tandem('token', 'create', 'bench', '--role', 'operator');
const base = `/api/v1/catalogs/${catalog}`;
const table = await ask(servers[0].address, 'GET', `${base}/cooccurrence?limit=500&sort=together`, token);
const items = [...new Set(table.rows.flatMap((row) => [row.item_a, row.item_b]))].slice(0, 100);

const end = performance.now() + 1000 * Number(seconds);
const answered = [];
let sent = 0;
let accepted = 0;

/** Every row has an id of its own; the last row of a post is sent again with the next. */
async function write(writer) {
  let again = null;
  for (let number = 0; performance.now() < end; number++) {
    const rows = Array.from({ length: 5 }, (_, at) => ({
      user_id: `bench-${writer}-${number % 200}`,
      basket_id: `bench-${writer}-${number}`,
      item_id: items[(writer * 31 + number * 7 + at * 13) % items.length],
      id: `${writer}-${number}-${at}`,
    }));
    sent += rows.length;
    const body = JSON.stringify(again ? [...rows, again] : rows);
    const { address } = servers[(writer + number) % 2];
    const answer = await ask(address, 'POST', `${base}/interactions`, token, body);
    answered.push({ at: performance.now(), change: answer.change });
    accepted += answer.accepted;
    again = rows[4];
  }
}

/** What a server's table counted, and when that was read. */
const seen = servers.map(() => []);
let reading = true;
async function read(number) {
  const where = `${base}/cooccurrence?limit=1&item=${encodeURIComponent(items[0])}`;
  while (reading) {
    const { watermark } = await ask(servers[number].address, 'GET', where, token);
    seen[number].push({ at: performance.now(), watermark });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const readers = servers.map((_, number) => read(number));
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
const last = Math.max(...answered.map((answer) => answer.change));
while (seen.some((one) => (one.at(-1)?.watermark ?? 0) < last)) await new Promise((resolve) => setTimeout(resolve, 20));
reading = false;
await Promise.all(readers);

const waits = seen.flatMap((one) => {
  let at = 0;
  return answered
    .toSorted((a, b) => a.change - b.change)
    .map(({ at: answer, change }) => {
      while (one[at].watermark < change) at++;
      return Math.max(0, one[at].at - answer);
    });
});
waits.sort((a, b) => a - b);
const share = (part) => waits[Math.min(waits.length - 1, Math.floor(part * waits.length))].toFixed(0);
const [report] = tandem('verify', catalog);
for (const { server } of servers) {
  server.removeAllListeners('exit');
  server.kill('SIGTERM');
}
agent.destroy();
console.log(`${catalog}: ${answered.length} posts by ${WRITERS} writers in ${seconds} s, ${(answered.length / Number(seconds)).toFixed(0)} a second; ${accepted} rows accepted of ${sent} different ones sent`);
console.log(`answered to counted: median ${share(0.5)} ms, 95th percentile ${share(0.95)} ms, 99th ${share(0.99)} ms, longest ${share(1)} ms`);
console.log(`recount at change ${report.change}: ${report.servers.map((one) => `${one.address} ${one.equal ? 'equal' : 'DIFFERENT'}`).join(', ')}`);
if (accepted !== sent || report.differences.length > 0 || report.servers.length !== 2) process.exit(1);
