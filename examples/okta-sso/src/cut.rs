//! Requests that end without their handler's answer: they never became whole, or it took too long.

use http::{Method, StatusCode, header};

use crate::{
    pages::failure,
    scim,
    web::{Failure, Reply},
};

/// Why a request is cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The handler did not answer in time, usually because the database does not. What it was
    /// about to write is undone or has been written wholly.
    Late,
    /// The body is larger than the bound.
    TooLarge,
    /// The body did not come in time.
    TooSlow,
    /// The body could not be read to its end.
    Unreadable,
}

/// What is answered. The connection ends with it, since what is left of a body would be taken
/// for the next request.
pub(crate) fn reply(cut: Cut, method: &Method, room: &str, trace: &str) -> Reply {
    let (status, text) = match cut {
        Cut::Late => return late(method, room, trace),
        Cut::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
        Cut::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body did not come in time"),
        Cut::Unreadable => (StatusCode::BAD_REQUEST, "the body could not be read"),
    };
    let reply = if room == "scim" {
        scim::refusal(status, text)
    } else {
        let (title, text) = words(cut);
        failure::saying(status, title, text, trace)
    };
    reply.header(header::CONNECTION, "close")
}

/// What a person reads whose request did not arrive whole, so that nothing came of it.
const fn words(cut: Cut) -> (&'static str, &'static str) {
    match cut {
        Cut::TooLarge => (
            "Too large",
            "What you sent is larger than this service takes, and nothing was changed. Certificates, metadata and settings \
             are much smaller: look whether you chose the right file.",
        ),
        Cut::Late | Cut::TooSlow | Cut::Unreadable => (
            "It did not arrive",
            "The connection broke off before all of it was here, and nothing was changed. Go back and send it again.",
        ),
    }
}

/// The handler may have been about to commit.
fn late(method: &Method, room: &str, trace: &str) -> Reply {
    if room == "scim" {
        let text = "the service cannot answer now; try again later";
        return scim::refusal(StatusCode::SERVICE_UNAVAILABLE, text)
            .header(header::RETRY_AFTER, "5");
    }
    let late = if method.is_safe() {
        Failure::Unavailable
    } else {
        Failure::Unsettled
    };
    failure::failure(&late, trace)
}
