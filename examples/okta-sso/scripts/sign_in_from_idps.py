#!/usr/bin/env python3
"""Drives whole logins through okta-sso, from its own test provider and from independent ones.

    sign_in_from_idps.py [--binary PATH] [--idps DIR]

DIR (or the variable IDPS) is a folder with `keys.sh`, `simplesamlphp.sh` and `saml-idp.sh`, and
with `node_modules` for the npm provider; what is not installed is said to be skipped. For each
provider its three values are entered on the pages as an Owner does it, tested, put in place, and
then a newcomer is provisioned and signs in twice: started here, and started at the
provider.
"""
import argparse
import os
import re
import shutil
import socket
import subprocess

from browser import Browser
from provision_as_okta import Okta, sign_in
from service import Report, binary, process, running, skip, until

SETTINGS = "/settings/access/sso"
NEWCOMER = "nina.new@acme.example"   # provisioned by the script, unknown to the demonstration
EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


def free_port():
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(port):
    """Whether something listens there."""
    with socket.create_connection(("127.0.0.1", port), 1):
        return True


class Provider:
    """An identity provider: its three values, and how a person signs in on its pages."""

    name, issuer, sign_in_url, certificate = "", "", "", ""

    def pass_through(self, browser, page, email):
        """From the provider's first page to the service's answer."""
        raise NotImplementedError

    def start_here(self, browser):
        """Begins a login at the provider."""
        raise NotImplementedError


class BuiltIn(Provider):
    """The demonstration's own test provider."""

    name = "test provider"

    def __init__(self, ready):
        self.base = ready["idp_url"]

    def pass_through(self, browser, page, email):
        page = browser.submit(page, page.form_with("email"), email=email)
        return browser.post_itself(page)

    def start_here(self, browser):
        return browser.open(self.base + "/")


class SimpleSamlPhp(Provider):
    """SimpleSAMLphp on PHP's own server. Its users alice and bob are given addresses here."""

    name = "SimpleSAMLphp"
    people = {"alice": "owner@acme.example", "bob": NEWCOMER}

    def __init__(self, idps, folder, service):
        self.port, self.idps, self.folder, self.service = free_port(), idps, folder, service
        self.issuer = f"http://127.0.0.1:{self.port}/idp"
        self.sign_in_url = f"http://127.0.0.1:{self.port}/saml2/idp/SSOService.php"
        with open(os.path.join(folder, "keys/idp.crt")) as certificate:
            self.certificate = certificate.read()

    def start(self):
        """The running server."""
        mail = "urn:oid:0.9.2342.19200300.100.1.3"
        steps = [f"['class'=>'core:AttributeAlter','subject'=>'{mail}','pattern'=>'/^{user}@.*$/','replacement'=>'{email}']" for user, email in self.people.items()]
        steps.append(f"['class'=>'core:AttributeCopy','{mail}'=>'email']")
        extra = "'authproc'=>[" + ",".join(f"{110 + n}=>{step}" for n, step in enumerate(steps)) + "],"
        extra += f"'NameIDFormat'=>'{EMAIL_FORMAT}',"   # its default is another name at every login
        places = [self.service["postback"], self.service["requestable"]]
        endpoints = [f"['index'=>{n},'isDefault'=>{str(n == 0).lower()},'Binding'=>'{POST}','Location'=>'{url}']" for n, url in enumerate(places)]
        extra += "'AssertionConsumerService'=>[" + ",".join(endpoints) + "],"
        command = ["sh", os.path.join(self.idps, "simplesamlphp.sh"), os.path.join(self.folder, "ssp"), os.path.join(self.folder, "keys"),
                   str(self.port), self.service["requestable"], self.service["audience"]]
        return process(command, env=dict(os.environ, SP_EXTRA=extra), cwd=self.idps)

    def pass_through(self, browser, page, email):
        user = next(u for u, e in self.people.items() if e == email)
        page = browser.submit(page, page.form_with("username", "password"), username=user, password="test")
        return browser.post_itself(page)

    def start_here(self, browser):
        return browser.open(f"{self.sign_in_url}?spentityid={self.service['audience']}")


class SamlIdp(Provider):
    """npm saml-idp: a form in which everything can be typed."""

    name = "npm saml-idp"

    def __init__(self, idps, folder, service):
        self.port, self.idps, self.folder, self.service = free_port(), idps, folder, service
        self.issuer = f"http://127.0.0.1:{self.port}/metadata"
        self.sign_in_url = f"http://127.0.0.1:{self.port}/saml/sso"
        with open(os.path.join(folder, "keys/idp.crt")) as certificate:
            self.certificate = certificate.read()

    def start(self):
        """The running server."""
        command = ["sh", os.path.join(self.idps, "saml-idp.sh"), os.path.join(self.folder, "keys"), self.idps, str(self.port),
                   self.service["postback"], self.service["audience"]]
        return process(command, cwd=self.idps)

    def pass_through(self, browser, page, email):
        form = page.form_with("email")
        values = {"email": email, "userName": email} if "userName" in form["fields"] else {"email": email}
        return browser.post_itself(browser.submit(page, form, **values))

    def start_here(self, browser):
        return browser.open(f"http://127.0.0.1:{self.port}/")


def person(ready, role):
    """The demonstration's account of this role."""
    return next(a for a in ready["accounts"] if a["role"] == role)


def started_here(ready, provider, email):
    """The sign-in page, then the provider, then back."""
    browser = Browser()
    page = browser.open(ready["base_url"] + "/sign-in")
    page = browser.submit(page, page.form_with("email"), email=email)
    link = next(link for link in page.links if "/security/sso/" in link)
    return browser, provider.pass_through(browser, browser.follow(page, link), email)


def started_there(provider, email):
    """The provider's dashboard first."""
    browser = Browser()
    return browser, provider.pass_through(browser, provider.start_here(browser), email)


def both_ways(ready, provider, email, report):
    """One member, two logins."""
    for way, (browser, page) in (("here", started_here(ready, provider, email)), ("there", started_there(provider, email))):
        inside = is_account(ready, page, email)
        report.check(f"{provider.name}: a login started {way} lets the member in", inside, "" if inside else diagnosis(ready, page))
        again = browser.open(ready["base_url"] + "/account")
        report.check(f"{provider.name}: and the session stays", is_account(ready, again, email), again.url)


def is_account(ready, page, email):
    """Whether this is the account page of that person."""
    return page.status == 200 and page.url == ready["base_url"] + "/account" and email in page.words


def diagnosis(ready, page):
    """What the service tells an Owner about a refused login."""
    trace = re.search(r"Trace ([0-9a-z]+)", page.words)
    if not trace:
        return f"{page.status} {page.url} {page.words[:400]}"
    browser = Browser()
    sign_in(browser, ready, person(ready, "owner"))
    return browser.open(f"{ready['base_url']}/settings/access/sign-ins/{trace.group(1)}").words[:1500]


def configure(ready, provider, report):
    """Enters the three values as the Owner, tests them with a login, puts them in place."""
    owner, browser = person(ready, "owner"), Browser()
    sign_in(browser, ready, owner)
    page = save(browser, ready, owner, "/settings/access/sso/connection", certificate=provider.certificate, sign_in_url=provider.sign_in_url, issuer=provider.issuer)
    report.check(f"{provider.name}: its values are taken and stand by", provider.issuer in page.words, page.words[:300])
    page = browser.open(ready["base_url"] + SETTINGS)
    page = browser.submit(page, page.form_to("/settings/access/sso/test", staged="yes"))
    page = provider.pass_through(browser, page, owner["email"])
    report.check(f"{provider.name}: the test login passes", page.status == 200 and page.url.startswith(ready["base_url"]), f"{page.status} {page.url} {page.words[:600]}")
    page = save(browser, ready, owner, "/settings/access/sso/promote")
    report.check(f"{provider.name}: the new values are in place", "standing by" not in page.words and provider.issuer in page.text, page.words[:400])


def save(browser, ready, owner, action, **values):
    """Sends one settings form; confirms by password where asked, and sends it again."""
    for _ in range(2):
        page = browser.open(ready["base_url"] + SETTINGS)
        page = browser.submit(page, page.form_to(action), **values)
        if "/confirm" not in page.url:
            return page
        browser.submit(page, page.form_with("password"), password=owner["password"])
    return browser.open(ready["base_url"] + SETTINGS)


def independent(idps):
    """The providers that can run here, and why others cannot."""
    if not idps or not os.path.exists(os.path.join(idps, "keys.sh")):
        missing("independent providers: give their folder by --idps or IDPS")
        return []
    found = []
    php = shutil.which("php") and os.path.isdir("/usr/share/simplesamlphp/www")
    node = shutil.which("node") and os.path.isdir(os.path.join(idps, "node_modules/saml-idp"))
    for provider, present in ((SimpleSamlPhp, php), (SamlIdp, node)):
        if present:
            found.append(provider)
        else:
            missing(f"{provider.name} is not installed")
    return found


def missing(what):
    """Says what is not there; ends the script where nothing may be missing."""
    if os.environ.get("CI_REQUIRE_COUNTERPARTS") == "1":
        skip(what)
    print(f"skipped: {what}")


def main():
    """The built-in provider always, the others where they are."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--binary")
    arguments.add_argument("--idps", default=os.environ.get("IDPS"))
    given = arguments.parse_args()
    report, program, idps = Report(), binary(given.binary), given.idps and os.path.abspath(given.idps)
    with running(program, "--listen", "127.0.0.1:0", "--demo") as ready:
        both_ways(ready, BuiltIn(ready), person(ready, "member")["email"], report)
    for kind in independent(idps):
        with running(program, "--listen", "127.0.0.1:0", "--demo") as ready:
            audience = ready["base_url"] + "/security/sso/v2/authorize/"
            service = {"audience": audience, "postback": f"{audience}?org_id={ready['org_id']}", "requestable": ready["base_url"] + "/sso/saml2"}
            subprocess.run(["sh", os.path.join(idps, "keys.sh"), os.path.join(ready["folder"], "keys")], check=True)
            provider = kind(idps, ready["folder"], service)
            with provider.start():
                until(provider.name, lambda port=provider.port: answers(port))
                configure(ready, provider, report)
                made, _, _ = Okta(ready["scim_base_url"], ready["scim_token"]).create(NEWCOMER, "Nina", "New", "00u9")
                report.check(f"{provider.name}: a newcomer is provisioned", made == 201, made)
                both_ways(ready, provider, NEWCOMER, report)
    report.finish()


if __name__ == "__main__":
    main()
