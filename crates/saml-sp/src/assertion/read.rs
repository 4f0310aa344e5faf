//! The assertion itself (Core 2.3.3).
//!
//! Children are taken in the order of the schema and by their expanded names, so an element that is
//! doubled, out of place, or of another namespace is refused instead of passed over. Nothing here
//! searches: there is no way to find a second `Subject` somewhere below.

use time::OffsetDateTime;

use super::conditions::Conditions;
use super::envelope::{EnvelopeFacts, issuer, version};
use super::required_time;
use super::sequence::{Sequence, refuse};
use super::statements::{AuthnStatement, Collector, read_attributes};
use super::subject::Subject;
use crate::dsig::Covers;
use crate::error::{Code, Finding, Rejection};
use crate::login::Attributes;
use crate::names::{ASSERTION_NS, ds, saml};
use crate::prove::{Proven, Trust};
use crate::xml::Element;

/// An assertion, as typed values. Exists only for bytes whose signature was verified.
#[derive(Debug)]
pub(crate) struct Assertion {
    pub(crate) id: String,
    pub(crate) issue_instant: OffsetDateTime,
    pub(crate) issuer: String,
    pub(crate) subject: Subject,
    pub(crate) conditions: Option<Conditions>,
    pub(crate) authn: Vec<AuthnStatement>,
    pub(crate) attributes: Attributes,
}

/// An assertion with what its Response says: signed too, or else able to veto only.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) assertion: Assertion,
    pub(crate) envelope: EnvelopeFacts,
    pub(crate) coverage: Coverage,
}

/// What the Response around an assertion says of itself, and how much that is worth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around<'a> {
    pub(crate) facts: &'a EnvelopeFacts,
    pub(crate) coverage: Coverage,
}

impl Statement {
    pub(crate) const fn around(&self) -> Around<'_> {
        Around {
            facts: &self.envelope,
            coverage: self.coverage,
        }
    }
}

/// What a message says before any signature of it was verified. It can be looked at for reasons
/// to refuse, and there is no way from here to a [`Statement`].
#[derive(Debug)]
pub(crate) struct Unproven(Statement);

impl Unproven {
    /// Read the plain assertion of an unverified Response. Nothing encrypted is opened: that
    /// would be an error here.
    pub(crate) fn read(
        assertion: Element<'_>,
        around: Around<'_>,
        trust: &Trust<'_>,
    ) -> Result<Self, Rejection> {
        let without_keys = Trust {
            decryption: &[],
            ..*trust
        };
        Ok(Self(Statement {
            assertion: Assertion::read_element(assertion, &without_keys)?,
            envelope: around.facts.clone(),
            coverage: around.coverage,
        }))
    }

    /// What a check finds.
    pub(crate) fn refused_by(&self, check: impl FnOnce(&Statement)) {
        check(&self.0);
    }
}

/// Whether the `Response` element is among what was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coverage {
    /// The Response is signed: its `Destination` must be there (Bindings 3.5.5.2).
    Response,
    /// Only the assertion is signed: the Response around it may only veto.
    AssertionOnly,
}

impl Assertion {
    /// Read what was proven. `claimed` is what the unverified Response says of itself; it is
    /// replaced by the signed words where the Response is signed.
    pub(crate) fn read(
        proven: &Proven,
        claimed: EnvelopeFacts,
        trust: &Trust<'_>,
    ) -> Result<Statement, Rejection> {
        let limits = trust.limits;
        let document = proven.signed().document(limits)?;
        let root = document.root();
        if proven.signed().covers() != Covers::Assertion {
            return Ok(Statement {
                envelope: EnvelopeFacts::read(root)?,
                assertion: Self::read_element(only_assertion(root)?, trust)?,
                coverage: Coverage::Response,
            });
        }
        let assertion = Self::read_element(root, trust)?;
        let Some(response) = proven.response() else {
            return Ok(Statement {
                assertion,
                envelope: claimed,
                coverage: Coverage::AssertionOnly,
            });
        };
        let envelope = EnvelopeFacts::read(response.document(limits)?.root())?;
        Ok(Statement {
            assertion,
            envelope,
            coverage: Coverage::Response,
        })
    }

    /// Read an `Assertion` element, for [`read`](Self::read) of a document that was parsed from
    /// signed bytes, and for what is [`Unproven`] and stays it.
    fn read_element(element: Element<'_>, trust: &Trust<'_>) -> Result<Self, Rejection> {
        version(element)?;
        let mut children = Sequence::of(element)?;
        let issuer = issuer(children.one(saml("Issuer"))?)?;
        let _ = children.optional(ds("Signature"));
        let subject = children.optional(saml("Subject")).map_or_else(
            || no_subject(element),
            |subject| Subject::read(subject, trust),
        )?;
        let conditions = children
            .optional(saml("Conditions"))
            .map(Conditions::read)
            .transpose()?;
        let _ = children.optional(saml("Advice"));
        let (authn, attributes) = statements(children, trust)?;
        Ok(Self {
            id: element
                .required_attribute("ID")
                .map_err(|error| refuse(element, &error))?
                .into_owned(),
            issue_instant: required_time(element, "IssueInstant")?,
            issuer,
            subject,
            conditions,
            authn,
            attributes,
        })
    }
}

/// No subject stands where one may: there is none, which the checks judge, or something stands in
/// its way.
fn no_subject(element: Element<'_>) -> Result<Subject, Rejection> {
    if element
        .children()
        .any(|child| child.name().local == "Subject")
    {
        let next = element.children().find(|child| {
            !child.is(ds("Signature")) && (!child.is(saml("Issuer")) || has_twin(*child))
        });
        let place = next.unwrap_or(element);
        let code = if has_twin(place) {
            Code::ElementDuplicate
        } else {
            Code::ElementUnexpected
        };
        return Err(Finding::new(code)
            .expected("Subject")
            .seen(place.name().local)
            .at(place.path())
            .into());
    }
    Ok(Subject::default())
}

/// Whether a sibling has the same name.
fn has_twin(element: Element<'_>) -> bool {
    element
        .parent()
        .is_some_and(|parent| parent.children_named(element.name()).count() > 1)
}

/// The one assertion of a signed Response.
fn only_assertion(response: Element<'_>) -> Result<Element<'_>, Rejection> {
    response
        .one(saml("Assertion"))
        .map_err(|error| refuse(response, &error))
}

/// The statements, which may stand in any order. Decisions and statements of other types say
/// nothing about who signed in and are passed over.
fn statements(
    mut children: Sequence<'_>,
    trust: &Trust<'_>,
) -> Result<(Vec<AuthnStatement>, Attributes), Rejection> {
    let (mut authn, mut attributes) = (Vec::new(), Collector::default());
    while let Some(child) = children.any() {
        let name = child.name();
        match (name.namespace, name.local) {
            (ASSERTION_NS, "AuthnStatement") => authn.push(AuthnStatement::read(child)?),
            (ASSERTION_NS, "AttributeStatement") => read_attributes(child, trust, &mut attributes)?,
            (ASSERTION_NS, "AuthzDecisionStatement" | "Statement") => {}
            (_, local) => {
                let code = if has_twin(child) {
                    Code::ElementDuplicate
                } else {
                    Code::ElementUnexpected
                };
                return Err(Finding::new(code).seen(local).at(child.path()).into());
            }
        }
    }
    Ok((authn, attributes.finish()))
}
