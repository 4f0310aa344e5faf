#!/usr/bin/env python3
"""Lets saml-doctor judge what independent identity providers really send.

    doctor_on_idps.py --doctor PATH --idps DIR

Each row of the table starts a provider in one setting, signs in without a browser, catches the
answer before it is posted, and compares saml-doctor's verdict: signatures on either element,
SHA-512, encryption by CBC and GCM, encrypted names, a signed error, a foreign certificate. Then
whole conversations: a request whose signature the provider demands, and logout begun on either
side.
Standard library only; what is not installed is said to be skipped.
"""
import argparse
import base64
import datetime
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import urllib.parse
import zlib

import conversation
from browser import Browser
from service import Report, process, skip, until
from sign_in_from_idps import answers, free_port, missing

ACS, AUDIENCE = "http://127.0.0.1:9/acs", "http://127.0.0.1:9/metadata"
SHA512 = "'signature.algorithm'=>'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',"
ENCRYPTED_ID = "'nameid.encryption'=>true,"

# provider, what is special, its environment or options, options of the doctor, expected code
PHP = [
    ("both signed", {}, [], None),
    ("Assertion signed", {"SIGN_RESPONSE": "0"}, [], None),
    ("Response signed", {"SIGN_ASSERTION": "0"}, [], None),
    ("nothing signed", {"SIGN_RESPONSE": "0", "SIGN_ASSERTION": "0"}, [], "unsigned"),
    ("SHA-512", {"SP_EXTRA": SHA512}, [], None),
    ("encrypted by CBC", {"ENCRYPT": "1"}, ["key"], None),
    ("encrypted by CBC, no key here", {"ENCRYPT": "1"}, [], "decryption_key_missing"),
    ("encrypted by CBC, Response unsigned", {"ENCRYPT": "1", "SIGN_RESPONSE": "0"}, ["key"], "encryption_unauthenticated"),
    ("the same, allowed by name", {"ENCRYPT": "1", "SIGN_RESPONSE": "0"}, ["key", "--allow", "cbc-unsigned"], None),
    ("encrypted name", {"SP_EXTRA": ENCRYPTED_ID}, ["key"], None),
    ("another certificate pinned", {}, ["other"], "signature_key_unknown"),
    ("passive, no session", {"PASSIVE": "1"}, [], "status_no_passive"),
]
SAMLP = [
    ("Assertion signed", [], [], None),
    ("Response signed", ["--sign", "response"], [], None),
    ("both signed", ["--sign", "both"], [], None),
    ("encrypted by GCM", ["--sign", "both", "--encrypt"], ["key"], None),
    ("SHA-1", ["--sha1"], [], "algorithm_forbidden"),
    ("SHA-1, allowed by name", ["--sha1"], ["--allow", "sha1"], None),
]


def passive_request(destination):
    """An AuthnRequest that forbids the provider to talk to the user, as a redirect URL."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    xml = (f'<p:AuthnRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_passive" Version="2.0" IssueInstant="{now}" IsPassive="true">'
           f'<a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">{AUDIENCE}</a:Issuer></p:AuthnRequest>')
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(xml.encode()) + packer.flush()
    return destination + "?" + urllib.parse.urlencode({"SAMLRequest": base64.b64encode(packed).decode()})


def caught(page):
    """The answer a page is about to post."""
    form = next((f for f in page.forms if "SAMLResponse" in f["fields"]), None)
    if form is None:
        raise LookupError(f"{page.url} ({page.status}) posts nothing: {page.words[:400]}")
    return form["fields"]["SAMLResponse"]


class Doctor:
    """The command line, with the options every case shares."""

    def __init__(self, program, keys):
        self.program, self.keys = program, keys

    def judge(self, answer, issuer, options):
        """Exit code and report on one answer, now."""
        extra, certificate = [], "idp.crt"
        for option in options:
            if option == "key":
                extra += ["--sp-key", os.path.join(self.keys, "sp.key")]
            elif option == "other":
                certificate = "idp-next.crt"
            else:
                extra.append(option)
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        command = [self.program, "check", "-", "--idp-cert", os.path.join(self.keys, certificate), "--issuer", issuer, "--audience", AUDIENCE,
                   "--acs", ACS, "--now", now, "--idp-initiated", "--format", "json", *extra]
        done = subprocess.run(command, input=answer, capture_output=True, text=True, check=False)
        return done.returncode, json.loads(done.stdout) if done.stdout else {"stderr": done.stderr}


def compare(report, name, doctor, answer, issuer, options, expected):
    """One row: accepted with a name, or refused with this code among its findings."""
    code, verdict = doctor.judge(answer, issuer, options)
    codes = [finding["code"] for finding in verdict.get("findings", [])]
    if expected is None:
        report.check(f"{name}: accepted", code == 0 and verdict["accepted"] and verdict["name_id"], verdict)
    else:
        report.check(f"{name}: refused as {expected}", code == 1 and not verdict["accepted"] and expected in codes, verdict)


def simplesamlphp(idps, folder, doctor, report):
    """Every row of the table, a fresh server each."""
    for number, (what, settings, options, expected) in enumerate(PHP):
        port, run = free_port(), os.path.join(folder, f"ssp{number}")
        command = ["sh", os.path.join(idps, "simplesamlphp.sh"), run, doctor.keys, str(port), ACS, AUDIENCE]
        endpoint = f"http://127.0.0.1:{port}/saml2/idp/SSOService.php"
        with process(command, env=dict(os.environ, **settings), cwd=idps):
            until("SimpleSAMLphp", lambda port=port: answers(port))
            browser = Browser()
            passive = "PASSIVE" in settings
            page = browser.open(passive_request(endpoint) if passive else f"{endpoint}?spentityid={AUDIENCE}")
            if not passive:
                page = browser.submit(page, page.form_with("username", "password"), username="alice", password="test")
            compare(report, f"SimpleSAMLphp, {what}", doctor, caught(page), f"http://127.0.0.1:{port}/idp", options, expected)


def samlp(idps, doctor, report):
    """The npm provider reads the service provider's metadata from an address, so it is given one."""
    with metadata(doctor.keys) as address:
        for what, settings, options, expected in SAMLP:
            port = free_port()
            command = ["node", "--no-deprecation", os.path.join(idps, "node-idp.mjs"), "--engine", "samlp", "--node", idps,
                       "--keys", doctor.keys, "--port", str(port), "--sp", address, *settings]
            with process(command, cwd=idps):
                until("samlp", lambda port=port: answers(port))
                browser = Browser()
                page = browser.open(f"http://127.0.0.1:{port}/sso")
                page = browser.submit(page, page.form_with("user", "pass"), user="alice@corp.test", q="", **{"pass": "test"})
                compare(report, f"npm samlp, {what}", doctor, caught(page), f"http://127.0.0.1:{port}/metadata", options, expected)


class metadata:
    """Serves our metadata on a free port while the block runs."""

    def __init__(self, keys):
        with open(os.path.join(keys, "sp.crt")) as pem:
            certificate = "".join(line for line in pem.read().splitlines() if "-----" not in line)
        keyed = "".join(
            f'<md:KeyDescriptor use="{use}"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>'
            f"{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>" for use in ("signing", "encryption"))
        text = (f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{AUDIENCE}"><md:SPSSODescriptor '
                f'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keyed}<md:AssertionConsumerService index="0" '
                f'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{ACS}"/></md:SPSSODescriptor></md:EntityDescriptor>').encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            """One document, whatever is asked."""

            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def main():
    """Every provider that is there."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--doctor", required=True)
    arguments.add_argument("--idps", default=os.environ.get("IDPS"))
    given = arguments.parse_args()
    if not given.idps or not os.path.exists(os.path.join(given.idps, "keys.sh")):
        skip("no folder of identity providers (give it by --idps or IDPS)")
    idps, report = os.path.abspath(given.idps), Report()
    with tempfile.TemporaryDirectory(prefix="doctor-") as folder:
        keys = os.path.join(folder, "keys")
        subprocess.run(["sh", os.path.join(idps, "keys.sh"), keys], check=True)
        doctor = Doctor(os.path.abspath(given.doctor), keys)
        if shutil.which("php") and os.path.isdir("/usr/share/simplesamlphp/www"):
            simplesamlphp(idps, folder, doctor, report)
            conversation.simplesamlphp(idps, folder, doctor.program, keys, report)
        else:
            missing("SimpleSAMLphp is not installed")
        if shutil.which("node") and os.path.isdir(os.path.join(idps, "node_modules/samlp")):
            samlp(idps, doctor, report)
        else:
            missing("npm samlp is not installed")
        if shutil.which("node") and os.path.isdir(os.path.join(idps, "node_modules/saml-idp")):
            conversation.saml_idp(idps, folder, doctor.program, keys, report)
        else:
            missing("npm saml-idp is not installed")
    report.finish()


if __name__ == "__main__":
    main()
