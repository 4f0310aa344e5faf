//! Form bodies decode as the URL standard says, octet by octet.

use percent_encoding::percent_decode;
use proptest::prelude::*;
use saml_sp::{AcsForm, Code, Limits};

/// The same by another road: `+` to space first, then the escapes.
fn reference(raw: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = raw
        .iter()
        .map(|b| if *b == b'+' { b' ' } else { *b })
        .collect();
    String::from_utf8(percent_decode(&spaced).collect()).ok()
}

fn relay(raw: &[u8]) -> Result<String, Code> {
    let body = [b"SAMLResponse=AAAA&RelayState=", raw].concat();
    let form = AcsForm::from_urlencoded(&body, &Limits::default()).map_err(|r| r.code())?;
    Ok(form.relay_state().unwrap().to_owned())
}

proptest! {
    #[test]
    fn values_decode_as_by_the_reference(raw in r"([a-z+]|%[0-9a-fA-F]{2}|%[0-9g%+]|%|é){0,40}") {
        let expected = reference(raw.as_bytes()).ok_or(Code::FormEncoding);
        prop_assert_eq!(relay(raw.as_bytes()), expected);
    }
}

#[test]
fn a_percent_sign_that_begins_no_escape_stands_for_itself() {
    for (raw, expected) in [
        ("%", "%"),
        ("%4", "%4"),
        ("%zz+%41", "%zz A"),
        ("%%41", "%A"),
        ("a%2Bb+c", "a+b c"),
        ("%c3%a9", "é"),
        ("", ""),
        ("a=b=c", "a=b=c"),
    ] {
        assert_eq!(relay(raw.as_bytes()).as_deref(), Ok(expected), "{raw}");
    }
    assert_eq!(relay(b"%ff"), Err(Code::FormEncoding));
    assert_eq!(relay(b"\xff"), Err(Code::FormEncoding));
}

#[test]
fn fields_without_value_and_empty_pairs_are_harmless() {
    let limits = Limits::default();
    let good = AcsForm::from_urlencoded(b"&&x&=y&SAMLResponse=AAAA&", &limits).unwrap();
    assert_eq!(good.relay_state(), None);
    let none = AcsForm::from_urlencoded(b"SAMLResponse&RelayState=r", &limits);
    assert_eq!(none.unwrap_err().code(), Code::FormFieldMissing);
    let twice = AcsForm::from_urlencoded(b"SAMLResponse=AAAA&%53AMLResponse=BBBB", &limits);
    assert_eq!(twice.unwrap_err().code(), Code::FormFieldDuplicate);
}
