//! What a service decides once: its address, its schemas, its limits, its
//! answers where the RFC leaves a choice.

use std::fmt;
use std::sync::Arc;

use time::Duration;

use crate::auth::Pepper;
use crate::dialect::Dialect;
use crate::filter;
use crate::json;
use crate::query::{MOST_MEMBERS, MOST_SEARCHED};
use crate::schema::Registry;

/// Settings of a SCIM service, with a sound default for all but two.
///
/// ```
/// use scim_core::auth::Pepper;
/// use scim_core::config::Config;
///
/// let config = Config::new("https://app.example/scim/v2", Pepper::new([7; 32]))?;
/// assert_eq!(config.base_path(), "/scim/v2");
/// # Ok::<(), scim_core::config::ConfigError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Config {
    base_url: String,
    base_path: String,
    pepper: Pepper,
    registry: Arc<Registry>,
    limits: Limits,
    dialect: Dialect,
    group_patch: GroupPatch,
    members: MemberRule,
    events: Events,
}

/// What a request may cost. Every number has its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Size and shape of bodies. Default: see [`json::Limits`].
    pub body: json::Limits,
    /// Page size when the client names none. Default 100, which Okta asks for.
    pub default_count: u32,
    /// Largest page. Default 200: a page of full users stays under half a
    /// megabyte, and larger ones save a client no time.
    pub max_count: u32,
    /// Size and shape of filters. Default: see [`filter::Limits`].
    pub filter: filter::Limits,
    /// How many resources a query may make the store look at one by one; beyond
    /// that it is refused with 400 `tooMany`. Default [`MOST_SEARCHED`], with its reason.
    /// Queries that an index decides are not concerned.
    pub max_searched: u64,
    /// How long a resource may be as JSON, in octets, the members of a group apart.
    /// Default 256 KiB: a user with all that directories send has some four, and a page
    /// of the most resources stays below 50 MiB. A write after which a resource is longer,
    /// and longer than it was, is refused with 413, however small the steps in which it
    /// grew.
    pub resource_octets: usize,
    /// How many members a group may have. Default
    /// [`MOST_MEMBERS`], with its reason. A write after which
    /// it has more, and more than it had, is refused with 413.
    pub max_members: u64,
    /// How long one member of a group may be as JSON, in octets. Default 1 KiB: an id, a
    /// type and a name to show have 100 to 300. A longer one is refused with 413.
    pub member_octets: usize,
    /// How long the resources of one page may be together as JSON, in octets; a page ends
    /// before the resource that would pass it, and `itemsPerPage` says where (RFC 7644
    /// section 3.4.2.4 allows fewer than asked for). Default 16 MiB: 200 users of 80 KiB,
    /// so that only groups of many hundred members meet it. A resource that is longer by
    /// itself is a page of its own.
    pub page_octets: usize,
    /// Operations of one bulk request. Default 1,000, as in RFC 7644's example.
    pub bulk_operations: usize,
    /// How long a cursor is good for. Default one hour: an import pauses between
    /// pages when it is rate-limited, not overnight.
    pub cursor_lifetime: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: json::Limits::default(),
            default_count: 100,
            max_count: 200,
            filter: filter::Limits::default(),
            max_searched: MOST_SEARCHED,
            resource_octets: 256 << 10,
            max_members: MOST_MEMBERS,
            member_octets: 1 << 10,
            page_octets: 16 << 20,
            bulk_operations: 1000,
            cursor_lifetime: Duration::HOUR,
        }
    }
}

/// How a PATCH of a group is answered (RFC 7644 section 3.5.2 allows both).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupPatch {
    /// 204 without a body: Entra prefers it, Okta takes it, and a group of
    /// 50,000 members is not sent back for one that came.
    #[default]
    NoContent,
    /// 200 with the group.
    Body,
}

/// Whether the members of a group have to exist (RFC 7643 section 2.3.7 leaves
/// referential integrity to the server).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MemberRule {
    /// An id that is no user or group of the tenant is refused with 400
    /// `invalidValue`.
    #[default]
    MustExist,
    /// Any id is kept.
    Any,
}

/// Whether the host delivers security event tokens of the change log
/// ([`set`](crate::set), RFC 9967).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Events {
    /// It does not, and the service does not announce them.
    #[default]
    NotDelivered,
    /// It does; `ServiceProviderConfig` lists them.
    Delivered,
}

/// A base URL that cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// Neither `http://` nor `https://`, or no host.
    NotAbsolute,
    /// A query, a fragment, user information, blanks or control characters.
    NotPlain,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAbsolute => {
                "the SCIM base URL must be absolute, such as https://app.example/scim/v2"
            }
            Self::NotPlain => "the SCIM base URL must be made of scheme, host and path only",
        })
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Settings for a service under a public base URL: the one an administrator
    /// pastes into Okta, from which every `location` is made.
    ///
    /// Requests are expected with the path of that URL; see
    /// [`mounted_at`](Self::mounted_at) when a proxy rewrites it.
    ///
    /// # Errors
    /// A URL that is not absolute, or has more than scheme, host and path.
    pub fn new(base_url: &str, pepper: Pepper) -> Result<Self, ConfigError> {
        let base_url = base_url.trim_end_matches('/');
        let (scheme, rest) = base_url.split_once("://").ok_or(ConfigError::NotAbsolute)?;
        let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if !["http", "https"].contains(&scheme) || host.is_empty() {
            return Err(ConfigError::NotAbsolute);
        }
        let odd = |c: char| matches!(c, '?' | '#' | '@') || !c.is_ascii_graphic();
        if rest.contains(odd) {
            return Err(ConfigError::NotPlain);
        }
        Ok(Self {
            base_path: path.to_owned(),
            base_url: base_url.to_owned(),
            pepper,
            registry: Arc::new(Registry::standard()),
            limits: Limits::default(),
            dialect: Dialect::default(),
            group_patch: GroupPatch::default(),
            members: MemberRule::default(),
            events: Events::default(),
        })
    }

    /// Expects requests under this path instead of the base URL's: `""` where a
    /// framework has taken the prefix off already, as axum's `nest_service` does.
    #[must_use]
    pub fn mounted_at(self, path: &str) -> Self {
        Self {
            base_path: path.trim_end_matches('/').to_owned(),
            ..self
        }
    }

    /// Serves these resource types. Default: User with the Enterprise
    /// extension, and Group.
    #[must_use]
    pub fn with_registry(self, registry: Registry) -> Self {
        Self {
            registry: Arc::new(registry),
            ..self
        }
    }

    /// Other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Another dialect for every tenant that has none of its own. Default: the
    /// generic one, with every tolerance on.
    #[must_use]
    pub fn with_dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// Another answer to a group's PATCH.
    #[must_use]
    pub fn with_group_patch(self, group_patch: GroupPatch) -> Self {
        Self {
            group_patch,
            ..self
        }
    }

    /// Another rule for members.
    #[must_use]
    pub fn with_members(self, members: MemberRule) -> Self {
        Self { members, ..self }
    }

    /// Announces that the host delivers security event tokens.
    #[must_use]
    pub fn with_events(self, events: Events) -> Self {
        Self { events, ..self }
    }

    /// The public base URL, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The path under which requests arrive, without a slash at its end.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// The resource types served.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// What a request may cost.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The dialect of tenants without one of their own.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How a PATCH of a group is answered.
    #[must_use]
    pub fn group_patch(&self) -> GroupPatch {
        self.group_patch
    }

    /// Whether members have to exist.
    #[must_use]
    pub fn members(&self) -> MemberRule {
        self.members
    }

    /// Whether security event tokens are delivered.
    #[must_use]
    pub fn events(&self) -> Events {
        self.events
    }

    /// The key under which tokens and cursors are authenticated.
    pub(crate) fn pepper(&self) -> &Pepper {
        &self.pepper
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> Result<Config, ConfigError> {
        Config::new(url, Pepper::new([7; 32]))
    }

    #[test]
    fn the_base_path_comes_from_the_base_url() {
        for (url, path) in [
            ("https://app.example/scim/v2/", "/scim/v2"),
            ("http://127.0.0.1:8080", ""),
            ("https://app.example/t/{org}", "/t/{org}"),
        ] {
            assert_eq!(config(url).unwrap().base_path(), path);
        }
        let config = config("https://app.example/scim/v2")
            .unwrap()
            .mounted_at("/internal/");
        assert_eq!(config.base_path(), "/internal");
        assert_eq!(config.base_url(), "https://app.example/scim/v2");
    }

    #[test]
    fn a_base_url_is_absolute_and_plain() {
        for (url, error) in [
            ("/scim/v2", ConfigError::NotAbsolute),
            ("ftp://app.example/scim", ConfigError::NotAbsolute),
            ("https:///scim", ConfigError::NotAbsolute),
            ("https://u:p@app.example", ConfigError::NotPlain),
            ("https://app.example/scim?x=1", ConfigError::NotPlain),
            ("https://app.example/a b", ConfigError::NotPlain),
        ] {
            assert_eq!(config(url).unwrap_err(), error, "{url}");
        }
    }
}
