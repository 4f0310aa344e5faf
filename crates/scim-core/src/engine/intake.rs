//! The first look at a request: how large it is and what kind of body it has.

use crate::error::{ScimError, Status};
use crate::json;
use crate::message::Request;
use crate::resource::Resource;

/// A request whose body is within the limit; nothing of it was read yet.
///
/// Made only by [`within_limits`].
#[derive(Debug)]
pub(super) struct Bounded<'r> {
    request: &'r Request,
}

/// Refuses a body over the limit before anything looks at it.
///
/// # Errors
/// 413 that names the limit.
pub(super) fn within_limits<'r>(
    request: &'r Request,
    limits: &json::Limits,
) -> Result<Bounded<'r>, ScimError> {
    if request.body.len() > limits.bytes {
        return Err(ScimError::new(
            Status::PayloadTooLarge,
            format!("the body is over the limit of {} bytes", limits.bytes),
        ));
    }
    Ok(Bounded { request })
}

impl<'r> Bounded<'r> {
    /// The request.
    pub(super) fn request(&self) -> &'r Request {
        self.request
    }

    /// Reads the body as one JSON object.
    ///
    /// # Errors
    /// 415 for another media type or an encoding, 400 `invalidSyntax` for what
    /// is no JSON object within limits.
    pub(super) fn object(&self, limits: &json::Limits) -> Result<Resource, ScimError> {
        let head = &self.request.head;
        let encoded = head.content_encoding.as_deref().map(str::trim);
        if encoded.is_some_and(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity")) {
            return Err(unsupported("send the body without a Content-Encoding"));
        }
        if !head.content_type.as_deref().is_none_or(is_json) {
            return Err(unsupported(
                "send the body as application/scim+json or application/json",
            ));
        }
        Ok(Resource::parse(&self.request.body, limits)?)
    }
}

/// `application/scim+json` (RFC 7644 section 3.1) and `application/json`
/// (section 3.8), in UTF-8. A body without a media type is taken for the first.
fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    let known = ["application/scim+json", "application/json"];
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    utf8 && known.iter().any(|name| name.eq_ignore_ascii_case(media))
}

fn unsupported(detail: &'static str) -> ScimError {
    ScimError::new(Status::UnsupportedMediaType, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Method;

    fn read(content_type: Option<&str>, encoding: Option<&str>) -> Result<Resource, ScimError> {
        let mut request = Request::new(Method::Post, "/Users").json("{}");
        request.head.content_type = content_type.map(str::to_owned);
        request.head.content_encoding = encoding.map(str::to_owned);
        let limits = json::Limits::default();
        within_limits(&request, &limits).unwrap().object(&limits)
    }

    #[test]
    fn json_in_utf8_is_read_whatever_it_is_called() {
        for media in [
            "application/scim+json",
            "Application/JSON",
            "application/scim+json; charset=utf-8",
            "application/json;charset=\"UTF-8\"; profile=x",
        ] {
            assert!(read(Some(media), None).is_ok(), "{media}");
        }
        assert!(read(None, Some("identity")).is_ok());
    }

    #[test]
    fn other_media_are_refused() {
        for (media, encoding) in [
            (Some("text/plain"), None),
            (Some("application/xml"), None),
            (Some(""), None),
            (Some("application/json; charset=utf-16"), None),
            (Some("application/json"), Some("gzip")),
        ] {
            let refused = read(media, encoding).unwrap_err();
            assert_eq!(refused.status(), Status::UnsupportedMediaType, "{media:?}");
        }
    }

    #[test]
    fn the_limit_is_inclusive() {
        let limits = json::Limits {
            bytes: 2,
            ..json::Limits::default()
        };
        let fits = Request::new(Method::Post, "/Users").json("{}");
        assert!(within_limits(&fits, &limits).is_ok());
        let over = Request::new(Method::Post, "/Users").json("{ }");
        let refused = within_limits(&over, &limits).unwrap_err();
        assert_eq!(refused.status(), Status::PayloadTooLarge);
        assert!(refused.detail().contains("2 bytes"));
    }
}
