//! How much is read before giving up.

/// Upper bounds on everything an unauthenticated sender controls. Each is checked before the
/// memory or the work it bounds is spent.
///
/// The defaults fit an Okta response with some 2,000 group names. Raise single fields for larger
/// ones:
///
/// ```
/// use saml_sp::Limits;
/// let limits = Limits { xml_bytes: 2 * 1024 * 1024, form_bytes: 4 * 1024 * 1024, ..Limits::default() };
/// assert!(limits.depth < 100);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "callers set single fields with struct update syntax"
)]
pub struct Limits {
    /// Bytes of the posted body or of the query. Default 1.5 MiB: base64 and percent encoding of
    /// `xml_bytes` with every `+`, `/` and `=` written as three characters.
    pub form_bytes: usize,
    /// Bytes of one XML message, after base64 and inflation. Default 1 MiB: about 5,000 groups.
    pub xml_bytes: usize,
    /// Nesting of elements. Default 48: SAML needs about 12, `Advice` and extensions a few more.
    pub depth: usize,
    /// Elements, text runs, comments and instructions in one document. Default 60,000: three per
    /// attribute value.
    pub nodes: usize,
    /// Attributes on one element. Default 64: SAML uses at most 9.
    pub attributes: usize,
    /// Namespace declarations in scope at one element. Default 64: IdPs declare about 6.
    pub namespaces: usize,
    /// Bytes of one element or attribute name. Default 256.
    pub name_bytes: usize,
    /// Prefixes in one `InclusiveNamespaces` list. Default 32: IdPs send one or two.
    pub prefixes: usize,
    /// Certificates and keys looked at in one message, and `EncryptedKey`s tried. Default 8.
    pub keys: usize,
    /// Bytes of a `RelayState` on arrival. Default 2048: the standard says 80, but Okta's default
    /// RelayState may be a URL. What this crate sends is never longer than 80.
    pub relay_state_bytes: usize,
    /// Bytes of one metadata document. Default 1 MiB: one entity has a few kilobytes; raise it for
    /// a federation's aggregate.
    pub metadata_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            form_bytes: 1536 * 1024,
            xml_bytes: 1024 * 1024,
            depth: 48,
            nodes: 60_000,
            attributes: 64,
            namespaces: 64,
            name_bytes: 256,
            prefixes: 32,
            keys: 8,
            relay_state_bytes: 2048,
            metadata_bytes: 1024 * 1024,
        }
    }
}
