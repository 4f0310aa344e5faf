// A login and the browser it was begun in, over https in a real browser.
//
//   node https.mjs PROGRAM
//
// The service stands behind a proxy that ends TLS with a certificate made here; the same port speaks
// plain http for the test identity provider's host name, which is another site. A login begun in one
// browser is refused in another and taken in its own; the cookies are what the browser says they are.
// See stage.mjs for the environment; openssl makes the certificate.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort, launch, picture, serve, skip } from './stage.mjs';

const program = process.argv[2];
if (!program) { console.error('usage: node https.mjs PROGRAM'); process.exit(2); }

function certificate() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'okta-sso-tls-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map(name => path.join(folder, name));
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'pipe' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } catch (error) {
    return skip(`openssl makes no certificate: ${error.message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// One port for both: a TLS record begins with 22.
async function proxy(inner) {
  const seen = {};
  const pass = (request, answer) => {
    if (request.method === 'POST') seen.post = { url: request.url, headers: request.headers };
    const onward = http.request({ host: '127.0.0.1', port: inner, method: request.method, path: request.url, headers: request.headers }, reply => {
      answer.writeHead(reply.statusCode, reply.rawHeaders);
      reply.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    request.pipe(onward);
  };
  const [secure, plain] = [https.createServer(certificate(), pass), http.createServer(pass)];
  const listener = net.createServer(socket => {
    socket.on('error', () => socket.destroy());
    socket.once('data', first => {
      socket.pause();
      socket.unshift(first);
      (first[0] === 22 ? secure : plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
  await new Promise(resolve => listener.listen(0, '127.0.0.1', resolve));
  return { seen, port: listener.address().port, close: () => listener.close() };
}

const browser = await launch();
const inner = await freePort();
const front = await proxy(inner);
const base = `https://127.0.0.1:${front.port}`;
const { ready, end } = await serve(program, ['--base-url', base], `127.0.0.1:${inner}`);
const provider = ready.idp_url;
const account = role => ready.accounts.find(entry => entry.role === role);
let current;

function check(holds, what) { if (!holds) throw new Error(`not so: ${what} (${current?.url()})`); console.log(`  ${what}`); }

async function someone() {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  current = page;
  return { context, page };
}

const named = async (context, start) => (await context.cookies()).filter(cookie => cookie.name.startsWith(start));
const has = (cookie, sameSite) => cookie && cookie.sameSite === sameSite && cookie.secure && cookie.httpOnly && cookie.path === '/' && cookie.domain === '127.0.0.1';

// Begins a login here, has the provider answer, and keeps the answer instead of posting it.
async function begin({ context, page }, email) {
  await page.goto(`${base}/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('link', { name: 'Continue with Single Sign-On' }).click();
  await page.waitForURL(url => url.host.startsWith('auth.localhost'));
  let answer;
  await context.route('**/sso/saml2', async route => { answer = route.request().postData(); await route.abort(); });
  await page.locator(`button[value="${email}"]`).click();
  for (let tries = 0; !answer && tries < 200; tries += 1) await new Promise(resolve => setTimeout(resolve, 25));
  await context.unroute('**/sso/saml2');
  return new URLSearchParams(answer);
}

// A page of another site that posts an answer here, and what the browser sent along.
async function post({ context, page }, fields) {
  const inputs = [...fields].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join('');
  await context.route(`${provider}/planted`, route => route.fulfill({ contentType: 'text/html', body: `<form method="post" action="${base}/sso/saml2">${inputs}<button>Go</button></form>` }));
  await page.goto(`${provider}/planted`);
  const answered = page.waitForResponse(response => response.url() === `${base}/sso/saml2`);
  await page.getByRole('button', { name: 'Go' }).click();
  const response = await answered;
  await page.waitForLoadState();
  current = page;
  const { headers } = front.seen.post;
  return { cookies: headers.cookie ?? '', site: headers['sec-fetch-site'], status: response.status() };
}

async function codeOf(trace) {
  const owner = await someone();
  await owner.page.goto(`${base}/sign-in`);
  await owner.page.getByLabel('E-mail address').fill(account('owner').email);
  await owner.page.getByRole('button', { name: 'Continue' }).click();
  await owner.page.locator('summary').click();
  await owner.page.getByLabel('Password').fill(account('owner').password);
  await owner.page.getByRole('button', { name: 'Sign in with password' }).click();
  await owner.page.waitForURL('**/account');
  await owner.page.goto(`${base}/settings/access/sign-ins/${trace}`);
  await picture(owner.page, 'other-browser-diagnosis');
  return owner.page.locator('dt:text-is("Code") + dd').textContent();
}

async function story() {
  const [one, other] = [await someone(), await someone()];
  const email = account('member').email;
  const answer = await begin(one, email);
  check(answer.get('SAMLResponse'), 'the provider answers a login that was begun here');
  const bound = await named(one.context, '__Host-login-');
  check(bound.length === 1 && has(bound[0], 'None'), 'the login is bound by a __Host- cookie: SameSite=None, Secure, HttpOnly');
  check((await named(one.context, '__Host-session')).length === 0, 'nobody is signed in yet');

  const refused = await post(other, answer);
  check(refused.site === 'cross-site' && refused.cookies === '', 'another browser posts the answer from another site, without a cookie');
  check(refused.status === 403 && (await other.page.textContent('h1')).includes('You are not signed in'), 'and is refused');
  const trace = await other.page.locator('main code').first().textContent();
  await picture(other.page, 'other-browser');
  await other.page.goto(`${base}/account`);
  check(new URL(other.page.url()).pathname === '/sign-in', 'it has no session');
  check((await codeOf(trace)) === 'browser_mismatch', 'the diagnosis says browser_mismatch');

  const taken = await post(one, answer);
  check(taken.cookies.includes(bound[0].name) && taken.site === 'cross-site', 'the same answer in the browser that began it comes with the cookie');
  check(taken.status === 303 && (await one.page.textContent('h1')).includes('Hello, Mia'), 'and lets the person in, over the redirect that follows');
  const [session] = await named(one.context, '__Host-session');
  check(has(session, 'Lax') && session.expires === -1, 'the session is a __Host- cookie: SameSite=Lax, Secure, HttpOnly, for this browser session');
  check((await named(one.context, '__Host-login-')).length === 0, 'the cookie of the login is gone');

  const again = await post(one, answer);
  check(again.status === 403 && !again.cookies.includes('__Host-session'), 'the session does not come with a post from another site, and an answer is taken once');
  await one.page.goto(`${base}/account`);
  check((await one.page.textContent('h1')).includes('Hello, Mia'), 'the session is as it was');

  const tile = await someone();
  await tile.page.goto(provider);
  await tile.page.locator(`button[value="${account('admin').email}"]`).click();
  await tile.page.waitForURL(`${base}/**`);
  check((await tile.page.textContent('h1')).includes('Hello, Adam'), 'a login that begins at the provider needs no such cookie');
}

let failed = true;
try {
  await story();
  failed = false;
} catch (error) {
  console.error(error.message);
  if (current) await picture(current, 'failed');
} finally {
  await browser.close();
  front.close();
  if (!(await end())) failed = true;
}
process.exit(failed ? 1 : 0);
