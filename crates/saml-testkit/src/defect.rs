//! The catalogue: one name per defect and per attack.
//!
//! Every member changes a correct answer in one respect. Attacks try to sign in
//! [`FORGED_NAME_ID`]; a service provider is right when it refuses them, or at least hands out
//! nothing but what the key holder signed. Everything that can be signed is signed again with
//! the kit's own SHA-256 keys, so nothing is refused for an accidental reason.
//!
//! ```
//! use saml_testkit::defect::{Defect as _, FORGED_NAME_ID, Wrapping};
//! use saml_testkit::{Person, SpTarget, TestIdp};
//! use time::macros::datetime;
//!
//! let target = SpTarget::new("https://sp.test/acs", "https://sp.test/entity");
//! let good = TestIdp::okta().response(&target, &Person::named("alice"), datetime!(2026-01-31 12:00 UTC));
//! for attack in Wrapping::ALL {
//!     let message = good.clone().with(*attack).xml();
//!     assert!(message.contains(FORGED_NAME_ID), "{}", attack.name());
//! }
//! ```

#[doc = include_str!("defect/answers.md")]
pub mod answers {}
mod content;
mod encryption;
mod error_status;
mod lexical;
mod logout;
mod metadata;
mod signature;
mod wrapping;

pub use content::Content;
pub use encryption::EncryptionDefect;
pub use error_status::ErrorStatus;
pub use lexical::{Harmless, Lexical};
pub use logout::LogoutDefect;
pub use metadata::MetadataDefect;
pub use signature::SignatureDefect;
pub use wrapping::Wrapping;

use crate::response::ResponseBuilder;
use crate::tree::{Element, Node};

/// The identity that attacks try to reach.
pub const FORGED_NAME_ID: &str = "chief@corp.test";

/// Something that can be wrong with a message; see [`ResponseBuilder::with`].
pub trait Defect {
    /// Builds the defect into the message.
    #[must_use]
    fn apply(self, builder: ResponseBuilder) -> ResponseBuilder;

    /// The member's name, for messages of table-driven tests.
    fn name(&self) -> &'static str;
}

/// Declares a family of defects: an enum, the list of its members, and what each does.
macro_rules! family {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $member:ident => $apply:expr,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* $member,)* }

        impl $name {
            /// Every member, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$member,)*];
        }

        impl $crate::defect::Defect for $name {
            fn apply(self, builder: $crate::ResponseBuilder) -> $crate::ResponseBuilder {
                match self { $(Self::$member => { let build: fn($crate::ResponseBuilder) -> $crate::ResponseBuilder = $apply; build(builder) })* }
            }

            fn name(&self) -> &'static str {
                match self { $(Self::$member => stringify!($member),)* }
            }
        }
    };
}
use family;

/// Gives an assertion the forged identity and another id.
fn forge(assertion: &mut Element) {
    assertion.set_attribute("ID", "id99999999999999999999999999");
    if let Some(name_id) = assertion.at_mut(&["saml2:Subject", "saml2:NameID"]) {
        name_id.set_text(FORGED_NAME_ID);
    }
    if let Some(statement) = assertion.first_mut("saml2:AttributeStatement") {
        for node in statement.children_mut() {
            if let Node::Element(attribute) = node
                && attribute.attribute_value("Name") == Some("email")
                && let Some(value) = attribute.first_mut("saml2:AttributeValue")
            {
                value.set_text(FORGED_NAME_ID);
            }
        }
    }
}

/// A copy with the forged identity and without a signature.
fn forged_unsigned(assertion: &Element) -> Element {
    let mut copy = assertion.clone();
    forge(&mut copy);
    copy.take("ds:Signature");
    copy
}

/// The element of this name, which the message is known to have.
#[expect(
    clippy::panic,
    reason = "an attack that finds no place must stop the test that asked for it"
)]
fn taken(from: &mut Element, name: &str) -> Element {
    from.take(name)
        .unwrap_or_else(|| panic!("the message has no {name}"))
}
