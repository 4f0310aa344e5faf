//! Accepting a posted Response, and its ratio to what cannot be left out. Acceptance and floors
//! begin at the form's decoded field and end before the stores are asked.
//!
//! `cargo bench -p benches --bench verify` first lets criterion measure the acceptance of each
//! message, then prints one line per message with our time and two ratios, for the default and
//! for a faster backend, and how time grows with the number of attribute values. Both floors are measured in the same run, in turn with
//! the acceptance and with the very same RSA backend, the key prepared beforehand:
//!
//! * **crypto**: base64 decoding, SHA-256 of the covered octets, RSA verification;
//! * **full**: the same, and a UTF-8 check, and one pass of quick-xml's namespace reader over
//!   the document with all attributes.
//!
//! Five lines more compare with the full floor on the `rsa` crate's own verification, which the
//! default backend replaces for the usual exponent.
//!
//! For an encrypted message both hold the unwrapping of its key, and no AES. Neither floor writes a canonical form, builds a tree, or checks a single condition. Times are
//! the best single call of many, so that a busy neighbour does not decide the
//! ratio; of calls that take longer than a time slice (the growth line) it still can.

#[path = "verify/growth.rs"]
mod growth;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::Simd;
use base64::engine::general_purpose::PAD;
use criterion::{Criterion, Throughput};
use quick_xml::NsReader;
use quick_xml::events::Event;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _};
use rsa::signature::Verifier as _;
use saml_sp::crypto::{
    DecryptionKey, DigestAlgorithm, KeyTransport, PrivateKey, PublicKey, SignatureAlgorithm,
    VerifyingKey,
};
use saml_sp::random::RandomError;
use saml_sp::{
    Acs, AcsForm, CryptoProvider, Expected, Idp, RequestRecord, ServiceProvider, StartOptions,
};
use saml_testkit::{
    Covered, Encryption, Person, ResponseBuilder, Signing, SpTarget, TestIdp, TestKey,
};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use time::macros::datetime;

const NOW: OffsetDateTime = datetime!(2026-01-31 12:00 UTC);
const DAY: time::Duration = time::Duration::DAY;
const ACS: &str = "https://sp.test/acs";
const ENTITY: &str = "https://sp.test/entity";

/// Rounds of measuring per message; the best single call of each kind counts.
const ROUNDS: u32 = 150;
/// Length of one round of one kind.
const ROUND: Duration = Duration::from_millis(8);

struct World {
    crypto: CryptoProvider,
    sp: ServiceProvider,
    idp: Idp,
    record: RequestRecord,
    key: Box<dyn VerifyingKey>,
    opener: Arc<dyn DecryptionKey>,
    /// The same key for the `rsa` crate's own verification.
    general: rsa::pkcs1v15::VerifyingKey<Sha256>,
    base64: Simd,
}

struct Case {
    name: &'static str,
    field: String,
    covered: Vec<Covered>,
    wrapped: Option<Vec<u8>>,
}

fn main() {
    let world = World::new(CryptoProvider::rustcrypto());
    let cases = world.cases();
    let mut criterion = Criterion::default().configure_from_args();
    for case in &cases {
        let mut group = criterion.benchmark_group("accept");
        group.throughput(Throughput::Bytes(case.field.len() as u64 / 4 * 3));
        group.bench_function(case.name, |b| b.iter(|| world.accept(black_box(case))));
        group.finish();
    }
    criterion.final_summary();
    if !std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        print(&world, &cases);
        print_general(&world, &cases);
        growth::print(&world);
        print_refusals(&world);
        print_other(CryptoProvider::graviola());
        #[cfg(feature = "aws-lc-rs")]
        print_other(CryptoProvider::aws_lc_rs());
    }
}

/// The cases by another backend, beside its own floor.
fn print_other(crypto: CryptoProvider) {
    let other = World::new(crypto);
    print(&other, &other.cases());
}

#[expect(
    clippy::print_stdout,
    reason = "the ratios are the output of this program"
)]
fn print(world: &World, cases: &[Case]) {
    println!(
        "\n{:?}\n{:<12} {:>10} {:>10} {:>7} {:>10} {:>7}",
        world.crypto, "message", "accept", "crypto", "ratio", "full", "ratio"
    );
    for case in cases {
        let [accept, crypto, full] = best(&mut [
            &mut || world.accept(case),
            &mut || drop(black_box(world.crypto_floor(case))),
            &mut || world.full_floor(case),
        ]);
        let ratio = |floor: Duration| accept.as_secs_f64() / floor.as_secs_f64();
        println!(
            "{:<12} {accept:>10.1?} {crypto:>10.1?} {:>7.2} {full:>10.1?} {:>7.2}",
            case.name,
            ratio(crypto),
            ratio(full)
        );
    }
}

/// The full floor with the `rsa` crate's own verification, which the default backend replaces.
#[expect(
    clippy::print_stdout,
    reason = "the ratios are the output of this program"
)]
fn print_general(world: &World, cases: &[Case]) {
    for case in cases.iter().filter(|case| case.wrapped.is_none()) {
        let [accept, floor] = best(&mut [&mut || world.accept(case), &mut || {
            world.general_floor(case)
        }]);
        let ratio = accept.as_secs_f64() / floor.as_secs_f64();
        println!(
            "with the rsa crate's exponentiation: {:<12} full {floor:>8.1?}, ratio {ratio:.2}",
            case.name
        );
    }
}

/// What a refusal costs: with and without RSA, and before anything is read.
#[expect(
    clippy::print_stdout,
    reason = "the ratios are the output of this program"
)]
fn print_refusals(world: &World) {
    let built = || {
        world.built(
            &Person::new("alice@corp.test", "Alice", "Archer"),
            Signing::Both,
        )
    };
    let forged = built().response_key(TestKey::Intruder);
    let one_verification = world.of(&built().sign(Signing::Response), "one");
    for (name, refused, floor) in [
        ("unsigned", built().sign(Signing::None), Floor::NoRsa),
        (
            "status",
            built().status("urn:oasis:names:tc:SAML:2.0:status:Responder"),
            Floor::NoRsa,
        ),
        (
            "destination",
            built().destination("https://other.test"),
            Floor::NoRsa,
        ),
        ("issuer", built().issuer("https://other.test"), Floor::NoRsa),
        (
            "audience",
            built().audience("https://other.test"),
            Floor::NoRsa,
        ),
        (
            "expired",
            built().conditions(NOW - DAY - DAY, NOW - DAY),
            Floor::NoRsa,
        ),
        (
            "forged, encrypted",
            forged.encrypt(Encryption::default()),
            Floor::Full,
        ),
    ] {
        let case = world.of(&refused, name);
        let [refuse, floor] = best(&mut [&mut || world.refuse(&case), &mut || match floor {
            Floor::NoRsa => world.reading_floor(&one_verification),
            Floor::Full => world.full_floor(&one_verification),
        }]);
        let ratio = refuse.as_secs_f64() / floor.as_secs_f64();
        println!("refused: {name:<18} {refuse:>9.1?}, floor {floor:>9.1?}, ratio {ratio:.2}");
    }
    let [short, long] = [5, 50].map(|mega| vec![b'A'; mega << 20]);
    let [five, fifty] = best(&mut [&mut || world.too_long(&short), &mut || {
        world.too_long(&long)
    }]);
    println!("refused: 5 MiB in {five:.1?}, 50 MiB in {fifty:.1?}");
}

/// What a refusal is measured against.
#[derive(Clone, Copy)]
enum Floor {
    /// Decoding, reading and hashing.
    NoRsa,
    /// The same and one RSA verification.
    Full,
}

/// The best time per call of each job, taken in turn.
fn best<const N: usize>(jobs: &mut [&mut dyn FnMut(); N]) -> [Duration; N] {
    let mut best = [Duration::MAX; N];
    for _ in 0..ROUNDS {
        for (job, best) in jobs.iter_mut().zip(&mut best) {
            let round = Instant::now();
            while round.elapsed() < ROUND {
                let call = Instant::now();
                job();
                *best = (*best).min(call.elapsed());
            }
        }
    }
    best
}

impl World {
    #[expect(clippy::expect_used, reason = "fixed configuration of a benchmark")]
    fn new(crypto: CryptoProvider) -> Self {
        let kit = TestIdp::okta();
        let opener = PrivateKey::from_pem(TestKey::Sp.private_key_pem().as_bytes());
        let opener = crypto.decryption_key(&opener.expect("a private key"));
        let opener = opener.expect("a sound key");
        let sp = ServiceProvider::builder(ENTITY)
            .acs(Acs::new(ACS))
            .decryption(opener.clone(), None)
            .crypto(crypto)
            .build();
        let sp = sp.expect("a sound configuration");
        let idp = Idp::from_parts(kit.certificate_pem(), kit.sign_in_url(), kit.issuer())
            .expect("the kit's provider");
        let mut random = |octets: &mut [u8]| {
            octets.fill(7);
            Ok::<(), RandomError>(())
        };
        let started = sp
            .start(&idp, &StartOptions::default(), &mut random, NOW)
            .expect("a request");
        let private =
            rsa::PrivateKey::from_pkcs8_pem(kit.key().private_key_pem()).expect("the kit's key");
        let spki = private
            .to_public_key()
            .to_public_key_der()
            .expect("a public key");
        let key = PublicKey::from_spki(spki.as_bytes()).expect("an RSA key");
        let general = rsa::pkcs1v15::VerifyingKey::new(private.to_public_key());
        Self {
            general,
            record: started.request().clone(),
            key: crypto.prepare(&key).expect("a sound key"),
            crypto,
            base64: Simd::standard(PAD),
            opener,
            sp,
            idp,
        }
    }

    fn cases(&self) -> Vec<Case> {
        let alice = Person::new("alice@corp.test", "Alice", "Archer");
        let text = "x".repeat(16 * 1024);
        let large = (0..64).fold(alice.clone(), |person, n| {
            person.attribute(&format!("note{n}"), &[&text])
        });
        let mut cases: Vec<Case> = [
            ("assertion", alice.clone(), Signing::Assertion),
            ("response", alice.clone(), Signing::Response),
            ("both", alice.clone(), Signing::Both),
            ("groups-2000", alice.clone().groups(2_000), Signing::Both),
            ("1-MiB", large, Signing::Both),
        ]
        .map(|(name, person, signing)| self.case(name, &person, signing))
        .into();
        let sealed = self
            .built(&alice, Signing::Both)
            .encrypt(Encryption::default());
        cases.push(self.of(&sealed, "encrypted"));
        cases
    }

    fn case(&self, name: &'static str, person: &Person, signing: Signing) -> Case {
        self.of(&self.built(person, signing), name)
    }

    fn built(&self, person: &Person, signing: Signing) -> ResponseBuilder {
        let target = SpTarget::new(ACS, ENTITY).in_response_to(self.record.id().as_str());
        TestIdp::okta().response(&target, person, NOW).sign(signing)
    }

    fn of(&self, built: &ResponseBuilder, name: &'static str) -> Case {
        let tree = built.tree();
        let key = tree
            .first("saml2:EncryptedAssertion")
            .and_then(|e| e.first("xenc:EncryptedKey"));
        let value = key.and_then(|k| k.first("xenc:CipherData")?.first("xenc:CipherValue"));
        Case {
            name,
            field: built.post_fields().0,
            covered: built.covered(),
            wrapped: value.and_then(|v| self.base64.decode(v.own_text()).ok()),
        }
    }

    #[expect(
        clippy::expect_used,
        reason = "what is measured is an acceptance, not a refusal"
    )]
    fn accept(&self, case: &Case) {
        let form =
            AcsForm::from_fields(case.field.clone(), None, self.sp.limits()).expect("a form");
        let pending = self
            .sp
            .accept(&form, &self.idp, Expected::Request(&self.record), NOW);
        let _pending = black_box(pending.expect("the kit's answer is accepted"));
    }

    #[expect(
        clippy::expect_used,
        reason = "what is measured is a refusal, not an acceptance"
    )]
    fn refuse(&self, case: &Case) {
        let form =
            AcsForm::from_fields(case.field.clone(), None, self.sp.limits()).expect("a form");
        let pending = self
            .sp
            .accept(&form, &self.idp, Expected::Request(&self.record), NOW);
        drop(black_box(pending.expect_err("the defect is refused")));
    }

    #[expect(
        clippy::expect_used,
        reason = "what is measured is a refusal, not an acceptance"
    )]
    fn too_long(&self, body: &[u8]) {
        let form = AcsForm::from_urlencoded(black_box(body), self.sp.limits());
        drop(black_box(form.expect_err("the body is too long")));
    }

    #[expect(clippy::expect_used, reason = "a floor that fails is no floor")]
    fn crypto_floor(&self, case: &Case) -> Vec<u8> {
        let document = self.base64.decode(black_box(&case.field)).expect("base64");
        for covered in &case.covered {
            black_box(Sha256::digest(covered.octets.as_bytes()));
            let message = covered.signed_info.as_bytes();
            let verified = self
                .key
                .verify(SignatureAlgorithm::RsaSha256, message, &covered.value);
            verified.expect("the kit's signature");
        }
        if let Some(wrapped) = &case.wrapped {
            let (digest, mask) = (DigestAlgorithm::Sha1, DigestAlgorithm::Sha1);
            let opened = self
                .opener
                .unwrap_key(KeyTransport::RsaOaep { digest, mask }, wrapped);
            black_box(opened.expect("the kit's key"));
        }
        document
    }

    #[expect(clippy::expect_used, reason = "a floor that fails is no floor")]
    fn general_floor(&self, case: &Case) {
        let document = self.base64.decode(black_box(&case.field)).expect("base64");
        for covered in &case.covered {
            black_box(Sha256::digest(covered.octets.as_bytes()));
            let value = rsa::pkcs1v15::Signature::try_from(covered.value.as_slice());
            let message = covered.signed_info.as_bytes();
            let verified = self.general.verify(message, &value.expect("a value"));
            verified.expect("the kit's signature");
        }
        Self::read(&document);
    }

    fn full_floor(&self, case: &Case) {
        Self::read(&self.crypto_floor(case));
    }

    #[expect(clippy::expect_used, reason = "a floor that fails is no floor")]
    fn reading_floor(&self, case: &Case) {
        let document = self.base64.decode(black_box(&case.field)).expect("base64");
        for covered in &case.covered {
            black_box(Sha256::digest(covered.octets.as_bytes()));
        }
        Self::read(&document);
    }

    #[expect(clippy::expect_used, reason = "a floor that fails is no floor")]
    fn read(document: &[u8]) {
        let mut reader = NsReader::from_str(std::str::from_utf8(document).expect("UTF-8"));
        loop {
            match reader.read_resolved_event().expect("XML") {
                (namespace, Event::Start(tag) | Event::Empty(tag)) => {
                    black_box(namespace);
                    for attribute in tag.attributes() {
                        black_box(attribute.expect("an attribute"));
                    }
                }
                (_, Event::Eof) => break,
                other => drop(black_box(other)),
            }
        }
    }
}
