//! The whole life of settings: random sequences of changes by actors, plans that lapse, people who
//! lose their passwords, time that passes. After every step, what must always hold.

use std::collections::BTreeMap;

use org_domain::policy::*;
use org_domain::settings::*;
use org_domain::*;
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};

use crate::fixture::*;
use crate::settings::{certificate, okta, other_okta, print};

#[derive(Clone, Debug)]
enum Step {
    /// A change by a person of this role (0 to 3 are different people), who signed in this long ago,
    /// with the version they saw this many changes ago.
    Change {
        change: SettingsChange,
        who: usize,
        role: Role,
        minutes_ago: i64,
        behind: u64,
    },
    /// A single sign-on that carries this generation, counted back from the newest.
    SignIn {
        role: Role,
        back: u32,
    },
    Plan(Capabilities),
    Suspend(Switch),
    Around(Surroundings),
    Wait(i64),
}

const PEOPLE: [&str; 4] = ["ada", "bob", "cy", "dee"];

fn connections() -> impl Strategy<Value = Connection> {
    prop_oneof![
        4 => Just(okta()),
        4 => Just(other_okta()),
        1 => Just(Connection { issuer: None, ..okta() }),
        1 => Just(Connection { certificates: vec![certificate('b', START + days(20))], ..okta() }),
        1 => Just(Connection::default()),
    ]
}

fn seeds() -> impl Strategy<Value = char> {
    prop_oneof![Just('a'), Just('b'), Just('c'), Just('d')]
}

fn switch() -> impl Strategy<Value = Switch> {
    prop_oneof![Just(Switch::On), Just(Switch::Off)]
}

fn fallback() -> impl Strategy<Value = FallbackPolicy> {
    prop_oneof![
        Just(FallbackPolicy::Always),
        Just(FallbackPolicy::WhenUnhealthy),
        Just(FallbackPolicy::Armed { until: None }),
        Just(FallbackPolicy::Off),
    ]
}

fn changes() -> impl Strategy<Value = SettingsChange> {
    use SettingsChange as C;
    let token = |number: u8| TokenId::new(&format!("t{number}")).unwrap();
    prop_oneof![
        4 => connections().prop_map(C::Connection),
        2 => (seeds(), 1..400_i64)
            .prop_map(|(seed, life)| C::AddCertificate(certificate(seed, START + days(life)))),
        2 => seeds().prop_map(|seed| C::RemoveCertificate(print(seed))),
        3 => connections().prop_map(C::Stage),
        3 => Just(C::PromoteStaged),
        1 => Just(C::DropStaged),
        1 => Just(C::RemoveConnection),
        5 => switch().prop_map(C::Enable),
        6 => switch().prop_map(C::RequireSso),
        1 => switch().prop_map(C::IdpManaged),
        2 => fallback().prop_map(C::Fallback),
        2 => Just(C::ConfirmFallbackOff),
        1 => (1..30_i64).prop_map(|hours| C::ArmFallback(Duration::hours(hours))),
        1 => (0..4_u8, 1..400_i64, 0..9_i64).prop_map(move |(id, life, overlap)| C::MintToken {
            id: token(id),
            life: days(life),
            overlap: days(overlap),
        }),
        1 => (0..4_u8).prop_map(move |id| C::RevokeToken(token(id))),
    ]
}

fn roles() -> impl Strategy<Value = Role> {
    prop_oneof![6 => Just(Role::Owner), 3 => Just(Role::Admin), 1 => Just(Role::Member)]
}

fn plans() -> impl Strategy<Value = Capabilities> {
    let lapsed = Capability::LapsedSince(START + days(3));
    prop_oneof![
        4 => Just(Capabilities::ENTERPRISE),
        1 => Just(Capabilities::GROWTH),
        2 => Just(Capabilities { single_sign_on: lapsed, provisioning: lapsed }),
        1 => Just(Capabilities::NONE),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    let change = (changes(), 0..4_usize, roles(), 0..12_i64, 0..8_u64).prop_map(
        |(change, who, role, minutes_ago, behind)| Step::Change {
            change,
            who,
            role,
            minutes_ago,
            behind: behind.saturating_sub(6),
        },
    );
    prop_oneof![
        20 => change,
        6 => (roles(), 0..3_u32).prop_map(|(role, back)| Step::SignIn { role, back }),
        1 => plans().prop_map(Step::Plan),
        1 => switch().prop_map(Step::Suspend),
        3 => (0..2_u32, 0..2_u32, 0..2_u32).prop_map(|(held_domains, fallback_owners, linked_members)| {
            Step::Around(Surroundings { held_domains, fallback_owners, linked_members })
        }),
        2 => (1..200_i64).prop_map(Step::Wait),
    ]
}

struct Life {
    settings: Settings,
    around: Surroundings,
    now: OffsetDateTime,
    /// Every login of an Owner or Admin that the settings were told of, by its generation.
    logins: Vec<u32>,
    /// Who proposed that the fallback be off, as this test has seen it.
    proposer: Option<&'static str>,
    /// What each generation stood for.
    meant: BTreeMap<u32, Connection>,
}

impl Life {
    fn new() -> Self {
        Self {
            settings: Settings::new(org("o1"), Capabilities::ENTERPRISE),
            around: Surroundings {
                held_domains: 1,
                fallback_owners: 1,
                linked_members: 0,
            },
            now: START,
            logins: Vec::new(),
            proposer: None,
            meant: BTreeMap::new(),
        }
    }

    fn take(&mut self, step: &Step) {
        let before = self.settings.clone();
        match step {
            Step::Change {
                change,
                who,
                role,
                minutes_ago,
                behind,
            } => self.change(change, PEOPLE[*who], *role, *minutes_ago, *behind),
            Step::SignIn { role, back } => {
                let newest = before
                    .staged()
                    .map_or_else(|| before.generation(), |staged| staged.generation);
                let generation = newest.saturating_sub(*back);
                let by = AccountId::new("ada").unwrap();
                self.host(HostChange::LoginSucceeded {
                    by,
                    role: *role,
                    generation,
                });
                if role.administers() {
                    self.logins.push(generation);
                }
            }
            Step::Plan(capabilities) => self.host(HostChange::Capabilities(*capabilities)),
            Step::Suspend(switch) => self.host(HostChange::Suspended(*switch)),
            Step::Around(around) => self.around = *around,
            Step::Wait(hours) => self.now += Duration::hours(*hours),
        }
        self.assert_laws(&before, step);
        self.note_generations(step);
    }

    fn host(&mut self, change: HostChange) {
        let before = self.settings.clone();
        let after = self.settings.apply_host(&change, self.now).settings;
        let grew = after.version() > before.version();
        assert_eq!(
            grew,
            after != before,
            "a version for every change, and for nothing else"
        );
        assert_eq!(
            after.require_sso(),
            before.require_sso(),
            "the host throws no switch: {change:?}"
        );
        assert_eq!(after.enabled(), before.enabled(), "{change:?}");
        assert_eq!(after.connection(), before.connection(), "{change:?}");
        self.settings = after;
    }

    fn change(
        &mut self,
        change: &SettingsChange,
        who: &'static str,
        role: Role,
        minutes_ago: i64,
        behind: u64,
    ) {
        let actor = Actor {
            account: AccountId::new(who).unwrap(),
            role,
            authenticated_at: self.now - Duration::minutes(minutes_ago),
        };
        let seen = Version::new(self.settings.version().get().saturating_sub(behind));
        let outcome = self
            .settings
            .apply(change, &actor, self.around, seen, self.now);
        if seen != self.settings.version() {
            assert_eq!(
                outcome,
                Err(SettingsRefusal::Conflict),
                "a stale version: {change:?}"
            );
            return;
        }
        let Ok(done) = outcome else { return };
        assert!(role.administers(), "{role:?} changed {change:?}");
        assert_eq!(done.settings.version(), self.settings.version().next());
        self.assert_allowed(change, who, role, minutes_ago, &done.settings);
        match change {
            SettingsChange::Fallback(FallbackPolicy::Off) => self.proposer = Some(who),
            SettingsChange::Fallback(_) | SettingsChange::ConfirmFallbackOff => {
                self.proposer = None;
            }
            SettingsChange::PromoteStaged => self.promoted(&done.settings),
            _ => {}
        }
        self.settings = done.settings;
    }

    /// The test of a stage goes over to the generation that it is promoted to.
    fn promoted(&mut self, after: &Settings) {
        let staged = self.settings.staged().unwrap().generation;
        if self.logins.contains(&staged) {
            self.logins.push(after.generation());
        }
    }

    /// What has to have been true for a change to be taken.
    fn assert_allowed(
        &self,
        change: &SettingsChange,
        who: &str,
        role: Role,
        minutes_ago: i64,
        after: &Settings,
    ) {
        let (before, now) = (&self.settings, self.now);
        let plan = plan_standing(before.capabilities().single_sign_on, now);
        if after.require_sso().is_on() && !before.require_sso().is_on() {
            assert!(before.enabled().is_on(), "required while off");
            assert!(
                self.logins.contains(&before.generation()),
                "required without a test of these values"
            );
            assert!(
                self.around.fallback_owners > 0 || before.fallback() == FallbackPolicy::Off,
                "required without a way back"
            );
            assert!(self.around.held_domains > 0 && before.connection().has_valid_certificate(now));
            assert_eq!(plan, PlanStanding::Covered);
            assert!(minutes_ago <= 10);
        }
        if before.require_sso().is_on()
            && !after.require_sso().is_on()
            && plan != PlanStanding::Covered
        {
            assert_eq!(role, Role::Owner, "lifted without a plan by {role:?}");
        }
        if after.fallback() == FallbackPolicy::Off && before.fallback() != FallbackPolicy::Off {
            assert_eq!(role, Role::Owner);
            assert!(
                self.proposer.is_some_and(|first| first != who),
                "one Owner alone"
            );
        }
        let opens = before.connection() != after.connection()
            || (after.enabled().is_on() && !before.enabled().is_on())
            || after.tokens().len() > before.tokens().len();
        if opens && plan != PlanStanding::Covered {
            let closes = matches!(
                change,
                SettingsChange::RemoveCertificate(_) | SettingsChange::RemoveConnection
            );
            assert!(closes, "{change:?} without a plan");
        }
        if *change == SettingsChange::PromoteStaged && before.enabled().is_on() {
            let staged = before.staged().unwrap();
            assert!(
                self.logins.contains(&staged.generation),
                "promoted without a test"
            );
            assert!(after.generation() >= staged.generation);
        }
    }

    /// A generation means one provider and one set of keys that can only grow, for ever.
    fn note_generations(&mut self, step: &Step) {
        let present = (self.settings.generation(), self.settings.connection());
        let staged = self.settings.staged();
        let staged = staged.map(|staged| (staged.generation, &staged.connection));
        for (generation, connection) in [Some(present), staged].into_iter().flatten() {
            let meant = self
                .meant
                .entry(generation)
                .or_insert_with(|| connection.clone());
            let lost = meant.certificates.iter().any(|certificate| {
                let mut kept = connection.certificates.iter();
                !kept.any(|other| other.fingerprint() == certificate.fingerprint())
            });
            assert!(
                meant.is_same_provider(connection) && !lost,
                "generation {generation} means something else: {step:?}"
            );
            *meant = connection.clone();
        }
    }

    /// What holds after every step, whatever it was.
    fn assert_laws(&self, before: &Settings, step: &Step) {
        let (after, now) = (&self.settings, self.now);
        assert!(after.version() >= before.version(), "{step:?}");
        assert!(
            after.version() > before.version() || after == before,
            "{step:?}"
        );
        assert!(
            after.generation() >= before.generation(),
            "a generation came back: {step:?}"
        );
        if let Some(test) = after.tested() {
            assert!(
                self.logins.contains(&test.generation),
                "a test that nobody made: {step:?}"
            );
        }
        assert!(after.connection().certificates.len() <= MAX_CERTIFICATES);
        if after.require_sso().is_on() {
            assert!(after.enabled().is_on(), "required while off: {step:?}");
            assert!(after.connection().is_complete(), "no way in: {step:?}");
            let was_valid = before.connection().has_valid_certificate(now);
            assert!(
                !was_valid || after.connection().has_valid_certificate(now),
                "a change took the last valid certificate: {step:?}"
            );
        }
        let live = after.tokens().iter().filter(|token| token.is_live(now));
        assert!(live.count() <= MAX_TOKENS, "{step:?}");
        let text = serde_json::to_string(after).unwrap();
        assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), *after);
        self.assert_fails_safe(step);
    }

    /// A plan that lapses or ends opens no door and shuts out no Owner with a password.
    fn assert_fails_safe(&self, step: &Step) {
        let standing = self.settings.standing(SsoHealth::Healthy, self.now);
        assert_eq!(
            standing.require_sso,
            self.settings.require_sso(),
            "{step:?}"
        );
        let login = |role, method| {
            let person = Person::Member {
                role,
                state: MemberState::Active,
                credential: Credential::SetByPerson,
                exemption: Exemption::None,
            };
            decide_login(&LoginFacts {
                method,
                org: standing,
                domain: DomainStanding::Here,
                person,
                history: AddressHistory::Steady,
            })
        };
        let password = Method::Password(SecondFactor::NotEnrolled);
        if standing.require_sso.is_on() {
            assert!(
                !login(Role::Member, password).enters(),
                "a Member's password: {step:?}"
            );
        }
        let always = self.settings.fallback() == FallbackPolicy::Always;
        if always && !standing.suspended.is_on() {
            assert!(
                login(Role::Owner, password).enters(),
                "an Owner is locked out: {step:?}"
            );
        }
        let broken = !self.settings.enabled().is_on()
            || !self.settings.connection().has_valid_certificate(self.now)
            || standing.sso_plan == PlanStanding::Ended;
        if self.settings.fallback() == FallbackPolicy::WhenUnhealthy
            && broken
            && !standing.suspended.is_on()
        {
            assert!(
                login(Role::Owner, password).enters(),
                "an Owner is locked out: {step:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn settings_keep_their_laws_all_their_life(steps in proptest::collection::vec(steps(), 1..80)) {
        let mut life = Life::new();
        for step in &steps {
            life.take(step);
        }
    }
}

/// The laws above are worth nothing if the walks never get anywhere: a fixed walk does.
#[test]
fn a_walk_reaches_required_staged_lapsed_and_back() {
    let by = |change, role| Step::Change {
        change,
        who: 0,
        role,
        minutes_ago: 0,
        behind: 0,
    };
    let owner = |change| by(change, Role::Owner);
    let sign_in = Step::SignIn {
        role: Role::Admin,
        back: 0,
    };
    let mut life = Life::new();
    let lapse = Capability::LapsedSince(START);
    for step in [
        owner(SettingsChange::Connection(okta())),
        owner(SettingsChange::Enable(Switch::On)),
        owner(SettingsChange::RequireSso(Switch::On)),
    ] {
        life.take(&step);
    }
    assert!(!life.settings.require_sso().is_on(), "nobody has tried it");
    life.take(&sign_in);
    life.take(&owner(SettingsChange::RequireSso(Switch::On)));
    assert!(life.settings.require_sso().is_on());
    life.take(&owner(SettingsChange::Stage(other_okta())));
    life.take(&owner(SettingsChange::PromoteStaged));
    assert_eq!(life.settings.connection(), &okta(), "not tried");
    life.take(&sign_in);
    life.take(&owner(SettingsChange::PromoteStaged));
    assert_eq!(life.settings.connection(), &other_okta());
    life.take(&Step::Plan(Capabilities {
        single_sign_on: lapse,
        provisioning: lapse,
    }));
    life.take(&Step::Wait(24 * 40));
    life.take(&by(SettingsChange::RequireSso(Switch::Off), Role::Admin));
    assert!(
        life.settings.require_sso().is_on(),
        "an Admin, without a plan"
    );
    life.take(&owner(SettingsChange::RequireSso(Switch::Off)));
    assert!(!life.settings.require_sso().is_on());
}
