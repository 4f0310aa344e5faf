//! A signing key and its certificate out of two files.

use saml_sp::credential::SigningCredential;
use saml_sp::{Code, CryptoProvider};
use saml_testkit::TestKey;

fn refused(key: &str, certificate: &str) -> Option<Code> {
    SigningCredential::from_pem(&CryptoProvider::rustcrypto(), key, certificate)
        .err()
        .map(|error| error.code())
}

#[test]
fn two_files_make_a_credential_and_only_if_they_belong_together() {
    for own in [TestKey::Sp, TestKey::IdpNext] {
        let (key, certificate) = (own.private_key_pem(), own.certificate_pem());
        assert_eq!(refused(key, certificate), None, "{own:?}");
        // A file with both in it serves as either.
        let both = format!("{certificate}\n{key}");
        assert_eq!(refused(&both, certificate), None, "{own:?}");
        for other in [TestKey::Idp, TestKey::IdpP256, TestKey::IdpP384] {
            if other != own {
                let theirs = other.certificate_pem();
                assert_eq!(refused(key, theirs), Some(Code::ConfigInvalid), "{own:?}");
            }
        }
    }
    let elliptic = TestKey::IdpP256;
    let (key, certificate) = (elliptic.private_key_pem(), elliptic.certificate_pem());
    assert_eq!(refused(key, certificate), Some(Code::ConfigInvalid));
    let (key, certificate) = (TestKey::Sp.private_key_pem(), TestKey::Sp.certificate_pem());
    let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAAA\n-----END ENCRYPTED PRIVATE KEY-----";
    assert_eq!(refused(locked, certificate), Some(Code::ConfigInvalid));
    assert_eq!(refused(certificate, certificate), Some(Code::ConfigInvalid));
    assert_eq!(refused(key, key), Some(Code::CertificateInvalid));
}
