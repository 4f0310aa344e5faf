//! Facts about somebody provisioning wants to add, change or remove.

use org_domain::{
    Email, Role,
    policy::{
        AccountTies, ActiveChange, AddressChange, Changed, Create, DomainStanding, LastOwner,
        Occupant, PrimaryEmail, ScimLink, Seats, Target, TargetMember, Update, UserName, Wanted,
    },
};
use scim_core::{
    Resource,
    guard::{Change, Facet},
    resource::Activity,
};
use sha2::{Digest as _, Sha256};
use sso_store::{
    StoreError,
    directory::{Account, AccountOrigin, Member, MemberFilter, MemberState, Tombstone},
};

use super::Context;
use crate::{App, config::DomainPolicy};

/// What the resource says about a person, read once.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The `userName` as an address.
    pub email: Option<Email>,
    /// The primary address, when it is another one than the `userName`; `None` inside when it
    /// is unusable.
    pub other_email: Option<Option<Email>>,
    /// Given and family name.
    pub names: (String, String),
    /// The client's own key of the person.
    pub external_id: Option<String>,
    /// Whether the person is to be active.
    pub active: Wanted,
}

impl Wish {
    /// Reads a User resource.
    pub fn read(resource: &Resource, domains: DomainPolicy) -> Self {
        let user = resource.as_user();
        let email = user.user_name().and_then(|name| address(name, domains));
        let primary = user.email().map(|text| address(text, domains));
        let other_email = primary.filter(|primary| *primary != email);
        let name = |part: Option<&str>| part.unwrap_or_default().to_owned();
        let names = user.name();
        Self {
            email,
            other_email,
            names: (
                name(names.and_then(|names| names.given_name())),
                name(names.and_then(|names| names.family_name())),
            ),
            external_id: user.external_id().map(str::to_owned),
            active: match user.activity() {
                Activity::Inactive => Wanted::Inactive,
                _ => Wanted::Active,
            },
        }
    }
}

/// The address that a text stands for. Testers who turned the domain rule off invent names that
/// are no addresses; such a name stands for one below `.invalid`, always the same.
fn address(text: &str, domains: DomainPolicy) -> Option<Email> {
    let read = Email::parse(text).ok();
    match domains {
        DomainPolicy::Claimed => read,
        DomainPolicy::UnsafeAny => read.or_else(|| {
            let digest = Sha256::digest(text.to_lowercase());
            let local = data_encoding::HEXLOWER.encode(digest.get(..16)?);
            Email::parse(&format!("{local}@tester.invalid")).ok()
        }),
    }
}

/// The standing of an address's domain, or full standing for testers who turned the rule off.
async fn domain(app: &App, context: &Context, email: &Email) -> Result<DomainStanding, StoreError> {
    match app.config().domains {
        DomainPolicy::UnsafeAny => Ok(DomainStanding::Here),
        DomainPolicy::Claimed => super::standing(app, &context.org.id, email.domain()).await,
    }
}

/// Facts about a person to be created, and the account they had before.
///
/// # Errors
/// What the database answers.
pub async fn create(
    app: &App,
    context: &Context,
    wish: &Wish,
) -> Result<(Create, Option<org_domain::AccountId>), StoreError> {
    let Some(email) = &wish.email else {
        let nobody = Create {
            user_name: UserName::NotAnEmail,
            primary_email: PrimaryEmail::Fits,
            occupant: Occupant::Nobody,
            seats: Seats::Free,
            active: wish.active,
        };
        return Ok((nobody, None));
    };
    let (occupant, account) = occupant(app, context, wish, email).await?;
    let facts = Create {
        user_name: UserName::At(domain(app, context, email).await?),
        primary_email: primary(app, context, wish).await?,
        occupant,
        seats: Seats::Free,
        active: wish.active,
    };
    Ok((facts, account))
}

async fn primary(app: &App, context: &Context, wish: &Wish) -> Result<PrimaryEmail, StoreError> {
    Ok(match &wish.other_email {
        None => PrimaryEmail::Fits,
        Some(None) => PrimaryEmail::Foreign,
        Some(Some(email)) if domain(app, context, email).await?.is_here() => PrimaryEmail::Fits,
        Some(Some(_)) => PrimaryEmail::Foreign,
    })
}

async fn occupant(
    app: &App,
    context: &Context,
    wish: &Wish,
    email: &Email,
) -> Result<(Occupant, Option<org_domain::AccountId>), StoreError> {
    let org = &context.org.id;
    let Some(account) = app.database().account_by_email(email).await? else {
        let invited = app
            .database()
            .invitation_for(org, email, app.now())
            .await?
            .is_some();
        return Ok((
            if invited {
                Occupant::Invited
            } else {
                Occupant::Nobody
            },
            None,
        ));
    };
    if app
        .database()
        .member_by_account(org, &account.id)
        .await?
        .is_some()
    {
        return Ok((Occupant::Member, None));
    }
    let tombstone = app.database().tombstone(org, &account.id).await?;
    if let Some(occupant) = tombstone.and_then(|tombstone| returning(&tombstone, wish)) {
        return Ok((occupant, Some(account.id)));
    }
    let invited = app
        .database()
        .invitation_for(org, email, app.now())
        .await?
        .is_some();
    Ok((
        if invited {
            Occupant::Invited
        } else {
            Occupant::Outsider
        },
        None,
    ))
}

/// As whom somebody returns whose membership provisioning removed. A lock by an Admin holds
/// whatever the client calls the person now; to come back by itself, the name must be the one of
/// before.
fn returning(tombstone: &Tombstone, wish: &Wish) -> Option<Occupant> {
    if tombstone.state == MemberState::SuspendedByAdmin {
        return Some(Occupant::LockedTombstone);
    }
    let same = wish.external_id.is_some() && wish.external_id == tombstone.external_id;
    same.then_some(Occupant::Tombstone)
}

/// Facts about a member.
///
/// # Errors
/// What the database answers.
pub async fn target(app: &App, context: &Context, member: &Member) -> Result<Target, StoreError> {
    let account = app.database().account(&member.account).await?;
    Ok(Target::Member(TargetMember {
        role: member.role,
        state: super::member_state(member.state),
        link: if member.scim_linked {
            ScimLink::Linked
        } else {
            ScimLink::Unlinked
        },
        domain: domain(app, context, &member.email).await?,
        last_owner: last_owner(app, member).await?,
        account: ties(app, account.as_ref()).await?,
    }))
}

/// The store asks again under the organisation's lock; this is for the answer's words.
async fn last_owner(app: &App, member: &Member) -> Result<LastOwner, StoreError> {
    if member.role != Role::Owner || member.state != MemberState::Active {
        return Ok(LastOwner::No);
    }
    let filter = MemberFilter {
        role: Some(Role::Owner),
        state: Some(MemberState::Active),
    };
    let owners = app.database().count_members(&member.org, &filter).await?;
    Ok(if owners > 1 {
        LastOwner::No
    } else {
        LastOwner::Yes
    })
}

async fn ties(app: &App, account: Option<&Account>) -> Result<AccountTies, StoreError> {
    let Some(account) = account.filter(|account| account.origin == AccountOrigin::Scim) else {
        return Ok(AccountTies::Others);
    };
    let memberships = app.database().memberships(&account.id).await?.len();
    Ok(if memberships > 1 {
        AccountTies::Others
    } else {
        AccountTies::None
    })
}

/// Facts about a change.
///
/// # Errors
/// What the database answers.
pub async fn update(
    app: &App,
    context: &Context,
    member: &Member,
    change: &Change<'_>,
    wish: &Wish,
) -> Result<Update, StoreError> {
    Ok(Update {
        active: active(change, wish),
        address: address_change(app, context, member, change, wish).await?,
        names: if change.touches(Facet::Names) {
            Changed::Yes
        } else {
            Changed::No
        },
        forbidden: forbidden(change),
        seats: Seats::Free,
    })
}

fn active(change: &Change<'_>, wish: &Wish) -> ActiveChange {
    if change.touches(Facet::Deactivate) {
        ActiveChange::Off
    } else if change.touches(Facet::Reactivate) {
        ActiveChange::On
    } else if wish.active == Wanted::Inactive {
        // Off already and off again: whatever else is asked goes by the rules of being off.
        ActiveChange::Off
    } else {
        ActiveChange::Unchanged
    }
}

async fn address_change(
    app: &App,
    context: &Context,
    member: &Member,
    change: &Change<'_>,
    wish: &Wish,
) -> Result<AddressChange, StoreError> {
    if !change.touches(Facet::UserName) && !change.touches(Facet::Emails) {
        return Ok(AddressChange::Unchanged);
    }
    let Some(email) = &wish.email else {
        return Ok(AddressChange::ToForeign);
    };
    if primary(app, context, wish).await? == PrimaryEmail::Foreign {
        return Ok(AddressChange::ToForeign);
    }
    if *email == member.email {
        return Ok(AddressChange::Unchanged);
    }
    if !domain(app, context, email).await?.is_here() {
        return Ok(AddressChange::ToForeign);
    }
    let taken = app
        .database()
        .account_by_email(email)
        .await?
        .is_some_and(|account| account.id != member.account);
    Ok(if taken {
        AddressChange::ToTaken
    } else {
        AddressChange::ToHeld
    })
}

/// Roles and entitlements are kept in the resource as the client's notes, and mean nothing here.
fn forbidden(change: &Change<'_>) -> Changed {
    let Change::Replace { facets, .. } = change else {
        return Changed::No;
    };
    let meant = |name: &String| matches!(name.as_str(), "roles" | "entitlements" | "password");
    if facets.attributes().iter().any(meant) {
        Changed::Yes
    } else {
        Changed::No
    }
}
