//! Who has to act, and which kind of defect it is.

use std::fmt;

/// Who most likely has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The administrator of the identity provider: a field of the application there is wrong.
    IdpAdmin,
    /// The operator of the service provider: our own configuration or store.
    SpOperator,
    /// The person signing in: trying again, or signing in first, helps.
    User,
    /// A clock on either side.
    Clock,
    /// The software that produced the message broke a rule of the format.
    Sender,
    /// What an attacker would send. It may still be an accident; do not retry automatically.
    Attack,
}

impl Fault {
    /// The stable `snake_case` name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::IdpAdmin => "idp_admin",
            Self::SpOperator => "sp_operator",
            Self::User => "user",
            Self::Clock => "clock",
            Self::Sender => "sender",
            Self::Attack => "possible_attack",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The kind of defect a [`Code`](super::Code) stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// Not well-formed, or a construct that messages may not contain.
    Xml,
    /// A resource limit.
    Limit,
    /// The structure of SAML or XML Signature.
    Shape,
    /// IDs and references.
    Ref,
    /// Canonicalization.
    C14n,
    /// Algorithms and transforms.
    Alg,
    /// A digest value.
    Digest,
    /// A signature value.
    Sig,
    /// Keys and certificates.
    Trust,
    /// Encryption.
    Enc,
    /// Conditions, times, audience, recipient.
    Cond,
    /// Replay and request state.
    State,
    /// Issuer and tenant.
    Tenant,
    /// Bindings and queries.
    Bind,
    /// Metadata.
    Meta,
    /// Configuration and calls of this crate.
    Api,
}

impl Family {
    /// The stable `snake_case` name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::Limit => "limit",
            Self::Shape => "shape",
            Self::Ref => "ref",
            Self::C14n => "c14n",
            Self::Alg => "alg",
            Self::Digest => "digest",
            Self::Sig => "sig",
            Self::Trust => "trust",
            Self::Enc => "enc",
            Self::Cond => "cond",
            Self::State => "state",
            Self::Tenant => "tenant",
            Self::Bind => "bind",
            Self::Meta => "meta",
            Self::Api => "api",
        }
    }
}
