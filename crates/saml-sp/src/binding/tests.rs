//! Inflation, queries and the page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};
use sha2::Digest as _;

use super::*;
use crate::{Code, Limits};

fn inflate(bytes: &[u8], most: usize) -> Result<Vec<u8>, Code> {
    deflate::inflate(bytes, most).map_err(|rejection| rejection.code())
}

#[test]
fn one_whole_raw_stream_is_inflated() {
    let text = "<a>".repeat(50_000);
    let stream = compress_to_vec(text.as_bytes(), 6);
    assert_eq!(inflate(&stream, text.len()).unwrap(), text.as_bytes());
    assert_eq!(inflate(&stream, text.len() - 1), Err(Code::LimitBytes));
    let cut = &stream[..stream.len() - 1];
    let trailing = [stream.as_slice(), b"x"].concat();
    let twice = [stream.as_slice(), &stream].concat();
    for bad in [
        &b""[..],
        cut,
        &trailing,
        &twice,
        &compress_to_vec_zlib(b"<a/>", 6),
        b"\x1f\x8b\x08",
    ] {
        assert_eq!(inflate(bad, text.len()), Err(Code::DeflateInvalid));
    }
}

#[test]
fn a_bomb_stops_at_the_limit() {
    let bomb = compress_to_vec(&vec![b' '; 50_000_000], 9);
    assert!(bomb.len() < 60_000);
    assert_eq!(inflate(&bomb, 1024 * 1024), Err(Code::LimitBytes));
}

#[test]
fn queries_hold_one_message() {
    let value = escape(&deflate::encode("<a/>"));
    let read = |query: String| {
        RedirectQuery::read(&query, &Limits::default()).map_err(|rejection| rejection.code())
    };
    let good = read(format!("x=1&SAMLRequest={value}&RelayState=a%2Bb&x=2")).unwrap();
    assert_eq!(good.xml, b"<a/>");
    assert_eq!(good.relay_state.as_deref(), Some("a+b"));
    assert!(good.signature.is_none());
    let signed = read(format!(
        "Signature=QUI%3D&SigAlg=urn%3ax&SAMLRequest={value}&RelayState="
    ))
    .unwrap();
    let signature = signed.signature.unwrap();
    assert_eq!(
        signature.octets,
        format!("SAMLRequest={value}&RelayState=&SigAlg=urn%3ax")
    );
    assert_eq!(
        (signature.algorithm.as_str(), signature.value.as_slice()),
        ("urn:x", b"AB".as_slice())
    );
    for (query, code) in [
        ("RelayState=a".to_owned(), Code::FormFieldMissing),
        (
            format!("SAMLRequest={value}&SAMLResponse={value}"),
            Code::FormFieldDuplicate,
        ),
        (
            format!("SAMLRequest={value}&SAMLRequest={value}"),
            Code::FormFieldDuplicate,
        ),
        (
            format!("SAMLRequest={value}&SigAlg=a&SigAlg=b&Signature=QUI%3D"),
            Code::FormFieldDuplicate,
        ),
        (
            format!("SAMLRequest={value}&SigAlg=a"),
            Code::SignatureShape,
        ),
        (
            format!("SAMLRequest={value}&SAMLEncoding=urn%3Aother"),
            Code::BindingUnsupported,
        ),
        ("SAMLRequest=PGEvPg%3D%3D".to_owned(), Code::DeflateInvalid),
        (
            format!("SAMLRequest={value}&RelayState={}", "r".repeat(3000)),
            Code::RelayStateTooLong,
        ),
    ] {
        assert_eq!(read(query.clone()).err(), Some(code), "{query}");
    }
}

#[test]
fn the_policy_allows_the_page_s_own_script() {
    let page = PostPage::new(
        Role::Request,
        "https://idp.test/sso?a=1&b=\"",
        "<a/>",
        Some("r\"><script>"),
    );
    let html = page.html();
    let (_, rest) = html.split_once("<script>").unwrap();
    let (script, rest) = rest.split_once("</script>").unwrap();
    assert!(!rest.contains("<script"), "{html}");
    let digest = STANDARD.encode(sha2::Sha256::digest(script.as_bytes()));
    assert!(
        page.content_security_policy()
            .contains(&format!("script-src 'sha256-{digest}'"))
    );
    assert!(
        html.contains("action=\"https://idp.test/sso?a=1&amp;b=&quot;\""),
        "{html}"
    );
    assert!(
        html.contains("name=\"RelayState\" value=\"r&quot;>&lt;script>\""),
        "{html}"
    );
    assert!(
        html.contains("name=\"SAMLRequest\" value=\"PGEvPg==\""),
        "{html}"
    );
    assert!(
        page.headers()
            .any(|(name, value)| name == "Cache-Control" && value.contains("no-store"))
    );
}
