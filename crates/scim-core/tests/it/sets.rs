//! Signed security event tokens: header, claims and signature as a receiver reads them.

use data_encoding::BASE64URL_NOPAD;
use hmac::digest::MacError;
use hmac::{Hmac, KeyInit, Mac};
use scim_core::set::{Signer, token};
use serde_json::{Value, json};
use sha2::Sha256;

/// A key that may be out of reach.
struct Key {
    id: Option<&'static str>,
    reachable: bool,
}

impl Key {
    fn mac(&self, input: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&[7; 64].into());
        mac.update(input);
        mac
    }
}

impl Signer for Key {
    type Error = &'static str;

    fn algorithm(&self) -> &str {
        "HS256"
    }

    fn key_id(&self) -> Option<&str> {
        self.id
    }

    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, &'static str> {
        let signature = self.mac(input).finalize().into_bytes().to_vec();
        self.reachable.then_some(signature).ok_or("out of reach")
    }
}

fn decoded(part: &str) -> Vec<u8> {
    BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()
}

#[test]
fn a_receiver_reads_and_verifies_a_token() {
    let claims = r#"{"iss":"https://app.example","events":{}}"#;
    for id in [None, Some("k\"1")] {
        let key = Key {
            id,
            reachable: true,
        };
        let token = token(claims, &key).unwrap();
        let (input, signature) = token.rsplit_once('.').unwrap();
        let (header, body) = input.split_once('.').unwrap();
        let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
        let mut expected = json!({"typ": "secevent+jwt", "alg": "HS256"});
        if let Some(id) = id {
            expected["kid"] = json!(id);
        }
        assert_eq!(header, expected);
        assert_eq!(decoded(body), claims.as_bytes());
        let verified = |input: &str| key.mac(input.as_bytes()).verify_slice(&decoded(signature));
        assert_eq!(verified(input), Ok(()));
        assert_eq!(verified(&input.replacen('.', ".a", 1)), Err(MacError));
    }
    let gone = Key {
        id: None,
        reachable: false,
    };
    assert_eq!(token(claims, &gone), Err("out of reach"));
}
