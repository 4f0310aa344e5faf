//! Whether the time of an acceptance grows with what a message has many of.

use saml_testkit::{Element, Person, Signing};

use super::{World, best};

/// Whether time grows with octets: a message with few of something, one with many.
#[expect(
    clippy::print_stdout,
    reason = "the ratios are the output of this program"
)]
pub(super) fn print(world: &World) {
    let alice = Person::new("alice@corp.test", "Alice", "Archer");
    let values = |n| world.case("values", &alice.clone().groups(n), Signing::Both);
    let beside = |name, make: fn(usize) -> Element, n| {
        let built = world.built(&alice, Signing::Assertion);
        let built = built.edit(move |response| {
            let extensions = Element::new("saml2p:Extensions");
            // Many of them, so that they and not the login decide.
            let extensions = (0..200).fold(extensions, |all, _| all.child(make(n)));
            response.insert_after("saml2:Issuer", extensions);
        });
        world.of(&built, name)
    };
    println!();
    for (small, large) in [
        (values(250), values(8_000)),
        (beside("depth", nested, 10), beside("depth", nested, 50)),
        (
            beside("attributes", attributes, 10),
            beside("attributes", attributes, 60),
        ),
        (
            beside("namespaces", namespaces, 10),
            beside("namespaces", namespaces, 60),
        ),
    ] {
        let [few, many] = best(&mut [&mut || world.accept(&small), &mut || world.accept(&large)]);
        println!(
            "growth: {:<12} {few:.1?} to {many:.1?}, time x {:.1}, octets x {:.1}",
            small.name,
            many.as_secs_f64() / few.as_secs_f64(),
            large.field.len() as f64 / small.field.len() as f64
        );
    }
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
