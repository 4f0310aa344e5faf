// Every screen in every state, measured and pictured in a real browser.
//
//   OKTA_SSO_SCREENS=FOLDER cargo test -p okta-sso --test it -- screens forms outcome
//   node screens.mjs FOLDER
//
// The pages are those of the tests, served with the headers they had. On each, in light and dark and on
// a phone: axe-core's rules of WCAG 2 A and AA, and that nothing overflows sideways at 1280, 375 and 320
// pixels (which is 1280 at 400 %). See stage.mjs for the environment.
import { readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { installed, launch, picture, required, shots, skip } from './stage.mjs';

const folder = process.argv[2];
if (!folder) { console.error('usage: node screens.mjs FOLDER'); process.exit(2); }
const only = process.argv[3] ?? '';
const names = readdirSync(folder).filter(name => name.endsWith('.html') && name.includes(only)).map(name => name.slice(0, -5)).sort();
if (names.length === 0) { console.error(`no screens in ${folder}`); process.exit(2); }
const axe = installed('axe-core') ? readFileSync(required.resolve('axe-core/axe.min.js'), 'utf8') : null;
if (!axe) { if (process.env.CI_REQUIRE_COUNTERPARTS === '1') skip('axe-core is not installed (PLAYWRIGHT_DIR)'); console.log('skipped: axe-core is not installed (PLAYWRIGHT_DIR)'); }
const style = readFileSync(new URL('../../src/pages/style.css', import.meta.url));
const browser = await launch();

const server = http.createServer((request, answer) => {
  const name = decodeURIComponent(request.url.slice(1));
  if (name === 'style.css') return answer.setHeader('content-type', 'text/css').end(style);
  if (name === 'favicon.ico') return answer.writeHead(204).end();
  if (!names.includes(name)) return answer.writeHead(404).end();
  answer.setHeader('content-type', 'text/html; charset=utf-8');
  answer.setHeader('content-security-policy', readFileSync(path.join(folder, `${name}.policy`), 'utf8'));
  // A page that sends itself on or looks again would leave before it is seen.
  const body = readFileSync(path.join(folder, `${name}.html`), 'utf8').replace(/<script.*?<\/script>/gs, '').replace(/<meta http-equiv="refresh"[^>]*>/, '');
  answer.end(body);
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const base = `http://127.0.0.1:${server.address().port}`;

const faults = [];
const looks = [['desktop', 'light', 1280, 800], ['desktop', 'dark', 1280, 800], ['phone', 'light', 375, 812], ['narrow', 'dark', 320, 640]];
await Promise.all(looks.map(async ([device, colorScheme, width, height]) => {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, bypassCSP: true, deviceScaleFactor: 1 });
  const page = await context.newPage();
  page.on('console', message => { if (message.type() === 'error') faults.push(`${message.text()} (${page.url()})`); });
  for (const name of names) {
    await page.goto(`${base}/${name}`);
    const where = `${name} ${device} ${colorScheme}`;
    const facts = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth - window.innerWidth,
      title: document.title, headings: document.querySelectorAll('h1').length, lang: document.documentElement.lang,
      past: [...document.querySelectorAll('main *')].filter(node => node.getBoundingClientRect().right > (node.closest('.card')?.getBoundingClientRect().right ?? window.innerWidth) + 1).slice(0, 3).map(node => node.outerHTML.slice(0, 120)),
    }));
    if (facts.wide > 0 || facts.past.length) faults.push(`${where}: ${facts.wide} pixels too wide: ${facts.past.join(' | ')}`);
    if (facts.headings !== 1 || facts.lang !== 'en' || !facts.title) faults.push(`${where}: title, language or heading is missing`);
    if (axe && device !== 'narrow') {
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
      for (const { id, nodes } of violations) faults.push(`${where}: ${id}: ${nodes.slice(0, 2).map(node => `${node.html.slice(0, 160)} ${node.any.map(check => check.message).join(' ').slice(0, 200)}`).join(' | ')}`);
    }
    await picture(page, `${name}-${device}-${colorScheme}`);
  }
  await context.close();
}));
await browser.close();
server.close();
for (const fault of faults) console.error(`not so: ${fault}`);
console.log(`${names.length} screens, ${looks.length} looks, ${faults.length} faults${axe ? '' : ', without axe-core'}${shots ? `, pictures in ${shots}` : ''}`);
process.exit(faults.length === 0 ? 0 : 1);
