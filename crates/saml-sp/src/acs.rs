//! An assertion consumer service: where it listens, and under which names it may be addressed.
//!
//! Every alias is one more place that an assertion may have been meant for. Add those that the
//! identity provider really writes, and no others.

/// Where answers arrive.
///
/// The three are separate because they differ in the wild: an identity provider may post to one
/// URL (with the organisation in its query) and yet write another into `Destination` and
/// `Recipient`. By default all are the listening URL.
///
/// ```
/// use saml_sp::Acs;
/// let acs = Acs::new("https://sp.example/sso/authorize/?org_id=1")
///     .accept_destination("https://sso.sp.example/saml2")
///     .accept_recipient("https://sso.sp.example/saml2")
///     .requestable("https://sso.sp.example/saml2");
/// assert_eq!(acs.listening(), "https://sp.example/sso/authorize/?org_id=1");
/// assert!(acs.destinations().any(|url| url == "https://sso.sp.example/saml2"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acs {
    listening: String,
    destinations: Vec<String>,
    recipients: Vec<String>,
    request: Requested,
}

/// How a request names this service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Requested {
    /// By its listening URL.
    Listening,
    /// By another URL.
    Url(String),
    /// By its index in our metadata.
    Index(u16),
    /// Not at all: the identity provider uses its default.
    Default,
}

impl Acs {
    /// A service that listens at `url`, which is also the only accepted Destination and Recipient
    /// and the URL that requests ask for.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            listening: url.into(),
            destinations: Vec::new(),
            recipients: Vec::new(),
            request: Requested::Listening,
        }
    }

    /// Accept this `Destination` too.
    #[must_use]
    pub fn accept_destination(mut self, url: impl Into<String>) -> Self {
        self.destinations.push(url.into());
        self
    }

    /// Accept this `Recipient` too.
    #[must_use]
    pub fn accept_recipient(mut self, url: impl Into<String>) -> Self {
        self.recipients.push(url.into());
        self
    }

    /// Ask for this URL in requests instead of the listening one ("Other Requestable SSO URLs").
    #[must_use]
    pub fn requestable(mut self, url: impl Into<String>) -> Self {
        self.request = Requested::Url(url.into());
        self
    }

    /// Ask by index instead of by URL. The identity provider looks it up in our metadata.
    #[must_use]
    pub fn requestable_by_index(mut self, index: u16) -> Self {
        self.request = Requested::Index(index);
        self
    }

    /// Leave the service out of requests; the identity provider uses the default it knows.
    #[must_use]
    pub fn not_named_in_requests(mut self) -> Self {
        self.request = Requested::Default;
        self
    }

    /// Where it listens.
    #[must_use]
    pub fn listening(&self) -> &str {
        &self.listening
    }

    /// The accepted Destinations, the listening URL first.
    pub fn destinations(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.listening)
            .chain(&self.destinations)
            .map(String::as_str)
    }

    /// The accepted Recipients, the listening URL first.
    pub fn recipients(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.listening)
            .chain(&self.recipients)
            .map(String::as_str)
    }

    /// The URL that a request asks for, if it names one.
    #[must_use]
    pub fn requested_url(&self) -> Option<&str> {
        match &self.request {
            Requested::Listening => Some(&self.listening),
            Requested::Url(url) => Some(url),
            Requested::Index(_) | Requested::Default => None,
        }
    }

    pub(crate) const fn requested(&self) -> &Requested {
        &self.request
    }
}
