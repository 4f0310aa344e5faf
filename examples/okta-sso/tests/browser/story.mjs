// The whole of the documentation as one story, in a real browser: claim a domain, set single
// sign-on up, test it, require it, be refused, come back, be provisioned, deactivated, reactivated.
//
//   node story.mjs PROGRAM
//
// See stage.mjs for the environment.
import http from 'node:http';
import { launch, nameServer, picture, serve } from './stage.mjs';

const program = process.argv[2];
if (!program) { console.error('usage: node story.mjs PROGRAM'); process.exit(2); }
const browser = await launch();
const zone = new Map();
const dns = await nameServer(zone);
const { ready, end } = await serve(program, ['--dns', `127.0.0.1:${dns.address().port}`]);

let shotCount = 0;
async function shot(page, name) {
  shotCount += 1;
  await picture(page, `story-${String(shotCount).padStart(2, '0')}-${name}`);
}

const broken = [];
async function someone(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, ...options });
  const page = await context.newPage();
  page.on('console', message => { if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) broken.push(message.text()); });
  return page;
}

function check(holds, what) { if (!holds) throw new Error(`not so: ${what} (${current?.url()})`); console.log(`  ${what}`); }
let current;
// A page in parts is read when all of it is there.
const says = async (page, text) => { current = page; await page.waitForLoadState(); return (await page.textContent('body')).includes(text); };
const account = role => ready.accounts.find(entry => entry.role === role);

async function typeEmail(page, email) {
  await page.goto(`${ready.base_url}/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function withPassword(page, role) {
  const person = account(role);
  await typeEmail(page, person.email);
  const fold = page.locator('details:not([open]) > summary');
  if (await fold.count()) await fold.first().click();
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in with password' }).click();
  await page.waitForLoadState();
}

async function withSso(page, email) {
  await typeEmail(page, email);
  await page.getByRole('link', { name: 'Continue with Single Sign-On' }).click();
  await chooseAtProvider(page, email);
}

async function chooseAtProvider(page, email) {
  await page.waitForURL(url => url.host.startsWith('auth.localhost'));
  const known = page.locator(`button[value="${email}"]`);
  if (await known.count()) await known.click();
  else { await page.getByLabel('Or anybody else').fill(email); await page.getByRole('button', { name: 'Sign in as this person' }).click(); }
  await page.waitForURL(url => !url.host.startsWith('auth.localhost'));
  await page.waitForLoadState();
}

// A file of the provider. Only browsers take every .localhost name for this machine.
function fromProvider(where) {
  const { host, port } = new URL(ready.idp_url);
  return new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port, path: where, headers: { host } }, answer => {
      let text = '';
      answer.on('data', chunk => { text += chunk; });
      answer.on('end', () => resolve(text));
    }).on('error', reject);
  });
}

async function scim(method, where, body) {
  const response = await fetch(`${ready.scim_base_url}${where}`, {
    method,
    headers: { authorization: `Bearer ${ready.scim_token}`, 'content-type': 'application/scim+json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}
const patch = active => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{ op: 'replace', value: { active } }] });

async function story() {
  const owner = await someone();
  console.log('Sign in');
  await owner.goto(ready.base_url); await shot(owner, 'sign-in');
  await typeEmail(owner, account('owner').email); await shot(owner, 'second-page');
  await withPassword(owner, 'owner');
  check(await says(owner, 'Hello, Olive Owens'), 'the Owner enters with a password'); await shot(owner, 'account-password');

  console.log('Claim a domain');
  await owner.goto(`${ready.base_url}/settings/access`); await shot(owner, 'overview');
  await owner.goto(`${ready.base_url}/settings/access/domains`);
  await owner.getByLabel('Domain', { exact: true }).fill('acme-labs.com');
  await owner.getByRole('button', { name: 'Claim', exact: true }).click();
  check(await says(owner, '_okta-sso-challenge.acme-labs.com'), 'the record to publish is shown'); await shot(owner, 'domains');
  const card = owner.locator('[id="acme-labs.com"]');
  const [name, value] = await card.locator('code.copy').allTextContents();
  await card.getByRole('button', { name: 'Check now' }).click();
  check(await says(owner, 'There is no TXT record at this name yet'), 'the doctor says what is missing'); await shot(owner, 'doctor');
  zone.set(name.toLowerCase(), value);
  await owner.locator('[id="acme-labs.com"]').getByRole('button', { name: 'Check now' }).click();
  check(await says(owner, 'acme-labs.com: the record is there'), 'the domain is proven'); await shot(owner, 'proven');

  console.log('Set single sign-on up');
  await owner.goto(`${ready.base_url}/settings/access/sso`); await shot(owner, 'single-sign-on');
  const metadata = await fromProvider('/metadata');
  await owner.getByText('All at once, from metadata').click();
  await owner.getByLabel('or its text; this service fetches nothing').fill(metadata.replaceAll('/exkdemo0000000000001/sso', '/exkmoved/sso'));
  await owner.getByRole('button', { name: 'Show what would change' }).click();
  check(await says(owner, 'What would change'), 'metadata is shown before it does anything'); await shot(owner, 'metadata');
  await owner.getByRole('link', { name: 'Change nothing' }).click();

  await owner.locator('.steps').getByRole('button', { name: 'Test login' }).click();
  await chooseAtProvider(owner, account('owner').email);
  check(await says(owner, 'The test counts'), 'the test login passes'); await shot(owner, 'test-login');
  await owner.goto(`${ready.base_url}/settings/access/sso`);
  await owner.getByRole('button', { name: 'Require Single Sign-On' }).click();
  check(await says(owner, 'Stop requiring it'), 'single sign-on is required now'); await shot(owner, 'required');

  console.log('Be refused, come in');
  const member = await someone();
  await withPassword(member, 'member');
  check(await says(member, 'You are not signed in'), "a Member's password is refused"); await shot(member, 'refused');
  await withSso(member, account('member').email);
  check(await says(member, 'Hello, Mia Meyer'), 'single sign-on lets the Member in');
  check(await says(member, 'Key fingerprint'), 'and shows how'); await shot(member, 'account-sso');
  const again = await someone();
  await withPassword(again, 'owner');
  check(await says(again, 'fallback'), "an Owner's password still works, marked as fallback"); await shot(again, 'fallback');
  const tile = await someone();
  await tile.goto(ready.idp_url); await shot(tile, 'provider');
  await tile.locator(`button[value="${account('admin').email}"]`).click();
  await tile.waitForURL(url => !url.host.startsWith('auth.localhost'));
  check(await says(tile, 'Hello, Adam Adler'), 'the tile at the provider signs in without a request');

  console.log('Provision');
  const email = 'ann@acme.example';
  const made = await scim('POST', '/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: email, name: { givenName: 'Ann', familyName: 'Lee' }, emails: [{ value: email, primary: true }], externalId: '00u1', active: true });
  check(made.status === 201, 'Okta creates somebody');
  const ann = await someone();
  await withSso(ann, email);
  check(await says(ann, 'Hello, Ann Lee'), 'who signs in at once');
  check((await scim('PATCH', `/Users/${made.body.id}`, patch(false))).status < 300, 'Okta deactivates her');
  await ann.goto(`${ready.base_url}/account`);
  check(!(await says(ann, 'Hello')), 'her session has ended');
  await withSso(ann, email);
  check(await says(ann, 'You are not signed in'), 'and she cannot come back'); await shot(ann, 'deactivated');
  check((await scim('PATCH', `/Users/${made.body.id}`, patch(true))).status < 300, 'Okta reactivates her');
  await withSso(ann, email);
  check(await says(ann, 'Hello, Ann Lee'), 'and she is in again');
  check((await scim('POST', '/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'outsider@acme.example', active: true })).status === 409, 'an account that is no member is not taken over');
  await owner.goto(`${ready.base_url}/settings/access/scim`);
  check(await says(owner, 'outsider@acme.example'), 'the Owner sees whom Okta could not add'); await shot(owner, 'scim');
  await owner.getByRole('link', { name: 'Invite' }).click(); await shot(owner, 'members');
  await owner.getByRole('button', { name: 'Make an invitation' }).click();
  check(await says(owner, 'Pass this link on'), 'and invites by hand');
  await owner.goto(`${ready.base_url}/settings/access/sign-ins`); await shot(owner, 'sign-ins');
  await owner.getByRole('link', { name: 'Look' }).first().click(); await shot(owner, 'diagnosis');
  await owner.goto(`${ready.base_url}/settings/access/audit`); await shot(owner, 'audit');

  console.log('Look');
  for (const [name, options] of [['dark', { colorScheme: 'dark' }], ['phone', { viewport: { width: 390, height: 844 }, isMobile: true }]]) {
    const page = await someone({ ...options, storageState: await member.context().storageState() });
    for (const [where, what] of [['/account', 'account'], ['/sign-in', 'sign-in']]) { await page.goto(ready.base_url + where); await shot(page, `${name}-${what}`); }
    const admin = await someone({ ...options, storageState: await owner.context().storageState() });
    for (const what of ['sso', 'domains', 'scim']) { await admin.goto(`${ready.base_url}/settings/access/${what}`); await shot(admin, `${name}-${what}`); }
    await admin.goto(`${ready.base_url}/settings/access`); await shot(admin, `${name}-overview`);
    const wide = await admin.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    check(!wide, `nothing overflows (${name})`);
  }

  console.log('Sign out');
  await member.goto(`${ready.base_url}/account`);
  await member.getByRole('button', { name: 'Sign out here and at the identity provider' }).click();
  await member.getByRole('heading', { name: 'Signed out' }).waitFor();
  check(await says(member, 'Your session here and at your identity provider is over'), 'signing out reaches the provider'); await shot(member, 'signed-out');
  await member.goto(`${ready.base_url}/account`);
  check(!(await says(member, 'Hello')), 'the session is over');
  await tile.goto(ready.idp_url);
  await tile.getByLabel('Who').selectOption(account('admin').email);
  await tile.getByRole('button', { name: 'Sign out everywhere' }).click();
  await tile.getByText('Every service ended the sessions').waitFor();
  await tile.goto(`${ready.base_url}/account`);
  check(!(await says(tile, 'Hello')), 'signing out at the provider reaches the service');
  await tile.goto(ready.idp_url);
  await tile.locator(`button[value="${account('admin').email}"]`).click();
  await tile.getByText('Hello').waitFor();
  const provider = await member.context().newPage();
  await provider.goto(ready.idp_url);
  await provider.getByLabel('Who').selectOption(account('admin').email);
  const reached = provider.waitForResponse(answer => answer.url().includes('/slo/saml') && answer.request().method() === 'POST');
  await provider.getByRole('button', { name: 'In a hidden frame' }).click();
  await reached;
  await tile.goto(`${ready.base_url}/account`);
  check(!(await says(tile, 'Hello')), 'a hidden frame of the provider ends the session without a cookie');
  await owner.goto(`${ready.base_url}/account`);
  await owner.getByRole('button', { name: 'Sign out', exact: true }).click();
  await owner.goto(`${ready.base_url}/account`);
  check(!(await says(owner, 'Hello')), 'and signing out here ends the session here');
  check(broken.length === 0, `no page broke its own rules ${broken.join(' | ')}`);
}

let failed = true;
try {
  await story();
  failed = false;
  console.log('The story is true.');
} catch (error) {
  console.error(error.message);
  if (current) await picture(current, 'failed');
} finally {
  await browser.close();
  dns.close();
  if (!(await end())) failed = true;
}
process.exit(failed ? 1 : 0);
