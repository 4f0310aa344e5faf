//! The children of an element in schema order, each by its expanded name.
//!
//! Each call takes the next child or leaves it. What is left at the end is an error that says whether
//! the element is a second one of its kind, which is what attacks look like, or one that does not
//! belong there, which is what software that is wrong looks like.

use std::iter::Peekable;

use crate::error::{Code, Finding, Rejection};
use crate::xml::{Children, Element, Name, ShapeError, ShapeErrorKind};

/// A walk over the child elements of one element. Each call takes what stands next, so an element
/// out of order, or one that was not asked for, is left for [`end`](Self::end) to refuse.
#[derive(Debug)]
pub(crate) struct Sequence<'d> {
    parent: Element<'d>,
    children: Peekable<Children<'d>>,
}

impl<'d> Sequence<'d> {
    /// Begin at the first child; text between the children must be white space.
    pub(crate) fn of(parent: Element<'d>) -> Result<Self, Rejection> {
        parent
            .elements_only()
            .map_err(|error| refuse(parent, &error))?;
        Ok(Self {
            parent,
            children: parent.children().peekable(),
        })
    }

    /// The next child, if it has this name.
    pub(crate) fn optional(&mut self, name: Name<'_>) -> Option<Element<'d>> {
        self.children.next_if(|child| child.is(name))
    }

    /// The next child, which must have this name.
    pub(crate) fn one(&mut self, name: Name<'_>) -> Result<Element<'d>, Rejection> {
        self.optional(name).ok_or_else(|| {
            let later = self.parent.children_named(name).next().is_some();
            let code = if later {
                Code::ElementUnexpected
            } else {
                Code::ElementMissing
            };
            let mut finding = Finding::new(code)
                .expected(name.local)
                .at(self.parent.path());
            if let Some(next) = self.children.peek() {
                finding = finding.seen(next.name().local);
            }
            finding.into()
        })
    }

    /// The next child, whatever it is.
    pub(crate) fn any(&mut self) -> Option<Element<'d>> {
        self.children.next()
    }

    /// Nothing may be left.
    pub(crate) fn end(mut self) -> Result<(), Rejection> {
        match self.children.next() {
            None => Ok(()),
            Some(left) => {
                let name = left.name();
                let seen_before = self.parent.children_named(name).count() > 1;
                let code = if seen_before {
                    Code::ElementDuplicate
                } else {
                    Code::ElementUnexpected
                };
                Err(Finding::new(code).seen(name.local).at(left.path()).into())
            }
        }
    }
}

/// A shape error of the XML layer as a refusal that names the element.
pub(crate) fn refuse(element: Element<'_>, error: &ShapeError) -> Rejection {
    let code = match error.kind() {
        ShapeErrorKind::Missing => Code::ElementMissing,
        ShapeErrorKind::Repeated => Code::ElementDuplicate,
        ShapeErrorKind::MissingAttribute => Code::AttributeMissing,
        ShapeErrorKind::Unexpected => Code::ElementUnexpected,
        _ => Code::ElementContent,
    };
    Finding::new(code)
        .expected(error.name())
        .at(element.path())
        .into()
}
