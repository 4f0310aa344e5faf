//! Which URLs may be configured.

use super::*;

#[test]
fn endpoints_are_https_or_loopback() {
    let good = [
        "https://sp.example/acs?org_id=1",
        "http://localhost:8080/acs",
        "http://auth.localhost/x",
        "http://127.0.0.1:1/",
        "http://[::1]:8080/",
    ];
    for url in good {
        assert!(
            check(url, "the ACS", PlainHttp::LoopbackOnly).is_ok(),
            "{url}"
        );
    }
    let bad = [
        "",
        "sp",
        "http://sp.example/acs",
        "ftp://sp.example/",
        "javascript:alert(1)",
        "https://",
        "https://user@sp/",
        "https://sp/#f",
        "https://sp/a b",
        "https://sp/\n",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
        "https://sp/\"x",
    ];
    for url in bad {
        assert_eq!(
            check(url, "the ACS", PlainHttp::LoopbackOnly)
                .unwrap_err()
                .code(),
            Code::ConfigUrl,
            "{url}"
        );
    }
}

#[test]
fn plain_http_is_a_choice() {
    assert!(check("http://sp.example/acs", "the ACS", PlainHttp::Allowed).is_ok());
    assert!(check("ftp://sp.example/acs", "the ACS", PlainHttp::Allowed).is_err());
}

#[test]
fn queries_are_joined() {
    assert_eq!(with_query("https://i/s", "a=1"), "https://i/s?a=1");
    assert_eq!(with_query("https://i/s?b=2", "a=1"), "https://i/s?b=2&a=1");
    assert_eq!(with_query("https://i/s?", "a=1"), "https://i/s?a=1");
}
