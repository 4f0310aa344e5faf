//! Equality of short texts, without a call.

/// Whether two texts are the same octets.
///
/// Names and prefixes have a few octets, names of namespaces some forty. Comparing those through
/// the C library costs more than the comparison: its masked vector loads stall on text that ends
/// near a page. Eight octets at a time are compared as one number here.
#[inline]
pub(crate) fn same(one: &str, other: &str) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let (words, rest) = one.as_bytes().as_chunks::<8>();
    let (other_words, other_rest) = other.as_bytes().as_chunks::<8>();
    let alike = |(word, other): (&[u8; 8], &[u8; 8])| {
        u64::from_ne_bytes(*word) == u64::from_ne_bytes(*other)
    };
    words.iter().zip(other_words).all(alike)
        && rest
            .iter()
            .zip(other_rest)
            .all(|(byte, other)| byte == other)
}
