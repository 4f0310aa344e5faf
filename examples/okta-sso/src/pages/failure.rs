//! Failures as pages.

use http::{StatusCode, header};
use maud::{Markup, html};

use super::{shell, words::sentence};
use crate::web::{Failure, Reply};

/// The answer to a request that failed. `trace` is in the log too, so that whoever is asked
/// for help can find the line.
pub fn failure(failure: &Failure, trace: &str) -> Reply {
    if let Failure::SignIn(back) = failure {
        return with_return("/sign-in", back);
    }
    if let Failure::StepUp(back) = failure {
        return with_return("/confirm", back);
    }
    let (status, title, text) = words(failure);
    let reply = saying(status, title, &text, trace);
    match failure {
        Failure::Method => reply.header(header::ALLOW, "GET, HEAD, POST"),
        Failure::TooMany(seconds) => reply.header_text(header::RETRY_AFTER, &seconds.to_string()),
        Failure::Unavailable | Failure::Unsettled => reply.header(header::RETRY_AFTER, "5"),
        _ => reply,
    }
}

/// A page with one thing to say.
pub fn saying(status: StatusCode, title: &str, text: &str, trace: &str) -> Reply {
    Reply::page(page(title, text, trace)).status(status)
}

/// Sends the browser to a page that leads back.
fn with_return(page: &str, back: &str) -> Reply {
    let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
    Reply::see_other(&format!("{page}?to={back}"))
}

fn words(failure: &Failure) -> (StatusCode, &'static str, String) {
    let fixed = |status, title, text: &str| (status, title, text.to_owned());
    match failure {
        Failure::Bad(text) => (StatusCode::BAD_REQUEST, "That did not work", sentence(text)),
        Failure::CrossSite => fixed(
            StatusCode::FORBIDDEN,
            "Please try again",
            "The form was too old or came from another site. Nothing was changed. Reload the page it was on and send \
             it again.",
        ),
        Failure::Forbidden(text) => fixed(StatusCode::FORBIDDEN, "Not for you", text),
        Failure::Afterwards(then) => fixed(
            words(then).0,
            "Done, but not shown",
            "What you asked for was done; only the page about it could not be made. Do not send it again. A link or a \
             token it was to show is not shown any more: revoke it, and make another.",
        ),
        Failure::Internal(_) => fixed(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something broke here",
            "This is a fault of the service, and it has been logged. If you were changing something, look whether it \
             was changed before you send it again.",
        ),
        Failure::Method => fixed(
            StatusCode::METHOD_NOT_ALLOWED,
            "Not like this",
            "This address is for reading and for forms, and takes no other method. Nothing was changed.",
        ),
        Failure::Missing | Failure::SignIn(_) | Failure::StepUp(_) => fixed(
            StatusCode::NOT_FOUND,
            "Nothing here",
            "The address is wrong, or what was here is gone.",
        ),
        Failure::Stale => fixed(
            StatusCode::CONFLICT,
            "Somebody was faster",
            "The same thing was changed meanwhile. Nothing of yours was applied; look at it again and decide anew.",
        ),
        Failure::TooMany(seconds) => (
            StatusCode::TOO_MANY_REQUESTS,
            "One moment",
            format!("Too many tries in a short time. Wait {seconds} seconds, then try again."),
        ),
        Failure::Unavailable => fixed(
            StatusCode::SERVICE_UNAVAILABLE,
            "Back in a moment",
            "The database cannot be reached right now. Nothing was changed; try again shortly.",
        ),
        Failure::Unsettled => fixed(
            StatusCode::SERVICE_UNAVAILABLE,
            "Look before you try again",
            "The database fell silent in the middle, and it is not certain whether your change was made. Wait a moment, \
             look at what you were changing, and send it again only if nothing has changed. If you were signing in, \
             start again.",
        ),
    }
}

fn page(title: &str, text: &str, trace: &str) -> Markup {
    shell::plain(
        title,
        &html! {
            section.card {
                h1 { (title) }
                p { (text) }
                p.actions { a.button href="/" { "To the start page" } }
            }
            p.soft.small { "Trace " code { (trace) } }
        },
    )
}
