//! Stage two: which signatures have to verify.

use crate::error::Finding;
use crate::xml::Element;

use super::ids;

/// A signature and the element that holds it, which is the element it must cover.
#[derive(Clone, Debug)]
pub(super) struct Held<'d> {
    pub(super) target: Element<'d>,
    pub(super) id: String,
    pub(super) signature: Element<'d>,
}

/// One or two signatures, each a direct child of an element with an ID of its own. When the
/// Response and its Assertion both carry one, both have to verify.
#[derive(Clone, Debug)]
pub struct Candidate<'d> {
    pub(super) held: Vec<Held<'d>>,
}

impl<'d> Candidate<'d> {
    /// From pairs of target and signature, the outermost first.
    pub(super) fn new(signed: Vec<(Element<'d>, Element<'d>)>) -> Result<Self, Finding> {
        let held = signed.into_iter().map(|(target, signature)| {
            Ok(Held {
                target,
                id: ids::of(target)?,
                signature,
            })
        });
        Ok(Self {
            held: held.collect::<Result<_, Finding>>()?,
        })
    }

    /// How many signatures there are.
    #[must_use]
    pub fn signatures(&self) -> usize {
        self.held.len()
    }

    /// The element whose octets will be read: the outermost one that is signed.
    #[must_use]
    pub fn target(&self) -> Option<Element<'d>> {
        self.held.first().map(|held| held.target)
    }
}
