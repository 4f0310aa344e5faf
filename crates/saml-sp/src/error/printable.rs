//! Text from outside, made safe to print.
//!
//! Line breaks would forge log lines, escape sequences would command a terminal, and text that runs
//! backwards or is not seen would show an admin another name than the one that was sent.

/// The longest excerpt of a foreign value that a finding keeps, in characters.
///
/// Long enough for any URL an admin would recognise, short enough that a hostile message cannot
/// flood a log.
const LONGEST: usize = 300;

/// A copy of `text` that is safe in a log line or a terminal: control characters, line breaks,
/// bidirectional overrides and invisible characters are written as `\u{…}`, and what exceeds 300
/// characters is cut and marked.
///
/// ```
/// use saml_sp::error::printable;
/// assert_eq!(printable("a\nb\u{202e}c"), "a\\u{a}b\\u{202e}c");
/// assert_eq!(printable("https://sp/acs"), "https://sp/acs");
/// ```
#[must_use]
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for (count, ch) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        if is_hidden(ch) {
            out.extend(ch.escape_unicode());
        } else {
            out.push(ch);
        }
    }
    out
}

/// Characters that change how the text around them is shown, or are not shown themselves.
fn is_hidden(ch: char) -> bool {
    ch.is_control()
        || matches!(ch,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}
