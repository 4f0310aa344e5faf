//! Members of groups, and the groups of users.
//!
//! A member is kept with its id and type. What follows from them is not kept
//! but shown: its `$ref`, and the `groups` of a user (RFC 7643 section 4.1.2).

use std::collections::{HashMap, HashSet};

use super::Scim;
use crate::auth::TokenStore;
use crate::config::MemberRule;
use crate::error::{ScimError, ScimType};
use crate::guard::Guard;
use crate::id::{Kind, ResourceId, TenantId};
use crate::resource::{Attributes, Name, Resource, Text, Value};
use crate::store::{Membership, Store, Stored};

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// Completes the members of a group's next state: each with its type,
    /// looked up for those that are new.
    ///
    /// # Errors
    /// 400 `invalidValue` for the group itself, and for an id that is no user or
    /// group of the tenant, unless the configuration takes any.
    pub(super) async fn with_members(
        &self,
        kind: &Kind,
        current: Option<&Resource>,
        mut next: Resource,
        tenant: &TenantId,
    ) -> Result<Resource, ScimError> {
        if *kind != Kind::GROUP {
            return Ok(next);
        }
        let known = current.map(types_of).unwrap_or_default();
        let fresh: Vec<ResourceId> = next
            .as_group()
            .members()
            .filter_map(|member| member.value())
            .filter(|id| !known.contains_key(*id))
            .map(ResourceId::new)
            .collect();
        let own = current.and_then(|group| group.as_group().id());
        if fresh.iter().any(|id| Some(id.as_str()) == own) {
            return Err(own_member());
        }
        let kinds = self.known(self.store.kinds_of(tenant, &fresh).await)?;
        let mut types = known;
        for (id, kind) in fresh.iter().zip(kinds) {
            match kind {
                Some(kind) => {
                    types.insert(id.as_str().to_owned(), Text::from(kind.as_str()));
                }
                None if self.config.members() == MemberRule::MustExist => return Err(no_member()),
                None => {}
            }
        }
        complete(&mut next, &types);
        Ok(next)
    }

    /// The groups of these users, when the answer shows them.
    pub(super) async fn groups_of(
        &self,
        stored: &[Stored],
        tenant: &TenantId,
    ) -> Result<Groups, ScimError> {
        let users = stored.iter().filter(|stored| *stored.kind() == Kind::USER);
        let ids: Vec<ResourceId> = users.map(|user| user.id().clone()).collect();
        if ids.is_empty() {
            return Ok(Groups::default());
        }
        let memberships = self.known(self.store.groups_of(tenant, &ids).await)?;
        let mut groups = Groups::default();
        for membership in memberships {
            groups
                .0
                .entry(membership.member.clone())
                .or_default()
                .push(membership);
        }
        Ok(groups)
    }
}

/// Memberships by member.
#[derive(Debug, Default)]
pub(super) struct Groups(HashMap<ResourceId, Vec<Membership>>);

impl Groups {
    /// The `groups` of a user; `location` gives the URI of a group.
    pub(super) fn of(
        &self,
        user: &ResourceId,
        location: impl Fn(&ResourceId) -> String,
    ) -> Option<Value> {
        let groups = self.0.get(user)?;
        let shown = groups.iter().map(|membership| {
            let mut group = Attributes::new()
                .with(Name::VALUE, membership.group.as_str())
                .with(Name::REF, location(&membership.group))
                .with(Name::TYPE, "direct");
            if let Some(display) = &membership.display {
                group.insert(Name::DISPLAY, Value::from(display.as_str()));
            }
            group
        });
        Some(shown.collect())
    }
}

/// Types of a group's members, by id.
fn types_of(group: &Resource) -> HashMap<String, Text> {
    let members = group.as_group().members();
    members
        .filter_map(|member| {
            Some((
                member.value()?.to_owned(),
                Text::from(member.kind().unwrap_or_default()),
            ))
        })
        .collect()
}

/// Sets each member's type, drops its `$ref`, and keeps one entry per id.
fn complete(group: &mut Resource, types: &HashMap<String, Text>) {
    let Some(Value::Array(members)) = group.attributes_mut().get_mut(&Name::MEMBERS) else {
        return;
    };
    let mut seen = HashSet::new();
    members.retain_mut(|member| {
        let Some(fields) = member.as_object_mut() else {
            return false;
        };
        fields.remove(&Name::REF);
        let Some(id) = fields
            .get(&Name::VALUE)
            .and_then(Value::as_str)
            .map(str::to_owned)
        else {
            return false;
        };
        if let Some(kind) = types.get(&id).filter(|kind| !kind.is_empty()) {
            fields.insert(Name::TYPE, Value::String(kind.clone()));
        }
        seen.insert(id)
    });
}

fn own_member() -> ScimError {
    ScimError::bad_request(
        ScimType::InvalidValue,
        "`members` names the group itself; a group cannot be its own member",
    )
}

fn no_member() -> ScimError {
    ScimError::bad_request(
        ScimType::InvalidValue,
        "`members` names an id that is no user or group of this organisation",
    )
}
