// Starts the real binary with a cluster of its own and the demo catalog, and stops it afterwards.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const binary = process.env.TANDEM_BIN ?? join(__dirname, '../target/release/tandem');

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

export default async function start() {
  const folder = mkdtempSync('/tmp/tandem-browser-');
  const data = join(folder, 'data');
  const address = `127.0.0.1:${await freePort()}`;
  // The folder must let PostgreSQL's own user in.
  execFileSync('chmod', ['755', folder]);
  const environment = { ...process.env, TANDEM_DATA_DIR: data };
  delete environment.DATABASE_URL;
  const server = spawn(binary, ['serve', '--demo', '--listen', address], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (text) => String(text).includes('listening on') && resolve());
    server.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  process.env.TANDEM_ADDRESS = `http://${address}`;
  process.env.TANDEM_BIN = binary;
  process.env.TANDEM_DATA_DIR = data;
  return async () => {
    server.removeAllListeners('exit');
    const ended = new Promise<number | null>((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    const code = await ended;
    rmSync(folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the server did not end cleanly: ${code}`);
  };
}
