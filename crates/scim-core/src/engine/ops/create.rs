//! `POST /Users` (RFC 7644 section 3.3).

use crate::auth::TokenStore;
use crate::engine::Scim;
use crate::engine::call::Call;
use crate::engine::members::Groups;
use crate::engine::reply::Reply;
use crate::engine::show::Shown;
use crate::error::ScimError;
use crate::events::Action;
use crate::guard::{Change, Guard};
use crate::id::Kind;
use crate::resource::Resource;
use crate::schema::{Context, ResourceType};
use crate::store::{Store, Stored, Version};

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// Creates a resource: 201 with its place and the whole of it, for Okta
    /// takes an empty body for an empty user.
    ///
    /// # Errors
    /// 400 for what does not conform, the guard's refusal, 409 `uniqueness`.
    pub(in crate::engine) async fn create(
        &self,
        kind: &Kind,
        call: &mut Call<'_>,
    ) -> Result<Reply, ScimError> {
        let served = self.served(kind)?;
        let shown = call.shown(served, &self.defaults)?;
        let sent = call.object(&self.config.limits().body)?;
        let stored = self.created(served, sent, call).await?;
        Ok(self.born(&stored, &shown))
    }

    /// Checks, judges and writes a new resource.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub(in crate::engine) async fn created(
        &self,
        served: &ResourceType,
        sent: Resource,
        call: &mut Call<'_>,
    ) -> Result<Stored, ScimError> {
        let kind = served.kind();
        let next = served.check(sent, Context::Create, &mut call.reading)?;
        let next = self
            .with_members(kind, None, next.into_resource(), call.tenant())
            .await?;
        let id = call.issue_id()?;
        let change = Change::Create {
            kind,
            id: &id,
            next: &next,
        };
        let permit = self.judge(&change, Action::Create, call).await?;
        let stored = Stored::new(kind.clone(), id, next, Version::FIRST, call.now, call.now);
        self.insert(permit, &stored, call).await?;
        Ok(stored)
    }

    /// 201 with the place and the resource, which is in no group yet.
    pub(in crate::engine) fn born(&self, stored: &Stored, shown: &Shown<'_>) -> Reply {
        Reply {
            status: 201,
            ..shown.reply(stored, &Groups::default(), &self.config)
        }
    }
}
