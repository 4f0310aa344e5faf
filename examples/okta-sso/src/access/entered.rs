//! Okta's values as the form of single sign-on holds them.

use org_domain::{
    Settings, SettingsChange,
    settings::{Certificate, Connection, LogoutBinding, SettingsRefusal, Surroundings},
};
use time::OffsetDateTime;

use crate::{
    pages::field::Wrong,
    security::session::Viewer,
    sso::values::{self, Fault, Value},
    web::Form,
};

/// The form, beside what it would change.
#[derive(Debug)]
pub(super) struct Entered<'a> {
    pub(super) form: &'a Form,
    pub(super) present: &'a Settings,
    pub(super) viewer: &'a Viewer,
    pub(super) now: OffsetDateTime,
}

impl Entered<'_> {
    /// The connection that the form holds, or everything that is wrong in it, each at its field.
    pub(super) fn read(&self) -> Result<Connection, Vec<Wrong>> {
        let text = |name| self.form.text(name);
        let logout = values::logout(text("logout_url"), LogoutBinding::Post);
        values::together(
            self.certificates(),
            text("sign_in_url"),
            text("issuer"),
            logout,
        )
        .map_err(|faults| {
            faults
                .0
                .into_iter()
                .map(|fault| self.wrong(fault))
                .collect()
        })
    }

    /// An upload wins over the text field, and an empty certificate keeps the present ones, so that
    /// an address can be corrected by itself.
    fn certificates(&self) -> Result<Vec<Certificate>, Fault> {
        let (_, pasted) = self.certificate();
        let present = &self.present.connection().certificates;
        let certificates = match pasted {
            Some(pasted) => values::certificates(pasted)?,
            None if present.is_empty() => {
                let why = "choose the file or paste its text";
                return Err(Fault::of(Value::Certificate, why));
            }
            None => present.clone(),
        };
        match self.refused(&certificates) {
            Some(refusal) => Err(Fault::of(Value::Certificate, refusal)),
            None => Ok(certificates),
        }
    }

    /// What the rules will say about these certificates, asked before the other values are right.
    fn refused(&self, certificates: &[Certificate]) -> Option<SettingsRefusal> {
        let alone = Connection {
            certificates: certificates.to_vec(),
            ..Connection::default()
        };
        let around = Surroundings {
            held_domains: 0,
            fallback_owners: 0,
            linked_members: 0,
        };
        let (present, actor) = (self.present, self.viewer.actor());
        let change = SettingsChange::Connection(alone);
        let after = present.apply(&change, &actor, around, present.version(), self.now);
        after.err().filter(|refusal| {
            matches!(
                refusal,
                SettingsRefusal::TooManyCertificates
                    | SettingsRefusal::DuplicateCertificate
                    | SettingsRefusal::NoCertificate
            )
        })
    }

    fn wrong(&self, fault: Fault) -> Wrong {
        let (field, advice) = match fault.value {
            Value::Certificate => return Wrong::at(self.certificate().0, fault.text),
            Value::SignInUrl => (
                "sign_in_url",
                "Copy “Identity Provider Single Sign-On URL” from Okta; it begins with https://.",
            ),
            Value::Issuer => (
                "issuer",
                "Copy “Identity Provider Issuer” from Okta, such as http://www.okta.com/exk1a2b3c.",
            ),
            Value::LogoutUrl => (
                "logout_url",
                "Copy “Identity Provider Single Logout URL” from Okta, or leave this empty.",
            ),
        };
        Wrong::at(field, format!("{} {advice}", fault.text))
    }

    /// The field in which the certificate came, or could have, and what is in it.
    fn certificate(&self) -> (&'static str, Option<&[u8]>) {
        let (file, text) = ("certificate_file", "certificate");
        match (self.form.bytes(file), self.form.bytes(text)) {
            (None, Some(pasted)) => (text, Some(pasted)),
            (uploaded, _) => (file, uploaded),
        }
    }
}
