//! Certificates in every spelling somebody may paste, and everything else that gets pasted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_sp::cert::{CertErrorKind as Kind, Certificate, PinnedKey, Validity};
use saml_sp::crypto::{CryptoProvider, KeyProblem, PrivateKey, SignatureAlgorithm};
use saml_sp::{AlgorithmPolicy, Code, Finding};
use saml_testkit::TestKey;
use time::macros::datetime;

fn pem() -> &'static str {
    TestKey::IdpP256.certificate_pem()
}

fn der() -> Vec<u8> {
    TestKey::IdpP256.certificate_der()
}

fn kind(pasted: &[u8]) -> Option<Kind> {
    Certificate::parse(pasted).err().map(|error| error.kind())
}

#[test]
fn every_spelling_gives_the_same_key() {
    let expected = Certificate::from_der(der()).unwrap();
    let bare = STANDARD.encode(der());
    let wrap = |width: usize, end: &str| {
        let lines: Vec<&str> = bare
            .as_bytes()
            .chunks(width)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        lines.join(end)
    };
    let utf16: Vec<u8> = pem().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let spellings: Vec<(&str, Vec<u8>)> = vec![
        ("PEM", pem().into()),
        ("PEM with CR LF", pem().replace('\n', "\r\n").into()),
        ("PEM with CR", pem().replace('\n', "\r").into()),
        ("PEM on one line", pem().replace('\n', " ").into()),
        ("PEM without any line end", pem().replace('\n', "").into()),
        ("PEM out of JSON", pem().replace('\n', "\\n").into()),
        (
            "PEM out of JSON, CR LF",
            pem().replace('\n', "\\r\\n").into(),
        ),
        ("PEM in quotes", format!("\"{}\"", pem().trim()).into()),
        ("PEM indented", pem().replace('\n', "\n    ").into()),
        (
            "PEM with text around it",
            format!("subject=CN = x\n{}\nbye", pem()).into(),
        ),
        (
            "PEM with a byte order mark",
            format!("\u{FEFF}{}", pem()).into(),
        ),
        ("PEM as UTF-16", [vec![0xFF, 0xFE], utf16].concat()),
        (
            "OpenSSL's trusted form",
            include_bytes!("../data/cert/trusted.pem").to_vec(),
        ),
        ("DER", der()),
        ("base64", bare.clone().into()),
        ("base64 in lines of 76", wrap(76, "\n").into()),
        (
            "base64 in lines, CR LF, as in metadata",
            format!("\r\n{}\r\n", wrap(64, "\r\n")).into(),
        ),
        ("base64 with spaces and tabs", wrap(10, " \t").into()),
        ("base64 with non-breaking spaces", wrap(64, "\u{A0}").into()),
        ("base64 with zero-width spaces", wrap(64, "\u{200B}").into()),
    ];
    for (name, pasted) in spellings {
        let seen = Certificate::parse(&pasted).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(seen, expected, "{name}");
        assert_eq!(seen.key(), expected.key());
    }
}

#[test]
fn several_certificates_only_where_several_are_asked_for() {
    let two = format!("{}{}", pem(), TestKey::Idp.certificate_pem());
    assert_eq!(kind(two.as_bytes()), Some(Kind::Several));
    let all = Certificate::parse_all(two.as_bytes()).unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[1].key().public().bits(), 2048);
    // One that is unusable spoils the paste: nothing is left out silently.
    let spoiled = format!("{two}{}", TestKey::Idp.private_key_pem());
    assert_eq!(
        Certificate::parse_all(spoiled.as_bytes())
            .unwrap_err()
            .kind(),
        Kind::PrivateKey
    );
}

#[test]
fn what_is_no_certificate_is_called_by_its_name() {
    let decode = |text: &str| STANDARD.decode(text.trim()).unwrap();
    let (p7, p12, key, locked) = (
        include_str!("../data/cert/bundle.p7b.b64"),
        include_str!("../data/cert/bundle.p12.b64"),
        include_str!("../data/cert/key.b64"),
        include_str!("../data/cert/encrypted-key.b64"),
    );
    let truncated = &pem()[..pem().len() - 40];
    let cut = STANDARD.encode(&der()[..der().len() - 9]);
    let longer = [der(), vec![0]].concat();
    let twice = STANDARD.encode(pem());
    let cases: Vec<(&str, Vec<u8>, Kind)> = vec![
        ("nothing", b"".to_vec(), Kind::Empty),
        ("white space", b" \r\n\t".to_vec(), Kind::Empty),
        (
            "an empty block",
            b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----".to_vec(),
            Kind::Empty,
        ),
        (
            "metadata",
            b"<?xml version='1.0'?><md:EntityDescriptor/>".to_vec(),
            Kind::Metadata,
        ),
        ("other XML", b"<a/>".to_vec(), Kind::Malformed),
        (
            "an address",
            b"https://okta.test/app/exk1/sso/saml/metadata".to_vec(),
            Kind::Url,
        ),
        (
            "a fingerprint",
            b"AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01".to_vec(),
            Kind::Fingerprint,
        ),
        (
            "a private key",
            TestKey::Idp.private_key_pem().into(),
            Kind::PrivateKey,
        ),
        ("a private key as base64", key.into(), Kind::PrivateKey),
        ("a private key as DER", decode(key), Kind::PrivateKey),
        (
            "a locked private key as base64",
            locked.into(),
            Kind::PrivateKey,
        ),
        (
            "a key beside its certificate",
            format!("{}{}", TestKey::Idp.private_key_pem(), pem()).into(),
            Kind::PrivateKey,
        ),
        (
            "a request",
            include_bytes!("../data/cert/request.pem").to_vec(),
            Kind::Request,
        ),
        (
            "a bundle",
            include_bytes!("../data/cert/bundle.p7b.pem").to_vec(),
            Kind::Pkcs7,
        ),
        ("a bundle as base64", p7.into(), Kind::Pkcs7),
        ("a bundle with a key as base64", p12.into(), Kind::Pkcs12),
        (
            "a public key",
            include_bytes!("../data/cert/public.pem").to_vec(),
            Kind::PublicKey,
        ),
        ("base64 of PEM", twice.into(), Kind::EncodedTwice),
        ("no end", truncated.into(), Kind::Unterminated),
        ("cut off", cut.into(), Kind::Malformed),
        (
            "one character lost",
            STANDARD.encode(der())[1..].into(),
            Kind::Base64,
        ),
        ("more behind it", longer, Kind::Trailing),
        ("words", b"see attachment".to_vec(), Kind::Base64),
        ("octets", vec![0x80, 0xFF, 0x00], Kind::Malformed),
        (
            "an Ed25519 key",
            include_bytes!("../data/cert/ed25519.cert.pem").to_vec(),
            Kind::KeyAlgorithm,
        ),
        (
            "a curve of another kind",
            include_bytes!("../data/cert/secp256k1.cert.pem").to_vec(),
            Kind::KeyCurve,
        ),
        ("two megabytes", vec![b'A'; 2 * 1024 * 1024], Kind::TooLong),
    ];
    for (name, pasted, expected) in cases {
        assert_eq!(kind(&pasted), Some(expected), "{name}");
        let finding = Finding::from(Certificate::parse(&pasted).unwrap_err());
        assert_eq!(finding.code(), expected.code());
    }
    assert_eq!(kind(pem().as_bytes()), None);
}

#[test]
fn dates_warn_and_never_refuse() {
    let certificate = Certificate::parse(pem().as_bytes()).unwrap();
    assert_eq!(
        certificate.validity(datetime!(2019-01-01 0:00 UTC)),
        Validity::NotYet
    );
    assert_eq!(
        certificate.validity(datetime!(2026-01-01 0:00 UTC)),
        Validity::Current
    );
    assert_eq!(
        certificate.validity(datetime!(2121-01-01 0:00 UTC)),
        Validity::Expired
    );
    assert!(certificate.not_before() < certificate.not_after());
    let fingerprint = certificate.fingerprint().to_string();
    assert_eq!(fingerprint.len(), 95);
    assert_ne!(fingerprint, certificate.key().fingerprint().to_string());
}

#[test]
fn a_key_is_what_it_is_whatever_it_came_in() {
    let certificate = Certificate::parse(pem().as_bytes()).unwrap();
    let same = PinnedKey::from_spki(certificate.key().spki()).unwrap();
    assert_eq!(&same, certificate.key());
    let trailing = [certificate.key().spki(), &[0]].concat();
    assert_eq!(
        PinnedKey::from_spki(&trailing).unwrap_err(),
        KeyProblem::Malformed
    );
    assert!(!format!("{:?}", certificate).contains("MII"));
}

#[test]
fn an_unsafe_exponent_is_refused() {
    let three = include_bytes!("../data/cert/exponent3.cert.pem");
    let certificate = Certificate::parse(three).unwrap();
    let refused = certificate
        .key()
        .public()
        .check(&AlgorithmPolicy::default())
        .unwrap_err();
    assert_eq!(refused.code(), Code::KeyWeak);
    let usual = Certificate::parse(TestKey::Idp.certificate_pem().as_bytes()).unwrap();
    assert!(
        usual
            .key()
            .public()
            .check(&AlgorithmPolicy::default())
            .is_ok()
    );
}

/// The short exponentiation and the `rsa` crate give the same answers.
#[test]
fn two_ways_to_verify_agree() {
    use rsa::pkcs8::DecodePublicKey as _;
    let crypto = CryptoProvider::rustcrypto();
    let certificate = Certificate::parse(TestKey::Sp.certificate_pem().as_bytes()).unwrap();
    let theirs = rsa::PublicKey::from_public_key_der(certificate.key().spki()).unwrap();
    let private = PrivateKey::from_pem(TestKey::Sp.private_key_pem().as_bytes()).unwrap();
    let signing = crypto
        .signing_key(&private, SignatureAlgorithm::RsaSha256)
        .unwrap();
    let good = signing.sign(b"message").unwrap();
    let mut tried = vec![
        good.clone(),
        vec![],
        vec![0; 256],
        vec![0xFF; 256],
        good[1..].to_vec(),
    ];
    tried.push([&[0], good.as_slice()].concat());
    for at in (0..256).step_by(5) {
        let mut changed = good.clone();
        changed[at] ^= 1 << (at % 8);
        tried.push(changed);
    }
    for (index, signature) in tried.iter().enumerate() {
        let ours = certificate
            .key()
            .verify(
                &crypto,
                SignatureAlgorithm::RsaSha256,
                b"message",
                signature,
            )
            .is_ok();
        let other = theirs
            .pkcs1v15_verify::<sha2::Sha256>(b"message", signature)
            .is_ok();
        assert_eq!(ours, other, "{index}");
        assert_eq!(ours, index == 0);
    }
}

#[test]
fn a_locked_private_key_is_called_locked() {
    let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----";
    assert_eq!(
        PrivateKey::from_pem(locked.as_bytes()).unwrap_err(),
        KeyProblem::Encrypted
    );
    assert_eq!(
        PrivateKey::from_pem(pem().as_bytes()).unwrap_err(),
        KeyProblem::Malformed
    );
    let key = PrivateKey::from_pem(TestKey::Sp.private_key_pem().as_bytes()).unwrap();
    assert_eq!(format!("{key:?}"), "PrivateKey(…)");
}
