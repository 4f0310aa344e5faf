"""A browser without a browser: pages, forms, cookies by their SameSite rules. Standard library only.

It sends what browsers send that matters here: `Origin` and `Sec-Fetch-Site`, and on a POST that
comes from another site only those cookies that say `SameSite=None`. Every `*.localhost` name is
this machine, and another site than `127.0.0.1`, as in Chromium.
"""
import html.parser
import http.client
import urllib.parse


class Forms(html.parser.HTMLParser):
    """The forms of a page, each with its action, method and fields, and the links."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.links, self.words, self._form, self._select = [], [], [], None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "form":
            self._form = {"action": given.get("action") or "", "method": (given.get("method") or "get").lower(), "fields": {}, "buttons": []}
            self.forms.append(self._form)
        if self._form is None:
            return
        name, value = given.get("name"), given.get("value") or ""
        kind = (given.get("type") or "").lower()
        if tag == "button" or (tag == "input" and kind == "submit"):
            if name:
                self._form["buttons"].append((name, value))
        elif tag == "input" and name:
            if kind not in ("checkbox", "radio") or "checked" in given:
                self._form["fields"][name] = value
        elif tag == "textarea" and name:
            self._form["fields"].setdefault(name, "")
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in self._form["fields"]:
                self._form["fields"][self._select] = value

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = None

    def handle_data(self, data):
        self.words.append(data)


class Page:
    """An answer: status, address, text, forms."""

    def __init__(self, status, url, headers, text):
        self.status, self.url, self.headers, self.text = status, url, headers, text
        parsed = Forms(text) if "html" in headers.get("content-type", "") else None
        self.forms = parsed.forms if parsed else []
        self.links = parsed.links if parsed else []
        self.words = " ".join(" ".join(parsed.words).split()) if parsed else text

    def form_with(self, *fields):
        """The first form that has all these fields or buttons."""
        for form in self.forms:
            names = set(form["fields"]) | {name for name, _ in form["buttons"]}
            if all(field in names for field in fields):
                return form
        raise LookupError(f"{self.url} ({self.status}) has no form with {fields}: {self.words[:300]}")

    def form_to(self, action, **fields):
        """The first form that posts there and has these values."""
        for form in self.forms:
            if urllib.parse.urlsplit(form["action"]).path == action and all(form["fields"].get(k) == v for k, v in fields.items()):
                return form
        raise LookupError(f"{self.url} ({self.status}) has no form to {action} with {fields}: {self.words[:300]}")


def site(url):
    """What counts as one site: the host, `*.localhost` names apart from `127.0.0.1`."""
    return urllib.parse.urlsplit(url).hostname


class Browser:
    """One person's browser."""

    def __init__(self):
        self.cookies, self.trail = {}, []

    def open(self, url):
        """Follows a typed address or a bookmark."""
        return self._go("GET", url, None, None)

    def follow(self, page, href):
        """Follows a link of a page."""
        return self._go("GET", urllib.parse.urljoin(page.url, href), None, page.url)

    def submit(self, page, form, **values):
        """Fills a form in and sends it. A value for a button's name presses that button."""
        fields = dict(form["fields"], **values)
        target = urllib.parse.urljoin(page.url, form["action"] or page.url)
        encoded = urllib.parse.urlencode(fields)
        if form["method"] == "post":
            return self._go("POST", target, encoded, page.url)
        return self._go("GET", target.split("?")[0] + "?" + encoded, None, page.url)

    def post_itself(self, page):
        """What a page with a self-submitting form does: goes on until there is none."""
        for _ in range(4):
            automatic = [f for f in page.forms if {"SAMLResponse", "SAMLRequest"} & set(f["fields"])]
            if not automatic:
                return page
            page = self.submit(page, automatic[0])
        return page

    def _go(self, method, url, body, origin):
        for _ in range(12):
            status, headers, text = self._send(method, url, body, origin)
            self.trail.append((method, url.split("?")[0], status))
            if status not in (301, 302, 303, 307, 308):
                return Page(status, url, headers, text)
            url = urllib.parse.urljoin(url, headers["location"])
            if status in (301, 302, 303):
                method, body = "GET", None
        raise RuntimeError(f"too many redirects at {url}")

    def _send(self, method, url, body, origin):
        parts = urllib.parse.urlsplit(url)
        host = "127.0.0.1" if parts.hostname.endswith(".localhost") else parts.hostname
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(host, parts.port, timeout=30)
        path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        connection.request(method, path, body, self._headers(method, parts.netloc, url, body, origin))
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("set-cookie") or []:
            self._keep(parts.hostname, line)
        connection.close()
        return answer.status, {k.lower(): v for k, v in answer.headers.items()}, text

    def _headers(self, method, netloc, url, body, origin):
        cross = origin is not None and site(origin) != site(url)
        headers = {"Host": netloc, "Accept": "text/html", "User-Agent": "scripts"}
        headers["Sec-Fetch-Site"] = "cross-site" if cross else "none" if origin is None else "same-origin"
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            from_ = urllib.parse.urlsplit(origin)
            headers["Origin"] = f"{from_.scheme}://{from_.netloc}"
        cookies = []
        for (host, name), (value, same_site) in self.cookies.items():
            held_back = cross and (same_site == "strict" or (method == "POST" and same_site != "none"))
            if host == site(url) and not held_back:
                cookies.append(f"{name}={value}")
        if cookies:
            headers["Cookie"] = "; ".join(cookies)
        return headers

    def _keep(self, host, line):
        first, *rest = [part.strip() for part in line.split(";")]
        name, value = first.split("=", 1)
        attributes = dict(part.lower().split("=", 1) for part in rest if "=" in part)
        if attributes.get("max-age") == "0" or not value:
            self.cookies.pop((host, name), None)
        else:
            self.cookies[(host, name)] = (value, attributes.get("samesite", "lax"))
