//! The decoding of posted values.

use super::*;

fn code(value: &str) -> Option<Code> {
    decode(value, &Limits::default())
        .err()
        .map(|rejection| rejection.code())
}

#[test]
fn base64_is_strict_but_for_white_space() {
    assert_eq!(
        decode("PGEv\r\n Pg==", &Limits::default()).unwrap(),
        b"<a/>"
    );
    for bad in [
        "PGEvPg=",
        "PGEvPg",
        "PGEvPh==",
        "PGEv=Pg==",
        "PGEvPg==A",
        "PGEv-_==",
        "<a/>",
        "PGEvPg%3D%3D",
    ] {
        assert_eq!(code(bad), Some(Code::Base64Invalid), "{bad}");
    }
}

#[test]
fn length_is_judged_before_decoding() {
    let limits = Limits {
        xml_bytes: 6,
        ..Limits::default()
    };
    assert!(decode("PGE+PC9h", &limits).is_ok());
    assert_eq!(
        decode("PGE+PC9hPGE+PC9h", &limits).unwrap_err().code(),
        Code::LimitBytes
    );
}
