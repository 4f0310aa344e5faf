"""Whole conversations of saml-doctor with independent identity providers: a signed request that the
provider verifies, single logout begun on either side, an encrypted login. Used by
doctor_on_idps.py; standard library only.
"""
import contextlib
import datetime
import http.server
import json
import os
import subprocess
import threading
import urllib.parse

from browser import Browser
from service import process, until
from sign_in_from_idps import answers, free_port

CONDITIONS = "'validate.authnrequest'=>true,'validate.logout'=>true,"   # what our messages must satisfy
SIGNS = "'sign.logout'=>true,"                                          # what the provider does itself


@contextlib.contextmanager
def catcher():
    """A service provider's addresses on a free port, where browsers end up: says yes to everything."""

    class Handler(http.server.BaseHTTPRequestHandler):
        """Swallows whatever comes."""

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.do_GET()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Side:
    """Our side of a conversation: the doctor with keys, addresses and one provider."""

    def __init__(self, program, keys, ours, issuer, folder):
        self.program, self.keys, self.folder = program, keys, folder
        self.acs, self.slo, self.audience = f"{ours}/acs", f"{ours}/slo", f"{ours}/metadata"
        self.both = ["--idp-cert", os.path.join(keys, "idp.crt"), "--issuer", issuer, "--audience", self.audience, "--acs", self.acs]
        self.signed = ["--signing-key", os.path.join(keys, "sp.key"), "--signing-cert", os.path.join(keys, "sp.crt"), "--logout-url", self.slo]

    def run(self, command, *options, stdin=""):
        """Exit code and JSON of one command."""
        done = subprocess.run([self.program, command, *options, *self.both], input=stdin, capture_output=True, text=True, check=False)
        return done.returncode, json.loads(done.stdout) if done.stdout else {"stderr": done.stderr}

    def request(self, sign_in_url, *options):
        """A login request."""
        return self.run("request", "--sign-in-url", sign_in_url, *options)[1]

    def check(self, answer, *options):
        """The verdict on an answer, now."""
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.run("check", "-", "--now", now, "--format", "json", *options, stdin=answer)

    def logout(self, service, *options, stdin=""):
        """One step of a logout."""
        return self.run("logout", "--logout-service", service, *self.signed, *options, stdin=stdin)

    def file(self, name, value):
        """A value in a file, for the next command."""
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            json.dump(value, out)
        return path


def posted(page):
    """The answer that a page is about to post, or none."""
    return next((f["fields"]["SAMLResponse"] for f in page.forms if "SAMLResponse" in f["fields"]), None)


def signed_in(side, browser, base, credentials):
    """A login by a signed request that the provider insists on: the verdict, and the request."""
    request = side.request(f"{base}/saml2/idp/SSOService.php", *side.signed)
    page = browser.open(request["url"])
    page = browser.submit(page, page.form_with("username", "password"), **credentials)
    answer = posted(page)
    browser.post_itself(page)
    return side.check(answer, "--request-id", request["request_id"])


def simplesamlphp(idps, folder, program, keys, report):
    """Signed requests demanded, logout signed and verified on both sides."""
    alice = {"username": "alice", "password": "test"}
    with catcher() as ours:
        port = free_port()
        base, issuer = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}/idp"
        side = Side(program, keys, ours, issuer, folder)
        command = ["sh", os.path.join(idps, "simplesamlphp.sh"), os.path.join(folder, "conversation"), keys, str(port), side.acs, side.audience]
        with process(command, env=dict(os.environ, SP_EXTRA=CONDITIONS, HOSTED=SIGNS + CONDITIONS), cwd=idps):
            until("SimpleSAMLphp", lambda: answers(port))
            unsigned = Browser().open(side.request(f"{base}/saml2/idp/SSOService.php")["url"])
            report.check("SimpleSAMLphp: an unsigned request is refused there", posted(unsigned) is None and "username" not in unsigned.text, unsigned.words[:300])
            browser = Browser()
            code, verdict = signed_in(side, browser, base, alice)
            report.check("SimpleSAMLphp: a signed request is verified there, its answer accepted here", code == 0 and verdict["accepted"], verdict)
            begun_here(side, browser, base, verdict, report)
            browser = Browser()
            code, verdict = signed_in(side, browser, base, alice)
            begun_there(side, browser, base, report)


def begun_here(side, browser, base, verdict, report):
    """Our logout request, and the provider's answer."""
    service = f"{base}/saml2/idp/SingleLogoutService.php"
    code, started = side.logout(service, "--session", side.file("session.json", verdict["session"]))
    report.check("SimpleSAMLphp: a logout request is made of the stored session", code == 0, started)
    page = browser.open(started["send"]["url"])
    record = side.file("record.json", started["record"])
    code, end = side.logout(service, "--message", "-", "--record", record, stdin=page.url)
    report.check("SimpleSAMLphp: logout begun here is answered, complete", code == 0 and end.get("complete") is True, f"{end} {page.url[:200]}")
    page = browser.open(side.request(f"{base}/saml2/idp/SSOService.php", *side.signed)["url"])
    report.check("SimpleSAMLphp: and the session there is over", "password" in page.text, page.words[:200])
    changed = page_changed(started["send"]["url"])
    page = browser.open(changed)
    report.check("SimpleSAMLphp: a logout request changed on its way is refused there", not page.url.startswith(side.slo), page.url[:200])


def page_changed(url):
    """The same URL with another RelayState, which the signature covers."""
    head, tail = url.split("&RelayState=", 1)
    return f"{head}&RelayState=x{tail}"


def begun_there(side, browser, base, report):
    """The provider's logout request, our answer, and its end."""
    service = f"{base}/saml2/idp/SingleLogoutService.php"
    page = browser.open(f"{base}/saml2/idp/initSLO.php?RelayState={side.acs}")
    code, order = side.logout(service, "--message", "-", stdin=page.url)
    named = order.get("kind") == "request" and order.get("session_indexes")
    report.check("SimpleSAMLphp: logout begun there is verified here", code == 0 and named, f"{order} {page.url[:200]}")
    code, refused = side.logout(service, "--message", "-", stdin=page.url.replace("SigAlg", "NoAlg").replace("Signature", "NoSignature"))
    report.check("SimpleSAMLphp: the same without its signature is refused here", code == 1 and refused["findings"][0]["code"] == "unsigned", refused)
    page = browser.open(order["answer"]["url"])
    report.check("SimpleSAMLphp: our answer ends it there", page.status == 200 and page.url.startswith(side.acs), f"{page.status} {page.url[:200]} {page.words[:200]}")


def saml_idp(idps, folder, program, keys, report):
    """npm saml-idp has neither error statuses nor signed requests to demand, and its encryption fails
    in its own library (AES-CBC, which xml-encryption now refuses); its engine samlp encrypts, in
    doctor_on_idps.py. What it has is login, and logout begun here."""
    rows = [
        ("login", ["logout"], [], None),
        ("Response unsigned", ["--signResponse=false"], [], None),
        ("another certificate pinned", [], ["--idp-cert", os.path.join(keys, "idp-next.crt")], "signature_key_unknown"),
    ]
    with catcher() as ours:
        for what, settings, options, expected in rows:
            port = free_port()
            side = Side(program, keys, ours, f"http://127.0.0.1:{port}/metadata", folder)
            if expected:
                side.both = [option for option in side.both if option not in ("--idp-cert", os.path.join(keys, "idp.crt"))]
            command = ["sh", os.path.join(idps, "saml-idp.sh"), keys, idps, str(port), side.acs, side.audience, *(["--sloUrl", side.slo] if settings == ["logout"] else settings)]
            with process(command, cwd=idps):
                until("saml-idp", lambda port=port: answers(port))
                browser = Browser()
                request = side.request(f"http://127.0.0.1:{port}/saml/sso", *(["--idp-cert", os.path.join(keys, "idp.crt")] if expected else []))
                page = browser.open(request["url"])
                page = browser.submit(page, page.form_with("email"), email="alice@corp.test")
                code, verdict = side.check(posted(page), "--request-id", request["request_id"], *options)
                codes = [finding["code"] for finding in verdict.get("findings", [])]
                right = code == 0 and verdict["accepted"] if expected is None else code == 1 and expected in codes
                report.check(f"npm saml-idp, {what}: {expected or 'accepted'}", right, verdict)
                if what == "login":
                    saml_idp_logout(side, browser, f"http://127.0.0.1:{port}/saml/slo", verdict, report)


def saml_idp_logout(side, browser, service, verdict, report):
    """Logout begun here, answered by a page that posts itself."""
    _, started = side.logout(service, "--session", side.file("session.json", verdict["session"]))
    page = browser.open(started["send"]["url"])
    answer = posted(page)
    if answer is None:
        report.check("npm saml-idp: logout begun here is answered", False, f"{page.status} {page.url[:200]} {page.words[:400]}")
        return
    record = side.file("record.json", started["record"])
    body = urllib.parse.urlencode({"SAMLResponse": answer})
    code, end = side.logout(service, "--message", "-", "--record", record, stdin=body)
    report.check("npm saml-idp: logout begun here is answered, complete", code == 0 and end.get("complete") is True, end)
