//! A login that has begun.

use crate::binding::PostPage;
use crate::record::RequestRecord;

/// A request that is ready to go: where to send the browser, and what to remember.
///
/// Store [`request`](Self::request) before redirecting. The redirect must be a top-level
/// navigation, never in a frame.
#[derive(Clone, Debug)]
#[must_use = "the request must be stored and the browser redirected"]
pub struct StartedLogin {
    pub(crate) redirect_url: String,
    pub(crate) record: RequestRecord,
    pub(crate) browser_cookie: Option<String>,
}

impl StartedLogin {
    /// The URL to redirect to, with status 302 or 303 and `Cache-Control: no-store`.
    #[must_use]
    pub fn redirect_url(&self) -> &str {
        &self.redirect_url
    }

    /// What to give to [`RequestStore::put`](crate::RequestStore::put).
    #[must_use]
    pub const fn request(&self) -> &RequestRecord {
        &self.record
    }

    /// The value of the cookie that binds the login to this browser, if that was asked for. Set it
    /// with `HttpOnly; Secure; SameSite=None; Max-Age` of the request's lifetime, since the answer
    /// arrives by a cross-site POST, and pass it back in
    /// [`Expected::RequestFrom`](crate::Expected::RequestFrom).
    #[must_use]
    pub fn browser_cookie(&self) -> Option<&str> {
        self.browser_cookie.as_deref()
    }
}

/// A request that goes by a page that posts itself.
#[derive(Clone, Debug)]
#[must_use = "the request must be stored and the page shown"]
pub struct StartedPost {
    pub(crate) page: PostPage,
    pub(crate) record: RequestRecord,
    pub(crate) browser_cookie: Option<String>,
}

impl StartedPost {
    /// The page, with the headers it must be sent with.
    #[must_use]
    pub const fn page(&self) -> &PostPage {
        &self.page
    }

    /// What to give to [`RequestStore::put`](crate::RequestStore::put).
    #[must_use]
    pub const fn request(&self) -> &RequestRecord {
        &self.record
    }

    /// As [`StartedLogin::browser_cookie`].
    #[must_use]
    pub fn browser_cookie(&self) -> Option<&str> {
        self.browser_cookie.as_deref()
    }
}
