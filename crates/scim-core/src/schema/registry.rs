//! The resource types and schemas one service offers.

use std::sync::Arc;

use super::{Presence, ResourceType, Schema, enterprise_user, group, user};
use crate::id::Kind;

/// The resource types of a service, by kind and endpoint.
///
/// ```
/// use scim_core::id::Kind;
/// use scim_core::schema::Registry;
///
/// let registry = Registry::standard();
/// assert_eq!(registry.by_kind(&Kind::USER).map(|t| t.endpoint()), Some("/Users"));
/// assert!(registry.by_endpoint("/groups").is_none(), "endpoints are case-sensitive");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Registry {
    types: Vec<Arc<ResourceType>>,
}

impl Registry {
    /// No resource types yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { types: Vec::new() }
    }

    /// User with the Enterprise extension, and Group.
    #[must_use]
    pub fn standard() -> Self {
        Self::new()
            .with(
                ResourceType::new(Kind::USER, "/Users", user())
                    .about("User account")
                    .extended_by(enterprise_user(), Presence::Optional),
            )
            .with(ResourceType::new(Kind::GROUP, "/Groups", group()).about("Group"))
    }

    /// The same with one more type, or another in the place of its kind.
    #[must_use]
    pub fn with(mut self, resource_type: ResourceType) -> Self {
        self.types.retain(|t| t.kind() != resource_type.kind());
        self.types.push(Arc::new(resource_type));
        self
    }

    /// The type of that kind.
    #[must_use]
    pub fn by_kind(&self, kind: &Kind) -> Option<&Arc<ResourceType>> {
        self.types.iter().find(|t| t.kind() == kind)
    }

    /// The type of that endpoint, such as `/Users`.
    #[must_use]
    pub fn by_endpoint(&self, endpoint: &str) -> Option<&Arc<ResourceType>> {
        self.types.iter().find(|t| t.endpoint() == endpoint)
    }

    /// All types, in the order they were added.
    #[must_use]
    pub fn types(&self) -> &[Arc<ResourceType>] {
        &self.types
    }

    /// All schemas in use, each once.
    #[must_use]
    pub fn schemas(&self) -> Vec<&Schema> {
        let mut out: Vec<&Schema> = Vec::new();
        for resource_type in &self.types {
            let extensions = resource_type.extensions().iter().map(|e| &e.schema);
            for schema in std::iter::once(resource_type.schema()).chain(extensions) {
                if out.iter().all(|seen| seen.id() != schema.id()) {
                    out.push(schema);
                }
            }
        }
        out
    }
}
