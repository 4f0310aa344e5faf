//! Browsers in which somebody has signed in with a password before.
//!
//! Tries of a password are counted by the person's address, so that many machines cannot guess
//! at one person together. Alone, that would let anybody keep a person out by guessing wrongly
//! all day, and a password is the Owner's way in when the identity provider is down. So a browser
//! that has signed in keeps a cookie that names it, and its tries are counted by themselves.

use data_encoding::BASE64URL_NOPAD;
use org_domain::Email;
use sso_store::Pepper;
use subtle::ConstantTimeEq;

const LABEL: &str = "okta-sso known browser";
const NONCE: usize = 12;

/// Makes and recognises the cookie.
#[derive(Clone, Debug)]
pub struct Devices {
    pepper: Pepper,
}

impl Devices {
    /// With the installation's key.
    pub fn new(pepper: &Pepper) -> Self {
        Self {
            pepper: pepper.clone(),
        }
    }

    /// A value for a browser in which this person has just proven their password.
    ///
    /// # Errors
    /// What the operating system's generator answers.
    pub fn issue(&self, email: &Email) -> Result<String, getrandom::Error> {
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce)?;
        let nonce = BASE64URL_NOPAD.encode(&nonce);
        let tag = self.tag(&nonce, email);
        Ok(format!("{nonce}.{tag}"))
    }

    /// The name of the browser, when the value was issued here for this person.
    pub fn recognise<'a>(&self, value: &'a str, email: &Email) -> Option<&'a str> {
        let (nonce, tag) = value.split_once('.')?;
        let own = self.tag(nonce, email);
        bool::from(own.as_bytes().ct_eq(tag.as_bytes())).then_some(nonce)
    }

    fn tag(&self, nonce: &str, email: &Email) -> String {
        let value = format!("{nonce}\0{}", email.lookup_key());
        BASE64URL_NOPAD.encode(&self.pepper.tag(LABEL, value.as_bytes()))
    }
}
