//! Whether a login must name its user.

use super::NameId;

/// How a login names its user, as a type: [`NameId`], which is the default and always there, or
/// `Option<NameId>`, which [`accept_unnamed`](crate::ServiceProvider::accept_unnamed) asks for.
///
/// A host that never asks never meets a login without a name. No other type can stand here.
pub trait Naming: sealed::Sealed + Sized {
    /// Whether an assertion without a `NameID` is refused.
    #[doc(hidden)]
    const DEMAND: NameDemand;

    /// What the assertion said; `None` where that is not enough.
    #[doc(hidden)]
    fn of(said: Option<NameId>) -> Option<Self>;
}

/// Whether a name must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "it must or it need not")]
pub enum NameDemand {
    /// It must. The default: account links and single logout rest on it.
    #[default]
    Required,
    /// It need not (SDP-SP13): the host knows its users by an attribute.
    Optional,
}

impl Naming for NameId {
    const DEMAND: NameDemand = NameDemand::Required;

    fn of(said: Option<NameId>) -> Option<Self> {
        said
    }
}

impl Naming for Option<NameId> {
    const DEMAND: NameDemand = NameDemand::Optional;

    fn of(said: Self) -> Option<Self> {
        Some(said)
    }
}

mod sealed {
    use super::NameId;

    /// Nobody else names anybody.
    #[expect(unnameable_types, reason = "so that nobody else implements it")]
    pub trait Sealed {}
    impl Sealed for NameId {}
    impl Sealed for Option<NameId> {}
}
