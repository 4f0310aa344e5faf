//! The names and attributes of the cookies.
//!
//! With an `https` base URL the cookie is `__Host-session` with `Secure`: no other host, no
//! plain connection and no sub-path can set or read it. With an `http` base URL (a loopback
//! address, a test) it is plain `session` without `Secure`, because clients other than
//! browsers never send a `Secure` cookie over `http`.
//!
//! `SameSite=Lax` is enough for the session: the pending login is found through the relay state and
//! the request identifier when the identity provider's page posts an answer here, and the cookie set
//! by that answer is sent with the redirect that follows, which is a top-level GET.
//!
//! A login that was begun here is bound to the browser that began it, so that nobody can have another
//! person finish it and end up in an account of the attacker's. That takes a cookie that comes with
//! the cross-site post, `SameSite=None`, which browsers take with `Secure` only: over plain `http`,
//! which is a loopback address, logins are not bound.

use crate::config::Scheme;

/// Makes and names the cookies: the session's, and that of a browser known from before.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    scheme: Scheme,
}

impl Cookies {
    /// For a service whose public base URL has this scheme.
    pub const fn new(scheme: Scheme) -> Self {
        Self { scheme }
    }

    /// The cookie's name.
    pub const fn session_name(self) -> &'static str {
        match self.scheme {
            Scheme::Https => "__Host-session",
            Scheme::Http => "session",
        }
    }

    /// The `Set-Cookie` line that gives a browser its session. It ends with the browser's own
    /// session; how long it is worth something is decided here, not there.
    pub fn session(self, secret: &str) -> String {
        format!("{}={secret}; {}", self.session_name(), self.attributes())
    }

    /// The `Set-Cookie` line that takes the session away.
    pub fn no_session(self) -> String {
        format!("{}=; Max-Age=0; {}", self.session_name(), self.attributes())
    }

    /// The name of the cookie of a [known browser](super::device::Devices).
    pub const fn device_name(self) -> &'static str {
        match self.scheme {
            Scheme::Https => "__Host-known",
            Scheme::Http => "known",
        }
    }

    /// The `Set-Cookie` line that makes a browser a known one for a year.
    pub fn device(self, value: &str) -> String {
        let (name, attributes) = (self.device_name(), self.attributes());
        format!("{name}={value}; Max-Age=31536000; {attributes}")
    }

    /// Whether a cookie can come back with a post from another site.
    pub const fn reaches_across_sites(self) -> bool {
        matches!(self.scheme, Scheme::Https)
    }

    /// The name of the cookie that binds a login to its browser; one for each login, so that two may
    /// be under way in two tabs.
    pub fn login_name(relay: &str) -> String {
        let part: String = relay
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(16)
            .collect();
        format!("__Host-login-{part}")
    }

    /// The `Set-Cookie` line that binds a login, for as long as a login may take.
    pub fn login(self, relay: &str, value: &str) -> String {
        let name = Self::login_name(relay);
        format!("{name}={value}; Max-Age=900; Path=/; HttpOnly; SameSite=None; Secure")
    }

    /// The `Set-Cookie` line that forgets a login that is over.
    pub fn no_login(self, relay: &str) -> String {
        let name = Self::login_name(relay);
        format!("{name}=; Max-Age=0; Path=/; HttpOnly; SameSite=None; Secure")
    }

    const fn attributes(self) -> &'static str {
        match self.scheme {
            Scheme::Https => "Path=/; HttpOnly; SameSite=Lax; Secure",
            Scheme::Http => "Path=/; HttpOnly; SameSite=Lax",
        }
    }
}
