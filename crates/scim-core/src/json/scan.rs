//! Strings and numbers, found in the text without copying.

/// Largest magnitude of a decimal number: above it a double skips integers.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A string as it stands in the text.
pub(super) enum Token<'t> {
    /// Its characters; nothing is escaped.
    Plain(&'t str),
    /// What stands between the quotes; something is escaped.
    Escaped(&'t str),
}

/// Finds the end of a string. `text` starts behind the opening quote; the length
/// includes the closing one.
///
/// # Errors
/// The offset of a control character, or of the end.
pub(super) fn string(text: &str) -> Result<(Token<'_>, usize), usize> {
    let bytes = text.as_bytes();
    let mut at = plain(bytes);
    if bytes.get(at) == Some(&b'"') {
        let characters = text.get(..at).unwrap_or_default();
        return Ok((Token::Plain(characters), at + 1));
    }
    loop {
        match bytes.get(at) {
            Some(b'"') => break,
            Some(b'\\') => at += 2,
            _ => return Err(at.min(bytes.len())),
        }
        at += plain(bytes.get(at..).unwrap_or_default());
    }
    Ok((Token::Escaped(text.get(..at).unwrap_or_default()), at + 1))
}

/// How many bytes stand before a quote, a backslash or a control character.
fn plain(bytes: &[u8]) -> usize {
    let mut at = 0;
    let (chunks, rest) = bytes.as_chunks::<8>();
    for chunk in chunks {
        let found = special(u64::from_le_bytes(*chunk));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let ends = |b: &u8| *b < 0x20 || *b == b'"' || *b == b'\\';
    at + rest.iter().position(ends).unwrap_or(rest.len())
}

/// Marks, in the top bit of each byte, the first byte that is special (and maybe
/// bytes behind it).
const fn special(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const TOPS: u64 = ONES * 0x80;
    /// Marks the top bit of each byte that is zero.
    const fn zeros(word: u64) -> u64 {
        word.wrapping_sub(ONES) & !word & TOPS
    }
    let quote = zeros(word ^ (ONES * b'"' as u64));
    let backslash = zeros(word ^ (ONES * b'\\' as u64));
    let control = word.wrapping_sub(ONES * 0x20) & !word & TOPS;
    quote | backslash | control
}

/// A number, read.
pub(super) enum Number {
    Decimal(f64),
    Integer(i64),
    Malformed,
    TooLarge,
}

/// Reads a number at the start of a text, and says how long it is.
pub(super) fn number(text: &str) -> (Number, usize) {
    let belongs = |b: u8| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    let length = text.bytes().position(|b| !belongs(b)).unwrap_or(text.len());
    let token = text.get(..length).unwrap_or_default();
    let digits = token.strip_prefix('-').unwrap_or(token);
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        let leading_zero = digits.len() > 1 && digits.starts_with('0');
        let number = match token.parse() {
            _ if leading_zero || digits.is_empty() => Number::Malformed,
            Ok(number) => Number::Integer(number),
            Err(_) => Number::TooLarge,
        };
        return (number, length);
    }
    let number = match token.parse::<f64>() {
        Ok(number) if !is_decimal(digits) || number.is_nan() => Number::Malformed,
        Ok(number) if number.abs() < EXACT => Number::Decimal(number),
        Ok(_) => Number::TooLarge,
        Err(_) => Number::Malformed,
    };
    (number, length)
}

/// Digits, a fraction and an exponent as RFC 8259 section 6 writes them; the
/// standard library's parser takes more.
fn is_decimal(token: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match token.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (token, None),
    };
    let exponent = exponent.map(|e| e.strip_prefix(['+', '-']).unwrap_or(e));
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    digits(whole) && !leading_zero && fraction.is_none_or(digits) && exponent.is_none_or(digits)
}
