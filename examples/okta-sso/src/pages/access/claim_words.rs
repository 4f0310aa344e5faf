//! The states of a claim in words: a tag, and what it means for whoever set the claim up.

use maud::{Markup, html};
use org_domain::claim::{ClaimState, PendingProof, ReleaseCause, ReviewCause};
use time::OffsetDateTime;

use crate::pages::words::{Tone, ago, instant};

/// A state's word and tone.
pub fn state_word(state: &ClaimState) -> (Tone, &'static str) {
    match state {
        ClaimState::Contested { .. } => (Tone::Bad, "contested"),
        ClaimState::Expired { .. } => (Tone::Plain, "expired"),
        ClaimState::Failing { .. } => (Tone::Bad, "record missing"),
        ClaimState::Lapsed { .. } => (Tone::Bad, "lapsed"),
        ClaimState::Pending { proof, .. } => (Tone::Warn, waits_for(*proof)),
        ClaimState::Released { cause, .. } => released(*cause),
        ClaimState::ReviewNeeded { .. } => (Tone::Warn, "being reviewed"),
        ClaimState::Superseded { .. } => (Tone::Bad, "proven by somebody else"),
        ClaimState::Transferring { .. } => (Tone::Warn, "being handed over"),
        ClaimState::Verified { .. } => (Tone::Good, "verified"),
    }
}

/// A claim that has ended, in a tag.
const fn released(cause: ReleaseCause) -> (Tone, &'static str) {
    match cause {
        ReleaseCause::ByOwner => (Tone::Plain, "given up"),
        ReleaseCause::Overtaken => (Tone::Bad, "lost to somebody else"),
        ReleaseCause::Transferred => (Tone::Plain, "handed over"),
        ReleaseCause::ByOperator => (Tone::Bad, "taken back by the service"),
        ReleaseCause::ReviewRejected => (Tone::Bad, "turned down"),
    }
}

const fn why_released(cause: ReleaseCause) -> &'static str {
    match cause {
        ReleaseCause::ByOwner => {
            "Your organization gave this domain up. Sign-in and provisioning for it are over."
        }
        ReleaseCause::Overtaken => {
            "Another organization proved this domain while your record was gone. Sign-in and provisioning for it are over \
             here. If it is yours, claim it again and publish the new record in place of theirs."
        }
        ReleaseCause::Transferred => {
            "The domain was handed over to another organization, as your organization had agreed."
        }
        ReleaseCause::ByOperator => {
            "The people who run this service took the domain back. Ask them why before you claim it again."
        }
        ReleaseCause::ReviewRejected => {
            "The people who run this service looked at the claim and turned it down. Ask them why."
        }
    }
}

/// Why a person of the service looks at a claim.
const fn why_reviewed(cause: ReviewCause) -> &'static str {
    match cause {
        ReviewCause::Brand => "the domain holds a name that is guarded here",
        ReviewCause::Confusable => "the domain resembles one that another organization holds",
        ReviewCause::PrivateSuffix => "below the domain there are names of other people",
    }
}

/// What a pending claim waits for, in a tag.
const fn waits_for(proof: PendingProof) -> &'static str {
    match proof {
        PendingProof::Missing => "waiting for the record",
        PendingProof::HeldElsewhere => "held by somebody else",
        PendingProof::WaitingForHold => "waiting for the hold",
        PendingProof::LockedForOthers => "locked for others",
    }
}

/// What stands between a record that was seen and a verified claim.
const fn in_the_way(proof: PendingProof) -> &'static str {
    match proof {
        PendingProof::Missing => "",
        PendingProof::HeldElsewhere => {
            "The record is there, and so is another organization's, which holds the domain. "
        }
        PendingProof::WaitingForHold => {
            "The record is there. The domain is yours when the 72 hours are over in which its holder may object. "
        }
        PendingProof::LockedForOthers => {
            "The record is there, but a lock record in the domain's DNS lets only other organizations claim it. \
             Whoever runs the DNS has to name your organization in it, or remove it. "
        }
    }
}

/// What a claim's state means and what to do.
pub fn explain(state: &ClaimState, now: OffsetDateTime) -> Markup {
    html! {
        @match state {
            ClaimState::Contested { until, .. } => { "Another organization proved this domain while your record is gone. Publish \
                yours again before " (instant(*until)) " to keep it." }
            ClaimState::Expired { .. } => { "The record was not seen in time. Claim again to get a new one." }
            ClaimState::Failing { since, .. } => { "The record is gone since " (instant(*since)) ". Everything still works; publish it \
                again within a week." }
            ClaimState::Lapsed { .. } => { "The record was gone too long. Publishing the same record revives the claim within 30 days." }
            ClaimState::Pending { expires_at, proof } => { (in_the_way(*proof)) "The DNS is looked at again and again, often at first. The record has to be \
                there before " (instant(*expires_at)) "; that can take a day to spread." }
            ClaimState::Released { cause, .. } => (why_released(*cause)),
            ClaimState::ReviewNeeded { cause, .. } => { "A person of the service looks at this claim first: " (why_reviewed(*cause)) ". There is \
                nothing to do meanwhile; what they decide is shown here." }
            ClaimState::Superseded { .. } => { "Another organization proved it first. If the domain is yours, claim it again: with your record in its \
                DNS and theirs gone, it is yours after the 72 hours in which they may object." }
            ClaimState::Transferring { expires_at, accepted_by, .. } => {
                @if accepted_by.is_some() { "Another organization has accepted this domain, and has to prove it before " (instant(*expires_at)) "." }
                @else { "Offered to another organization until " (instant(*expires_at)) "." }
                " Everything works here as before until they have proven it with a record of their own; then it is theirs."
            }
            ClaimState::Verified { proof_at, .. } => { "The record was last seen " (ago(*proof_at, now)) "." }
        }
    }
}
