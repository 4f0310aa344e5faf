//! A logout that we ask for.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::session::SessionIdentity;
use crate::assertion::write_time;
use crate::binding::{Delivery, Outgoing, Role};
use crate::error::{Code, Finding, UsageError};
use crate::idp::Idp;
use crate::login::NameId;
use crate::names::{ASSERTION_NS, PROTOCOL_NS};
use crate::random::Random;
use crate::record::{RelayHandle, RequestId};
use crate::request::{fresh_id, random_hex};
use crate::sp::ServiceProvider;
use crate::xml::Writer;

/// How long the identity provider may take up our request, and we its answer.
const LIFETIME: Duration = Duration::minutes(5);

/// What to remember of a logout request until its answer, by its [`relay`](Self::relay). It holds
/// nothing of the user and can be stored (serde).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutRecord {
    pub(super) id: RequestId,
    pub(super) idp: String,
    relay: RelayHandle,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) expires_at: OffsetDateTime,
}

impl LogoutRecord {
    /// The request's ID, as the answer repeats it.
    #[must_use]
    pub const fn id(&self) -> &RequestId {
        &self.id
    }

    /// The handle that the answer's `RelayState` repeats.
    #[must_use]
    pub const fn relay(&self) -> &RelayHandle {
        &self.relay
    }

    /// Until when an answer is accepted.
    #[must_use]
    pub const fn expires_at(&self) -> OffsetDateTime {
        self.expires_at
    }
}

/// A logout request that is ready to go.
#[derive(Clone, Debug)]
#[must_use = "the browser must be sent on"]
pub struct StartedLogout {
    delivery: Delivery,
    record: LogoutRecord,
}

impl StartedLogout {
    /// What the browser is to do.
    #[must_use]
    pub const fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// What to remember until the answer.
    #[must_use]
    pub const fn record(&self) -> &LogoutRecord {
        &self.record
    }
}

impl ServiceProvider {
    /// Ask the identity provider to end the user's session everywhere. End the local session
    /// first (SDP-SP34): whatever becomes of the request, the user is signed out here.
    ///
    /// Use it where somebody asks to be signed out, not when a session merely times out
    /// (SDP-SP35): that would sign the user out of every other service too.
    ///
    /// ```
    /// # use saml_sp::{Idp, Random, ServiceProvider, binding::Delivery, error::UsageError, logout::SessionIdentity};
    /// # fn f(sp: &ServiceProvider, idp: &Idp, session: &SessionIdentity, random: &mut dyn Random, now: time::OffsetDateTime) -> Result<(), UsageError> {
    /// let started = sp.start_logout(idp, session, random, now)?;
    /// // Keep the record under its relay handle until the answer comes; it holds nothing personal.
    /// let (handle, record) = (started.record().relay(), started.record());
    /// match started.delivery() {
    ///     Delivery::Redirect(url) => { /* 303 to url */ }
    ///     Delivery::Post(page) => { /* page.html() with page.headers() */ }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] when the session is of another identity provider or that has no
    /// logout service, [`Code::SigningFailed`] without a signing key, [`Code::RandomFailed`].
    pub fn start_logout(
        &self,
        idp: &Idp,
        session: &SessionIdentity,
        random: &mut dyn Random,
        now: OffsetDateTime,
    ) -> Result<StartedLogout, UsageError> {
        if session.issuer() != idp.issuer() {
            return Err(Finding::new(Code::ConfigInvalid)
                .expected(format!("a session of {}", idp.issuer()))
                .seen(session.issuer())
                .into());
        }
        let service = idp.logout_service()?;
        let record = LogoutRecord {
            id: fresh_id(random)?,
            idp: idp.issuer().to_owned(),
            relay: RelayHandle::new(random_hex(random)?)
                .ok_or_else(|| UsageError::from(Finding::new(Code::RandomFailed)))?,
            expires_at: now.saturating_add(LIFETIME),
        };
        let xml = self.logout_request(&record, session, service.location(), now)?;
        let outgoing = Outgoing {
            role: Role::Request,
            endpoint: service.location(),
            xml: &xml,
            relay_state: Some(record.relay.as_str()),
            signer: Some(self.signer()?),
        };
        Ok(StartedLogout {
            delivery: service.deliver(outgoing, &self.crypto)?,
            record,
        })
    }

    fn logout_request(
        &self,
        record: &LogoutRecord,
        session: &SessionIdentity,
        destination: &str,
        now: OffsetDateTime,
    ) -> Result<String, UsageError> {
        let mut writer = Writer::new();
        let attributes = [
            ("xmlns:samlp", PROTOCOL_NS),
            ("Destination", destination),
            ("ID", record.id.as_str()),
            ("IssueInstant", &write_time(now)),
            ("NotOnOrAfter", &write_time(record.expires_at)),
            ("Version", "2.0"),
        ];
        writer
            .open("samlp:LogoutRequest", &attributes)
            .leaf(
                "saml:Issuer",
                &[("xmlns:saml", ASSERTION_NS)],
                &self.entity_id,
            )
            .leaf(
                "saml:NameID",
                &name_attributes(session.name_id()),
                session.name_id().value(),
            );
        if let Some(index) = session.session_index() {
            writer.leaf("samlp:SessionIndex", &[], index);
        }
        crate::request::finish(writer)
    }
}

/// Every attribute of the name, as it was signed (Profiles 4.4.4.1, E38).
fn name_attributes(name: &NameId) -> Vec<(&'static str, &str)> {
    let parts = [
        ("Format", name.format()),
        ("NameQualifier", name.name_qualifier()),
        ("SPNameQualifier", name.sp_name_qualifier()),
        ("SPProvidedID", name.sp_provided_id()),
    ];
    let namespace = [("xmlns:saml", Some(ASSERTION_NS))];
    let all = namespace.into_iter().chain(parts);
    all.filter_map(|(key, value)| value.map(|value| (key, value)))
        .collect()
}
