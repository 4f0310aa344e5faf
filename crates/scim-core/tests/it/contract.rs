//! The contract of stores notices stores that break it: each defect breaks the
//! rule made for it, and the store without one keeps them all.

use std::future::poll_fn;
use std::task::Poll;

use scim_core::guard::Change;
use scim_core::query::{PageRequest, Query};
use scim_core::store::contract::{self, Fixture};
use scim_core::store::memory::{MemoryFull, MemoryStore};
use scim_core::store::{
    Commit, Load, MemberDelta, Membership, Page, Store, Stored, UniqueValue, Version, Written,
};
use scim_core::{Kind, ResourceId, TenantId};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Defect {
    None,
    /// Looks for the name, and writes a moment later.
    ChecksThenWrites,
    /// Writes a new resource over the one that has its id.
    CreatesOverAnother,
    /// Takes whatever version is there for the expected one.
    IgnoresVersions,
    /// Says a resource is deleted and keeps it.
    KeepsTheDeleted,
    /// One tenant for all.
    MixesTenants,
    /// Counts the page for the whole.
    CountsThePage,
    /// Gives one more than asked for.
    OverfillsPages,
    /// Newest first.
    ReversesPages,
    /// Ends a walk one page early.
    EndsWalksEarly,
    /// Takes up a walk by number instead of place.
    WalksByNumber,
    /// Finds everything whatever the filter.
    IgnoresFilters,
    /// Any order.
    IgnoresSorting,
    /// Respells names.
    RespellsNames,
    /// A group has nobody in it.
    LosesMembers,
    /// Knows of no memberships.
    KnowsNoGroups,
    /// Keeps nothing unique but names.
    ForgetsUniqueValues,
    /// Forgets the members that a change does not name.
    DropsOtherMembers,
    /// Minds no limit to the members of a group.
    OverfillsGroups,
}

struct Broken {
    inner: MemoryStore,
    defect: Defect,
}

impl Broken {
    fn has(&self, defect: Defect) -> bool {
        self.defect == defect
    }

    fn unique<'a>(&self, commit: &Commit<'a, ()>) -> Option<&'a [UniqueValue]> {
        commit
            .unique
            .filter(|_| !self.has(Defect::ForgetsUniqueValues))
    }

    fn tenant(&self, tenant: &TenantId) -> TenantId {
        if self.has(Defect::MixesTenants) {
            TenantId::new("all")
        } else {
            tenant.clone()
        }
    }

    /// The version to expect: the stored one, if versions are ignored.
    async fn expected(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        expected: Version,
    ) -> Version {
        let current = self.inner.get(tenant, kind, id, &Load::All).await.unwrap();
        match current {
            Some(current) if self.has(Defect::IgnoresVersions) => current.version(),
            _ => expected,
        }
    }

    fn spoiled(&self, stored: &Stored) -> Stored {
        let mut resource = stored.resource().clone();
        let attributes = resource.attributes_mut();
        if self.has(Defect::RespellsNames)
            && let Some(name) = stored.resource().as_user().user_name()
        {
            attributes.insert("userName".into(), name.to_lowercase().into());
        }
        if self.has(Defect::LosesMembers) {
            attributes.remove(&"members".into());
        }
        Stored::new(
            stored.kind().clone(),
            stored.id().clone(),
            resource,
            stored.version(),
            stored.created(),
            stored.last_modified(),
        )
    }
}

/// Lets others go first, once.
async fn step_aside() {
    let mut aside = false;
    poll_fn(move |context| {
        if std::mem::replace(&mut aside, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl Store for Broken {
    type Plan = ();
    type Error = MemoryFull;

    async fn get(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        load: &Load,
    ) -> Result<Option<Stored>, MemoryFull> {
        let found = self.inner.get(&self.tenant(tenant), kind, id, load).await?;
        Ok(found.map(|stored| self.spoiled(&stored)))
    }

    async fn query(&self, tenant: &TenantId, query: &Query) -> Result<Page, MemoryFull> {
        let mut query = query.clone();
        if self.has(Defect::IgnoresFilters) {
            query
                .targets
                .iter_mut()
                .for_each(|target| target.filter = None);
        }
        if self.has(Defect::IgnoresSorting) {
            query.sort = None;
        }
        if let (Defect::OverfillsPages, PageRequest::Index { count, .. }) =
            (self.defect, &mut query.page)
        {
            *count = count.saturating_add(1);
        }
        if let (Defect::WalksByNumber, PageRequest::From { after, count }) =
            (self.defect, query.page.clone())
        {
            let start = after.map_or(1, |place| place.as_str().parse().unwrap());
            query.page = PageRequest::Index { start, count };
            let mut page = self.inner.query(tenant, &query).await?;
            let next = start + u64::from(count);
            page.next =
                (next <= page.total).then(|| scim_core::query::Position::new(next.to_string()));
            return Ok(page);
        }
        let mut page = self.inner.query(&self.tenant(tenant), &query).await?;
        page.resources = page
            .resources
            .iter()
            .map(|stored| self.spoiled(stored))
            .collect();
        match self.defect {
            Defect::CountsThePage => page.total = page.resources.len() as u64,
            Defect::ReversesPages => page.resources.reverse(),
            Defect::EndsWalksEarly if page.resources.len() < 100 => page.next = None,
            _ => {}
        }
        Ok(page)
    }

    async fn create(
        &self,
        tenant: &TenantId,
        new: &Stored,
        commit: &Commit<'_, ()>,
    ) -> Result<Written, MemoryFull> {
        if self.has(Defect::ChecksThenWrites) {
            let all = Query::new(
                [Kind::USER],
                PageRequest::Index {
                    start: 1,
                    count: 100,
                },
            );
            let page = self.inner.query(tenant, &all).await?;
            let key = |stored: &Stored| stored.resource().user_name_key();
            let free = page.resources.iter().all(|stored| key(stored) != key(new));
            step_aside().await;
            let written = self.inner.create(tenant, new, commit).await?;
            return Ok(if free { Written::Done } else { written });
        }
        let commit = Commit::new(commit.plan, commit.record).with_unique(self.unique(commit));
        if self.has(Defect::CreatesOverAnother) {
            let old = self
                .inner
                .get(tenant, new.kind(), new.id(), &Load::All)
                .await?;
            if let Some(old) = old {
                return self
                    .inner
                    .replace(tenant, new, old.version(), &commit)
                    .await;
            }
        }
        self.inner.create(&self.tenant(tenant), new, &commit).await
    }

    async fn replace(
        &self,
        tenant: &TenantId,
        next: &Stored,
        expected: Version,
        commit: &Commit<'_, ()>,
    ) -> Result<Written, MemoryFull> {
        let tenant = self.tenant(tenant);
        let expected = self
            .expected(&tenant, next.kind(), next.id(), expected)
            .await;
        self.inner.replace(&tenant, next, expected, commit).await
    }

    async fn change_members(
        &self,
        tenant: &TenantId,
        next: &Stored,
        delta: &MemberDelta,
        expected: Version,
        commit: &Commit<'_, ()>,
    ) -> Result<Written, MemoryFull> {
        if self.has(Defect::DropsOtherMembers) {
            return self.inner.replace(tenant, next, expected, commit).await;
        }
        let unlimited = Commit::new(commit.plan, commit.record).with_unique(commit.unique);
        let commit = if self.has(Defect::OverfillsGroups) {
            &unlimited
        } else {
            commit
        };
        let inner = &self.inner;
        inner
            .change_members(tenant, next, delta, expected, commit)
            .await
    }

    async fn delete(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        expected: Version,
        commit: &Commit<'_, ()>,
    ) -> Result<Written, MemoryFull> {
        let current = self.inner.get(tenant, kind, id, &Load::All).await?;
        let version = current.map(|current| current.version());
        if self.has(Defect::KeepsTheDeleted) && version == Some(expected) {
            return Ok(Written::Done);
        }
        let tenant = self.tenant(tenant);
        let expected = self.expected(&tenant, kind, id, expected).await;
        self.inner.delete(&tenant, kind, id, expected, commit).await
    }

    async fn groups_of(
        &self,
        tenant: &TenantId,
        members: &[ResourceId],
    ) -> Result<Vec<Membership>, MemoryFull> {
        if self.has(Defect::KnowsNoGroups) {
            return Ok(Vec::new());
        }
        self.inner.groups_of(&self.tenant(tenant), members).await
    }
}

impl Fixture for Broken {
    type Store = Self;

    fn store(&self) -> &Self {
        self
    }

    fn tenants(&self) -> [TenantId; 2] {
        [TenantId::new("a"), TenantId::new("b")]
    }

    fn plan(&self, _: &TenantId, _: &Change<'_>) {}
}

#[tokio::test]
async fn each_defect_breaks_its_rule() {
    use Defect::*;
    for (defect, rule) in [
        (ChecksThenWrites, "of two creates of one userName one wins"),
        (CreatesOverAnother, "an id belongs to one resource"),
        (IgnoresVersions, "a write happens on its version only"),
        (KeepsTheDeleted, "a userName given up is free"),
        (MixesTenants, "tenants are apart"),
        (CountsThePage, "index pages tile the list"),
        (OverfillsPages, "index pages tile the list"),
        (ReversesPages, "index pages tile the list"),
        (EndsWalksEarly, "a walk neither skips nor repeats"),
        (WalksByNumber, "a walk neither skips nor repeats"),
        (IgnoresFilters, "look-ups find what is there"),
        (IgnoresSorting, "sorted pages tile the list"),
        (RespellsNames, "what is written is read"),
        (LosesMembers, "a group keeps its members"),
        (KnowsNoGroups, "who is deleted leaves every group"),
        (
            ForgetsUniqueValues,
            "a unique value belongs to one resource",
        ),
        (DropsOtherMembers, "members change by difference"),
        (OverfillsGroups, "a group has a limit to its members"),
    ] {
        let open = async || Broken {
            inner: MemoryStore::new(100),
            defect,
        };
        let broken = contract::check(open).await.unwrap_err();
        assert_eq!(broken.rule, rule, "{defect:?}: {broken}");
    }
    let sound = async || Broken {
        inner: MemoryStore::new(100),
        defect: None,
    };
    assert_eq!(contract::check(sound).await, Ok(()));
}
