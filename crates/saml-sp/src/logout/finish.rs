//! The identity provider's answer to our logout request.

use time::OffsetDateTime;

use super::message::LogoutMessage;
use super::start::LogoutRecord;
use super::verify::{envelope_findings, verified};
use crate::assertion::{Status, refuse, write_time};
use crate::binding::Role;
use crate::error::{Code, Finding, Rejection};
use crate::idp::Idp;
use crate::message;
use crate::names::samlp;
use crate::sp::ServiceProvider;

/// How far the logout got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogoutEnd {
    /// Every session is over.
    Complete,
    /// The identity provider could not end the session at some other service: tell the user to
    /// close the browser.
    Partial,
}

impl ServiceProvider {
    /// Judge the answer to a logout request of ours. Nothing here ends a session: the local one is
    /// over already.
    ///
    /// A refusal is therefore no reason to keep anybody signed in; tell the user to close the
    /// browser, as for [`LogoutEnd::Partial`], and the operator why.
    ///
    /// ```
    /// # use saml_sp::{Idp, Rejection, ServiceProvider, logout::{LogoutEnd, LogoutMessage, LogoutRecord}};
    /// # fn f(sp: &ServiceProvider, idp: &Idp, query: &str, record: &LogoutRecord, now: time::OffsetDateTime) -> Result<(), Rejection> {
    /// let message = LogoutMessage::from_query(query, sp.limits())?; // the raw query, not decoded
    /// match sp.finish_logout(idp, &message, record, now)? {
    ///     LogoutEnd::Complete => { /* signed out everywhere */ }
    ///     _ => { /* some service did not answer: close the browser */ }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Code::InResponseToMismatch`] for the answer to another request, [`Code::RequestExpired`],
    /// [`Code::LogoutIncomplete`] for an error status, and every code of signatures and envelope.
    pub fn finish_logout(
        &self,
        idp: &Idp,
        message: &LogoutMessage,
        record: &LogoutRecord,
        now: OffsetDateTime,
    ) -> Result<LogoutEnd, Rejection> {
        idp.in_its_words(self.finished(idp, message, record, now))
    }

    fn finished(
        &self,
        idp: &Idp,
        message: &LogoutMessage,
        record: &LogoutRecord,
        now: OffsetDateTime,
    ) -> Result<LogoutEnd, Rejection> {
        let signed = verified(self, idp, message, Role::Response)?;
        let document = message::document(signed.as_bytes(), &self.limits)?;
        let root = document.root();
        let mut findings = envelope_findings(self, idp, root, now)?;
        let answered = root.attribute("InResponseTo");
        if answered.as_deref() != Some(record.id.as_str()) || record.idp != idp.issuer() {
            findings.push(
                Finding::new(Code::InResponseToMismatch)
                    .expected(record.id.as_str())
                    .seen(answered.as_deref().unwrap_or("none"))
                    .at("/LogoutResponse/@InResponseTo"),
            );
        }
        if now >= record.expires_at.saturating_add(self.skew_for(idp)) {
            findings.push(
                Finding::new(Code::RequestExpired)
                    .expected(format!(
                        "an answer before {}",
                        write_time(record.expires_at)
                    ))
                    .seen(write_time(now)),
            );
        }
        let status = root
            .one(samlp("Status"))
            .map_err(|error| refuse(root, &error))?;
        let status = Status::read(status)?;
        let partial = status
            .sub_code
            .as_deref()
            .is_some_and(|code| code.ends_with(":PartialLogout"));
        if let Some(failure) = status.failure().filter(|_| !partial) {
            let seen = failure.seen_value().unwrap_or_default().to_owned();
            findings.push(
                Finding::new(Code::LogoutIncomplete)
                    .seen(seen)
                    .at("/LogoutResponse/Status"),
            );
        }
        match Rejection::from_findings(findings) {
            Some(rejection) => Err(rejection),
            None if partial => Ok(LogoutEnd::Partial),
            None => Ok(LogoutEnd::Complete),
        }
    }
}
