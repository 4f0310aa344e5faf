//! The built-in list of domains where anyone can have a mailbox.
//!
//! Lists of this kind err both ways, so a host corrects it with [`crate::ClaimRules::refuse`] and
//! [`crate::ClaimRules::allow`]. It is the first of two fences: whoever claims such a name would
//! still have to publish a record in the provider's own DNS.

use crate::domain::Domain;

/// `data/free-mail.txt`: one canonical name a line, sorted; lines that start with `#` say where the
/// list comes from and when.
const LIST: &str = include_str!("../data/free-mail.txt");

/// The names of the list, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    LIST.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The comment lines in front of the list: date, origin, how it is kept.
pub fn provenance() -> impl Iterator<Item = &'static str> {
    LIST.lines()
        .map_while(|line| line.strip_prefix('#'))
        .map(str::trim)
}

/// Whether the name or one of its parents is in the list: mailboxes below `mail.gmail.com` would be
/// the provider's too.
pub(crate) fn contains(domain: &Domain) -> bool {
    names().any(|name| {
        domain
            .as_str()
            .strip_suffix(name)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}
