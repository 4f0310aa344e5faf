//! The steps rules are made of: a user, a write, a read, each with its outcome.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use time::{Duration, OffsetDateTime};

use super::{Fixture, Violation};
use crate::dialect::Dialect;
use crate::events::{Action, ChangeRecord};
use crate::filter::{Bound, Filter, Unknown};
use crate::guard::{Change, Extent, Facets};
use crate::id::{Kind, ResourceId, TenantId, TxnId};
use crate::path::Path;
use crate::query::{PageRequest, Query, Sort, SortOrder};
use crate::resource::{Attributes, Name, Resource, Value};
use crate::schema::Registry;
use crate::store::{
    Commit, Load, MemberDelta, Membership, Page, Store, Stored, UniqueValue, Version, Written,
};

/// A rule in progress on one tenant of a fixture.
pub(super) struct Script<'f, F> {
    pub(super) rule: &'static str,
    pub(super) tenant: TenantId,
    fixture: &'f F,
}

/// What a step ends with when the store breaks the rule.
pub(super) type Step<T> = Result<T, Violation>;

impl<'f, F: Fixture> Script<'f, F> {
    /// Begins on the first tenant.
    pub(super) fn begin(rule: &'static str, fixture: &'f F) -> Self {
        let [tenant, _] = fixture.tenants();
        Self {
            rule,
            tenant,
            fixture,
        }
    }

    /// The same rule on the second tenant.
    pub(super) fn elsewhere(&self) -> Self {
        let [_, tenant] = self.fixture.tenants();
        Self {
            rule: self.rule,
            tenant,
            fixture: self.fixture,
        }
    }

    /// Fails the rule unless two values are equal.
    pub(super) fn equal<T: PartialEq + std::fmt::Debug>(
        &self,
        what: &str,
        seen: &T,
        expected: &T,
    ) -> Step<()> {
        if seen == expected {
            return Ok(());
        }
        Err(self.broken(format!("{what}: expected {expected:?}, saw {seen:?}")))
    }

    /// The rule is broken: what was seen.
    fn broken(&self, seen: String) -> Violation {
        Violation {
            rule: self.rule,
            seen,
        }
    }

    /// The store failed, which no rule provides for.
    fn failed(&self, error: &impl std::error::Error) -> Violation {
        self.broken(format!("the store failed: {error}"))
    }

    /// Creates a user and wants that to work.
    pub(super) async fn given(&self, user: &Stored) -> Step<()> {
        let written = self.create(user).await?;
        self.equal("create", &written, &Written::Done)
    }

    /// Tries to create; the outcome is the rule's to judge.
    pub(super) async fn create(&self, new: &Stored) -> Step<Written> {
        self.create_with(new, None).await
    }

    /// The same with unique values.
    pub(super) async fn create_with(
        &self,
        new: &Stored,
        unique: Option<&[UniqueValue]>,
    ) -> Step<Written> {
        let change = Change::Create {
            kind: new.kind(),
            id: new.id(),
            next: new.resource(),
        };
        let plan = self.fixture.plan(&self.tenant, &change);
        let record = record(new, Action::Create);
        let commit = Commit::new(&plan, &record).with_unique(unique);
        let written = self
            .fixture
            .store()
            .create(&self.tenant, new, &commit)
            .await;
        written.map_err(|error| self.failed(&error))
    }

    /// Tries to replace, expecting a version.
    pub(super) async fn replace(
        &self,
        current: &Stored,
        next: &Stored,
        expected: Version,
    ) -> Step<Written> {
        self.replace_with(current, next, expected, None).await
    }

    /// The same with unique values; `None` when they are as before.
    pub(super) async fn replace_with(
        &self,
        current: &Stored,
        next: &Stored,
        expected: Version,
        unique: Option<&[UniqueValue]>,
    ) -> Step<Written> {
        let facets = Facets::between(current.resource(), next.resource());
        let change = Change::Replace {
            current,
            next: next.resource(),
            facets: &facets,
            extent: Extent::Whole,
        };
        let plan = self.fixture.plan(&self.tenant, &change);
        let record = record(next, Action::Replace);
        let commit = Commit::new(&plan, &record).with_unique(unique);
        let written = self
            .fixture
            .store()
            .replace(&self.tenant, next, expected, &commit)
            .await;
        written.map_err(|error| self.failed(&error))
    }

    /// Tries to change the members of a group, expecting a version. Only what is
    /// read with [`Load::Members`] of these ids is known of them.
    pub(super) async fn change_members(
        &self,
        group: &ResourceId,
        touched: &[ResourceId],
        next: impl Fn(&Stored) -> Stored,
        expected: Version,
    ) -> Step<Written> {
        self.change_few(group, touched, next, expected, u64::MAX)
            .await
    }

    /// The same with a limit to how many members the group may have then.
    pub(super) async fn change_few(
        &self,
        group: &ResourceId,
        touched: &[ResourceId],
        next: impl Fn(&Stored) -> Stored,
        expected: Version,
        most: u64,
    ) -> Step<Written> {
        let (store, load) = (self.fixture.store(), Load::Members(touched.to_vec()));
        let read = store.get(&self.tenant, &Kind::GROUP, group, &load).await;
        let Some(current) = read.map_err(|error| self.failed(&error))? else {
            return Ok(Written::Missing);
        };
        let next = next(&current);
        let facets = Facets::between(current.resource(), next.resource());
        let change = Change::Replace {
            current: &current,
            next: next.resource(),
            facets: &facets,
            extent: Extent::Touched,
        };
        let plan = self.fixture.plan(&self.tenant, &change);
        let record = record(&next, Action::Modify);
        let commit = Commit::new(&plan, &record).with_most_members(most);
        let delta = MemberDelta::between(current.resource(), next.resource());
        let written = store
            .change_members(&self.tenant, &next, &delta, expected, &commit)
            .await;
        written.map_err(|error| self.failed(&error))
    }

    /// Tries to delete, expecting a version.
    pub(super) async fn delete(&self, current: &Stored, expected: Version) -> Step<Written> {
        let plan = self.fixture.plan(&self.tenant, &Change::Delete { current });
        let record = record(current, Action::Delete);
        let commit = Commit::new(&plan, &record);
        let (kind, id) = (current.kind(), current.id());
        let written = self
            .fixture
            .store()
            .delete(&self.tenant, kind, id, expected, &commit)
            .await;
        written.map_err(|error| self.failed(&error))
    }

    /// Reads a user by id.
    pub(super) async fn get(&self, id: &ResourceId) -> Step<Option<Stored>> {
        self.read(&Kind::USER, id).await
    }

    /// Reads a resource of any type by id.
    pub(super) async fn read(&self, kind: &Kind, id: &ResourceId) -> Step<Option<Stored>> {
        let found = self
            .fixture
            .store()
            .get(&self.tenant, kind, id, &Load::All)
            .await;
        found.map_err(|error| self.failed(&error))
    }

    /// Asks for the types of ids.
    pub(super) async fn kinds_of(&self, ids: &[ResourceId]) -> Step<Vec<Option<Kind>>> {
        let kinds = self.fixture.store().kinds_of(&self.tenant, ids).await;
        kinds.map_err(|error| self.failed(&error))
    }

    /// Asks for the groups of one member.
    pub(super) async fn groups_of(&self, member: &ResourceId) -> Step<Vec<Membership>> {
        let members = std::slice::from_ref(member);
        let groups = self.fixture.store().groups_of(&self.tenant, members).await;
        groups.map_err(|error| self.failed(&error))
    }

    /// Asks for a page.
    pub(super) async fn query(&self, query: &Query) -> Step<Page> {
        let page = self.fixture.store().query(&self.tenant, query).await;
        page.map_err(|error| self.failed(&error))
    }

    /// Ids of one page of users.
    pub(super) async fn page(&self, page: PageRequest) -> Step<(Page, Vec<String>)> {
        let page = self.query(&Query::new(vec![Kind::USER], page)).await?;
        let ids = page
            .resources
            .iter()
            .map(|stored| stored.id().to_string())
            .collect();
        Ok((page, ids))
    }
}

/// A filter bound to a standard type, as the engine would hand it over.
pub(super) fn filtered(kind: &Kind, filter: &str) -> Option<Bound> {
    let registry = Registry::standard();
    let served = registry.by_kind(kind)?;
    let mut reading = Dialect::default().reading();
    Filter::parse(filter)
        .ok()?
        .bind(served, Unknown::Refuse, &mut reading)
        .ok()
}

/// An order over users, as the engine would hand it over.
pub(super) fn ordered(by: &str, order: SortOrder) -> Option<Sort> {
    let registry = Registry::standard();
    Sort::bind(
        &Path::parse(by).ok()?,
        order,
        registry.by_kind(&Kind::USER)?,
    )
    .ok()
}

/// A group of these users.
pub(super) fn group(id: &str, name: &str, members: &[&str], second: i64) -> Stored {
    let schema = Value::from("urn:ietf:params:scim:schemas:core:2.0:Group");
    let mut fields = Attributes::new()
        .with(Name::SCHEMAS, Value::Array(vec![schema]))
        .with(Name::DISPLAY_NAME, name);
    if !members.is_empty() {
        let members = members.iter().map(|id| member(id, None));
        fields.insert(Name::MEMBERS, members.collect());
    }
    let at = OffsetDateTime::UNIX_EPOCH + Duration::seconds(second);
    let id = ResourceId::new(id);
    Stored::new(
        Kind::GROUP,
        id,
        Resource::new(fields),
        Version::FIRST,
        at,
        at,
    )
}

/// An entry of a group's members.
pub(super) fn member(id: &str, display: Option<&str>) -> Attributes {
    let entry = Attributes::new()
        .with(Name::VALUE, id)
        .with(Name::TYPE, "User");
    match display {
        Some(display) => entry.with(Name::DISPLAY, display),
        None => entry,
    }
}

/// A user with this id and name, created `second` seconds into the epoch.
pub(super) fn user(id: &str, user_name: &str, second: i64) -> Stored {
    let email = Attributes::new()
        .with(Name::VALUE, user_name)
        .with(Name::TYPE, "work")
        .with(Name::PRIMARY, true);
    let name = Attributes::new()
        .with(Name::GIVEN_NAME, "Ann")
        .with(Name::FAMILY_NAME, "Lee");
    let schema = Value::from("urn:ietf:params:scim:schemas:core:2.0:User");
    let fields = Attributes::new()
        .with(Name::SCHEMAS, Value::Array(vec![schema]))
        .with(Name::USER_NAME, user_name)
        .with(Name::NAME, name)
        .with(Name::EXTERNAL_ID, format!("ext-{id}"))
        .with(Name::ACTIVE, true)
        .with(Name::EMAILS, Value::Array(vec![email.into()]));
    let at = OffsetDateTime::UNIX_EPOCH + Duration::seconds(second);
    let id = ResourceId::new(id);
    Stored::new(
        Kind::USER,
        id,
        Resource::new(fields),
        Version::FIRST,
        at,
        at,
    )
}

/// The next version of a user, under another name.
pub(super) fn renamed(current: &Stored, user_name: &str) -> Stored {
    next(current, |attributes| {
        attributes.insert(Name::USER_NAME, Value::from(user_name));
    })
}

/// The next version of a resource.
pub(super) fn next(current: &Stored, change: impl FnOnce(&mut Attributes)) -> Stored {
    let mut resource = current.resource().clone();
    change(resource.attributes_mut());
    let at = current.last_modified() + Duration::SECOND;
    let (kind, id) = (current.kind().clone(), current.id().clone());
    Stored::new(
        kind,
        id,
        resource,
        current.version().next(),
        current.created(),
        at,
    )
}

/// The change log entry that goes with a step.
fn record(stored: &Stored, action: Action) -> ChangeRecord {
    ChangeRecord {
        txn: TxnId::new(format!(
            "{}-{}-{action:?}",
            stored.id(),
            stored.version().number()
        )),
        token: None,
        at: stored.last_modified(),
        kind: stored.kind().clone(),
        id: stored.id().clone(),
        external_id: stored.resource().external_id().map(str::to_owned),
        action,
        attributes: Vec::new(),
        activation: None,
    }
}

/// Drives two futures on one task, taking turns, until both are done.
pub(super) async fn both<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut first, mut second) = (None, None);
    poll_fn(move |context| {
        if first.is_none()
            && let Poll::Ready(out) = a.as_mut().poll(context)
        {
            first = Some(out);
        }
        if second.is_none()
            && let Poll::Ready(out) = b.as_mut().poll(context)
        {
            second = Some(out);
        }
        match (first.take(), second.take()) {
            (Some(one), Some(two)) => Poll::Ready((one, two)),
            (one, two) => {
                (first, second) = (one, two);
                Poll::Pending
            }
        }
    })
    .await
}
