//! Usual slips are named; what is not a slip is not.

use super::*;

#[test]
fn slips_are_named() {
    let table = [
        ("https://sp/acs", "https://sp/acs/", Some("trailing slash")),
        ("https://sp/acs", "http://sp/acs", Some("http and https")),
        ("https://sp/acs", "https://SP/acs", Some("letter case")),
        ("https://sp/acs", "https://sp:8443/acs", Some("port")),
        ("https://sp/acs", "https://sp:443/acs", Some("default port")),
        (
            "https://sp/acs",
            "http://sp:8080/acs",
            Some("scheme and port"),
        ),
        ("https://sp/acs", "https://other/acs", Some("host name")),
        ("https://sp/acs?a=1", "https://sp/acs?a=2", Some("query")),
        ("https://sp/acs", "https://sp/login", Some("path")),
        ("https://sp/acs", " https://sp/acs", Some("white space")),
        (
            "https://sp/acs?org_id=a%2Fb",
            "https://sp/acs?org_id=a/b",
            Some("percent-encoding"),
        ),
        ("https://sp/acs", "https://other/login", None),
        ("urn:sp", "urn:other", None),
        ("https://sp/acs", "https://sp/acs", None),
    ];
    for (expected, seen, clause) in table {
        let found = url(expected, seen);
        match clause {
            Some(part) => assert!(
                found.is_some_and(|text| text.contains(part)),
                "{seen}: {found:?}"
            ),
            None => assert_eq!(found, None, "{seen}"),
        }
    }
}

#[test]
fn another_application_or_tenant_is_named() {
    let table = [
        (
            "http://www.okta.com/exk1",
            "http://www.okta.com/exk2",
            "Okta applications",
        ),
        (
            "http://www.okta.com/exk1",
            "http://www.okta.com/exk1/",
            "trailing slash",
        ),
        (
            "https://sts.windows.net/a/",
            "https://sts.windows.net/b/",
            "Entra tenants",
        ),
        (
            "https://sts.windows.net/a",
            "https://sts.windows.net/a/",
            "trailing slash",
        ),
        (
            "https://accounts.google.com/o/saml2?idpid=C1",
            "https://accounts.google.com/o/saml2?idpid=C2",
            "Google customers",
        ),
        (
            "https://corp.okta.com/app/sp/exk1/sso/saml",
            "http://www.okta.com/exk1",
            "looks like the sign-in URL",
        ),
        ("https://idp.test/a", "http://idp.test/a", "http and https"),
    ];
    for (expected, seen, part) in table {
        let clause = issuer(expected, seen);
        assert!(
            clause.is_some_and(|text| text.contains(part)),
            "{seen}: {clause:?}"
        );
    }
    assert_eq!(issuer("urn:a", "urn:b"), None);
}
