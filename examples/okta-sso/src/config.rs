//! What the running service was told, checked and typed.

use std::fmt;

use time::Duration;

/// Whether people reach the service over TLS, as far as their browsers can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Plain `http`; refused unless the host is a loopback name.
    Http,
    /// `https`, by a reverse proxy in front of this process.
    Https,
}

/// Why a text is no public base URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// Neither `https://host` nor `http://` with a loopback host.
    #[error("expected https://HOST[:PORT], or http:// with a loopback host, without a path")]
    Shape,
    /// `http://` with a host that is not this machine.
    #[error("plain http is for loopback only; use https, and a reverse proxy that ends TLS")]
    PlainHttp,
}

/// The address people type, without a path and without a slash at the end. Every URL that is
/// given to an identity provider or compared with one begins with it, so a proxy that rewrites
/// `Host` cannot change what is accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    scheme: Scheme,
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl BaseUrl {
    /// Reads a base URL.
    ///
    /// # Errors
    /// [`BaseUrlError`].
    ///
    /// ```
    /// use okta_sso::config::BaseUrl;
    /// assert_eq!(BaseUrl::parse("https://app.example/")?.as_str(), "https://app.example");
    /// assert!(BaseUrl::parse("http://app.example").is_err());
    /// assert!(BaseUrl::parse("http://127.0.0.1:4400").is_ok());
    /// # Ok::<(), okta_sso::config::BaseUrlError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let uri: http::Uri = text.parse().map_err(|_| BaseUrlError::Shape)?;
        let authority = uri.authority().ok_or(BaseUrlError::Shape)?;
        let bare = matches!(uri.path(), "" | "/")
            && uri.query().is_none()
            && !authority.as_str().contains('@');
        let scheme = match uri.scheme_str() {
            Some("https") if bare => Scheme::Https,
            Some("http") if bare => Scheme::Http,
            _ => return Err(BaseUrlError::Shape),
        };
        if scheme == Scheme::Http && !is_loopback(authority.host()) {
            return Err(BaseUrlError::PlainHttp);
        }
        let text = text.trim_end_matches('/').to_owned();
        Ok(Self { text, scheme })
    }

    /// The text, such as `https://app.example`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its scheme.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The port, when one is written.
    pub fn port(&self) -> Option<u16> {
        self.text
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok())
    }

    /// This URL with a path (and query) behind it.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

/// Whether a host name means this machine.
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Whose addresses SCIM may provision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DomainPolicy {
    /// Only those at a domain the organisation has claimed and proven. The default.
    #[default]
    Claimed,
    /// Any address. For conformance testers of SCIM, which invent addresses.
    UnsafeAny,
}

/// Which address a request came from, as far as rate limits go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Peers {
    /// That of the connection. The default: nobody can choose it.
    #[default]
    Connection,
    /// The last one of `X-Forwarded-For`, which the nearest proxy wrote.
    Forwarded,
}

/// Everything a request handler is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// The public base URL.
    pub base_url: BaseUrl,
    /// Whose addresses SCIM may provision.
    pub domains: DomainPolicy,
    /// By what rate limits count.
    pub peers: Peers,
    /// How long a session lasts at most. Default 12 hours: a working day, and below the 24
    /// hours after which a deactivation that was never pushed should bite.
    pub session_lifetime: Duration,
    /// The service's own key, for single logout and encrypted assertions.
    pub service_key: Option<crate::sso::service_key::ServiceKey>,
    /// How much work a password hash is.
    pub effort: crate::security::password::Effort,
    /// The DNS servers for domain claims; none takes three public ones.
    pub dns: Vec<std::net::SocketAddr>,
    /// A validating resolver on this machine, whose word about DNSSEC is taken; none by default.
    pub dns_validating: Option<std::net::SocketAddr>,
}

impl Config {
    /// The defaults for a base URL.
    pub fn new(base_url: BaseUrl) -> Self {
        Self {
            base_url,
            domains: DomainPolicy::default(),
            peers: Peers::default(),
            session_lifetime: Duration::hours(12),
            service_key: None,
            effort: crate::security::password::Effort::default(),
            dns: Vec::new(),
            dns_validating: None,
        }
    }
}
