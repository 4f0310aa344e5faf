//! In which order a message is judged that will be refused.

/// Whether a message can be refused for what it says of itself before any key is used.
///
/// Most refusals need no cryptography: a wrong destination, audience or issuer, an answer that is
/// too late. What a message says of itself before its signature has verified is anybody's word,
/// and so it may refuse and never accept; whatever passes is judged again on the signed octets.
///
/// Either way all checks are run and all failures are listed, and the outward text is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[expect(clippy::exhaustive_enums, reason = "signatures first, or last")]
pub enum Diagnosis {
    /// Refuse first what needs no key. The default: a flood of answers that cannot be accepted
    /// then costs their reading only. The findings are those of the checks; whether the signature
    /// would have been good is not told, see
    /// [`Rejection::is_unverified`](crate::Rejection::is_unverified).
    #[default]
    Early,
    /// Verify first, always: every finding of a check is then the identity provider's word, and a
    /// signature that does not verify is told alone. For a page on which an admin reads what went
    /// wrong, behind a limit on how often, and for tools that judge one message at a time.
    Full,
}
