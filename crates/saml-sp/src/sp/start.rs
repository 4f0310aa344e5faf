//! Beginning a login.

use time::{Duration, OffsetDateTime};

use super::ServiceProvider;
use crate::acs::Acs;
use crate::binding::{Outgoing, Role, escape, post, redirect};
use crate::error::{Code, Finding, UsageError};
use crate::idp::Idp;
use crate::random::Random;
use crate::record::{RecordParts, RelayHandle, RequestRecord, browser_digest};
use crate::request::{
    AuthnRequest, BindBrowser, LoginHint, StartOptions, StartedLogin, StartedPost, fresh_id,
    random_hex,
};
use crate::url;

impl ServiceProvider {
    /// Begin a login by HTTP-Redirect. The request is signed whenever a signing key is configured.
    ///
    /// # Errors
    /// [`Code::RandomFailed`]; [`Code::ConfigInvalid`] when the identity provider has no redirect
    /// endpoint, the ACS is unknown, or a value cannot be written in XML; [`Code::ConfigDuration`]
    /// for a lifetime outside 1 minute to 1 day.
    ///
    /// ```
    /// # use saml_sp::{Acs, Idp, ServiceProvider, crypto::CryptoProvider, random::RandomError, request::StartOptions};
    /// # let sp = ServiceProvider::builder("https://sp.example").acs(Acs::new("https://sp.example/acs"))
    /// #     .crypto(CryptoProvider::rustcrypto()).build()?;
    /// # let test = saml_testkit::TestIdp::okta();
    /// # let idp = Idp::from_parts(test.certificate_pem(), test.sign_in_url(), test.issuer())?;
    /// # let mut random = |bytes: &mut [u8]| { bytes.fill(1); Ok::<(), RandomError>(()) };
    /// # let now = time::OffsetDateTime::UNIX_EPOCH;
    /// let options = StartOptions::default().tenant("org-1").return_to("/reports");
    /// let started = sp.start(&idp, &options, &mut random, now)?;
    /// assert!(started.redirect_url().starts_with(idp.sign_in_redirect().unwrap()));
    /// assert_eq!(started.request().tenant(), "org-1");
    /// # Ok::<(), saml_sp::error::UsageError>(())
    /// ```
    pub fn start(
        &self,
        idp: &Idp,
        options: &StartOptions,
        random: &mut dyn Random,
        now: OffsetDateTime,
    ) -> Result<StartedLogin, UsageError> {
        let endpoint = idp
            .sign_in_redirect()
            .ok_or_else(|| no_endpoint("redirect"))?;
        let (record, browser_cookie, xml) = self.request(idp, endpoint, options, random, now)?;
        let mut redirect_url =
            redirect(self.outgoing(idp, endpoint, &xml, record.relay().as_str())?)?;
        if let Some(LoginHint::Parameter { name, value }) = &options.login_hint {
            let hint = format!("{}={}", escape(name), escape(value));
            redirect_url = url::with_query(&redirect_url, &hint);
        }
        Ok(StartedLogin {
            redirect_url,
            record,
            browser_cookie,
        })
    }

    /// Begin a login by HTTP-POST, for identity providers that want it or for requests that are too
    /// long for a URL. A login hint by parameter has no place here and is left out.
    ///
    /// Send the page with *all* of its headers: its script runs under its own policy only, and it
    /// must not be cached or framed.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    ///
    /// ```
    /// # use saml_sp::{Acs, CryptoProvider, Idp, ServiceProvider, StartOptions, random::RandomError};
    /// # let test = saml_testkit::TestIdp::okta();
    /// # let sp = ServiceProvider::builder("https://sp.example").acs(Acs::new("https://sp.example/acs"))
    /// #     .crypto(CryptoProvider::rustcrypto()).build()?;
    /// # let mut random = |bytes: &mut [u8]| { bytes.fill(1); Ok::<(), RandomError>(()) };
    /// # let now = time::OffsetDateTime::UNIX_EPOCH;
    /// let idp = Idp::builder(test.issuer()).certificate(test.certificate_pem())
    ///     .sign_in_post("https://idp.example/sso").build()?;
    /// let started = sp.start_by_post(&idp, &StartOptions::default(), &mut random, now)?;
    /// assert!(started.page().html().contains("https://idp.example/sso"));
    /// assert!(started.page().headers().any(|(name, _)| name == "Content-Security-Policy"));
    /// # Ok::<(), saml_sp::error::UsageError>(())
    /// ```
    pub fn start_by_post(
        &self,
        idp: &Idp,
        options: &StartOptions,
        random: &mut dyn Random,
        now: OffsetDateTime,
    ) -> Result<StartedPost, UsageError> {
        let endpoint = idp.sign_in_post().ok_or_else(|| no_endpoint("POST"))?;
        let (record, browser_cookie, xml) = self.request(idp, endpoint, options, random, now)?;
        let outgoing = self.outgoing(idp, endpoint, &xml, record.relay().as_str())?;
        let page = post(outgoing, &self.crypto)?;
        Ok(StartedPost {
            page,
            record,
            browser_cookie,
        })
    }

    /// The record and the text of a new request.
    fn request(
        &self,
        idp: &Idp,
        destination: &str,
        options: &StartOptions,
        random: &mut dyn Random,
        now: OffsetDateTime,
    ) -> Result<(RequestRecord, Option<String>, String), UsageError> {
        let acs = self.acs_for(options)?;
        let (record, cookie) = remember(idp, acs, options, random, now)?;
        let issuer = &self.entity_id;
        let request = AuthnRequest {
            id: record.id(),
            issuer,
            destination,
            acs,
            options,
            now,
        };
        let xml = request.xml()?;
        Ok((record, cookie, xml))
    }

    /// A request on its way; signed whenever there is a key.
    fn outgoing<'a>(
        &'a self,
        idp: &Idp,
        endpoint: &'a str,
        xml: &'a str,
        relay_state: &'a str,
    ) -> Result<Outgoing<'a>, UsageError> {
        let signer = self.signing.as_ref();
        if signer.is_none() && idp.wants_signed_requests() {
            return Err(Finding::new(Code::SigningFailed)
                .expected("a signing key: this identity provider wants signed requests")
                .into());
        }
        let relay_state = Some(relay_state);
        Ok(Outgoing {
            role: Role::Request,
            endpoint,
            xml,
            relay_state,
            signer,
        })
    }

    /// The ACS that the options name, or the first.
    fn acs_for(&self, options: &StartOptions) -> Result<&Acs, UsageError> {
        let wanted = options.acs.as_deref();
        self.acs()
            .find(|acs| wanted.is_none_or(|url| url == acs.listening()))
            .ok_or_else(|| {
                Finding::new(Code::ConfigInvalid)
                    .expected("a configured ACS")
                    .seen(wanted.unwrap_or_default())
                    .into()
            })
    }
}

fn no_endpoint(binding: &str) -> UsageError {
    Finding::new(Code::ConfigInvalid)
        .expected(format!("a sign-in URL for the {binding} binding"))
        .into()
}

/// Make the record of a new request, and the cookie if it is to be bound to the browser.
fn remember(
    idp: &Idp,
    acs: &Acs,
    options: &StartOptions,
    random: &mut dyn Random,
    now: OffsetDateTime,
) -> Result<(RequestRecord, Option<String>), UsageError> {
    if options.lifetime < Duration::minutes(1) || options.lifetime > Duration::days(1) {
        return Err(Finding::new(Code::ConfigDuration)
            .expected("a request lifetime between 1 minute and 1 day")
            .seen(format!("{} s", options.lifetime.whole_seconds()))
            .into());
    }
    let id = fresh_id(random)?;
    let relay = RelayHandle::new(random_hex(random)?)
        .ok_or_else(|| UsageError::from(Finding::new(Code::RandomFailed)))?;
    let cookie = match options.bind_browser {
        BindBrowser::Yes => Some(random_hex(random)?),
        BindBrowser::No => None,
    };
    let record = RecordParts {
        id,
        idp: idp.issuer().to_owned(),
        tenant: options.tenant.clone(),
        acs: acs.listening().to_owned(),
        relay,
        return_to: options.return_to.clone(),
        issued_at: now,
        expires_at: now.saturating_add(options.lifetime),
        asked: options.asked(),
        browser: cookie.as_deref().map(browser_digest),
    };
    Ok((record.into(), cookie))
}
