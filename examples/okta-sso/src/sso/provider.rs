//! The two sides of one organisation's single sign-on, made from its settings.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use org_domain::{
    OrgId, Settings,
    settings::{Connection, LogoutBinding, SingleLogout},
};
use saml_sp::{
    Acs, CryptoProvider, Diagnosis, Idp, ServiceProvider, error::UsageError, idp::LogoutService,
};

use super::{
    addresses::Addresses,
    purpose::{Purpose, Tried},
};
use crate::{App, demo, security::headers::origin, web::Failure};

/// Which of our addresses an answer came to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// The organisation's own: logins that start at the identity provider, and those of
    /// providers that know one address only.
    Postback(OrgId),
    /// The one for all organisations, which requests ask for.
    Requestable,
}

/// This service as a SAML service provider behind one door.
///
/// # Errors
/// [`Failure::Internal`] when the base URL makes no usable address, which start-up excludes.
pub fn service(app: &App, org: &OrgId, door: &Door) -> Result<Arc<ServiceProvider>, Failure> {
    let of = (org.clone(), door.clone());
    if let Some(known) = app.providers().services().get(&of) {
        return Ok(Arc::clone(known));
    }
    let made = Arc::new(make_service(app, org, door)?);
    let mut services = app.providers().services();
    if services.len() >= MOST {
        services.clear();
    }
    services.insert(of, Arc::clone(&made));
    Ok(made)
}

fn make_service(app: &App, org: &OrgId, door: &Door) -> Result<ServiceProvider, Failure> {
    let addresses = Addresses::new(&app.config().base_url, org);
    let acs = match door {
        Door::Postback(_) => Acs::new(&addresses.postback)
            .accept_destination(&addresses.requestable)
            .accept_recipient(&addresses.requestable),
        Door::Requestable => Acs::new(&addresses.requestable),
    };
    // Whether an organisation lets its provider start logins is the policy's decision, which
    // also turns such a login into one that starts here.
    let mut builder = ServiceProvider::builder(&addresses.audience)
        .acs(acs)
        .crypto(CryptoProvider::rustcrypto())
        .logout_url(&addresses.logout)
        .allow_idp_initiated()
        // An administrator reads what was wrong; how many answers are looked at is limited before.
        .diagnosis(Diagnosis::Full);
    if let Some(key) = &app.config().service_key {
        builder = builder
            .signing(key.signing())
            .decryption(key.decryption(), Some(key.certificate().clone()));
    }
    builder.build().map_err(|error| usage(&error))
}

/// The values a login goes by, and the generation that carries them: those in place, unless it
/// tests those standing by.
pub fn connection<'a>(settings: &'a Settings, purpose: &Purpose) -> Option<(&'a Connection, u32)> {
    match purpose.trial {
        Some(Tried::Staged) => settings
            .staged()
            .map(|staged| (&staged.connection, staged.generation)),
        Some(Tried::Present) | None => Some((settings.connection(), settings.generation())),
    }
}

/// Both sides as they were made lately: reading certificates and preparing their keys takes as long
/// as some of the checks of an answer. An identity provider is found by the very values it was made
/// from, so that other settings never meet an old one; our side is made of nothing that changes while
/// the service runs.
#[derive(Debug, Default)]
pub struct Providers {
    made: Mutex<HashMap<String, (Connection, Arc<Idp>)>>,
    services: Mutex<HashMap<(OrgId, Door), Arc<ServiceProvider>>>,
}

/// Of each kept; with more organisations than that all are made anew now and then.
const MOST: usize = 10_000;

impl Providers {
    fn services(&self) -> MutexGuard<'_, HashMap<(OrgId, Door), Arc<ServiceProvider>>> {
        self.services.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, issuer: &str, connection: &Connection) -> Option<Arc<Idp>> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let (from, idp) = made.get(issuer)?;
        (from == connection).then(|| Arc::clone(idp))
    }

    fn keep(&self, issuer: &str, connection: &Connection, idp: &Arc<Idp>) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.len() >= MOST {
            made.clear();
        }
        made.insert(issuer.to_owned(), (connection.clone(), Arc::clone(idp)));
    }
}

/// The identity provider of a connection. `None` while its values are incomplete.
///
/// # Errors
/// [`Failure::Internal`] when stored values are not usable, which the settings page excludes.
pub fn identity_provider(app: &App, connection: &Connection) -> Result<Option<Arc<Idp>>, Failure> {
    let issuer = connection
        .issuer
        .as_ref()
        .map_or("", |issuer| issuer.as_str());
    if let Some(known) = app.providers().find(issuer, connection) {
        return Ok(Some(known));
    }
    let made = make(app, connection)?.map(Arc::new);
    if let Some(idp) = &made {
        app.providers().keep(issuer, connection, idp);
    }
    Ok(made)
}

fn make(app: &App, connection: &Connection) -> Result<Option<Idp>, Failure> {
    let (Some(issuer), Some(url)) = (&connection.issuer, &connection.sign_in_url) else {
        return Ok(None);
    };
    if connection.certificates.is_empty() {
        return Ok(None);
    }
    let url = demo::idp::current_url(app, url.as_str());
    let mut builder = Idp::builder(issuer.as_str()).sign_in_redirect(&url);
    if let Some(logout) = connection
        .logout
        .as_ref()
        .filter(|_| app.config().service_key.is_some())
    {
        builder = builder.logout(logout_service(app, logout));
    }
    for certificate in &connection.certificates {
        builder = builder.certificate(certificate.text());
    }
    builder.build().map(Some).map_err(|error| usage(&error))
}

/// Single logout as the settings keep it.
fn logout_service(app: &App, logout: &SingleLogout) -> LogoutService {
    let url = demo::idp::current_url(app, logout.url.as_str());
    let service = match logout.binding {
        LogoutBinding::Post => LogoutService::post(url),
        LogoutBinding::Redirect => LogoutService::redirect(url),
    };
    match &logout.answers {
        Some(answers) => service.answers_at(answers.as_str()),
        None => service,
    }
}

/// The origins of an identity provider, which alone may frame the logout address.
pub fn origins(app: &App, connection: &Connection) -> String {
    let urls = [
        connection.sign_in_url.as_ref().map(|url| url.as_str()),
        connection.logout.as_ref().map(|logout| logout.url.as_str()),
    ];
    let mut origins: Vec<String> = urls
        .into_iter()
        .flatten()
        .filter_map(|url| origin(&demo::idp::current_url(app, url)))
        .collect();
    origins.dedup();
    origins.join(" ")
}

fn usage(error: &UsageError) -> Failure {
    Failure::Internal(format!("single sign-on settings: {error}"))
}
