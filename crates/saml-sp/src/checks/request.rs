//! The answer fits what was expected (Profiles 4.1.4.3 and 4.1.5).
//!
//! The record is the host's own memory of a request. It is compared too, because finding a record is
//! the sender's choice: one made for another identity provider or another address is not the one that
//! this answer may use.

use super::response::kind;
use super::{Context, IdpInitiated};
use crate::assertion::{Around, write_time};
use crate::error::{Code, Finding};
use crate::near;

/// A login begun at the identity provider is accepted only where that was allowed.
pub(super) fn solicited(_: &Around<'_>, context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.expected.record().is_none() && context.idp_initiated == IdpInitiated::Forbidden {
        findings.push(
            Finding::new(Code::UnsolicitedForbidden)
                .expected("an answer to a request")
                .seen(kind(&context.expected)),
        );
    }
}

/// The request was sent to this identity provider, for this service, and is not too old.
pub(super) fn record(_: &Around<'_>, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(record) = context.expected.record() else {
        return;
    };
    if record.idp() != context.idp {
        findings.push(
            Finding::new(Code::RequestForOtherIdp)
                .expected(context.idp)
                .seen(record.idp()),
        );
    }
    if record.acs() != context.acs.listening() {
        let mut finding = Finding::new(Code::RequestForOtherAcs)
            .expected(context.acs.listening())
            .seen(record.acs());
        if let Some(hint) = near::url(context.acs.listening(), record.acs()) {
            finding = finding.hint(hint);
        }
        findings.push(finding);
    }
    if context.now >= record.expires_at() {
        findings.push(
            Finding::new(Code::RequestExpired)
                .expected(format!(
                    "an answer before {}",
                    write_time(record.expires_at())
                ))
                .seen(write_time(context.now)),
        );
    }
    if !context.expected.browser_fits() {
        findings.push(
            Finding::new(Code::BrowserMismatch).expected("the browser that started the login"),
        );
    }
}
