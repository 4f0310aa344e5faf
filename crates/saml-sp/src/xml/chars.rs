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
    if text.bytes().all(is_ascii_name) {
        return text.bytes().next().is_some_and(is_ascii_start);
    }
    let mut characters = text.chars();
    characters.next().is_some_and(is_name_start) && characters.all(is_name_char)
}

/// Production `Char`.
pub(crate) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// What one look at all octets of a text tells.
pub(crate) struct Survey {
    /// Offset of the first character that is not a `Char`.
    pub(crate) forbidden: Option<usize>,
    /// Whether there is a carriage return.
    pub(crate) has_cr: bool,
}

/// Looks at every octet once, and twice only where something unusual stands.
pub(crate) fn survey(text: &str) -> Survey {
    let bytes = text.as_bytes();
    let mut seen = Survey {
        forbidden: None,
        has_cr: false,
    };
    for (index, chunk) in bytes.chunks(CHUNK).enumerate() {
        if is_unusual(chunk) {
            let start = index * CHUNK;
            seen.has_cr |= chunk.contains(&b'\r');
            seen.forbidden = (start..start + chunk.len()).find(|at| is_forbidden(bytes, *at));
            if seen.forbidden.is_some() {
                break;
            }
        }
    }
    seen
}

/// Short enough that a second look costs little, long enough that vector code pays.
const CHUNK: usize = 256;

/// Whether a control character other than tab and line feed is there, or the first octet of
/// U+F000 to U+FFFF. A fold without early exit, which the compiler turns into vector code.
fn is_unusual(chunk: &[u8]) -> bool {
    chunk.iter().fold(false, |found, byte| {
        found | ((*byte < 0x20) & (*byte != b'\t') & (*byte != b'\n')) | (*byte == 0xEF)
    })
}

/// Whether a character begins here that is not a `Char`: a control character, or U+FFFE or U+FFFF,
/// which are EF BF BE and EF BF BF. Surrogates are no UTF-8.
fn is_forbidden(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at..) {
        Some([0xEF, 0xBF, 0xBE | 0xBF, ..]) => true,
        Some([byte, ..]) => *byte < 0x20 && !is_space(*byte),
        _ => false,
    }
}

/// Whether any octet is special. Without early exit, because that becomes vector code, and almost
/// every value answers no.
#[inline]
pub(crate) fn holds(octets: &[u8], special: impl Fn(u8) -> bool + Copy) -> bool {
    let any = |octets: &[u8]| {
        octets
            .iter()
            .fold(false, |found, byte| found | special(*byte))
    };
    let (blocks, rest) = octets.as_chunks::<16>();
    let in_blocks = blocks.iter().fold(false, |found, block| found | any(block));
    // The last sixteen overlap the blocks, so that there is no rest to go through one by one.
    match octets.last_chunk::<16>() {
        Some(last) => in_blocks | any(last),
        None => any(rest),
    }
}
