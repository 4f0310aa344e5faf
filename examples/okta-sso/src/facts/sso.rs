//! Facts about somebody an identity provider vouches for.

use org_domain::{
    Email, Role,
    policy::{
        AssertedEmail, Binding, Link, LoginFacts, Method, OwnSession, Person, Side, SsoFacts,
        read_asserted_email,
    },
};
use saml_sp::Login;
use sso_store::{
    SignInId,
    directory::{Account, AccountOrigin, IdentityLink, KnownBy, PersonSought, SsoSubject},
};

use super::Context;
use crate::{
    App,
    entry::Arrival,
    sso::{evidence, purpose::Purpose},
    web::Failure,
};

/// A redeemed answer and what it was an answer to.
#[derive(Clone, Copy, Debug)]
pub struct Asserted<'a> {
    /// The answer.
    pub login: &'a Login,
    /// What the login was started for.
    pub purpose: &'a Purpose,
    /// The generation of the values it was verified with.
    pub generation: u32,
    /// The trace id of this sign-in.
    pub trace: &'a SignInId,
}

/// The facts, and the person as the store will need them. `None` when no usable address was
/// asserted.
///
/// # Errors
/// What the database answers.
pub async fn look(
    app: &App,
    context: &Context,
    asserted: &Asserted<'_>,
) -> Result<Option<(LoginFacts, Arrival)>, Failure> {
    let login = asserted.login;
    let Ok(email) = read_asserted_email(login.attributes().all("email")) else {
        return Ok(None);
    };
    let org = &context.org.id;
    let sought = PersonSought {
        org,
        known: KnownBy::Name {
            issuer: login.issuer(),
            name_id: login.name_id().value(),
        },
        email: &email,
    };
    let mut found = app.database().person(sought, app.now()).await?;
    let known = super::known(app, &context.settings.value, &found, &email).await?;
    let (account, is_linked) = (found.account.take(), found.linked);
    let session = own_session(asserted.purpose, account.as_ref());
    let link = match &account {
        None => Link::None,
        Some(account) if is_linked && account.email == email => Link::SameAddress,
        Some(_) if is_linked => Link::OtherAddress,
        Some(account) => {
            let others = app.database().links_of_account(org, &account.id).await?;
            unlinked(&others, login.issuer(), known.person, session)
        }
    };
    let sso = SsoFacts {
        side: if login.request_id().is_some() {
            Side::ServiceProvider
        } else {
            Side::IdentityProvider
        },
        binding: binding(context, asserted),
        email: AssertedEmail::Usable,
        link,
        session,
    };
    let facts = LoginFacts {
        method: Method::Sso(sso),
        org: context.standing,
        domain: known.domain,
        person: known.person,
        history: known.history,
    };
    let arrival = Arrival {
        invitation: found.invitation,
        ..arrival(context, asserted, account, email)
    };
    Ok(Some((facts, arrival)))
}

/// The request was for this organisation, and its settings are still those the request was
/// made with. An answer to no request is bound by its address and its issuer's key alone.
fn binding(context: &Context, asserted: &Asserted<'_>) -> Binding {
    let tenant = asserted.login.tenant();
    if tenant.is_some_and(|tenant| tenant != context.org.id.as_str()) {
        Binding::OtherOrganization
    } else if asserted
        .purpose
        .generation
        .is_some_and(|generation| generation != asserted.generation)
    {
        Binding::StaleConfiguration
    } else {
        Binding::Current
    }
}

/// What the account's other names mean for a name that is not tied to it.
///
/// Another name of the same provider is a conflict: one person, two names, or two people, one
/// address. A name of a provider that the organisation has replaced since must not lock its people
/// out. It still holds an Owner's or Admin's account unless they tie the new name from their own
/// session, so that whoever may change the provider does not become an administrator by it.
fn unlinked(others: &[IdentityLink], issuer: &str, person: Person, session: OwnSession) -> Link {
    let same_provider = others.iter().any(|link| link.issuer == issuer);
    let administrator = matches!(person.active_role(), Some(Role::Owner | Role::Admin));
    let held = !others.is_empty() && administrator && session != OwnSession::OfThisAccount;
    if same_provider || held {
        Link::Conflict
    } else {
        Link::None
    }
}

fn own_session(purpose: &Purpose, account: Option<&Account>) -> OwnSession {
    match (&purpose.signed_in, account) {
        (Some(signed_in), Some(account)) if *signed_in == account.id => OwnSession::OfThisAccount,
        _ => OwnSession::None,
    }
}

fn arrival(
    context: &Context,
    asserted: &Asserted<'_>,
    account: Option<Account>,
    email: Email,
) -> Arrival {
    let login = asserted.login;
    let name = |attribute: &str| {
        login
            .attributes()
            .at_most_one(attribute)
            .ok()
            .flatten()
            .unwrap_or_default()
            .to_owned()
    };
    Arrival {
        org: context.org.id.clone(),
        account: account.map(|account| account.id),
        email,
        names: (name("firstName"), name("lastName")),
        password_hash: None,
        origin: AccountOrigin::JustInTime,
        invitation: None,
        sso: Some(SsoSubject {
            issuer: login.issuer().to_owned(),
            name_id: login.name_id().value().to_owned(),
            session_index: login.session_index().map(str::to_owned),
        }),
        saml: Some(evidence::of_login(login)),
        identity: Some(login.session()),
        generation: Some(asserted.generation),
        not_after: login.session_not_on_or_after(),
        trace: asserted.trace.clone(),
        method: "sso",
    }
}
