//! Mutants of signed answers: whatever is accepted says exactly what was signed.
//!
//! The seeds are signed by the test kit, each in another way. A mutant is made from the tree
//! (elements moved, copied, dropped, swapped, nested; attributes and text changed; forged
//! assertions put anywhere) or from the octets. Nobody but the kit signs, so an accepted mutant
//! has to yield the very same values as its seed; most are refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_sp::store::memory::{MemoryReplayStore, MemoryRequestStore};
use saml_sp::{AcsForm, Expected, Rejection, RequestStore as _};
use saml_testkit::defect::FORGED_NAME_ID;
use saml_testkit::{Element, Node, ResponseBuilder, Signing};

use crate::bench::{NOW, good, idp, ready, record, sp};

/// A small generator, so that a failing mutant can be made again from its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % sides.max(1)
    }
}

fn seeds() -> [ResponseBuilder; 3] {
    [Signing::Both, Signing::Response, Signing::Assertion].map(|signing| good().sign(signing))
}

/// Everything a host can read.
fn read(xml: &[u8]) -> Result<String, Rejection> {
    let form = AcsForm::from_fields(STANDARD.encode(xml), None, sp().limits())?;
    let record = record();
    let pending = sp().accept(&form, &idp(), Expected::Request(&record), NOW)?;
    let stores = (
        MemoryReplayStore::with_capacity(2),
        MemoryRequestStore::with_capacity(2),
    );
    ready(stores.1.put(&record)).unwrap();
    let login = ready(pending.redeem(&stores.0, &stores.1, NOW))?;
    let attributes: Vec<_> = login
        .attributes()
        .iter()
        .map(|a| (a.name(), a.name_format(), a.values().collect::<Vec<_>>()))
        .collect();
    let name_id = login.name_id();
    Ok(format!(
        "{:?} {:?} {attributes:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        name_id.value(),
        (
            name_id.format(),
            name_id.name_qualifier(),
            name_id.sp_name_qualifier()
        ),
        login.issuer(),
        login.session_index(),
        login.assertion_id(),
        login.authn_instant(),
        login.authn_context_class(),
        login.session_not_on_or_after(),
    ))
}

/// How many elements there are, the root included.
fn count(element: &Element) -> usize {
    let children = element.children().iter();
    1 + children
        .map(|n| {
            if let Node::Element(e) = n {
                count(e)
            } else {
                0
            }
        })
        .sum::<usize>()
}

/// The element of this number in document order.
fn nth<'e>(element: &'e mut Element, number: &mut usize) -> Option<&'e mut Element> {
    if *number == 0 {
        return Some(element);
    }
    *number -= 1;
    element
        .children_mut()
        .iter_mut()
        .find_map(|node| match node {
            Node::Element(child) => nth(child, number),
            _ => None,
        })
}

fn any<'e>(root: &'e mut Element, dice: &mut Dice) -> &'e mut Element {
    let mut number = dice.roll(count(root));
    nth(root, &mut number).unwrap()
}

fn forged(root: &Element) -> Node {
    let mut copy = root.first("saml2:Assertion").unwrap_or(root).clone();
    if let Some(name_id) = copy.at_mut(&["saml2:Subject", "saml2:NameID"]) {
        name_id.set_text(FORGED_NAME_ID);
    }
    Node::Element(copy)
}

fn mutate(root: &mut Element, dice: &mut Dice) {
    let donor = any(root, dice).clone();
    let forgery = forged(root);
    let roll = dice.roll(16);
    let aside = dice.roll(1000);
    let place = any(root, dice);
    let children = place.children().len();
    let at = aside % (children + 1);
    match roll {
        0 => place.children_mut().insert(at, Node::Element(donor)),
        1 if children > 0 => drop(place.children_mut().remove(aside % children)),
        2 if children > 1 => place.children_mut().swap(0, children - 1),
        3 => place.children_mut().reverse(),
        4 => place.children_mut().insert(at, forgery),
        5 => *place = donor,
        6 => place
            .children_mut()
            .insert(at, Node::Text(" \n".to_owned())),
        7 => place.set_text(FORGED_NAME_ID),
        8 => place.set_attribute("ID", "_r1"),
        9 => place.set_attribute("xmlns:saml2", "urn:other"),
        10 => place.set_attribute("xmlns", "urn:oasis:names:tc:SAML:2.0:assertion"),
        11 => place.set_attribute("xmlns:extra", "urn:extra"),
        12 => {
            let inner = place.clone();
            place.children_mut().push(Node::Element(inner));
        }
        13 => place.set_attribute("xml:lang", "en"),
        14 => place.children_mut().insert(
            at,
            Node::Verbatim {
                written: "<!---->".to_owned(),
                canonical: String::new(),
            },
        ),
        _ => {
            let name = place.name().replace("saml2:", "ds:");
            *place = place
                .children()
                .iter()
                .cloned()
                .fold(Element::new(&name), |e, n| match n {
                    Node::Element(c) => e.child(c),
                    Node::Text(t) => e.text(&t),
                    Node::Verbatim { written, canonical } => e.verbatim(&written, &canonical),
                });
        }
    }
}

#[test]
fn a_tree_mutant_says_what_was_signed_or_nothing() {
    let (mut accepted, mut refused) = (0, 0);
    for (seed, builder) in seeds().iter().enumerate() {
        let tree = builder.tree();
        let signed = read(tree.written().as_bytes()).unwrap();
        for number in 0..700_u64 {
            let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (number << 8) ^ seed as u64);
            let mut mutant = tree.clone();
            for _ in 0..=dice.roll(3) {
                mutate(&mut mutant, &mut dice);
            }
            match read(mutant.written().as_bytes()) {
                Ok(identity) => {
                    assert_eq!(identity, signed, "mutant {number} of seed {seed}");
                    accepted += 1;
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(
        accepted > 20 && refused > 1_000,
        "{accepted} accepted, {refused} refused"
    );
}

#[test]
fn an_octet_mutant_says_what_was_signed_or_nothing() {
    let mut accepted = 0;
    for (seed, builder) in seeds().iter().enumerate() {
        let octets = builder.octets();
        let signed = read(&octets).unwrap();
        let mut dice = Dice(7 + seed as u64);
        for at in (seed..octets.len()).step_by(11) {
            let mut mutant = octets.clone();
            match dice.roll(4) {
                0 => mutant[at] ^= 1 << dice.roll(8),
                1 => drop(mutant.remove(at)),
                2 => mutant.insert(at, b" <>&\"'/=x"[dice.roll(9)]),
                _ => mutant.swap(at, dice.roll(octets.len())),
            }
            if let Ok(identity) = read(&mutant) {
                assert_eq!(identity, signed, "octet {at} of seed {seed}");
                accepted += 1;
            }
        }
    }
    assert!(accepted > 0, "not even a byte of KeyInfo may change");
}
