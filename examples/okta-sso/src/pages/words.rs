//! Small pieces that several pages share: instants, tags, initials.

use maud::{Markup, html};
use time::{Duration, OffsetDateTime, macros::format_description};

/// How long before its end something is said to end soon: long enough to be replaced without haste.
const SOON: Duration = Duration::days(30);

/// An instant as people read it, with the exact one for machines.
pub fn instant(at: OffsetDateTime) -> Markup {
    let shown = at
        .format(format_description!(
            "[day padding:none] [month repr:short] [year], [hour]:[minute] UTC"
        ))
        .unwrap_or_default();
    let exact = at
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap_or_default();
    html! { time datetime=(exact) title=(exact) { (shown) } }
}

/// How long ago something was, in one word or two.
pub fn ago(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let minutes = (now - at).whole_minutes();
    match minutes {
        ..1 => "just now".to_owned(),
        1..60 => format!("{minutes} min ago"),
        60..2880 => format!("{} h ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1440),
    }
}

/// What a tag says besides its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something is broken or refused.
    Bad,
    /// All is well.
    Good,
    /// Neither.
    Plain,
    /// Somebody should look.
    Warn,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Bad => "tag bad",
            Self::Good => "tag good",
            Self::Plain => "tag",
            Self::Warn => "tag warn",
        }
    }

    const fn note_class(self) -> &'static str {
        match self {
            Self::Bad => "note bad",
            Self::Good => "note good",
            Self::Plain => "note",
            Self::Warn => "note warn",
        }
    }
}

/// A short word in a pill.
pub fn tag(tone: Tone, text: &str) -> Markup {
    html! { span class=(tone.class()) { (text) } }
}

/// A message over a page; read out by screen readers when it appears.
pub fn note(tone: Tone, text: &str) -> Markup {
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    html! { div class=(tone.note_class()) role=(role) { p { (text) } } }
}

/// A text with a capital at its beginning.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    first + letters.as_str()
}

/// A short text of another crate as a sentence: a capital, a full stop.
pub fn sentence(text: &str) -> String {
    let stop = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    capital(text) + stop
}

/// How something that ends by itself stands: a certificate, a token.
pub fn until(ends: OffsetDateTime, now: OffsetDateTime) -> (Tone, &'static str) {
    if ends < now {
        (Tone::Bad, "ended")
    } else if ends < now + SOON {
        (Tone::Warn, "ends soon")
    } else {
        (Tone::Good, "in force")
    }
}

/// One or two letters for the round picture; of the address, where the name begins with none.
pub fn initials(given: &str, family: &str, email: &str) -> String {
    let first = |text: &str| text.chars().find(|letter| letter.is_alphanumeric());
    let letters: String = [first(given), first(family)]
        .into_iter()
        .flatten()
        .collect();
    let letters = if letters.is_empty() {
        email.chars().take(1).collect()
    } else {
        letters
    };
    letters.to_uppercase()
}

/// A person's name, or the address when there is none.
pub fn name(given: &str, family: &str, email: &str) -> String {
    match format!("{given} {family}").trim() {
        "" => email.to_owned(),
        name => name.to_owned(),
    }
}

/// A number with its noun: `1 member`, `2 members`.
pub fn counted(count: impl TryInto<u64>, one: &str, many: &str) -> String {
    match count.try_into() {
        Ok(1) => format!("1 {one}"),
        Ok(count) => format!("{count} {many}"),
        Err(_) => many.to_owned(),
    }
}
