//! What accepting a Response takes of the heap. Counts are the same on every machine.

use std::hint::black_box;

use allocation_counter::{AllocationInfo, measure};
use saml_sp::Expected;
use saml_testkit::{Element, Person, ResponseBuilder, Signing};

use crate::bench::{NOW, alice, form, good, idp, record, sp, target};

const KIB: u64 = 1024;

/// What an acceptance took, and what of it the pending login holds on to.
struct Taken {
    xml: u64,
    values: u64,
    all: AllocationInfo,
}

impl Taken {
    /// At the peak, beyond what is handed out.
    fn peak(&self) -> u64 {
        self.all.bytes_max - u64::try_from(self.all.bytes_current).unwrap_or(0)
    }
}

fn take(response: &ResponseBuilder, values: usize) -> Taken {
    let (sp, idp, record, form) = (sp(), idp(), record(), form(response));
    // Keys are prepared by their first use and kept.
    drop(sp.accept(&form, &idp, Expected::Request(&record), NOW));
    let mut pending = None;
    let all = measure(|| {
        pending = Some(sp.accept(&form, &idp, Expected::Request(&record), NOW));
    });
    assert!(black_box(pending).unwrap().is_ok());
    Taken {
        xml: response.xml().len() as u64,
        values: values as u64,
        all,
    }
}

fn of(person: &Person, signing: Signing) -> ResponseBuilder {
    saml_testkit::TestIdp::okta()
        .response(&target(), person, NOW)
        .sign(signing)
}

#[test]
fn memory_and_allocations_stay_within_the_goals() {
    let text = "x".repeat(16 * 1024);
    let large = (0..64).fold(alice(), |person, n| {
        person.attribute(&format!("note{n}"), &[&text])
    });
    for (name, person, signing, values) in [
        ("assertion", alice(), Signing::Assertion, 3),
        ("response", alice(), Signing::Response, 3),
        ("both", alice(), Signing::Both, 3),
        ("groups", alice().groups(2_000), Signing::Both, 2_003),
        ("more groups", alice().groups(8_000), Signing::Both, 8_003),
        ("1 MiB", large, Signing::Both, 67),
    ] {
        let taken = take(&of(&person, signing), values);
        let (peak, count) = (taken.peak(), taken.all.count_total);
        println!(
            "{name}: {} B of XML, {peak} B at the peak ({:.2}), {count} allocations",
            taken.xml,
            peak as f64 / taken.xml as f64
        );
        assert!(peak <= 4 * taken.xml + 32 * KIB, "{name}: {peak}");
        assert!(count <= 120 + 2 * taken.values, "{name}: {count}");
    }
}

/// A login with this beside the assertion, where every stage has to pass it by.
fn with_extension(make: impl Fn() -> Element + Send + Sync + 'static) -> Taken {
    let response = good().sign(Signing::Assertion).edit(move |response| {
        let extensions = Element::new("saml2p:Extensions").child(make());
        response.insert_after("saml2:Issuer", extensions);
    });
    take(&response, 3)
}

fn element() -> Element {
    Element::new("x:e").attribute("xmlns:x", "urn:x")
}

fn many(count: usize, name: &'static str, value: &'static str) -> Taken {
    with_extension(move || {
        (0..count).fold(element(), |element, n| {
            element.attribute(&format!("{name}{n}"), value)
        })
    })
}

#[test]
fn what_is_long_takes_memory_in_proportion() {
    let values = |n| take(&of(&alice().groups(n), Signing::Both), n);
    let deep = |depth| {
        with_extension(move || (0..depth).fold(element(), |inner, _| element().child(inner)))
    };
    let siblings = |count| {
        with_extension(move || (0..count).fold(element(), |outer, _| outer.child(element())))
    };
    // The last number: how many allocations each further one may take.
    for (name, less, more, further, each) in [
        ("values", values(250), values(8_000), 7_750, 2),
        ("depth", deep(10), deep(50), 40, 0),
        ("siblings", siblings(1_000), siblings(20_000), 19_000, 0),
        ("attributes", many(10, "a", "1"), many(60, "a", "1"), 50, 0),
        (
            "namespaces",
            many(10, "xmlns:n", "urn:1"),
            many(60, "xmlns:n", "urn:1"),
            50,
            0,
        ),
    ] {
        let xml = more.xml - less.xml;
        let bytes = more.all.bytes_total - less.all.bytes_total;
        let count = more.all.count_total - less.all.count_total;
        println!("{name}: {xml} B more of XML, {bytes} B and {count} allocations more");
        assert!(bytes <= 16 * xml, "{name}: {bytes} for {xml}");
        // A vector that grows doubles: a few more of those are no growth.
        assert!(count <= each * further + 32, "{name}: {count}");
    }
}
