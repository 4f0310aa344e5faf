//! Rules 26 to 31: each refusal with an accepted twin that differs in the one thing.

use org_domain::policy::*;
use org_domain::settings::*;
use org_domain::*;
use time::{Duration, OffsetDateTime};

use crate::fixture::*;

const AROUND: Surroundings = Surroundings {
    held_domains: 1,
    fallback_owners: 1,
    linked_members: 0,
};

pub(crate) fn certificate(seed: char, not_after: OffsetDateTime) -> Certificate {
    let print = Fingerprint::new(&seed.to_string().repeat(64)).unwrap();
    Certificate::new(print, "MIIC", START - days(30), not_after).unwrap()
}

pub(crate) fn print(seed: char) -> Fingerprint {
    Fingerprint::new(&seed.to_string().repeat(64)).unwrap()
}

pub(crate) fn okta() -> Connection {
    Connection {
        certificates: vec![certificate('a', START + days(3650))],
        sign_in_url: Some(SignInUrl::new("https://acme.okta.com/app/exk1/sso/saml").unwrap()),
        issuer: Some(Issuer::new("http://www.okta.com/exk1").unwrap()),
        logout: None,
    }
}

pub(crate) fn other_okta() -> Connection {
    Connection {
        issuer: Some(Issuer::new("http://www.okta.com/exk2").unwrap()),
        ..okta()
    }
}

struct Desk {
    settings: Settings,
    actor: Actor,
    around: Surroundings,
    now: OffsetDateTime,
    effects: Vec<SettingsEffect>,
}

impl Desk {
    fn new() -> Self {
        let settings = Settings::new(org("o1"), Capabilities::ENTERPRISE);
        Self {
            settings,
            actor: actor(Role::Owner, START),
            around: AROUND,
            now: START,
            effects: Vec::new(),
        }
    }

    fn enabled() -> Self {
        Self::new()
            .with(SettingsChange::Connection(okta()))
            .with(SettingsChange::Enable(Switch::On))
    }

    fn tested() -> Self {
        let desk = Self::enabled();
        let generation = desk.settings.generation();
        desk.signed_in(Role::Owner, generation)
    }

    fn required() -> Self {
        Self::tested().with(SettingsChange::RequireSso(Switch::On))
    }

    fn try_it(&self, change: SettingsChange) -> Result<SettingsTransition, SettingsRefusal> {
        self.settings.apply(
            &change,
            &self.actor,
            self.around,
            self.settings.version(),
            self.now,
        )
    }

    fn with(mut self, change: SettingsChange) -> Self {
        let done = self
            .try_it(change.clone())
            .unwrap_or_else(|e| panic!("{change:?}: {e:?}"));
        assert_eq!(done.settings.version(), self.settings.version().next());
        self.settings = done.settings;
        self.effects = done.effects;
        self
    }

    fn refuses(&self, change: SettingsChange, refusal: SettingsRefusal) {
        assert_eq!(self.try_it(change.clone()), Err(refusal), "{change:?}");
    }

    fn by(mut self, role: Role) -> Self {
        self.actor.role = role;
        self
    }

    fn named(mut self, name: &str) -> Self {
        self.actor.account = AccountId::new(name).unwrap();
        self
    }

    fn at(mut self, now: OffsetDateTime) -> Self {
        self.now = now;
        self.actor.authenticated_at = now;
        self
    }

    fn among(mut self, around: Surroundings) -> Self {
        self.around = around;
        self
    }

    fn host(mut self, change: HostChange) -> Self {
        self.settings = self.settings.apply_host(&change, self.now).settings;
        self
    }

    fn signed_in(self, role: Role, generation: u32) -> Self {
        let by = self.actor.account.clone();
        self.host(HostChange::LoginSucceeded {
            by,
            role,
            generation,
        })
    }

    fn lapsed(self) -> Self {
        let since = Capability::LapsedSince(self.now);
        self.host(HostChange::Capabilities(Capabilities {
            single_sign_on: since,
            provisioning: since,
        }))
    }

    fn standing(&self) -> OrgStanding {
        self.settings.standing(SsoHealth::Healthy, self.now)
    }
}

const ON: Switch = Switch::On;
const OFF: Switch = Switch::Off;

#[test]
fn rule_26_enabling_needs_a_domain_a_certificate_and_both_urls() {
    let desk = Desk::new().with(SettingsChange::Connection(okta()));
    assert!(desk.try_it(SettingsChange::Enable(ON)).is_ok());
    let bare = Desk::new()
        .with(SettingsChange::Connection(okta()))
        .among(Surroundings {
            held_domains: 0,
            ..AROUND
        });
    bare.refuses(SettingsChange::Enable(ON), SettingsRefusal::NoDomain);
    let expired = Connection {
        certificates: vec![certificate('a', START - days(1))],
        ..okta()
    };
    Desk::new()
        .with(SettingsChange::Connection(expired))
        .refuses(SettingsChange::Enable(ON), SettingsRefusal::NoCertificate);
    for incomplete in [
        Connection {
            sign_in_url: None,
            ..okta()
        },
        Connection {
            issuer: None,
            ..okta()
        },
    ] {
        Desk::new()
            .with(SettingsChange::Connection(incomplete))
            .refuses(SettingsChange::Enable(ON), SettingsRefusal::Incomplete);
    }
}

#[test]
fn rule_26_requiring_needs_a_test_under_these_values_and_a_way_back() {
    let desk = Desk::enabled();
    desk.refuses(SettingsChange::RequireSso(ON), SettingsRefusal::NotTested);
    assert!(
        Desk::tested()
            .try_it(SettingsChange::RequireSso(ON))
            .is_ok()
    );
    let generation = Desk::enabled().settings.generation();
    let by_member = Desk::enabled().signed_in(Role::Member, generation);
    by_member.refuses(SettingsChange::RequireSso(ON), SettingsRefusal::NotTested);
    assert!(
        Desk::enabled()
            .signed_in(Role::Admin, generation)
            .try_it(SettingsChange::RequireSso(ON))
            .is_ok()
    );
    let older = Desk::tested().with(SettingsChange::Connection(other_okta()));
    older.refuses(SettingsChange::RequireSso(ON), SettingsRefusal::NotTested);
    let alone = Desk::tested().among(Surroundings {
        fallback_owners: 0,
        ..AROUND
    });
    alone.refuses(
        SettingsChange::RequireSso(ON),
        SettingsRefusal::NoFallbackHolder,
    );
    let off = Desk::tested()
        .with(SettingsChange::Fallback(FallbackPolicy::Off))
        .named("bob")
        .with(SettingsChange::ConfirmFallbackOff)
        .among(Surroundings {
            fallback_owners: 0,
            ..AROUND
        });
    assert!(
        off.try_it(SettingsChange::RequireSso(ON)).is_ok(),
        "two Owners agreed to have none"
    );
    Desk::new().refuses(SettingsChange::RequireSso(ON), SettingsRefusal::SsoOff);
}

#[test]
fn requiring_ends_sessions_that_began_by_other_ways() {
    let desk = Desk::required();
    assert!(
        desk.effects
            .contains(&SettingsEffect::EndSessionsBefore(START))
    );
    assert_eq!(desk.settings.sessions_since(), Some(START));
    let again = desk
        .at(START + days(1))
        .with(SettingsChange::RequireSso(ON));
    assert_eq!(
        again.settings.sessions_since(),
        Some(START),
        "asking twice ends nothing twice"
    );
}

#[test]
fn rule_27_what_stands_while_single_sign_on_is_required() {
    let desk = Desk::required();
    desk.refuses(SettingsChange::Enable(OFF), SettingsRefusal::SsoRequired);
    desk.refuses(SettingsChange::RemoveConnection, SettingsRefusal::SsoOn);
    desk.refuses(
        SettingsChange::RemoveCertificate(print('a')),
        SettingsRefusal::LastCertificate,
    );
    desk.refuses(
        SettingsChange::Connection(other_okta()),
        SettingsRefusal::StageInstead,
    );
    let free = Desk::required().with(SettingsChange::RequireSso(OFF));
    assert!(free.try_it(SettingsChange::Enable(OFF)).is_ok());
    let two = Desk::required().with(SettingsChange::AddCertificate(certificate(
        'b',
        START + days(90),
    )));
    assert!(
        two.try_it(SettingsChange::RemoveCertificate(print('a')))
            .is_ok()
    );
    let useless = Desk::required().with(SettingsChange::AddCertificate(certificate(
        'b',
        START - days(1),
    )));
    useless.refuses(
        SettingsChange::RemoveCertificate(print('a')),
        SettingsRefusal::LastCertificate,
    );
    let gone = free
        .with(SettingsChange::Enable(OFF))
        .with(SettingsChange::RemoveConnection);
    assert!(!gone.settings.connection().is_complete());
}

#[test]
fn rule_27_linked_connections_are_replaced_through_a_tested_stage() {
    let linked = Surroundings {
        linked_members: 3,
        ..AROUND
    };
    let desk = Desk::tested().among(linked);
    desk.refuses(
        SettingsChange::Connection(other_okta()),
        SettingsRefusal::StageInstead,
    );
    desk.refuses(
        SettingsChange::PromoteStaged,
        SettingsRefusal::NothingStaged,
    );
    let staged = desk.with(SettingsChange::Stage(other_okta()));
    staged.refuses(SettingsChange::PromoteStaged, SettingsRefusal::NotTested);
    assert_eq!(
        staged.settings.connection(),
        &okta(),
        "people go on signing in"
    );
    let old = staged.settings.generation();
    let new = staged.settings.staged().unwrap().generation;
    assert!(new > old);
    let promoted = staged
        .signed_in(Role::Admin, new)
        .with(SettingsChange::PromoteStaged);
    assert_eq!(promoted.settings.connection(), &other_okta());
    assert_eq!(
        promoted.settings.generation(),
        new,
        "logins under way with the old values are void"
    );
    assert!(promoted.effects.contains(&SettingsEffect::EndSsoSessions));
    assert!(
        promoted.try_it(SettingsChange::RequireSso(ON)).is_ok(),
        "the stage's test counts"
    );
    let dropped = Desk::tested()
        .with(SettingsChange::Stage(other_okta()))
        .with(SettingsChange::DropStaged);
    assert!(dropped.settings.staged().is_none());
    let again = dropped.with(SettingsChange::Stage(other_okta()));
    assert!(
        again.settings.staged().unwrap().generation > new,
        "a login of the dropped stage is no test of this one"
    );
    assert!(
        Desk::tested()
            .try_it(SettingsChange::Connection(other_okta()))
            .is_ok(),
        "nobody is linked yet"
    );
}

#[test]
fn certificates_are_few_and_each_once() {
    let desk = Desk::enabled();
    desk.refuses(
        SettingsChange::AddCertificate(certificate('a', START + days(9))),
        SettingsRefusal::DuplicateCertificate,
    );
    desk.refuses(
        SettingsChange::RemoveCertificate(print('f')),
        SettingsRefusal::NoSuchEntry,
    );
    let full = desk
        .with(SettingsChange::AddCertificate(certificate(
            'b',
            START + days(9),
        )))
        .with(SettingsChange::AddCertificate(certificate(
            'c',
            START + days(9),
        )));
    full.refuses(
        SettingsChange::AddCertificate(certificate('d', START + days(9))),
        SettingsRefusal::TooManyCertificates,
    );
    let before = full.settings.generation();
    let removed = full.with(SettingsChange::RemoveCertificate(print('b')));
    assert!(
        removed.settings.generation() > before,
        "a login under way may hang on the removed key"
    );
}

#[test]
fn rule_28_tokens_need_plan_sso_domain_and_a_fresh_sign_in() {
    let mint = |id: &str| SettingsChange::MintToken {
        id: TokenId::new(id).unwrap(),
        life: Duration::days(365),
        overlap: Duration::ZERO,
    };
    assert!(Desk::enabled().try_it(mint("t1")).is_ok());
    Desk::new().refuses(mint("t1"), SettingsRefusal::SsoOff);
    Desk::enabled()
        .among(Surroundings {
            held_domains: 0,
            ..AROUND
        })
        .refuses(mint("t1"), SettingsRefusal::NoDomain);
    Desk::enabled()
        .host(HostChange::Capabilities(Capabilities::GROWTH))
        .refuses(mint("t1"), SettingsRefusal::Plan);
    Desk::enabled()
        .by(Role::Member)
        .refuses(mint("t1"), SettingsRefusal::Role);
    let mut stale = Desk::enabled();
    stale.now = START + STEP_UP_AGE + Duration::seconds(1);
    stale.refuses(mint("t1"), SettingsRefusal::StepUp);
    stale.now = START + STEP_UP_AGE;
    assert!(stale.try_it(mint("t1")).is_ok());
    let one = Desk::enabled().with(mint("t1"));
    one.refuses(mint("t1"), SettingsRefusal::DuplicateToken);
    let two = one.at(START + days(1)).with(mint("t2"));
    let live: Vec<&str> = two
        .settings
        .tokens()
        .iter()
        .filter(|t| t.is_live(two.now))
        .map(|t| t.id.as_str())
        .collect();
    assert_eq!(live, ["t2"], "a new token ends the old one");
    let id = TokenId::new("t1").unwrap();
    assert!(
        two.effects
            .contains(&SettingsEffect::TokenEnds { id, at: two.now })
    );
}

#[test]
fn tokens_overlap_for_a_while_where_that_is_asked_for() {
    let mint = |id: &str, life, overlap| SettingsChange::MintToken {
        id: TokenId::new(id).unwrap(),
        life,
        overlap,
    };
    let year = MAX_TOKEN_LIFE;
    for (life, overlap) in [
        (year + Duration::seconds(1), Duration::ZERO),
        (Duration::hours(23), Duration::ZERO),
        (year, days(8)),
        (year, -days(1)),
    ] {
        Desk::enabled().refuses(mint("t1", life, overlap), SettingsRefusal::Period);
    }
    let three = Desk::enabled()
        .with(mint("t1", year, Duration::ZERO))
        .with(mint("t2", year, days(7)))
        .at(START + days(1))
        .with(mint("t3", year, days(7)));
    let live = |at| {
        let tokens = three
            .settings
            .tokens()
            .iter()
            .filter(move |token| token.is_live(at));
        tokens
            .map(|token| token.id.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(live(three.now), ["t2", "t3"], "never more than two");
    assert_eq!(live(START + days(8)), ["t3"]);
    assert_eq!(live(START + days(1) + year), [""; 0]);
    let id = TokenId::new("t3").unwrap();
    let mut revoked = three;
    revoked.actor.authenticated_at = START - days(300);
    let revoked = revoked.with(SettingsChange::RevokeToken(id));
    assert!(
        !revoked
            .settings
            .tokens()
            .iter()
            .any(|t| t.id.as_str() == "t3" && t.is_live(revoked.now))
    );
    revoked.refuses(
        SettingsChange::RevokeToken(TokenId::new("t9").unwrap()),
        SettingsRefusal::NoSuchEntry,
    );
}

#[test]
fn rule_29_roles_versions_and_fresh_sign_ins() {
    let desk = Desk::new();
    for role in [Role::Member, Role::BillingAdmin] {
        Desk::new()
            .by(role)
            .refuses(SettingsChange::Connection(okta()), SettingsRefusal::Role);
    }
    assert!(
        Desk::new()
            .by(Role::Admin)
            .try_it(SettingsChange::Connection(okta()))
            .is_ok()
    );
    for owner_only in [
        SettingsChange::Fallback(FallbackPolicy::Off),
        SettingsChange::Deletion(Deletion::DeleteAccount),
        SettingsChange::ScimAdminAddresses(ON),
    ] {
        Desk::new()
            .by(Role::Admin)
            .refuses(owner_only.clone(), SettingsRefusal::OwnerOnly);
        assert!(desk.try_it(owner_only).is_ok());
    }
    let stale = desk.settings.apply(
        &SettingsChange::Connection(okta()),
        &desk.actor,
        AROUND,
        Version::new(7),
        START,
    );
    assert_eq!(stale, Err(SettingsRefusal::Conflict));
    let mut tired = Desk::new();
    tired.now = START + hours(1);
    tired.refuses(SettingsChange::Connection(okta()), SettingsRefusal::StepUp);
}

#[test]
fn switching_the_fallback_off_takes_two_owners() {
    let desk = Desk::new();
    desk.refuses(
        SettingsChange::ConfirmFallbackOff,
        SettingsRefusal::NotProposed,
    );
    let proposed = desk.with(SettingsChange::Fallback(FallbackPolicy::Off));
    assert_eq!(
        proposed.settings.fallback(),
        FallbackPolicy::Always,
        "a proposal changes nothing"
    );
    proposed.refuses(
        SettingsChange::ConfirmFallbackOff,
        SettingsRefusal::SameOwner,
    );
    let confirmed = proposed
        .named("bob")
        .with(SettingsChange::ConfirmFallbackOff);
    assert_eq!(confirmed.settings.fallback(), FallbackPolicy::Off);
    assert_eq!(confirmed.standing().fallback, Fallback::Closed);
    let back = confirmed
        .by(Role::Admin)
        .with(SettingsChange::Fallback(FallbackPolicy::Always));
    assert_eq!(back.standing().fallback, Fallback::Open);
    let withdrawn = Desk::new()
        .with(SettingsChange::Fallback(FallbackPolicy::Off))
        .with(SettingsChange::Fallback(FallbackPolicy::Always))
        .named("bob");
    withdrawn.refuses(
        SettingsChange::ConfirmFallbackOff,
        SettingsRefusal::NotProposed,
    );
}

#[test]
fn fallback_modes_open_and_close() {
    let unhealthy = Desk::required().with(SettingsChange::Fallback(FallbackPolicy::WhenUnhealthy));
    assert_eq!(unhealthy.standing().fallback, Fallback::Closed);
    let broken = unhealthy.settings.standing(SsoHealth::Unhealthy, START);
    assert_eq!(broken.fallback, Fallback::Open);
    let expired = unhealthy
        .settings
        .standing(SsoHealth::Healthy, START + days(4000));
    assert_eq!(
        expired.fallback,
        Fallback::Open,
        "every certificate has run out"
    );
    let armed = Desk::required().with(SettingsChange::Fallback(FallbackPolicy::Armed {
        until: None,
    }));
    assert_eq!(armed.standing().fallback, Fallback::Closed);
    for period in [Duration::ZERO, Duration::hours(25)] {
        armed.refuses(SettingsChange::ArmFallback(period), SettingsRefusal::Period);
    }
    let open = armed.with(SettingsChange::ArmFallback(Duration::hours(1)));
    assert_eq!(open.standing().fallback, Fallback::Open);
    assert_eq!(
        open.settings
            .standing(SsoHealth::Healthy, START + hours(1))
            .fallback,
        Fallback::Closed
    );
    Desk::required().refuses(
        SettingsChange::ArmFallback(Duration::hours(1)),
        SettingsRefusal::NotArmable,
    );
    let forever = FallbackPolicy::Armed {
        until: Some(START + days(9999)),
    };
    Desk::required().refuses(SettingsChange::Fallback(forever), SettingsRefusal::Period);
    let factor = Desk::required().with(SettingsChange::FallbackSecondFactor(ON));
    assert_eq!(factor.standing().fallback, Fallback::OpenWithSecondFactor);
}

#[test]
fn rule_31_a_lapsed_plan_freezes_and_never_opens_a_door() {
    let desk = Desk::required().lapsed();
    for frozen in [
        SettingsChange::AddCertificate(certificate('b', START + days(9))),
        SettingsChange::Stage(other_okta()),
        SettingsChange::IdpManaged(ON),
        SettingsChange::Join(JoinPolicy::InviteOnly),
        SettingsChange::AddGuest(AccountId::new("guest").unwrap()),
    ] {
        desk.refuses(frozen, SettingsRefusal::Plan);
    }
    assert_eq!(
        desk.standing().require_sso,
        ON,
        "the plan alone opens nothing"
    );
    assert_eq!(desk.standing().sso_plan, PlanStanding::Lapsed);
    assert_eq!(
        desk.settings
            .standing(SsoHealth::Healthy, START + days(30))
            .sso_plan,
        PlanStanding::Ended
    );
    assert_eq!(
        desk.settings
            .standing(SsoHealth::Healthy, START + days(30))
            .require_sso,
        ON
    );
    let admin = Desk::required().lapsed().by(Role::Admin);
    admin.refuses(SettingsChange::RequireSso(OFF), SettingsRefusal::OwnerOnly);
    assert!(
        desk.try_it(SettingsChange::RequireSso(OFF)).is_ok(),
        "an Owner clears it by hand"
    );
    assert!(
        Desk::required()
            .by(Role::Admin)
            .try_it(SettingsChange::RequireSso(OFF))
            .is_ok(),
        "with a plan, an Admin may"
    );
    let renewed = Desk::required()
        .lapsed()
        .host(HostChange::Capabilities(Capabilities::ENTERPRISE));
    assert!(renewed.try_it(SettingsChange::IdpManaged(ON)).is_ok());
}

#[test]
fn a_suspended_organisation_changes_nothing() {
    let desk = Desk::enabled().host(HostChange::Suspended(ON));
    desk.refuses(
        SettingsChange::Join(JoinPolicy::InviteOnly),
        SettingsRefusal::Suspended,
    );
    assert_eq!(desk.settings.sessions_since(), Some(START));
    assert_eq!(desk.standing().suspended, ON);
    let back = desk.host(HostChange::Suspended(OFF));
    assert!(
        back.try_it(SettingsChange::Join(JoinPolicy::InviteOnly))
            .is_ok()
    );
}

#[test]
fn values_that_cannot_be_are_refused() {
    for text in ["", "   "] {
        assert_eq!(Issuer::new(text), Err(ConnectionError::Empty));
    }
    for url in [
        "ftp://acme.okta.com",
        "http://acme.okta.com/sso",
        "//acme.okta.com",
        "https://",
        "https://user@evil.example/",
        "javascript:alert(1)",
        "acme.okta.com",
        "http://localhost.evil.example/",
    ] {
        assert_eq!(SignInUrl::new(url), Err(ConnectionError::NotHttps), "{url}");
    }
    for url in [
        "https://acme.okta.com/x?y=z",
        "HTTPS://acme.okta.com",
        " https://acme.okta.com/x\n",
        "http://127.0.0.1:8080/sso",
        "http://auth.localhost:8080/sso",
    ] {
        assert!(SignInUrl::new(url).is_ok(), "{url}");
    }
    assert_eq!(
        SignInUrl::new("https://acme.okta.com/a b"),
        Err(ConnectionError::Character)
    );
    assert_eq!(
        SignInUrl::new(&format!("https://a/{}", "x".repeat(1024))),
        Err(ConnectionError::TooLong)
    );
    let xml = Certificate::new(print('a'), "<?xml version=\"1.0\"?>", START, START);
    assert_eq!(xml, Err(ConnectionError::Xml));
    assert_eq!(
        Certificate::new(print('a'), "MIIC", START, START - days(1)),
        Err(ConnectionError::Dates)
    );
    assert_eq!(Fingerprint::new("AB"), Err(ConnectionError::Fingerprint));
}

#[test]
fn stored_settings_come_back_the_same() {
    let desk = Desk::required()
        .with(SettingsChange::AddGuest(AccountId::new("guest").unwrap()))
        .with(SettingsChange::Fallback(FallbackPolicy::Armed {
            until: None,
        }))
        .with(SettingsChange::ArmFallback(Duration::hours(1)))
        .with(SettingsChange::Stage(other_okta()))
        .with(SettingsChange::MintToken {
            id: TokenId::new("t1").unwrap(),
            life: days(30),
            overlap: Duration::ZERO,
        })
        .lapsed();
    let json = serde_json::to_string(&desk.settings).unwrap();
    assert_eq!(
        serde_json::from_str::<Settings>(&json).unwrap(),
        desk.settings
    );
}

#[test]
fn roles_are_given_downwards_only() {
    use Role::{Admin, BillingAdmin, Member, Owner};
    let change = |actor, from, to| {
        decide_role_change(RoleChange {
            actor,
            from,
            to,
            last_owner: LastOwner::No,
        })
    };
    assert_eq!(change(Owner, Some(Member), Some(Owner)), Ok(()));
    assert_eq!(
        change(Admin, Some(Member), Some(Owner)),
        Err(RoleRefusal::AboveOwn)
    );
    assert_eq!(change(Admin, Some(Member), Some(Admin)), Ok(()));
    assert_eq!(
        change(Admin, Some(Owner), Some(Member)),
        Err(RoleRefusal::TargetAbove)
    );
    assert_eq!(
        change(Admin, Some(Admin), None),
        Err(RoleRefusal::TargetAbove),
        "only lower roles are removed"
    );
    assert_eq!(change(Admin, Some(BillingAdmin), None), Ok(()));
    assert_eq!(change(Owner, Some(Admin), None), Ok(()));
    for actor in [Member, BillingAdmin] {
        assert_eq!(
            change(actor, None, Some(Member)),
            Err(RoleRefusal::NotAdministrator)
        );
    }
    let last = |to| {
        decide_role_change(RoleChange {
            actor: Owner,
            from: Some(Owner),
            to,
            last_owner: LastOwner::Yes,
        })
    };
    assert_eq!(last(None), Err(RoleRefusal::LastOwner));
    assert_eq!(last(Some(Admin)), Err(RoleRefusal::LastOwner));
    assert_eq!(last(Some(Owner)), Ok(()));
}

#[test]
fn claims_are_acted_on_by_administrators_in_bounds() {
    let ask = |action, role, around: ClaimCircumstances| {
        permit_claim(action, &org("o1"), &actor(role, START), &around, START).map(|_| ())
    };
    for action in ClaimAction::ALL {
        assert_eq!(ask(action, Role::Owner, QUIET), Ok(()));
        assert_eq!(
            ask(action, Role::BillingAdmin, QUIET),
            Err(PermitRefusal::Role)
        );
        let as_admin = ask(action, Role::Admin, QUIET);
        let owner_only = matches!(
            action,
            ClaimAction::Release | ClaimAction::OfferTransfer | ClaimAction::AcceptTransfer
        );
        assert_eq!(as_admin.is_err(), owner_only, "{action:?}");
        let late = START + STEP_UP_AGE + Duration::seconds(1);
        let stale =
            permit_claim(action, &org("o1"), &actor(Role::Owner, START), &QUIET, late).map(|_| ());
        assert_eq!(stale.is_err(), action.needs_step_up(), "{action:?}");
    }
}

#[test]
fn claims_are_bounded_in_number_and_looks() {
    let ask = |action, role, around: ClaimCircumstances| {
        permit_claim(action, &org("o1"), &actor(role, START), &around, START).map(|_| ())
    };
    let many = ClaimCircumstances {
        pending_claims: 20,
        ..QUIET
    };
    assert_eq!(
        ask(ClaimAction::Start, Role::Owner, many),
        Err(PermitRefusal::TooManyPending)
    );
    assert_eq!(
        ask(
            ClaimAction::Start,
            Role::Owner,
            ClaimCircumstances {
                pending_claims: 19,
                ..QUIET
            }
        ),
        Ok(())
    );
    let full = ClaimCircumstances {
        claims: 100,
        ..QUIET
    };
    assert_eq!(
        ask(ClaimAction::Start, Role::Owner, full),
        Err(PermitRefusal::TooManyClaims)
    );
}

#[test]
fn looks_are_rationed_and_the_last_domain_stays() {
    let ask = |action, role, around: ClaimCircumstances| {
        permit_claim(action, &org("o1"), &actor(role, START), &around, START).map(|_| ())
    };
    let just = ClaimCircumstances {
        last_manual_check: Some(START - Duration::seconds(29)),
        ..QUIET
    };
    assert_eq!(
        ask(ClaimAction::CheckNow, Role::Owner, just),
        Err(PermitRefusal::TooSoon)
    );
    let later = ClaimCircumstances {
        last_manual_check: Some(START - Duration::seconds(30)),
        ..QUIET
    };
    assert_eq!(ask(ClaimAction::CheckNow, Role::Owner, later), Ok(()));
    let busy = ClaimCircumstances {
        manual_checks_last_hour: 20,
        ..QUIET
    };
    assert_eq!(
        ask(ClaimAction::CheckNow, Role::Owner, busy),
        Err(PermitRefusal::TooSoon)
    );
    let last = ClaimCircumstances {
        last_domain_under_required_sso: LastDomain::Yes,
        ..QUIET
    };
    assert_eq!(
        ask(ClaimAction::Release, Role::Owner, last),
        Err(PermitRefusal::LastDomain)
    );
    assert_eq!(
        ask(ClaimAction::OfferTransfer, Role::Owner, last),
        Err(PermitRefusal::LastDomain)
    );
}
