#!/usr/bin/env python3
"""Plays Okta's provisioning client against a running okta-sso, request by request.

    provision_as_okta.py [--binary PATH]      starts the demonstration with a fresh database
    provision_as_okta.py --ready FILE         uses a demonstration that runs already (its ready line)

Look up, create, read, update, deactivate, reactivate, as the catalogue app does it (PUT for
profiles, PATCH for states) and as a wizard-made app does it (PUT for everything); then the two
cases that must be refused and leave nothing behind: an account that is not a member, and a
domain nobody claimed. Standard library only.
"""
import argparse
import http.client
import json
import urllib.parse

from browser import Browser
from service import Report, binary, running

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


class Okta:
    """The client: its head fields, its base URL, its token."""

    def __init__(self, base, token):
        self.base, self.token = urllib.parse.urlsplit(base), token

    def send(self, method, path, body=None, token=None):
        """One request; gives status, head fields and parsed body."""
        connection = http.client.HTTPConnection(self.base.hostname, self.base.port, timeout=30)
        headers = {
            "User-Agent": "Okta SCIM Client 1.0.0",
            "Accept": "application/scim+json",
            "Accept-Charset": "utf-8",
            "Content-Type": "application/scim+json; charset=utf-8",
            "Authorization": f"Bearer {self.token if token is None else token}",
        }
        text = None if body is None else json.dumps(body)
        connection.request(method, self.base.path + path, text, headers)
        answer = connection.getresponse()
        octets = answer.read()
        connection.close()
        return answer.status, {k.lower(): v for k, v in answer.headers.items()}, json.loads(octets) if octets else None

    def find(self, user_name):
        """O1: the look-up that precedes everything."""
        query = urllib.parse.urlencode({"filter": f'userName eq "{user_name}"', "startIndex": 1, "count": 100}, quote_via=urllib.parse.quote)
        return self.send("GET", f"/Users?{query}")

    def create(self, user_name, given, family, external):
        """O2: creation, with the noise Okta always sends."""
        return self.send("POST", "/Users", {
            "schemas": [USER], "userName": user_name, "name": {"givenName": given, "familyName": family},
            "emails": [{"value": user_name, "type": "work", "primary": True}], "displayName": f"{given} {family}",
            "locale": "en-US", "externalId": external, "groups": [], "password": "never-a-login", "active": True})

    def state(self, user, active):
        """O5, O6: activation and deactivation by a PATCH without path."""
        return self.send("PATCH", f"/Users/{user}", {"schemas": [PATCH], "Operations": [{"op": "replace", "value": {"active": active}}]})


def is_error(status, expected, body):
    """Whether an answer is a SCIM error of this status that a person can read."""
    return status == expected and ERROR in body["schemas"] and body["status"] == str(expected) and len(body["detail"]) > 20


def life_of_a_user(okta, report, domain):
    """O1 to O6 as the catalogue app sends them."""
    name = f"ann.lee@{domain}"
    status, _, found = okta.find(name)
    report.check("O1 an unknown user is found zero times", status == 200 and found["schemas"] == [LIST] and found["totalResults"] == 0, found)
    status, headers, made = okta.create(name, "Ann", "Lee", "00u1")
    report.check("O2 a new user is created, whole and active", status == 201 and made["userName"] == name and made["active"] is True and made["externalId"] == "00u1", made)
    report.check("O2 the answer says where it is, and no password", headers.get("location", "").endswith(made["id"]) and "password" not in made, made)
    status, _, again = okta.create(name, "Ann", "Lee", "00u1")
    report.check("O2 the same user again is a conflict", is_error(status, 409, again), again)
    user = made["id"]
    status, _, read = okta.send("GET", f"/Users/{user}")
    report.check("O3 reading gives what was created", status == 200 and read == made, read)
    status, _, missing = okta.send("GET", "/Users/nobody")
    report.check("O3 an unknown id is a readable 404", is_error(status, 404, missing), missing)
    changed = dict(read, name={"givenName": "Anna", "familyName": "Leeds"}, displayName="Anna Leeds", nickName="")
    status, _, updated = okta.send("PUT", f"/Users/{user}", changed)
    report.check("O4 the whole profile is replaced, blanks included", status == 200 and updated["name"]["givenName"] == "Anna" and updated["id"] == user, updated)
    status, _, off = okta.state(user, False)
    report.check("O5 deactivation", status in (200, 204) and okta.send("GET", f"/Users/{user}")[2]["active"] is False, off)
    status, _, found = okta.find(name)
    report.check("O6 an inactive user is still found", found["totalResults"] == 1 and found["Resources"][0]["active"] is False, found)
    status, _, on = okta.state(user, True)
    now = okta.send("GET", f"/Users/{user}")[2]
    report.check("O6 reactivation brings the same user back", status in (200, 204) and now["active"] is True and now["id"] == user and now["name"]["givenName"] == "Anna", now)
    status, _, upper = okta.find(name.upper())
    report.check("O1 user names are compared without case", status == 200 and upper["totalResults"] == 1, upper)
    return user


def wizard_app(okta, report, user):
    """O4 carrying the state: what a wizard-made app does instead of PATCH."""
    current = okta.send("GET", f"/Users/{user}")[2]
    status, _, off = okta.send("PUT", f"/Users/{user}", dict(current, active=False))
    report.check("a PUT deactivates", status == 200 and off["active"] is False, off)
    status, _, on = okta.send("PUT", f"/Users/{user}", dict(off, active=True))
    report.check("a PUT reactivates", status == 200 and on["active"] is True and on["id"] == user, on)


def refusals(okta, report, domain):
    """The two cases of the setup page's troubleshooting section, and a wrong token."""
    outsider = f"outsider@{domain}"
    status, _, refused = okta.create(outsider, "Otto", "Ostrow", "00u2")
    report.check("an account that is no member is refused", is_error(status, 409, refused) and "nvit" in refused["detail"], refused)
    report.check("and stays outside", okta.find(outsider)[2]["totalResults"] == 0)
    stranger = "sam@nobody-claimed-this.example"
    status, _, refused = okta.create(stranger, "Sam", "Stray", "00u3")
    report.check("an unclaimed domain is refused", is_error(status, 400, refused) and "domain" in refused["detail"], refused)
    report.check("and nobody is made", okta.find(stranger)[2]["totalResults"] == 0)
    status, headers, refused = okta.send("GET", "/Users", token="non-token")
    report.check("a wrong token is a readable 401", is_error(status, 401, refused) and "www-authenticate" in headers, refused)


def effect_on_people(okta, report, ready):
    """Deactivation ends what a person is doing; reactivation brings the same membership back."""
    member = next(a for a in ready["accounts"] if a["role"] == "member")
    person = Browser()
    account = sign_in(person, ready, member)
    report.check("a member signs in by password", account.status == 200 and member["email"] in account.words, account.words[:200])
    user = okta.find(member["email"])[2]["Resources"][0]["id"]
    okta.state(user, False)
    after = person.open(ready["base_url"] + "/account")
    report.check("deactivation ends the session at once", "/sign-in" in after.url or after.status in (401, 403), after.url)
    refused = sign_in(Browser(), ready, member)
    report.check("and the way back in is shut", "/account" not in refused.url, refused.url)
    okta.state(user, True)
    back = sign_in(Browser(), ready, member)
    report.check("reactivation lets the same person in again", back.status == 200 and member["email"] in back.words, back.words[:200])


def sign_in(person, ready, account):
    """Address, then password."""
    page = person.open(ready["base_url"] + "/sign-in")
    page = person.submit(page, page.form_with("email"), email=account["email"])
    return person.submit(page, page.form_with("password"), password=account["password"])


def main():
    """Everything in order."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--binary")
    arguments.add_argument("--ready")
    given = arguments.parse_args()
    if given.ready:
        with open(given.ready) as line:
            return play(json.load(line))
    with running(binary(given.binary), "--listen", "127.0.0.1:0", "--demo") as ready:
        return play(ready)


def play(ready):
    """All parts against one service."""
    okta, report = Okta(ready["scim_base_url"], ready["scim_token"]), Report()
    domain = ready["accounts"][0]["email"].split("@")[1]
    user = life_of_a_user(okta, report, domain)
    wizard_app(okta, report, user)
    refusals(okta, report, domain)
    effect_on_people(okta, report, ready)
    report.finish()


if __name__ == "__main__":
    main()
