use super::*;

#[test]
fn nothing_is_nothing() {
    assert_eq!(
        Certificate::parse(b" \n").err().map(|e| e.kind()),
        Some(CertErrorKind::Empty)
    );
}
