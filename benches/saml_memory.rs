//! What accepting a Response takes of the heap: how many allocations, and how much at the peak.
//!
//! `cargo bench -p benches --bench saml_memory` accepts Responses of several shapes, counts what
//! is allocated between the form and the pending login, and prints it beside two goals: at the
//! peak four times the XML and 32 KiB, beyond what the login holds; 120 allocations and two for
//! each attribute value. Below stands how both grow with the values, the depth, the attributes
//! and the namespaces of a Response. The tests of saml-sp hold the same counts.

use std::hint::black_box;

use allocation_counter::{AllocationInfo, measure};
use saml_sp::random::RandomError;
use saml_sp::{
    Acs, AcsForm, CryptoProvider, Expected, Idp, RequestRecord, ServiceProvider, StartOptions,
};
use saml_testkit::{Element, Person, ResponseBuilder, Signing, SpTarget, TestIdp};
use time::OffsetDateTime;
use time::macros::datetime;

const NOW: OffsetDateTime = datetime!(2026-01-31 12:00 UTC);
const ACS: &str = "https://sp.test/acs";
const ENTITY: &str = "https://sp.test/entity";

fn main() {
    let world = World::new();
    let alice = || Person::new("alice@corp.test", "Alice", "Archer");
    let text = "x".repeat(16 * 1024);
    let large = (0..64).fold(alice(), |person, n| {
        person.attribute(&format!("note{n}"), &[&text])
    });
    for (name, person, signing, values) in [
        ("assertion", alice(), Signing::Assertion, 3),
        ("response", alice(), Signing::Response, 3),
        ("both", alice(), Signing::Both, 3),
        ("groups-2000", alice().groups(2_000), Signing::Both, 2_003),
        ("groups-8000", alice().groups(8_000), Signing::Both, 8_003),
        ("1-MiB", large, Signing::Both, 67),
    ] {
        let built = world.built(&person, signing);
        print(name, &world.take(&built), values);
    }
    print_growth(&world);
}

#[expect(clippy::print_stdout, reason = "the output of this program")]
fn print(name: &str, taken: &Taken, values: u64) {
    let (most, goal) = (4 * taken.xml + 32 * 1024, 120 + 2 * values);
    println!(
        "{name:<12} {:>8} B of XML {:>9} B at the peak ({:.2}; goal {most}) {:>6} allocations (goal {goal})",
        taken.xml,
        taken.peak(),
        ratio(taken.peak(), taken.xml),
        taken.all.count_total,
    );
}

#[expect(clippy::print_stdout, reason = "the output of this program")]
fn print_growth(world: &World) {
    let alice = Person::new("alice@corp.test", "Alice", "Archer");
    let values = |n| world.take(&world.built(&alice.clone().groups(n), Signing::Both));
    let beside = |make: fn(usize) -> Element, n| {
        let built = world.built(&alice, Signing::Assertion);
        world.take(&built.edit(move |response| {
            let extensions = Element::new("saml2p:Extensions").child(make(n));
            response.insert_after("saml2:Issuer", extensions);
        }))
    };
    println!("\nfor each further octet of XML, and for each further one of them:");
    for (name, [few, many], less, more) in [
        ("values", [250, 8_000], values(250), values(8_000)),
        ("depth", [10, 50], beside(nested, 10), beside(nested, 50)),
        (
            "attributes",
            [10, 60],
            beside(attributes, 10),
            beside(attributes, 60),
        ),
        (
            "namespaces",
            [10, 60],
            beside(namespaces, 10),
            beside(namespaces, 60),
        ),
    ] {
        let bytes = more.all.bytes_total - less.all.bytes_total;
        let count = more.all.count_total - less.all.count_total;
        let further = u64::try_from(many - few).unwrap_or(1);
        println!(
            "{name:<12} {few:>5} to {many:<5} {:>6.2} B allocated, {:>5.2} allocations",
            ratio(bytes, more.xml - less.xml),
            ratio(count, further),
        );
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes of a few MiB")]
fn ratio(one: u64, other: u64) -> f64 {
    one as f64 / other as f64
}

fn element() -> Element {
    Element::new("x:e").attribute("xmlns:x", "urn:x")
}

fn nested(depth: usize) -> Element {
    (0..depth).fold(element(), |inner, _| element().child(inner))
}

fn attributes(count: usize) -> Element {
    (0..count).fold(element(), |e, n| e.attribute(&format!("a{n}"), "1"))
}

fn namespaces(count: usize) -> Element {
    (0..count).fold(element(), |e, n| {
        e.attribute(&format!("xmlns:n{n}"), &format!("urn:n{n}"))
    })
}

/// What one acceptance took.
struct Taken {
    xml: u64,
    all: AllocationInfo,
}

impl Taken {
    /// At the peak, beyond what the pending login holds on to.
    fn peak(&self) -> u64 {
        let held = u64::try_from(self.all.bytes_current).unwrap_or(0);
        self.all.bytes_max.saturating_sub(held)
    }
}

struct World {
    sp: ServiceProvider,
    idp: Idp,
    record: RequestRecord,
}

impl World {
    #[expect(clippy::expect_used, reason = "fixed configuration of a benchmark")]
    fn new() -> Self {
        let kit = TestIdp::okta();
        let sp = ServiceProvider::builder(ENTITY)
            .acs(Acs::new(ACS))
            .crypto(CryptoProvider::rustcrypto())
            .build()
            .expect("a sound configuration");
        let idp = Idp::from_parts(kit.certificate_pem(), kit.sign_in_url(), kit.issuer())
            .expect("the kit's provider");
        let mut random = |octets: &mut [u8]| {
            octets.fill(7);
            Ok::<(), RandomError>(())
        };
        let started = sp
            .start(&idp, &StartOptions::default(), &mut random, NOW)
            .expect("a request");
        Self {
            record: started.request().clone(),
            sp,
            idp,
        }
    }

    fn built(&self, person: &Person, signing: Signing) -> ResponseBuilder {
        let target = SpTarget::new(ACS, ENTITY).in_response_to(self.record.id().as_str());
        TestIdp::okta().response(&target, person, NOW).sign(signing)
    }

    #[expect(clippy::expect_used, reason = "what is counted is an acceptance")]
    fn take(&self, built: &ResponseBuilder) -> Taken {
        let field = built.post_fields().0;
        let form = AcsForm::from_fields(field, None, self.sp.limits()).expect("a form");
        let accept = || {
            let expected = Expected::Request(&self.record);
            let pending = self.sp.accept(&form, &self.idp, expected, NOW);
            pending.expect("the kit's answer is accepted")
        };
        // Keys are prepared by their first use and kept.
        drop(black_box(accept()));
        let mut held = None;
        let all = measure(|| held = Some(accept()));
        drop(black_box(held));
        Taken {
            xml: built.xml().len() as u64,
            all,
        }
    }
}
