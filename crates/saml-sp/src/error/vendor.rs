//! In whose console the cure is.

use std::fmt;

use super::{Code, advice};

/// The manual page with a row per field; a test holds it complete.
const TABLE: &str = include_str!("../manual/fields.md");

/// The maker of an identity provider. It chooses the words of a report and nothing else: no check
/// depends on it.
///
/// ```
/// use saml_sp::{Code, error::Vendor};
/// let vendor = Vendor::infer("https://sts.windows.net/0000/", None);
/// assert_eq!(vendor, Vendor::Entra);
/// assert!(vendor.field(Code::AudienceMismatch).unwrap().ends_with("Identifier (Entity ID)"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Vendor {
    /// Okta. The default while nothing else is known.
    #[default]
    Okta,
    /// Microsoft Entra ID, once Azure AD.
    Entra,
    /// Google Workspace.
    Google,
    /// Active Directory Federation Services.
    AdFs,
    /// OneLogin.
    OneLogin,
    /// Any other.
    Other,
}

impl Vendor {
    /// Every member.
    pub const ALL: &'static [Self] = &[
        Self::Okta,
        Self::Entra,
        Self::Google,
        Self::AdFs,
        Self::OneLogin,
        Self::Other,
    ];

    /// The stable `snake_case` name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Okta => "okta",
            Self::Entra => "entra",
            Self::Google => "google",
            Self::AdFs => "ad_fs",
            Self::OneLogin => "onelogin",
            Self::Other => "other",
        }
    }

    /// The maker of this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|vendor| vendor.name() == name)
    }

    /// As people write it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Okta => "Okta",
            Self::Entra => "Entra",
            Self::Google => "Google",
            Self::AdFs => "AD FS",
            Self::OneLogin => "OneLogin",
            Self::Other => "look for",
        }
    }

    /// What issuer and sign-in URL betray. Addresses of one's own tell nothing and give
    /// [`Other`](Self::Other).
    #[must_use]
    pub fn infer(issuer: &str, sign_in_url: Option<&str>) -> Self {
        let urls = [issuer, sign_in_url.unwrap_or_default()].map(str::to_ascii_lowercase);
        let known = SIGNS.iter().find(|(_, hosts, paths)| {
            urls.iter().any(|url| {
                let (host, path) = parts(url);
                hosts.iter().any(|known| is_below(host, known))
                    || paths.iter().any(|known| path.contains(known))
            })
        });
        known.map_or(Self::Other, |(vendor, _, _)| *vendor)
    }

    /// The field of this maker's console that is the usual cure for `code`, or what to look for
    /// where it has none. `None` where no field is the cure.
    #[must_use]
    pub fn field(self, code: Code) -> Option<&'static str> {
        let advice = advice(code);
        let okta = advice.okta_path?;
        let column = match self {
            Self::Okta => return Some(okta),
            Self::Entra => 1,
            Self::Google => 2,
            Self::AdFs => 3,
            Self::OneLogin => 4,
            Self::Other => 5,
        };
        let cells = TABLE
            .lines()
            .find_map(|line| row(line, advice.okta_key.unwrap_or(okta)))?;
        let own = cells.get(column).filter(|cell| **cell != "-");
        own.or_else(|| cells.last()).copied()
    }
}

/// By what a maker is known: the ends of its host names, and parts of paths.
type Signs = (Vendor, &'static [&'static str], &'static [&'static str]);

const SIGNS: &[Signs] = &[
    (
        Vendor::Okta,
        &[
            "okta.com",
            "oktapreview.com",
            "okta-emea.com",
            "okta-gov.com",
            "okta.mil",
        ],
        &["/exk"],
    ),
    (
        Vendor::Entra,
        &[
            "sts.windows.net",
            "login.microsoftonline.com",
            "login.microsoftonline.us",
            "login.partner.microsoftonline.cn",
        ],
        &[],
    ),
    (Vendor::Google, &["accounts.google.com"], &[]),
    (Vendor::OneLogin, &["onelogin.com"], &[]),
    (Vendor::AdFs, &[], &["/adfs/"]),
];

/// Host and path of a URL, in lower case.
fn parts(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let at = rest.find(['/', '?', ':']).unwrap_or(rest.len());
    rest.split_at_checked(at).unwrap_or((rest, ""))
}

/// The host itself or one below it: `evil-okta.com` is not Okta's.
fn is_below(host: &str, known: &str) -> bool {
    host.strip_suffix(known)
        .is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// The cells of `line`, the key first, if it is the row of `key`.
fn row(line: &'static str, key: &str) -> Option<Vec<&'static str>> {
    let cells: Vec<_> = line
        .strip_prefix('|')?
        .trim_end_matches('|')
        .split('|')
        .map(str::trim)
        .collect();
    (cells.first()?.trim_matches('`') == key).then_some(cells)
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
