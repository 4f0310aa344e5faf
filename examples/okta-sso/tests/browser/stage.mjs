// What the browser tests share: the browser, a name server, the service, a folder for pictures.
//
// PLAYWRIGHT_DIR: a folder with node_modules/playwright-core (and axe-core). CHROMIUM: the browser,
// default /usr/bin/chromium. SHOTS: a folder for screenshots; none are taken without it. What is not
// installed is skipped with a word, unless CI_REQUIRE_COUNTERPARTS=1.
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export const shots = process.env.SHOTS;

export function skip(what) {
  console.log(`skipped: ${what}`);
  process.exit(process.env.CI_REQUIRE_COUNTERPARTS === '1' ? 1 : 0);
}

export const required = createRequire(path.resolve(process.env.PLAYWRIGHT_DIR ?? process.cwd(), 'package.json'));

// A package that is installed, or nothing.
export function installed(name) {
  try { return required(name); } catch { return null; }
}

export async function launch() {
  const { chromium } = installed('playwright-core') ?? skip('playwright-core is not installed (PLAYWRIGHT_DIR)');
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) skip(`no browser at ${executablePath}`);
  if (shots) mkdirSync(shots, { recursive: true });
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

export async function picture(page, name) {
  if (shots) await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
}

// A name server: the records published in the zone, and for every other name an absence with the
// zone's SOA, without which an absence proves nothing.
// `slow.wait` milliseconds pass before each answer.
export async function nameServer(zone, slow = { wait: 0 }) {
  const dns = dgram.createSocket('udp4');
  let open = true;
  dns.on('close', () => { open = false; });
  dns.on('message', (query, peer) => {
    const labels = [];
    let at = 12;
    while (query[at] !== 0) { labels.push(query.toString('latin1', at + 1, at + 1 + query[at])); at += 1 + query[at]; }
    const text = query[at + 2] === 16 ? zone.get(labels.join('.').toLowerCase()) : undefined;
    const data = text === undefined ? Buffer.alloc(22) : Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
    const counts = text === undefined ? [0, 0, 0, 1] : [0, 1, 0, 0];
    const length = Buffer.alloc(2);
    length.writeUInt16BE(data.length);
    const answer = Buffer.concat([
      query.subarray(0, 2), Buffer.from([0x84, text === undefined ? 3 : 0, 0, 1, ...counts, 0, 0]), query.subarray(12, at + 5),
      Buffer.from([0xc0, 12, 0, text === undefined ? 6 : 16, 0, 1, 0, 0, 0, 60]), length, data,
    ]);
    setTimeout(() => { if (open) dns.send(answer, peer.port, peer.address); }, slow.wait);
  });
  await new Promise(resolve => dns.bind(0, '127.0.0.1', resolve));
  return dns;
}

// A port that is free now.
export async function freePort() {
  const holder = net.createServer();
  await new Promise(resolve => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address();
  await new Promise(resolve => holder.close(resolve));
  return port;
}

// The demonstration on a database of its own. `end` stops it and says whether it ended well.
export async function serve(program, options = [], listen = '127.0.0.1:0') {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'okta-sso-browser-'));
  const service = spawn(program, ['--listen', listen, '--data', path.join(folder, 'data.db'), '--demo', '--ready-json', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ready = await new Promise((resolve, reject) => {
    let text = '';
    service.stdout.on('data', chunk => { text += chunk; if (text.includes('\n')) resolve(JSON.parse(text)); });
    service.on('exit', code => reject(new Error(`the service ended with ${code}`)));
  });
  const end = async () => {
    service.removeAllListeners('exit');
    const ended = new Promise(resolve => service.on('exit', resolve));
    service.kill('SIGTERM');
    const code = await ended;
    rmSync(folder, { recursive: true, force: true });
    if (code !== 0) console.error(`the service ended with ${code}`);
    return code === 0;
  };
  return { ready, folder, end };
}
