//! Unique attributes of custom types.
//!
//! `userName` is the store's to keep unique, under any race. Other attributes
//! that a schema declares unique are looked up before the write: that finds
//! every conflict but one between two writes of the same instant.

use super::Scim;
use crate::auth::TokenStore;
use crate::dialect::{Dialect, Vendor};
use crate::error::ScimError;
use crate::filter::{Filter, Literal, Operator, Unknown};
use crate::guard::Guard;
use crate::id::{ResourceId, TenantId};
use crate::path::Path;
use crate::query::{Load, PageRequest, Query, Target};
use crate::resource::{Name, Resource, Value};
use crate::schema::{Attribute, ResourceType, Uniqueness};
use crate::store::Store;

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// Refuses a next state with a unique value that another resource has.
    ///
    /// # Errors
    /// 409 `uniqueness`.
    pub(super) async fn unique(
        &self,
        served: &ResourceType,
        own: Option<&ResourceId>,
        next: &Resource,
        tenant: &TenantId,
    ) -> Result<(), ScimError> {
        for attribute in served
            .attributes()
            .iter()
            .filter(|attribute| is_ours(attribute))
        {
            let Some(Value::String(value)) = next.get(&attribute.name) else {
                continue;
            };
            let filter = Filter::Compare {
                path: Path::from(attribute.name.clone()),
                operator: Operator::Eq,
                value: Literal::String(value.clone()),
            };
            let mut reading = Dialect::of(Vendor::Strict).reading();
            let filter = filter.bind(served, Unknown::NoValue, &mut reading)?;
            let mut query = Query::new([], PageRequest::Index { start: 1, count: 2 });
            query.load = Load::Without(vec![Name::MEMBERS]);
            query.targets.push(Target {
                kind: served.kind().clone(),
                filter: Some(filter),
            });
            let page = self.known(self.store.query(tenant, &query).await)?;
            if page.resources.iter().any(|holder| Some(holder.id()) != own) {
                let name = &attribute.name;
                return Err(ScimError::uniqueness(format!(
                    "`{name}` is taken by another resource of this organisation"
                )));
            }
        }
        Ok(())
    }
}

/// Whether the engine has to look: `id` is issued, `userName` is the store's.
fn is_ours(attribute: &Attribute) -> bool {
    attribute.uniqueness != Uniqueness::None
        && ![Name::ID, Name::USER_NAME].contains(&attribute.name)
}
