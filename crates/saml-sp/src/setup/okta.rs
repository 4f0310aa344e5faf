//! What to enter in Okta, made from our own configuration.
//!
//! One list of settings is the source of all forms, so the checklist, the body for the API, the
//! Terraform block and our metadata cannot say different things.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::login::NameId;
use crate::sp::ServiceProvider;

/// An attribute that Okta is to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeRule {
    pub(super) name: String,
    pub(super) expression: String,
}

impl AttributeRule {
    /// An attribute of this exact name with the value of an Okta expression, such as `user.email`.
    #[must_use]
    pub fn new(name: impl Into<String>, expression: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            expression: expression.into(),
        }
    }
}

/// One field of Okta's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub(super) path: &'static str,
    pub(super) label: &'static str,
    pub(super) key: &'static str,
    pub(super) terraform: Option<&'static str>,
    pub(super) value: Value,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// Text to enter, or an option to choose.
    Text(String),
    /// A box to tick or to clear.
    Flag(bool),
    /// Several URLs, each with an index.
    Urls(Vec<String>),
    /// Attribute statements.
    Attributes(Vec<AttributeRule>),
    /// A certificate, base64 of its DER.
    Certificate(String),
}

impl Setting {
    /// Where the field is.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Its label.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        self.label
    }

    /// Its key in the Apps API, below `settings.signOn`.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// Its value.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.value
    }
}

/// Everything to enter in Okta for one service provider: as a checklist for people, as the body of
/// an Apps API call, and as a Terraform block. All are written from the same list of settings.
///
/// ```
/// # use saml_sp::{Acs, CryptoProvider, ServiceProvider, setup::OktaSetup};
/// # let sp = ServiceProvider::builder("https://sp.example").acs(Acs::new("https://sp.example/acs"))
/// #     .crypto(CryptoProvider::rustcrypto()).build()?;
/// let setup = OktaSetup::new(&sp, "My service");
/// assert!(setup.checklist().contains("**Audience URI (SP Entity ID)**: `https://sp.example`"));
/// # Ok::<(), saml_sp::error::UsageError>(())
/// ```
#[derive(Clone, Debug)]
pub struct OktaSetup {
    pub(super) app: String,
    pub(super) settings: Vec<Setting>,
}

const GENERAL: &str = "General › SAML Settings › Edit";
const ADVANCED: &str = "General › SAML Settings › Edit › Advanced";

impl OktaSetup {
    /// For the service provider's first ACS, with the attributes `email`, `firstName` and
    /// `lastName`. Where further Destinations or Recipients are accepted, the last of them is the
    /// one to enter.
    #[must_use]
    pub fn new(sp: &ServiceProvider, app: impl Into<String>) -> Self {
        let attributes = vec![
            AttributeRule::new("email", "user.email"),
            AttributeRule::new("firstName", "user.firstName"),
            AttributeRule::new("lastName", "user.lastName"),
        ];
        let mut setup = Self {
            app: app.into(),
            settings: Vec::new(),
        };
        setup.addresses(sp);
        setup.subject();
        setup.security(sp);
        setup.add(
            (GENERAL, "Attribute Statements"),
            ("attributeStatements", None),
            Value::Attributes(attributes),
        );
        setup
    }

    /// Other attributes than the usual three.
    #[must_use]
    pub fn attributes(mut self, rules: &[AttributeRule]) -> Self {
        for setting in &mut self.settings {
            if matches!(setting.value, Value::Attributes(_)) {
                setting.value = Value::Attributes(rules.to_vec());
            }
        }
        self
    }

    /// Every field with its value.
    pub fn settings(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter()
    }

    fn add(
        &mut self,
        (path, label): (&'static str, &'static str),
        (key, terraform): (&'static str, Option<&'static str>),
        value: Value,
    ) {
        self.settings.push(Setting {
            path,
            label,
            key,
            terraform,
            value,
        });
    }

    fn addresses(&mut self, sp: &ServiceProvider) {
        let acs = &sp.default_acs;
        let last =
            |urls: Vec<&str>| Value::Text(urls.last().copied().unwrap_or_default().to_owned());
        let text = |text: &str| Value::Text(text.to_owned());
        self.add(
            (GENERAL, "Single sign-on URL"),
            ("ssoAcsUrl", Some("sso_url")),
            text(acs.listening()),
        );
        self.add(
            (GENERAL, "Recipient URL"),
            ("recipient", Some("recipient")),
            last(acs.recipients().collect()),
        );
        self.add(
            (GENERAL, "Destination URL"),
            ("destination", Some("destination")),
            last(acs.destinations().collect()),
        );
        self.add(
            (GENERAL, "Audience URI (SP Entity ID)"),
            ("audience", Some("audience")),
            text(sp.entity_id()),
        );
        let others = sp
            .acs()
            .flat_map(|acs| acs.requested_url().into_iter().chain([acs.listening()]));
        let mut others: Vec<String> = others
            .filter(|url| *url != acs.listening())
            .map(str::to_owned)
            .collect();
        others.dedup();
        if !others.is_empty() {
            self.add(
                (ADVANCED, "Other Requestable SSO URLs"),
                ("acsEndpoints", Some("acs_endpoints")),
                Value::Urls(others),
            );
        }
    }

    fn subject(&mut self) {
        self.add(
            (GENERAL, "Name ID format"),
            ("subjectNameIdFormat", Some("subject_name_id_format")),
            Value::Text(NameId::EMAIL.to_owned()),
        );
        self.add(
            (GENERAL, "Application username"),
            ("subjectNameIdTemplate", Some("subject_name_id_template")),
            Value::Text("${user.userName}".to_owned()),
        );
    }

    fn security(&mut self, sp: &ServiceProvider) {
        self.add(
            (ADVANCED, "Response"),
            ("responseSigned", Some("response_signed")),
            Value::Flag(true),
        );
        self.add(
            (ADVANCED, "Assertion Signature"),
            ("assertionSigned", Some("assertion_signed")),
            Value::Flag(true),
        );
        let text = |text: &str| Value::Text(text.to_owned());
        self.add(
            (ADVANCED, "Signature Algorithm"),
            ("signatureAlgorithm", Some("signature_algorithm")),
            text("RSA_SHA256"),
        );
        self.add(
            (ADVANCED, "Digest Algorithm"),
            ("digestAlgorithm", Some("digest_algorithm")),
            text("SHA256"),
        );
        self.add(
            (ADVANCED, "Honor Force Authentication"),
            ("honorForceAuthn", Some("honor_force_authn")),
            Value::Flag(true),
        );
        if let Some(certificate) = sp.encryption_certificates.first() {
            self.add(
                (ADVANCED, "Encryption Certificate"),
                ("assertionEncryption", None),
                Value::Certificate(STANDARD.encode(certificate.der())),
            );
        }
        let Some(signing) = &sp.signing else { return };
        self.add(
            (ADVANCED, "Signature Certificate"),
            ("spCertificate", Some("single_logout_certificate")),
            Value::Certificate(STANDARD.encode(signing.certificate().der())),
        );
        if let Some(logout) = sp.logout_urls.first() {
            self.add(
                (ADVANCED, "Single Logout URL"),
                ("slo.logoutUrl", Some("single_logout_url")),
                text(logout),
            );
            self.add(
                (ADVANCED, "SP Issuer"),
                ("slo.issuer", Some("single_logout_issuer")),
                text(sp.entity_id()),
            );
        }
    }
}
