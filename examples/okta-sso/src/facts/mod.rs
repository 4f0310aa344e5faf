//! What the policy is told: facts read from the directory, none of them decided here.

pub mod provision;
pub mod sso;

use org_domain::{
    Claim, ClaimStore as _, Domain, Email, OrgId, Settings,
    claim::{ClaimState, Hold},
    domain_standing,
    policy::{
        Account as HasAccount, AddressHistory, Credential, DomainStanding, Exemption,
        InvitedAddress, LoginFacts, MemberState, Method, OrgStanding, Past, Person, PlanStanding,
        SecondFactor, SessionOrigin, Switch,
    },
    settings::SsoHealth,
};
use sso_store::{
    StoreError,
    directory::{
        self, Account, Invitation, KnownBy, Member, Organisation, PersonFound, PersonSought,
        Session, Versioned,
    },
};

use crate::{App, entry::Arrival, security::session::Detail, web::Failure};

/// An organisation with its settings and what they amount to now.
#[derive(Clone, Debug)]
pub struct Context {
    /// The organisation.
    pub org: Organisation,
    /// Its settings.
    pub settings: Versioned<Settings>,
    /// What they amount to.
    pub standing: OrgStanding,
}

/// An organisation's context; `None` for an unknown one.
///
/// # Errors
/// What the database answers.
pub async fn organisation(app: &App, org: &OrgId) -> Result<Option<Context>, StoreError> {
    let found = app.database().organisation_with_settings(org).await?;
    Ok(found.map(|found| Context::of(app, found)))
}

impl Context {
    /// What the settings of an organisation amount to now.
    pub fn of(app: &App, (org, settings): (Organisation, Versioned<Settings>)) -> Self {
        // Health is what certificates and dates say; this application probes no provider.
        let standing = settings.value.standing(SsoHealth::Healthy, app.now());
        Self {
            org,
            settings,
            standing,
        }
    }
}

/// The organisation whose single sign-on is offered to addresses at a domain, if any.
///
/// # Errors
/// What the database answers.
pub async fn sso_of_domain(app: &App, domain: &Domain) -> Result<Option<Context>, StoreError> {
    let Some(claim) = app.database().holder(domain).await? else {
        return Ok(None);
    };
    if claim.hold(app.now()) == Hold::None {
        return Ok(None);
    }
    let context = organisation(app, claim.org()).await?;
    Ok(context.filter(|context| {
        context.standing.sso.is_on() && context.standing.sso_plan != PlanStanding::Ended
    }))
}

/// Whether an organisation's single sign-on is a way in for addresses at a domain.
///
/// # Errors
/// What the database answers.
pub async fn has_sso(app: &App, org: &OrgId, domain: &Domain) -> Result<bool, StoreError> {
    Ok(sso_of_domain(app, domain)
        .await?
        .is_some_and(|context| context.org.id == *org))
}

/// What an organisation has to do with a domain. Claims here are over exactly one domain, so
/// only the domain's own holder can speak for it.
///
/// # Errors
/// What the database answers.
pub async fn standing(
    app: &App,
    org: &OrgId,
    domain: &Domain,
) -> Result<DomainStanding, StoreError> {
    let holder = app.database().holder(domain).await?;
    standing_beside(app, org, domain, holder.as_ref()).await
}

/// The same, of a domain whose holder is known already.
async fn standing_beside(
    app: &App,
    org: &OrgId,
    domain: &Domain,
    holder: Option<&Claim>,
) -> Result<DomainStanding, StoreError> {
    let managed = match holder {
        Some(claim) if claim.org() != org => organisation(app, claim.org())
            .await?
            .map_or(Switch::Off, |context| context.standing.idp_managed),
        _ => Switch::Off,
    };
    Ok(domain_standing(
        org,
        domain,
        holder.map(|claim| (claim, managed)),
        app.now(),
    ))
}

/// What is known of somebody, as the policy wants to hear it.
struct Known {
    domain: DomainStanding,
    history: AddressHistory,
    person: Person,
}

/// The policy's words for what the directory found of somebody who comes with an address.
async fn known(
    app: &App,
    settings: &Settings,
    found: &PersonFound,
    email: &Email,
) -> Result<Known, StoreError> {
    let org = settings.org();
    let holder = found.claims.iter().find(|claim| claim.holds_domain());
    Ok(Known {
        domain: standing_beside(app, org, email.domain(), holder).await?,
        history: history(org, found.account.as_ref(), &found.claims),
        person: person(app, settings, found, email).await?,
    })
}

/// Whether the domain of an account changed hands after the account was made: another
/// organisation once held it and had given it up or lost it when this one's claim began.
fn history(org: &OrgId, account: Option<&Account>, claims: &[Claim]) -> AddressHistory {
    let Some(account) = account else {
        return AddressHistory::Steady;
    };
    let ours = claims.iter().find(|claim| claim.org() == org);
    let theirs = claims
        .iter()
        .any(|claim| claim.org() != org && was_held(claim));
    let before = ours.is_some_and(|claim| account.created < claim.created_at());
    if theirs && before {
        AddressHistory::ChangedHands
    } else {
        AddressHistory::Steady
    }
}

fn was_held(claim: &Claim) -> bool {
    matches!(
        claim.state(),
        ClaimState::Lapsed { .. }
            | ClaimState::Released { .. }
            | ClaimState::Contested { .. }
            | ClaimState::Failing { .. }
    )
}

/// The policy's word for a membership's state.
pub fn member_state(state: directory::MemberState) -> MemberState {
    match state {
        directory::MemberState::Active => MemberState::Active,
        directory::MemberState::SuspendedByAdmin => MemberState::SuspendedByAdmin,
        directory::MemberState::SuspendedByScim => MemberState::SuspendedByScim,
    }
}

/// Who somebody is to an organisation.
async fn person(
    app: &App,
    settings: &Settings,
    found: &PersonFound,
    email: &Email,
) -> Result<Person, StoreError> {
    Ok(match (&found.account, &found.member, &found.invitation) {
        (Some(account), Some(member), _) => as_member(settings, account, member),
        (account, _, Some(invitation)) => invited(invitation, account.as_ref(), email),
        (Some(account), ..) => Person::Outsider(past(app, settings.org(), account).await?),
        (None, ..) => Person::Stranger,
    })
}

fn as_member(settings: &Settings, account: &Account, member: &Member) -> Person {
    Person::Member {
        role: member.role,
        state: member_state(member.state),
        credential: if account.password_hash.is_some() {
            Credential::SetByPerson
        } else {
            Credential::None
        },
        exemption: if settings.is_guest(&account.id) {
            Exemption::Named
        } else {
            Exemption::None
        },
    }
}

fn invited(invitation: &Invitation, account: Option<&Account>, email: &Email) -> Person {
    let same = invitation.email == *email;
    Person::Invited {
        account: if account.is_some() {
            HasAccount::Exists
        } else {
            HasAccount::None
        },
        address: if same {
            InvitedAddress::Same
        } else {
            InvitedAddress::Different
        },
        role: invitation.role,
    }
}

async fn past(app: &App, org: &OrgId, account: &Account) -> Result<Past, StoreError> {
    let removed = app.database().was_deprovisioned(org, &account.id).await?;
    Ok(if removed {
        Past::Deprovisioned
    } else {
        Past::None
    })
}

async fn login(
    app: &App,
    context: &Context,
    found: &PersonFound,
    email: &Email,
    method: Method,
) -> Result<LoginFacts, StoreError> {
    let known = known(app, &context.settings.value, found, email).await?;
    Ok(LoginFacts {
        method,
        org: context.standing,
        domain: known.domain,
        person: known.person,
        history: known.history,
    })
}

/// Facts about somebody who gave the right password.
///
/// # Errors
/// What the database answers.
pub async fn by_password(
    app: &App,
    org: &OrgId,
    account: &Account,
    factor: SecondFactor,
) -> Result<LoginFacts, Failure> {
    let context = organisation(app, org).await?.ok_or(Failure::Missing)?;
    let sought = PersonSought {
        org,
        known: KnownBy::Account(&account.id),
        email: &account.email,
    };
    let found = app.database().person(sought, app.now()).await?;
    let method = Method::Password(factor);
    Ok(login(app, &context, &found, &account.email, method).await?)
}

/// Facts about somebody who holds an invitation's link.
///
/// # Errors
/// What the database answers.
pub async fn by_invitation(app: &App, arrival: &Arrival) -> Result<LoginFacts, Failure> {
    let org = &arrival.org;
    let context = organisation(app, org).await?.ok_or(Failure::Missing)?;
    let sought = PersonSought {
        org,
        known: match &arrival.account {
            Some(account) => KnownBy::Account(account),
            None => KnownBy::Nothing,
        },
        email: &arrival.email,
    };
    let found = app.database().person(sought, app.now()).await?;
    Ok(login(app, &context, &found, &arrival.email, Method::InviteLink).await?)
}

/// Facts about a session that wants to go on.
///
/// # Errors
/// What the database answers.
pub async fn by_session(
    app: &App,
    context: &Context,
    session: &Session,
    found: &PersonFound,
    email: &Email,
) -> Result<LoginFacts, StoreError> {
    let generation = Detail::from_json(&session.detail).and_then(|detail| detail.generation);
    let origin = match session.method.as_str() {
        "sso" if generation == Some(context.settings.value.generation()) => SessionOrigin::Sso,
        "fallback" => SessionOrigin::Fallback,
        _ => SessionOrigin::Other,
    };
    login(app, context, found, email, Method::Refresh(origin)).await
}
