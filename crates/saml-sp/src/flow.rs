//! The whole way of an answer, stage by stage. Each stage hands on a value that only it can make;
//! nothing here decides anything.

use time::OffsetDateTime;

use crate::assertion::{Assertion, EnvelopeFacts};
use crate::checks;
use crate::dsig;
use crate::error::Rejection;
use crate::form::AcsForm;
use crate::idp::Idp;
use crate::login::{NameId, Naming, Proof};
use crate::message;
use crate::pending::PendingLogin;
use crate::prove::Posed;
use crate::record::Expected;
use crate::sp::ServiceProvider;

impl ServiceProvider {
    /// Judge a posted answer.
    ///
    /// `idp` is the identity provider that the *host* expects here, found through the pending
    /// request or the tenant's own URL, never through what the message says about itself.
    /// `expected` says which answer is awaited; there is no default.
    ///
    /// Of several ACS that of the request is meant, without one the first ([`for_acs`](Self::for_acs)).
    ///
    /// # Errors
    /// A [`Rejection`] with one finding for anything wrong with form, XML, structure or signature,
    /// and with every failed check otherwise ([`Diagnosis`](crate::Diagnosis) says which first).
    ///
    /// ```
    /// # use saml_sp::{Acs, AcsForm, Expected, Idp, ServiceProvider, CryptoProvider, Code};
    /// # use saml_testkit::{Person, SpTarget, TestIdp};
    /// # let now = time::macros::datetime!(2026-01-31 12:00 UTC);
    /// # let sp = ServiceProvider::builder("https://sp.test/entity").acs(Acs::new("https://sp.test/acs"))
    /// #     .crypto(CryptoProvider::rustcrypto()).allow_idp_initiated().build()?;
    /// # let test = TestIdp::okta();
    /// # let idp = Idp::from_parts(test.certificate_pem(), test.sign_in_url(), test.issuer())?;
    /// # let target = SpTarget::new("https://sp.test/acs", "https://sp.test/entity");
    /// # let body = test.response(&target, &Person::named("alice"), now).form_body();
    /// let form = AcsForm::from_urlencoded(body.as_bytes(), sp.limits())?;
    /// let pending = sp.accept(&form, &idp, Expected::IdpInitiated, now)?;
    /// let late = sp.accept(&form, &idp, Expected::IdpInitiated, now + time::Duration::days(1));
    /// assert!(late.unwrap_err().has(Code::Expired));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn accept(
        &self,
        form: &AcsForm,
        idp: &Idp,
        expected: Expected<'_>,
        now: OffsetDateTime,
    ) -> Result<PendingLogin, Rejection> {
        idp.in_its_words(self.judge(form, idp, expected, now))
    }

    /// As [`accept`](Self::accept), for a host that knows its users by an attribute: an assertion
    /// without `NameID` passes too (SDP-SP13). Such a session has no single logout.
    ///
    /// # Errors
    /// As [`accept`](Self::accept), but for [`Code::NameIdMissing`](crate::Code::NameIdMissing):
    /// only an empty name is refused.
    ///
    /// ```
    /// # use saml_sp::{AcsForm, Expected, Idp, Rejection, ReplayStore, RequestStore, ServiceProvider, login::AttributeError};
    /// # async fn f<R: ReplayStore, Q: RequestStore>(sp: &ServiceProvider, form: &AcsForm, idp: &Idp, expected: Expected<'_>,
    /// #     replays: &R, requests: &Q, now: time::OffsetDateTime) -> Result<String, Rejection> {
    /// let login = sp.accept_unnamed(form, idp, expected, now)?.redeem(replays, requests, now).await?;
    /// let number = login.attributes().one("employeeNumber")?;
    /// # Ok(number.to_owned()) }
    /// ```
    pub fn accept_unnamed(
        &self,
        form: &AcsForm,
        idp: &Idp,
        expected: Expected<'_>,
        now: OffsetDateTime,
    ) -> Result<PendingLogin<Option<NameId>>, Rejection> {
        idp.in_its_words(self.judge(form, idp, expected, now))
    }

    fn judge<N: Naming>(
        &self,
        form: &AcsForm,
        idp: &Idp,
        expected: Expected<'_>,
        now: OffsetDateTime,
    ) -> Result<PendingLogin<N>, Rejection> {
        // 1. The posted text is base64, within the limit.
        let octets = message::decode(form.response(), &self.limits)?;
        // 2. The octets are one strict XML document.
        let document = message::document(&octets, &self.limits)?;
        // 3. The document is a Response; assertion and signatures stand only where they may.
        let envelope = dsig::Envelope::response(&document)?;
        idp.require_signed().before(&envelope)?;
        // 4. What the Response says of itself can refuse it already.
        let claimed = EnvelopeFacts::read(envelope.root())?.success()?;
        let keys = idp.pinned();
        let trust = self.trust(&keys, idp.policy());
        let context = self.context(idp, expected, N::DEMAND, now);
        // 5. Something is signed, and what is said before any key is used may veto.
        let posed = Posed::of(envelope)?;
        checks::veto(&posed, &claimed, &context, &trust)?;
        // 6. Every signature in the clear verifies with a pinned key, and every digest matches.
        let outside = posed.verify(&trust)?;
        // 7. What is encrypted is opened now; what is signed inside verifies too.
        let proven = outside.open(&trust)?;
        idp.require_signed().after(proven.signed().proofs())?;
        // The unverified tree is gone, so that nothing can read it and no memory is held for it.
        drop(document);
        drop(octets);
        // 8. From here on only signed octets are read: an assertion, alone or in its Response.
        let statement = Assertion::read(&proven, claimed, &trust)?;
        // 9. All checks hold, now and for this request.
        let checked = checks::run(statement, &context)?;
        // 10. A login, but for the claim that it is the first.
        PendingLogin::new(checked, Proof::of(&proven), expected)
    }
}
