//! The whole input space of the decisions, one value at a time.

use org_domain::Role;
use org_domain::policy::*;

/// Every person, as seen from one organisation.
pub(crate) fn persons() -> Vec<Person> {
    let mut all = vec![Person::Stranger];
    all.extend(Past::ALL.iter().map(|past| Person::Outsider(*past)));
    for (account, address, role) in product3(Account::ALL, InvitedAddress::ALL, &Role::ALL) {
        all.push(Person::Invited {
            account,
            address,
            role,
        });
    }
    for (role, state, credential) in product3(&Role::ALL, MemberState::ALL, Credential::ALL) {
        for exemption in Exemption::ALL {
            all.push(Person::Member {
                role,
                state,
                credential,
                exemption: *exemption,
            });
        }
    }
    all
}

/// Every way in but single sign-on.
pub(crate) fn first_party_methods() -> Vec<Method> {
    let mut all = vec![
        Method::Passkey,
        Method::MagicLink,
        Method::Social,
        Method::PasswordReset,
        Method::InviteLink,
    ];
    all.extend(
        SecondFactor::ALL
            .iter()
            .map(|factor| Method::Password(*factor)),
    );
    all.extend(
        SessionOrigin::ALL
            .iter()
            .map(|origin| Method::Refresh(*origin)),
    );
    all
}

/// Every assertion.
pub(crate) fn assertions() -> Vec<SsoFacts> {
    let mut all = Vec::new();
    for (side, binding, email) in product3(Side::ALL, Binding::ALL, AssertedEmail::ALL) {
        for (link, session) in product2(Link::ALL, OwnSession::ALL) {
            all.push(SsoFacts {
                side,
                binding,
                email,
                link,
                session,
            });
        }
    }
    all
}

pub(crate) fn product2<A: Copy, B: Copy>(a: &[A], b: &[B]) -> Vec<(A, B)> {
    a.iter()
        .flat_map(|a| b.iter().map(move |b| (*a, *b)))
        .collect()
}

pub(crate) fn product3<A: Copy, B: Copy, C: Copy>(a: &[A], b: &[B], c: &[C]) -> Vec<(A, B, C)> {
    product2(a, b)
        .into_iter()
        .flat_map(|(a, b)| c.iter().map(move |c| (a, b, *c)))
        .collect()
}

/// Everything that the login tables look at in an organisation's settings.
pub(crate) fn org_standings(first_party: bool) -> Vec<OrgStanding> {
    let mut all = Vec::new();
    for (suspended, sso, sso_plan) in product3(Switch::ALL, Switch::ALL, PlanStanding::ALL) {
        let base = OrgStanding {
            suspended,
            sso,
            sso_plan,
            ..OrgStanding::CLOSED
        };
        for idp_managed in Switch::ALL.iter().copied() {
            let base = OrgStanding {
                idp_managed,
                ..base
            };
            if first_party {
                for (require_sso, fallback) in product2(Switch::ALL, Fallback::ALL) {
                    all.push(OrgStanding {
                        require_sso,
                        fallback,
                        ..base
                    });
                }
            } else {
                for (join, idp_initiated) in product2(JoinPolicy::ALL, IdpInitiated::ALL) {
                    all.push(OrgStanding {
                        join,
                        idp_initiated,
                        ..base
                    });
                }
            }
        }
    }
    all
}

/// The words that the tables use for a person: who, role, account, credential, exemption, address.
pub(crate) fn person_words(person: Person) -> [&'static str; 6] {
    match person {
        Person::Stranger => ["stranger", "-", "none", "-", "-", "-"],
        Person::Outsider(Past::None) => ["outsider", "-", "exists", "-", "-", "-"],
        Person::Outsider(Past::Deprovisioned) => ["deprovisioned", "-", "exists", "-", "-", "-"],
        Person::Invited {
            account,
            address,
            role,
        } => [
            "invited",
            role.as_str(),
            account.as_str(),
            "-",
            "-",
            address.as_str(),
        ],
        Person::Member {
            role,
            state,
            credential,
            exemption,
        } => [
            state.as_str(),
            role.as_str(),
            "exists",
            credential.as_str(),
            exemption.as_str(),
            "-",
        ],
    }
}

pub(crate) fn method_word(method: Method) -> &'static str {
    match method {
        Method::Password(SecondFactor::NotEnrolled) => "password:not_enrolled",
        Method::Password(SecondFactor::Passed) => "password:passed",
        Method::Password(SecondFactor::Missing) => "password:missing",
        Method::Passkey => "passkey",
        Method::MagicLink => "magic_link",
        Method::Social => "social",
        Method::PasswordReset => "password_reset",
        Method::InviteLink => "invite_link",
        Method::Refresh(SessionOrigin::Sso) => "refresh_sso",
        Method::Refresh(SessionOrigin::Fallback) => "refresh_fallback",
        Method::Refresh(SessionOrigin::Guest) => "refresh_guest",
        Method::Refresh(SessionOrigin::Other) => "refresh_other",
        Method::Sso(_) => "sso",
    }
}

pub(crate) fn org_word(org: &OrgStanding) -> &'static str {
    if org.suspended.is_on() {
        "suspended"
    } else {
        "running"
    }
}
