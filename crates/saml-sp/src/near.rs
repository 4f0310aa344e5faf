//! Near misses: what a wrong value probably was meant to be.
//!
//! Used by refusals only. A slip is named when exactly one part differs, in the order in which it is
//! usually made; two differences are no slip, and then nothing is said rather than something wrong.

/// A clause that says how `seen` differs from `expected`, when the difference is a usual slip.
///
/// Comparison itself is always byte for byte; this only explains a refusal.
pub(crate) fn url(expected: &str, seen: &str) -> Option<&'static str> {
    if expected == seen {
        return None;
    }
    if expected.trim() == seen.trim() {
        return Some("differs only by white space at an end");
    }
    if expected.trim_end_matches('/') == seen.trim_end_matches('/') {
        return Some("differs only by a trailing slash");
    }
    if expected.eq_ignore_ascii_case(seen) {
        return Some("differs only in letter case");
    }
    let decoded = |url| percent_encoding::percent_decode_str(url).decode_utf8_lossy();
    if decoded(expected) == decoded(seen) {
        return Some("differs only in percent-encoding");
    }
    parts(expected, seen)
}

/// The first of several accepted values that `seen` nearly is.
pub(crate) fn any<'a>(expected: impl Iterator<Item = &'a str>, seen: &str) -> Option<&'static str> {
    expected.filter_map(|expected| url(expected, seen)).next()
}

fn parts(expected: &str, seen: &str) -> Option<&'static str> {
    let (wanted, given) = (Parts::of(expected)?, Parts::of(seen)?);
    let differences = [
        (
            wanted.scheme != given.scheme,
            "differs only by http and https: a proxy may hide the scheme",
        ),
        (
            !wanted.host.eq_ignore_ascii_case(given.host),
            "differs only by the host name",
        ),
        (
            wanted.port != given.port && wanted.port() != given.port(),
            "differs only by the port: a proxy may hide it",
        ),
        (wanted.path != given.path, "differs only by the path"),
        (wanted.query != given.query, "differs only by the query"),
    ];
    let mut found = differences
        .iter()
        .filter(|(differs, _)| *differs)
        .map(|(_, clause)| *clause);
    match (found.next(), found.next()) {
        (None, _) => {
            Some("means the same URL but is written differently, such as with a default port")
        }
        (only, None) => only,
        _ if wanted.host == given.host && wanted.path == given.path => {
            Some("differs only by scheme and port: a proxy may hide both")
        }
        _ => None,
    }
}

struct Parts<'a> {
    scheme: &'a str,
    host: &'a str,
    port: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let at = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(at)?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        Some(Self {
            scheme,
            host,
            port,
            path: if path.is_empty() { "/" } else { path },
            query,
        })
    }

    fn port(&self) -> &str {
        match (self.port, self.scheme) {
            (Some(port), _) => port,
            (None, "https") => "443",
            (None, _) => "80",
        }
    }
}

/// A clause for an issuer that is another application, tenant or customer of the same identity
/// provider, or for a sign-in URL that was entered in its place.
pub(crate) fn issuer(expected: &str, seen: &str) -> Option<&'static str> {
    let kin = KIN.iter().find(|(start, _)| {
        let of = |text: &str| {
            text.strip_prefix(start)
                .is_some_and(|rest| !rest.is_empty())
        };
        of(expected) && of(seen)
    });
    match kin {
        // White space or a slash at the end is the nearer miss.
        Some((_, clause)) => url(expected, seen)
            .filter(|near| near.contains("slash") || near.contains("space"))
            .or(Some(clause)),
        None if SIGN_IN.iter().any(|part| expected.contains(part)) => {
            Some("what is configured looks like the sign-in URL: enter the issuer in its place")
        }
        None => url(expected, seen),
    }
}

/// How the issuers of one identity provider begin, and what it means when two differ.
const KIN: [(&str, &str); 4] = [
    (
        "http://www.okta.com/exk",
        "both are Okta applications: the message comes from another one than configured",
    ),
    (
        "https://sts.windows.net/",
        "both are Entra tenants: the message comes from another one than configured",
    ),
    (
        "https://accounts.google.com/o/saml2?idpid=",
        "both are Google customers: the message comes from another one than configured",
    ),
    (
        "https://app.onelogin.com/saml/metadata/",
        "both are OneLogin applications: the message comes from another one than configured",
    ),
];

/// What stands in sign-in URLs and never in the issuer of the same identity provider.
const SIGN_IN: [&str; 4] = [
    "/sso/saml",
    "/saml2/idp/SSOService",
    "/adfs/ls",
    "/o/saml2/idp?idpid=",
];

#[cfg(test)]
mod tests;
