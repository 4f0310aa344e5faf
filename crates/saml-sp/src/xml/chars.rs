//! The character classes of XML 1.0, fifth edition, and of Namespaces in XML 1.0.

/// Class bits of ASCII bytes.
const NAME: u8 = 1;
const START: u8 = 2;

/// Name classes of ASCII, the colon left out: names here are always `NCName`s. Nothing else has a
/// class; the table is as long as a byte is wide, so that looking up needs no check.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, below 128"
)]
const ASCII: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => START | NAME,
            b'0'..=b'9' | b'-' | b'.' => NAME,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// White space: production `S`.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// `NameStartChar` without the colon.
pub(crate) fn is_name_start(c: char) -> bool {
    match u8::try_from(c) {
        Ok(byte) if byte < 128 => ASCII
            .get(usize::from(byte))
            .is_some_and(|class| class & START != 0),
        _ => matches!(c,
            '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
            | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
            | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
            | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}'),
    }
}

/// `NameChar` without the colon.
pub(crate) fn is_name_char(c: char) -> bool {
    match u8::try_from(c) {
        Ok(byte) if byte < 128 => is_ascii_name(byte),
        _ => {
            is_name_start(c)
                || matches!(c, '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
        }
    }
}

/// `NameChar` for one byte; false for anything outside ASCII.
pub(crate) fn is_ascii_name(byte: u8) -> bool {
    ASCII
        .get(usize::from(byte))
        .is_some_and(|class| class & NAME != 0)
}

/// `NameStartChar` for one byte; false for anything outside ASCII.
pub(crate) fn is_ascii_start(byte: u8) -> bool {
    ASCII
        .get(usize::from(byte))
        .is_some_and(|class| class & START != 0)
}

/// Whether the whole text is one `NCName`.
pub(crate) fn is_ncname(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(is_name_start) && characters.all(is_name_char)
}

/// Production `Char`.
pub(crate) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Offset of the first character that is not a `Char`.
pub(crate) fn first_forbidden(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let low = low_control(bytes);
    let high = high_noncharacter(bytes);
    match (low, high) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Written so that the compiler turns the inner loop into vector comparisons.
fn low_control(bytes: &[u8]) -> Option<usize> {
    for (index, chunk) in bytes.chunks(256).enumerate() {
        let suspicious = chunk.iter().fold(false, |found, byte| {
            found | ((*byte < 0x20) & (*byte != b'\t') & (*byte != b'\n') & (*byte != b'\r'))
        });
        if suspicious {
            let within = chunk
                .iter()
                .position(|byte| *byte < 0x20 && !is_space(*byte))?;
            return Some(index * 256 + within);
        }
    }
    None
}

/// U+FFFE and U+FFFF are EF BF BE and EF BF BF.
fn high_noncharacter(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(0xEF, bytes)
        .find(|at| matches!(bytes.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])))
}
