//! Answering a logout request: always, and honestly (Core 3.7.2).

use time::OffsetDateTime;

use super::receive::LogoutOrder;
use crate::assertion::write_time;
use crate::binding::{Delivery, Outgoing, Role};
use crate::error::UsageError;
use crate::idp::Idp;
use crate::names::{ASSERTION_NS, PROTOCOL_NS, STATUS_SUCCESS};
use crate::random::Random;
use crate::request::fresh_id;
use crate::sp::ServiceProvider;
use crate::xml::Writer;

/// What became of the sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogoutResult {
    /// All of them are over, or there were none.
    Done,
    /// Some could not be ended.
    Partial,
    /// It failed.
    Failed,
}

impl LogoutResult {
    /// Top-level status, and the one below it.
    const fn status(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Done => (STATUS_SUCCESS, None),
            Self::Partial => (
                STATUS_SUCCESS,
                Some("urn:oasis:names:tc:SAML:2.0:status:PartialLogout"),
            ),
            Self::Failed => ("urn:oasis:names:tc:SAML:2.0:status:Responder", None),
        }
    }
}

impl ServiceProvider {
    /// Answer a logout request, signed, to the identity provider's `ResponseLocation` if it has one.
    ///
    /// Always answer, also where there was no session to end: without an answer the identity
    /// provider's own logout hangs in the user's browser. Say [`LogoutResult::Partial`] or
    /// [`LogoutResult::Failed`] where that is the truth; the user is told then.
    ///
    /// # Errors
    /// [`Code::SigningFailed`](crate::Code::SigningFailed) without a signing key,
    /// [`Code::ConfigInvalid`](crate::Code::ConfigInvalid) without a logout service at the identity
    /// provider, [`Code::RandomFailed`](crate::Code::RandomFailed).
    pub fn answer_logout(
        &self,
        idp: &Idp,
        order: &LogoutOrder,
        result: LogoutResult,
        random: &mut dyn Random,
        now: OffsetDateTime,
    ) -> Result<Delivery, UsageError> {
        let service = idp.logout_service()?;
        let endpoint = service.answers_to();
        let id = fresh_id(random)?;
        let mut writer = Writer::new();
        writer
            .open(
                "samlp:LogoutResponse",
                &[
                    ("xmlns:samlp", PROTOCOL_NS),
                    ("Destination", endpoint),
                    ("ID", id.as_str()),
                    ("InResponseTo", &order.id),
                    ("IssueInstant", &write_time(now)),
                    ("Version", "2.0"),
                ],
            )
            .leaf(
                "saml:Issuer",
                &[("xmlns:saml", ASSERTION_NS)],
                &self.entity_id,
            )
            .open("samlp:Status", &[]);
        let (top, sub) = result.status();
        writer.open("samlp:StatusCode", &[("Value", top)]);
        if let Some(sub) = sub {
            writer.leaf("samlp:StatusCode", &[("Value", sub)], "");
        }
        let xml = crate::request::finish(writer)?;
        let outgoing = Outgoing {
            role: Role::Response,
            endpoint,
            xml: &xml,
            relay_state: order.relay_state.as_deref(),
            signer: Some(self.signer()?),
        };
        let delivery = service.deliver(outgoing, &self.crypto)?;
        Ok(match delivery {
            Delivery::Post(page) => {
                let sign_in = [idp.sign_in_redirect(), idp.sign_in_post()];
                let logout = [service.location(), endpoint];
                Delivery::Post(
                    page.framed_by(logout.into_iter().chain(sign_in.into_iter().flatten())),
                )
            }
            redirect @ Delivery::Redirect(_) => redirect,
        })
    }
}
