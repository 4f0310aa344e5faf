//! Where the attributes of resources stand in rows, for filters and sort orders.

use scim_core::filter::{Column, Columns, Form};
use scim_core::id::Kind;
use scim_core::query::Sort;
use scim_core::resource::Name;

/// People whose membership the organisation's provisioning may see: taken over by it, or at a
/// domain the organisation holds. Guests at other domains are none of its business.
pub(super) const VISIBLE: &str = "(m.scim_linked = 1 OR EXISTS (SELECT 1 FROM claims c WHERE c.org = m.org \
    AND c.holds = 1 AND (c.domain = m.domain OR (c.subtree = 1 AND m.domain LIKE '%.' || c.domain))))";

/// Columns of memberships, by the alias `m`; `$1` is the organisation.
pub(super) struct UserColumns;

impl Columns for UserColumns {
    fn column(
        &self,
        extension: Option<&Name>,
        attribute: &Name,
        sub: Option<&Name>,
    ) -> Option<Column> {
        if extension.is_some() {
            return None;
        }
        match (attribute, sub) {
            (name, None) if *name == Name::USER_NAME => {
                Some(Column::one("m.user_name_key", Form::Folded))
            }
            (name, None) if *name == Name::EXTERNAL_ID => {
                Some(Column::one("m.external_id", Form::Exact))
            }
            (name, None) if *name == Name::ACTIVE => Some(Column::one("m.active", Form::Boolean)),
            (name, Some(sub)) if *name == Name::EMAILS => email(sub),
            _ => shared("m", attribute, sub),
        }
    }
}

/// The columns of an address, a row each, so that one entry matches both of its parts.
fn email(sub: &Name) -> Option<Column> {
    let expression = match sub {
        sub if *sub == Name::VALUE => "e.value_key",
        sub if *sub == Name::TYPE => "e.type_key",
        _ => return None,
    };
    Some(Column::many(
        "m.id",
        "e.member",
        "member_emails e WHERE e.org = $1",
        expression,
        Form::Folded,
    ))
}

/// Columns of groups and other resources, by the alias `r`; `$1` is the organisation.
pub(super) struct ResourceColumns<'k>(pub(super) &'k Kind);

impl Columns for ResourceColumns<'_> {
    fn column(
        &self,
        extension: Option<&Name>,
        attribute: &Name,
        sub: Option<&Name>,
    ) -> Option<Column> {
        if extension.is_some() {
            return None;
        }
        match (attribute, sub) {
            (name, None) if *name == Name::DISPLAY_NAME => {
                Some(Column::one("r.display_key", Form::Folded))
            }
            (name, None) if *name == Name::EXTERNAL_ID => {
                Some(Column::one("r.external_id", Form::Exact))
            }
            (name, Some(sub))
                if *self.0 == Kind::GROUP && *name == Name::MEMBERS && *sub == Name::VALUE =>
            {
                let from = "scim_group_members g WHERE g.org = $1 AND g.kind = 'Group'";
                Some(Column::many("r.id", "g.grp", from, "g.member", Form::Exact))
            }
            _ => shared("r", attribute, sub),
        }
    }
}

/// What every resource has.
fn shared(alias: &str, attribute: &Name, sub: Option<&Name>) -> Option<Column> {
    let (column, form) = match (attribute, sub) {
        (name, None) if *name == Name::ID => ("id", Form::Exact),
        (name, Some(sub)) if *name == Name::META && *sub == Name::CREATED => {
            ("created", Form::UnixMicros)
        }
        (name, Some(sub)) if *name == Name::META && *sub == Name::LAST_MODIFIED => {
            ("modified", Form::UnixMicros)
        }
        _ => return None,
    };
    Some(Column::one(format!("{alias}.{column}"), form))
}

/// A column that orders rows as [`Sort`] orders resources, and is never NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderColumn {
    Created,
    Id,
    Modified,
    UserNameKey,
}

impl OrderColumn {
    /// Its name in the statement of a [`Source`](super::source::Source).
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Id => "id",
            Self::Modified => "modified",
            Self::UserNameKey => "user_name_key",
        }
    }

    /// The column for a sort order over one type, where there is one.
    pub(super) fn of(sort: &Sort, kind: &Kind) -> Option<Self> {
        if sort.extension().is_some() {
            return None;
        }
        match (sort.attribute(), sort.sub()) {
            (name, None) if *name == Name::ID => Some(Self::Id),
            (name, None) if *name == Name::USER_NAME && *kind == Kind::USER => {
                Some(Self::UserNameKey)
            }
            (name, Some(sub)) if *name == Name::META && *sub == Name::CREATED => {
                Some(Self::Created)
            }
            (name, Some(sub)) if *name == Name::META && *sub == Name::LAST_MODIFIED => {
                Some(Self::Modified)
            }
            _ => None,
        }
    }
}
