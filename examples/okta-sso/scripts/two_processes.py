#!/usr/bin/env python3
"""Two okta-sso processes on one PostgreSQL database behave as one service.

    two_processes.py [--binary PATH]

Both are started in the same moment on an empty database and told the same public address, as
behind a balancer. What begins at one is finished at the other: logins, replays, provisioning,
the end of sessions. One is killed in the middle and the other goes on. Standard library only.
"""
import argparse
import contextlib
import json
import os
import subprocess
import tempfile
import urllib.parse

from browser import Browser
from provision_as_okta import Okta
from service import Report, binary, end, free_port, postgres, postgres_programs, skip

MEMBER = "member@acme.example"
POSTBACK = "/security/sso/v2/authorize/"


class Process:
    """One of the processes, and its address."""

    def __init__(self, program, data, key, port, public, folder):
        self.address = f"http://127.0.0.1:{port}"
        command = [program, "--demo", "--ready-json", "--listen", f"127.0.0.1:{port}", "--base-url", public, "--data", data, "--key-file", key]
        self.log = open(os.path.join(folder, f"log-{port}"), "w")
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)

    def ready(self):
        """Its ready line."""
        line = self.child.stdout.readline()
        if not line:
            raise RuntimeError(f"a process did not start: {open(self.log.name).read()[-2000:]}")
        return json.loads(line)

    def end(self):
        """As Ctrl-C does."""
        if self.child.poll() is None:
            end(self.child)
        self.log.close()


def at(address, url):
    """The same path at another process."""
    parts, to = urllib.parse.urlsplit(url), urllib.parse.urlsplit(address)
    return urllib.parse.urlunsplit((to.scheme, to.netloc, parts.path, parts.query, ""))


def answer(browser, begin, ready, email):
    """Begins a login there and gives the page that would post the provider's answer."""
    page = browser.open(f"{begin}{POSTBACK}?org_id={ready['org_id']}")
    return browser.submit(page, page.form_with("email"), email=email)


def post(browser, page, address):
    """Posts the answer to this process."""
    form = next(form for form in page.forms if "SAMLResponse" in form["fields"])
    return browser._go("POST", at(address, form["action"]), urllib.parse.urlencode(form["fields"]), page.url)


def signed_in(browser, address):
    """Whether this process knows the browser's session."""
    page = browser.open(f"{address}/account")   # who is not signed in is sent to the sign-in page
    return page.status == 200 and urllib.parse.urlsplit(page.url).path == "/account" and MEMBER in page.text


def logins(report, one, two, ready):
    """A login that begins at one and ends at the other, and its replay at both."""
    browser = Browser()
    page = answer(browser, one.address, ready, MEMBER)
    post(browser, page, two.address)
    report.check("a login begun at one process ends at the other", signed_in(browser, two.address))
    report.check("its session is known to both", signed_in(browser, one.address))
    for name, process in (("where it began", one), ("where it ended", two)):
        again = Browser()
        seen = post(again, page, process.address)
        report.check(f"the same answer is refused {name}", seen.status == 403 and not signed_in(again, process.address), seen.status)
    return browser


def provisioning(report, one, two, ready, browser):
    """What is written at one is there at the other, at once."""
    clients = [Okta(process.address + "/scim/v2", ready["scim_token"]) for process in (one, two)]
    status, _, made = clients[0].create("zoe.two@acme.example", "Zoe", "Two", "00u9")
    report.check("a user is created at one process", status == 201, made)
    status, _, found = clients[1].find("zoe.two@acme.example")
    report.check("and found at the other", status == 200 and found["totalResults"] == 1, found)
    status, _, again = clients[1].create("zoe.two@acme.example", "Zoe", "Two", "00u9")
    report.check("where it cannot be created again", status == 409, again)
    _, _, member = clients[1].find(MEMBER)
    clients[1].state(member["Resources"][0]["id"], False)
    report.check("a member deactivated at one process is signed out at both", not signed_in(browser, one.address) and not signed_in(browser, two.address))
    refused = post_login(one, two, ready)
    report.check("and not let in by a login that crosses them", refused.status == 403, refused.status)
    clients[0].state(member["Resources"][0]["id"], True)


def post_login(begin, finish, ready):
    """A whole login in a new browser."""
    browser = Browser()
    return post(browser, answer(browser, begin.address, ready, MEMBER), finish.address)


def one_dies(report, one, two, ready):
    """A login whose process is killed before the answer comes is finished by the other."""
    browser = Browser()
    page = answer(browser, one.address, ready, MEMBER)
    one.child.kill()
    one.child.wait()
    # The test provider lives on the process that is gone, but its page is here already.
    post(browser, page, two.address)
    report.check("a login outlives the process it began at", signed_in(browser, two.address))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary")
    program, report = binary(parser.parse_args().binary), Report()
    if not postgres_programs():
        skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="okta-sso-two-") as folder, postgres(folder) as url, contextlib.ExitStack() as ends:
        key, ports = os.path.join(folder, "key"), [free_port(), free_port()]
        with open(key, "w") as file:
            file.write("07" * 32)
        os.chmod(key, 0o600)
        public = f"http://127.0.0.1:{ports[0]}"
        both = [Process(program, url, key, port, public, folder) for port in ports]
        for process in both:
            ends.callback(process.end)
        lines = [process.ready() for process in both]
        report.check("both migrate and fill one empty database", lines[0]["org_id"] == lines[1]["org_id"], lines)
        browser = logins(report, *both, lines[1])
        provisioning(report, *both, lines[1], browser)
        one_dies(report, *both, lines[1])
    report.finish()


if __name__ == "__main__":
    main()
