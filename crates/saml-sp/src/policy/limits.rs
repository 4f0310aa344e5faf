//! How much is read before giving up.

/// Upper bounds on everything an unauthenticated sender controls. Each is checked before the
/// memory or the work it bounds is spent.
///
/// The defaults fit an Okta response with 8,000 group names. Raise or lower single fields:
///
/// ```
/// use saml_sp::Limits;
/// let limits = Limits { xml_bytes: 256 * 1024, form_bytes: 512 * 1024, ..Limits::default() };
/// assert!(limits.depth < 100);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the posted body or of the query. Default 4 MiB: base64 of `xml_bytes` with its
    /// `+`, `/` and `=` percent-encoded.
    pub form_bytes: usize,
    /// Bytes of one XML message, after base64 and inflation. Default 2 MiB.
    pub xml_bytes: usize,
    /// Nesting of elements. Default 64: SAML needs about 12.
    pub depth: usize,
    /// Elements and text runs in one document. Default 100,000: two per attribute value.
    pub nodes: usize,
    /// Attributes on one element. Default 64: SAML uses at most 9.
    pub attributes: usize,
    /// Namespace declarations in scope at one element, and a quarter of the different names in
    /// one document. Default 64: identity providers declare about six.
    pub namespaces: usize,
    /// Bytes of one element or attribute name. Default 1,024.
    pub name_bytes: usize,
    /// Prefixes in one `InclusiveNamespaces` list. Default 32: identity providers send one or two.
    pub prefixes: usize,
    /// Certificates and encrypted keys looked at in one message. Default 8.
    pub keys: usize,
    /// Bytes of a `RelayState` on arrival. Default 2,048: the standard says 80, but Okta's default
    /// RelayState may be a URL. What this crate sends is never longer than 80.
    pub relay_state_bytes: usize,
    /// Bytes of one metadata document. Default 1 MiB: one entity has a few kilobytes; raise it,
    /// and `nodes`, for a federation's aggregate.
    pub metadata_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            form_bytes: 4 * 1024 * 1024,
            xml_bytes: 2 * 1024 * 1024,
            depth: 64,
            nodes: 100_000,
            attributes: 64,
            namespaces: 64,
            name_bytes: 1024,
            prefixes: 32,
            keys: 8,
            relay_state_bytes: 2048,
            metadata_bytes: 1024 * 1024,
        }
    }
}

impl Limits {
    /// The same limits with `metadata_bytes` in the place of `xml_bytes`.
    pub(crate) const fn of_metadata(&self) -> Self {
        Self {
            xml_bytes: self.metadata_bytes,
            ..*self
        }
    }
}
