// Everything by keyboard, and progress without script, in a real browser.
//
//   node keyboard.mjs PROGRAM
//
// Enter sends the forms, Tab goes through every control in the order in which it is read, and what
// has the focus shows it. While the DNS is being asked the page says so in a live region, and while a
// record is waited for it says what was seen, all without script: the policy of these pages allows none. See stage.mjs for the
// environment.
import { launch, nameServer, picture, serve } from './stage.mjs';

const program = process.argv[2];
if (!program) { console.error('usage: node keyboard.mjs PROGRAM'); process.exit(2); }
const browser = await launch();
const zone = new Map();
const slow = { wait: 0 };
const dns = await nameServer(zone, slow);
const { ready, end } = await serve(program, ['--dns', `127.0.0.1:${dns.address().port}`]);
const owner = ready.accounts.find(account => account.role === 'owner');
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
const page = await context.newPage();

function check(holds, what) { if (!holds) throw new Error(`not so: ${what} (${page.url()})`); console.log(`  ${what}`); }
const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent.trim());

async function signIn() {
  await page.goto(`${ready.base_url}/sign-in`);
  check(await focused() === 'email', 'the address has the focus');
  await page.keyboard.type(owner.email);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/sign-in');
  await page.getByRole('link', { name: 'Continue with Single Sign-On' }).waitFor();
  await page.locator('summary').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  check(await focused() === 'password', 'Enter opens the password form, Tab goes into it');
  await page.keyboard.type(owner.password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/account');
  check((await page.textContent('h1')).includes('Hello, Olive'), 'Enter signs in');
}

// Every stop of the Tab key on a page, against the controls in the order of the document.
async function walk(where) {
  await page.goto(ready.base_url + where);
  await page.evaluate(() => {
    document.activeElement?.blur();
    const shown = node => node.getClientRects().length > 0 && getComputedStyle(node).visibility !== 'hidden' && (!node.closest('details:not([open])') || node.tagName === 'SUMMARY');
    const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')].filter(shown);
    // The arrow keys go within a group of radio buttons.
    const stops = all.filter(node => node.type !== 'radio' || node.checked);
    stops.forEach((node, place) => node.setAttribute('data-place', String(place)));
    document.body.setAttribute('data-stops', String(stops.length));
  });
  const count = Number(await page.getAttribute('body', 'data-stops'));
  const faults = [];
  for (let place = 0; place < count; place += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const node = document.activeElement;
      const style = getComputedStyle(node);
      const box = node.getBoundingClientRect();
      return { place: node.getAttribute('data-place'), marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2, inView: box.bottom > 0 && box.top < innerHeight && box.right > 0, what: node.outerHTML.slice(0, 90) };
    });
    if (at.place !== String(place)) faults.push(`stop ${place} is ${at.place}: ${at.what}`);
    if (!at.marked || !at.inView) faults.push(`nothing shows the focus: ${at.what}`);
  }
  check(faults.length === 0, `Tab goes through the ${count} controls of ${where} in their order ${faults.slice(0, 3).join(' | ')}`);
}

// What a page says while it is still arriving; locators would wait for its end.
async function until(selector, text) {
  for (let tries = 0; tries < 400; tries += 1) {
    const now = await page.evaluate(([selector, text]) => {
      const node = [...document.querySelectorAll(selector)].find(node => node.textContent.includes(text) && node.checkVisibility());
      return node ? { state: document.readyState, mark: node.closest('[role]').dataset.mark } : null;
    }, [selector, text]).catch(() => null);
    if (now) return now;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`not so: ${selector} says ${text} (${page.url()})`);
}

async function claim() {
  await page.goto(`${ready.base_url}/settings/access/domains`);
  await page.getByLabel('Domain', { exact: true }).focus();
  await page.keyboard.type('acme-labs.com');
  await page.keyboard.press('Enter');
  const card = page.locator('[id="acme-labs.com"]');
  await card.waitFor();
  const [name, value] = await card.locator('code.copy').allTextContents();
  slow.wait = 700;
  await card.getByRole('button', { name: 'Check now' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/check', { waitUntil: 'commit' });
  const before = await until('[role=status] .looking', 'Asking the DNS about acme-labs.com');
  check(before.state === 'loading', 'the page says that the DNS is being asked');
  await page.evaluate(() => { document.querySelector('[role=status]').dataset.mark = 'the same'; });
  await picture(page, 'asking-the-dns');
  const after = await until('[role=status] .card', 'There is no TXT record at this name yet');
  check(after.mark === 'the same', 'the answer arrives in the same live region');
  await page.waitForLoadState('load');
  check(!(await page.locator('.looking').isVisible()), 'and nothing goes on any more');
  check(await card.count() === 1, 'the list follows');
  return { name, value };
}

async function watch({ name, value }) {
  slow.wait = 0;
  await page.getByRole('link', { name: 'Watch for the record' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/watch?*', { waitUntil: 'commit' });
  await until('[role=log] .glance', 'There is no TXT record at this name yet');
  await picture(page, 'watching');
  zone.set(name.toLowerCase(), value);
  const there = await until('[role=log] .glance', 'acme-labs.com: the record is there');
  check(there, 'watching says when the record is there');
  await page.waitForLoadState('load');
  check(!(await page.locator('.looking').isVisible()), 'and stops');
  await picture(page, 'watched');
}

let failed = true;
try {
  await signIn();
  for (const where of ['/account', '/members', '/members?invited=0.x', '/settings/access', '/settings/access/domains', '/settings/access/sso', '/settings/access/scim', '/settings/access/sign-ins', '/settings/access/audit']) await walk(where);
  await page.goto(`${ready.base_url}/members`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  check(page.url().endsWith('#main'), 'the first link skips to the content');
  const policy = (await page.reload()).headers()['content-security-policy'];
  check(policy.startsWith("default-src 'none';") && !policy.includes('script-src'), 'no page may run a script');
  await watch(await claim());
  failed = false;
} catch (error) {
  console.error(error.message);
  await picture(page, 'failed').catch(() => {});
} finally {
  await browser.close();
  dns.close();
  if (!(await end())) failed = true;
}
process.exit(failed ? 1 : 0);
