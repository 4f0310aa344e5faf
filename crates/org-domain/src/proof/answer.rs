//! DNS answers as values, and what one answer says about a proof.

use crate::proof::record::ProofRecord;

/// Most TXT records looked at in one answer; a domain with more is misused or hostile.
pub const MAX_RECORDS: usize = 256;
/// Most bytes of TXT data looked at in one answer: what a DNS message over TCP can hold.
pub const MAX_ANSWER_BYTES: usize = 65_535;

/// What one resolver said about the TXT records at the proof's name.
///
/// The difference between *absent* and *indeterminate* carries the whole life cycle: only a
/// definite absence counts against a claim, and nothing but a definite presence counts for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TxtAnswer {
    /// The records at the name, the character-strings of each one joined in order.
    Present(Vec<Vec<u8>>),
    /// An authoritative statement that there is none.
    Absent(Absence),
    /// No statement either way.
    Indeterminate(Doubt),
    /// DNSSEC validation failed: someone may be tampering. Never counts as proof or absence.
    Bogus,
}

/// How the zone said that there is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// The name does not exist (NXDOMAIN).
    NoName,
    /// The name exists without TXT records (NODATA), or with others only.
    NoData,
}

/// Why an answer says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Doubt {
    /// The resolver or the zone's servers failed (SERVFAIL).
    ServerFailure,
    /// The resolver would not answer (REFUSED).
    Refused,
    /// Nothing came back in time.
    Timeout,
    /// The network failed below DNS.
    Network,
    /// The answer could not be read, or was cut off and not to be had in full.
    Malformed,
    /// More than [`MAX_RECORDS`] records or [`MAX_ANSWER_BYTES`] bytes.
    TooLarge,
    /// The CNAME chain loops or is longer than 8.
    AliasChain,
    /// The resolvers asked do not agree, or too few of them answered.
    Disagreement,
    /// The signatures of the zone do not verify. For a proof this is [`TxtAnswer::Bogus`], with an
    /// alarm of its own.
    Forged,
}

/// What the answers together mean for one claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The record was seen.
    Proven,
    /// The record is definitely not there.
    Absent,
    /// Nothing can be said.
    Indeterminate(Doubt),
    /// DNSSEC validation failed somewhere; look into it.
    Bogus,
}

impl TxtAnswer {
    /// What this one answer means for the proof.
    ///
    /// ```
    /// # use org_domain::proof::{Absence, TxtAnswer, Verdict};
    /// # use org_domain::{policy::*, proof::*, *};
    /// # let now = time::macros::datetime!(2026-01-05 12:00 UTC);
    /// # let admin = Actor { account: AccountId::new("ada")?, role: Role::Admin, authenticated_at: now };
    /// # let quiet = ClaimCircumstances { pending_claims: 0, claims: 0, last_manual_check: None,
    /// #     manual_checks_last_hour: 0, last_domain_under_required_sso: LastDomain::No, owner_lock: LockStanding::Absent };
    /// # let permit = permit_claim(ClaimAction::Start, &OrgId::new("o1")?, &admin, &quiet, now)?;
    /// # let domain = ClaimRules::default().check(Domain::parse("acme.com")?)?;
    /// # let token = Token::generate(&mut |bytes: &mut [u8]| { bytes.fill(7); Ok(()) })?;
    /// # let style = ProofStyle::new(AppLabel::new("app")?);
    /// # let claim = Claim::start(&permit, domain, token, &style, now)?.claim;
    /// let record = claim.record();
    /// let seen = TxtAnswer::Present(vec![b"v=spf1 -all".to_vec(), record.value().into_bytes()]);
    /// assert_eq!(seen.verdict(&record), Verdict::Proven);
    /// assert_eq!(TxtAnswer::Absent(Absence::NoName).verdict(&record), Verdict::Absent);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn verdict(&self, record: &ProofRecord) -> Verdict {
        match self {
            Self::Present(texts) if is_too_large(texts) => Verdict::Indeterminate(Doubt::TooLarge),
            Self::Present(texts) if texts.iter().any(|text| record.is_in(text)) => Verdict::Proven,
            Self::Present(_) | Self::Absent(_) => Verdict::Absent,
            Self::Indeterminate(doubt) => Verdict::Indeterminate(*doubt),
            Self::Bogus => Verdict::Bogus,
        }
    }
}

/// Bounds the work that an answer can cause.
pub(crate) fn is_too_large(texts: &[Vec<u8>]) -> bool {
    texts.len() > MAX_RECORDS || texts.iter().map(Vec::len).sum::<usize>() > MAX_ANSWER_BYTES
}

impl core::fmt::Display for Doubt {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::ServerFailure => "the servers of the domain failed",
            Self::Refused => "the question was refused",
            Self::Timeout => "no answer in time",
            Self::Network => "the network failed",
            Self::Malformed => "the answer was incomplete or unreadable",
            Self::TooLarge => "the answer is too large",
            Self::AliasChain => "the aliases loop or are too many",
            Self::Disagreement => "the resolvers do not agree",
            Self::Forged => "the DNSSEC signatures of the domain are broken",
        })
    }
}
