//! The headers every response carries.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, header};

use crate::config::Scheme;

/// No script at all, styles and images from here, forms to here, never framed.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// As [`POLICY`], but a form's answer may redirect to an identity provider: browsers hold the
/// redirects that follow a form to `form-action` too. Providers are https; over plain http,
/// which is a loopback address, so may the provider be.
fn leaving_policy(scheme: Scheme) -> String {
    let providers = match scheme {
        Scheme::Https => "form-action 'self' https:",
        Scheme::Http => "form-action 'self' https: http:",
    };
    POLICY.replace("form-action 'self'", providers)
}

/// Where a page's forms may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forms {
    /// Only to this site. The default.
    StayHere,
    /// Also onward to an identity provider.
    MayLeave,
}

/// Lets a page's forms lead to an identity provider.
pub fn may_leave(response: &mut Response<Bytes>) {
    response.extensions_mut().insert(Leaving);
}

/// Lets pages of these origins show a response in a frame, and nobody else. Identity providers end
/// sessions at several services at once by hidden frames.
pub fn may_be_framed_by(response: &mut Response<Bytes>, origins: String) {
    response.extensions_mut().insert(FramedBy(origins));
}

/// Marks a response that may be framed; read by [`apply`].
#[derive(Clone, Debug)]
struct FramedBy(String);

/// Opens the policy that is there to the origins, and takes the older header away, which knows no
/// origins.
fn open_to(origins: &str, headers: &mut http::HeaderMap) {
    let policy = headers
        .get(header::CONTENT_SECURITY_POLICY)
        .and_then(|policy| policy.to_str().ok())
        .map(|policy| {
            policy.replace(
                "frame-ancestors 'none'",
                &format!("frame-ancestors {origins}"),
            )
        });
    if let Some(policy) = policy.and_then(|policy| HeaderValue::from_str(&policy).ok()) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        headers.remove(header::X_FRAME_OPTIONS);
    }
}

/// Scheme, host and port of a URL; nothing where it is none.
pub fn origin(url: &str) -> Option<String> {
    let uri: http::Uri = url.parse().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}

/// Marks a response whose forms may lead away; read by [`apply`].
#[derive(Clone, Copy, Debug)]
struct Leaving;

/// Adds the security headers. A policy the handler set itself (the page that posts itself) stays.
pub fn apply(response: &mut Response<Bytes>, scheme: Scheme) {
    let policy = match response.extensions_mut().remove::<Leaving>() {
        Some(Leaving) => HeaderValue::from_str(&leaving_policy(scheme)).ok(),
        None => Some(HeaderValue::from_static(POLICY)),
    };
    let framed = response.extensions_mut().remove::<FramedBy>();
    let headers = response.headers_mut();
    if let Some(policy) = policy {
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert(policy);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
    ];
    for (name, value) in fixed {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if let Some(FramedBy(origins)) = framed {
        open_to(&origins, headers);
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if scheme == Scheme::Https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(year);
    }
}
