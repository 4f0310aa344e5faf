//! URLs that are configured: absolute, https, or loopback for development.
//!
//! Configured addresses only. What arrives in a message is compared as text and never parsed.

use crate::error::{Code, Finding, UsageError};

/// Where `http` is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlainHttp {
    /// On loopback hosts, for development.
    LoopbackOnly,
    /// Everywhere, because somebody asked for it by name.
    Allowed,
}

/// An endpoint's URL as configured: `https`, or `http` where `plain` says so; no fragment, no white
/// space. `what` names it in the error.
pub(crate) fn check(url: &str, what: &str, plain: PlainHttp) -> Result<(), UsageError> {
    let wrong = |hint: &'static str| {
        Err(Finding::new(Code::ConfigUrl)
            .expected(format!("an absolute https URL for {what}"))
            .seen(url)
            .hint(hint)
            .into())
    };
    if url.len() > 2048 {
        return wrong("longer than 2048 bytes");
    }
    if !url
        .chars()
        .all(|ch| ch.is_ascii_graphic() && !matches!(ch, '"' | '<' | '>' | '\\' | '`'))
    {
        return wrong("holds a space or a character that URLs do not carry");
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return wrong("not absolute");
    };
    if rest.contains('#') {
        return wrong("has a fragment");
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if authority.is_empty() || authority.contains('@') {
        return wrong("has no host, or a user name before it");
    }
    match scheme {
        "https" => Ok(()),
        "http" if plain == PlainHttp::Allowed || is_loopback(authority) => Ok(()),
        "http" => wrong("http is accepted for loopback hosts only"),
        _ => wrong("the scheme is not https"),
    }
}

/// `localhost`, a name below it, 127.0.0.0/8 or `[::1]`, with or without port.
fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => return rest.split(']').next() == Some("::1"),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let host = host.to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
}

/// An entity id: not empty, at most 1024 characters (Core 8.3.6), no control characters and no
/// white space at an end, which nobody would see.
pub(crate) fn entity_id(id: &str, what: &str) -> Result<(), UsageError> {
    let fits = !id.is_empty()
        && id.chars().count() <= 1024
        && id.trim() == id
        && !id.chars().any(char::is_control);
    if fits {
        return Ok(());
    }
    Err(Finding::new(Code::ConfigInvalid)
        .expected(format!(
            "{what} of 1 to 1024 characters without white space around it"
        ))
        .seen(id)
        .into())
}

/// The query that begins with `?`, or with `&` when the URL has one already.
pub(crate) fn with_query(url: &str, query: &str) -> String {
    let joint = match url.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, rest)) if rest.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{url}{joint}{query}")
}

#[cfg(test)]
mod tests;
