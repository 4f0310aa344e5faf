//! What a change would do to whom, before it is made. It asks the same function that decides the
//! real logins, so the answer cannot drift from the truth.

use crate::decision::Outcome;
use crate::domain::Domain;
use crate::ident::AccountId;
use crate::policy::{
    AddressHistory, AssertedEmail, Binding, DomainStanding, Link, LoginFacts, Method, OrgStanding,
    OwnSession, Person, PlanStanding, SecondFactor, Side, SsoFacts, Switch, decide_login,
};

/// A change to try out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhatIf {
    /// Require single sign-on.
    RequireSso,
    /// Switch single sign-on off.
    DisableSso,
    /// Let the identity provider manage everybody at the held domains.
    ManageAccess,
    /// Give a domain up, or lose it.
    LoseDomain(Domain),
    /// The plan ends, the days of grace included.
    PlanEnds,
}

/// A member (or somebody invited) as the dry run needs to know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberView {
    /// Who.
    pub account: AccountId,
    /// As the tables see them.
    pub person: Person,
    /// The domain of their address.
    pub domain: Domain,
    /// What the organisation has to do with it.
    pub standing: DomainStanding,
    /// Whether single sign-on is linked.
    pub link: Link,
    /// Whether the account stems from a former owner of the domain.
    pub history: AddressHistory,
}

/// The ways in that are open to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Doors {
    /// By password, with the second factor if there is one.
    pub password: Switch,
    /// By single sign-on.
    pub sso: Switch,
}

/// Somebody for whom a change closes or opens a door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// Who.
    pub account: AccountId,
    /// What is open now.
    pub before: Doors,
    /// What would be open.
    pub after: Doors,
}

impl Impact {
    /// Whether nothing would be left open.
    #[must_use]
    pub fn loses_access(&self) -> bool {
        self.before.any() && !self.after.any()
    }
}

impl Doors {
    /// Whether anything is open.
    #[must_use]
    pub const fn any(self) -> bool {
        self.password.is_on() || self.sso.is_on()
    }

    /// Asks the tables.
    fn of(org: OrgStanding, standing: DomainStanding, member: &MemberView) -> Self {
        let opens = |method| {
            let facts = LoginFacts {
                method,
                org,
                domain: standing,
                person: member.person,
                history: member.history,
            };
            match decide_login(&facts).outcome {
                Outcome::Enter(_) => Switch::On,
                Outcome::GoToSso | Outcome::Refuse => Switch::Off,
            }
        };
        let assertion = SsoFacts {
            side: Side::ServiceProvider,
            binding: Binding::Current,
            email: AssertedEmail::Usable,
            link: member.link,
            session: OwnSession::OfThisAccount,
        };
        Self {
            password: opens(Method::Password(SecondFactor::Passed)),
            sso: opens(Method::Sso(assertion)),
        }
    }
}

impl WhatIf {
    fn org(&self, org: OrgStanding) -> OrgStanding {
        match self {
            Self::RequireSso => OrgStanding {
                require_sso: Switch::On,
                ..org
            },
            Self::DisableSso => OrgStanding {
                sso: Switch::Off,
                ..org
            },
            Self::ManageAccess => OrgStanding {
                idp_managed: Switch::On,
                ..org
            },
            Self::PlanEnds => OrgStanding {
                sso_plan: PlanStanding::Ended,
                scim_plan: PlanStanding::Ended,
                ..org
            },
            Self::LoseDomain(_) => org,
        }
    }

    fn standing(&self, member: &MemberView) -> DomainStanding {
        match self {
            Self::LoseDomain(lost) if *lost == member.domain || member.domain.is_below(lost) => {
                DomainStanding::Unclaimed
            }
            _ => member.standing,
        }
    }
}

/// Everybody for whom the change would close or open a door.
///
/// For [`WhatIf::LoseDomain`] names below the domain count as lost too, although a claim of their
/// own may hold them: better one name too many in a warning.
///
/// ```
/// # use org_domain::{dry_run::*, policy::*, *};
/// # let guest = MemberView { account: AccountId::new("guest")?,
/// #     person: Person::Member { role: Role::Member, state: MemberState::Active,
/// #         credential: Credential::SetByPerson, exemption: Exemption::None },
/// #     domain: Domain::parse("partner.example")?, standing: DomainStanding::Unclaimed,
/// #     link: Link::None, history: AddressHistory::Steady };
/// # let org = OrgStanding { sso: Switch::On, sso_plan: PlanStanding::Covered, require_sso: Switch::Off,
/// #     ..OrgStanding::CLOSED };
/// let impacts: Vec<Impact> = dry_run(&WhatIf::RequireSso, org, &[guest]).collect();
/// assert!(impacts[0].loses_access(), "a guest at an unclaimed domain would be shut out");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn dry_run<'a>(
    change: &'a WhatIf,
    org: OrgStanding,
    members: impl IntoIterator<Item = &'a MemberView>,
) -> impl Iterator<Item = Impact> {
    members.into_iter().filter_map(move |member| {
        let before = Doors::of(org, member.standing, member);
        let after = Doors::of(change.org(org), change.standing(member), member);
        (before != after).then(|| Impact {
            account: member.account.clone(),
            before,
            after,
        })
    })
}
