//! Attribute names: compared without case, interned when an RFC defines them.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The name of an attribute, a sub-attribute or an extension's URN key.
///
/// Names are case-insensitive (RFC 7643 section 2.1): `DISPLAYNAME` and
/// `displayName` are one name. Names that RFC 7643 and 7644 define are a small
/// number and read back in the RFC's spelling; others keep the spelling they
/// came with. The order of names puts RFC names first, in schema order.
///
/// ```
/// use scim_core::resource::Name;
///
/// assert_eq!(Name::new("USERNAME"), Name::USER_NAME);
/// assert_eq!(Name::new("USERNAME").as_str(), "userName");
/// assert_eq!(Name::new("badgeColour"), Name::new("BadgeColour"));
/// ```
#[derive(Clone)]
pub struct Name(Repr);

#[derive(Clone)]
enum Repr {
    Known(u8),
    Other(Arc<str>),
}

macro_rules! names {
    ($($konst:ident = $text:literal;)*) => {
        #[derive(Clone, Copy)]
        #[repr(u8)]
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "one word for the constant and its index")]
        enum Index { $($konst),* }

        /// RFC spelling of every interned name, by index.
        const SPELLING: &[&str] = &[$($text),*];

        /// Names that RFC 7643, 7644 and 9865 define.
        impl Name {
            $(#[doc = concat!("`", $text, "`")]
            pub const $konst: Self = Self(Repr::Known(Index::$konst as u8));)*
        }
    };
}

names! {
    SCHEMAS = "schemas";
    ID = "id";
    EXTERNAL_ID = "externalId";
    USER_NAME = "userName";
    NAME = "name";
    FORMATTED = "formatted";
    FAMILY_NAME = "familyName";
    GIVEN_NAME = "givenName";
    MIDDLE_NAME = "middleName";
    HONORIFIC_PREFIX = "honorificPrefix";
    HONORIFIC_SUFFIX = "honorificSuffix";
    DISPLAY_NAME = "displayName";
    NICK_NAME = "nickName";
    PROFILE_URL = "profileUrl";
    TITLE = "title";
    USER_TYPE = "userType";
    PREFERRED_LANGUAGE = "preferredLanguage";
    LOCALE = "locale";
    TIMEZONE = "timezone";
    ACTIVE = "active";
    PASSWORD = "password";
    EMAILS = "emails";
    PHONE_NUMBERS = "phoneNumbers";
    IMS = "ims";
    PHOTOS = "photos";
    ADDRESSES = "addresses";
    GROUPS = "groups";
    ENTITLEMENTS = "entitlements";
    ROLES = "roles";
    X509_CERTIFICATES = "x509Certificates";
    MEMBERS = "members";
    VALUE = "value";
    REF = "$ref";
    DISPLAY = "display";
    TYPE = "type";
    PRIMARY = "primary";
    STREET_ADDRESS = "streetAddress";
    LOCALITY = "locality";
    REGION = "region";
    POSTAL_CODE = "postalCode";
    COUNTRY = "country";
    EMPLOYEE_NUMBER = "employeeNumber";
    COST_CENTER = "costCenter";
    ORGANIZATION = "organization";
    DIVISION = "division";
    DEPARTMENT = "department";
    MANAGER = "manager";
    ENTERPRISE_USER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    DESCRIPTION = "description";
    ENDPOINT = "endpoint";
    SCHEMA = "schema";
    SCHEMA_EXTENSIONS = "schemaExtensions";
    ATTRIBUTES = "attributes";
    SUB_ATTRIBUTES = "subAttributes";
    MULTI_VALUED = "multiValued";
    REQUIRED = "required";
    CASE_EXACT = "caseExact";
    CANONICAL_VALUES = "canonicalValues";
    MUTABILITY = "mutability";
    RETURNED = "returned";
    UNIQUENESS = "uniqueness";
    REFERENCE_TYPES = "referenceTypes";
    OPERATIONS = "Operations";
    OP = "op";
    PATH = "path";
    METHOD = "method";
    BULK_ID = "bulkId";
    DATA = "data";
    FAIL_ON_ERRORS = "failOnErrors";
    RESPONSE = "response";
    STATUS = "status";
    SCIM_TYPE = "scimType";
    DETAIL = "detail";
    TOTAL_RESULTS = "totalResults";
    START_INDEX = "startIndex";
    ITEMS_PER_PAGE = "itemsPerPage";
    RESOURCES = "Resources";
    NEXT_CURSOR = "nextCursor";
    PREVIOUS_CURSOR = "previousCursor";
    CURSOR = "cursor";
    COUNT = "count";
    FILTER = "filter";
    SORT_BY = "sortBy";
    SORT_ORDER = "sortOrder";
    EXCLUDED_ATTRIBUTES = "excludedAttributes";
    META = "meta";
    RESOURCE_TYPE = "resourceType";
    CREATED = "created";
    LAST_MODIFIED = "lastModified";
    LOCATION = "location";
    VERSION = "version";
}

/// Slots of the look-up table; a power of two, a quarter full.
const SLOTS: usize = 512;

/// Where a spelling starts looking, whatever its case.
const fn slot(text: &[u8]) -> usize {
    let (first, third, last) = match text {
        [] => (0, 0, 0),
        [a] => (*a, 0, *a),
        [a, z] => (*a, 0, *z),
        [a, _, c] => (*a, *c, *c),
        [a, _, c, .., z] => (*a, *c, *z),
    };
    let mixed = (first | 0x20) as usize * 31
        + (third | 0x20) as usize * 7
        + (last | 0x20) as usize * 57
        + text.len() * 101;
    mixed % SLOTS
}

/// Open-addressed table of `index + 1`, 0 where empty.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time: an index out of range fails the build"
)]
const fn table() -> [u8; SLOTS] {
    let mut out = [0_u8; SLOTS];
    let mut index = 0;
    while index < SPELLING.len() {
        let mut at = slot(SPELLING[index].as_bytes());
        while out[at] != 0 {
            at = (at + 1) % SLOTS;
        }
        out[at] = index as u8 + 1;
        index += 1;
    }
    out
}

static TABLE: [u8; SLOTS] = table();

/// Not inlined, so that [`Name::new`] is and its outcome stays in registers.
#[inline(never)]
fn look_up(text: &str) -> Option<u8> {
    let mut at = slot(text.as_bytes());
    loop {
        let index = TABLE.get(at)?.checked_sub(1)?;
        let known = SPELLING.get(usize::from(index))?;
        if *known == text || known.eq_ignore_ascii_case(text) {
            return Some(index);
        }
        at = (at + 1) % SLOTS;
    }
}

impl Name {
    /// The name of this spelling, interned when an RFC defines it.
    #[inline]
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(match look_up(text) {
            Some(index) => Repr::Known(index),
            None => Repr::Other(Arc::from(text)),
        })
    }

    /// The RFC's spelling, or the spelling the name came with.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Known(index) => SPELLING.get(usize::from(*index)).copied().unwrap_or(""),
            Repr::Other(text) => text,
        }
    }

    /// Whether this is the key of an extension or a schema: a URN.
    #[must_use]
    pub fn is_urn(&self) -> bool {
        self.as_str()
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
    }

    /// Whether the text follows `ATTRNAME` of RFC 7644 figure 1 (`$ref` too).
    #[must_use]
    pub fn is_attribute_name(text: &str) -> bool {
        let rest = text.strip_prefix('$').unwrap_or(text);
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
            && rest
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    }

    /// Bytes on the heap beyond the value itself, for the parser's budget.
    pub(crate) fn heap(&self) -> usize {
        match &self.0 {
            Repr::Known(_) => 0,
            Repr::Other(text) => super::text::shared(text),
        }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Known(a), Repr::Known(b)) => a == b,
            (Repr::Other(a), Repr::Other(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        }
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Known(a), Repr::Known(b)) => a.cmp(b),
            (Repr::Known(_), Repr::Other(_)) => Ordering::Less,
            (Repr::Other(_), Repr::Known(_)) => Ordering::Greater,
            (Repr::Other(a), Repr::Other(b)) => a
                .bytes()
                .map(|b| b.to_ascii_lowercase())
                .cmp(b.bytes().map(|b| b.to_ascii_lowercase())),
        }
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Repr::Known(index) => state.write_u8(*index),
            Repr::Other(text) => text
                .bytes()
                .for_each(|b| state.write_u8(b.to_ascii_lowercase())),
        }
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
