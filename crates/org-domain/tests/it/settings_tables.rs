//! Rules 26 to 31 on settings: the tables against [`Settings::apply`], over the whole input space.
//!
//! The states are written as a store would hold them, so that those which no sequence of changes
//! leads to are decided too.

use org_domain::policy::*;
use org_domain::settings::*;
use org_domain::*;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::fixture::*;
use crate::settings::{certificate, okta, other_okta, print};
use crate::space::{product2, product3};
use crate::table::Table;

const SSO: [&str; 3] = ["off", "on", "required"];
const VERSION: u64 = 5;

/// One change, everything that decides about it, and the words of it.
struct Case {
    settings: Settings,
    change: SettingsChange,
    actor: Actor,
    around: Surroundings,
    expected: Version,
}

impl Case {
    fn of(settings: Settings, change: SettingsChange) -> Self {
        Self {
            settings,
            change,
            actor: actor(Role::Owner, START),
            around: Surroundings {
                held_domains: 1,
                fallback_owners: 1,
                linked_members: 0,
            },
            expected: Version::new(VERSION),
        }
    }

    fn apply(&self) -> Result<SettingsTransition, SettingsRefusal> {
        let Self {
            settings,
            change,
            actor,
            around,
            expected,
        } = self;
        settings.apply(change, actor, *around, *expected, START)
    }

    fn is_decided_by(&self, table: &Table, words: &[&str]) {
        let row = table.decide(words);
        match self.apply() {
            Err(refusal) => {
                assert_eq!(short(refusal), row.outcome, "{words:?}");
                assert_eq!(refusal.rule().to_string(), row.row, "{words:?}");
            }
            Ok(done) => {
                assert_eq!(row.outcome, "allow", "{words:?}");
                let mut said: Vec<&str> = done.effects.iter().map(effect_word).collect();
                said.sort_unstable();
                let mut wanted = row.effects.clone();
                wanted.sort_unstable();
                assert_eq!(said, wanted, "{words:?}");
                assert_eq!(done.settings.version(), self.expected.next());
                let audit = SettingsEffect::Audit(self.change.name().to_owned());
                assert_eq!(done.effects.first(), Some(&audit), "{words:?}");
            }
        }
    }
}

fn short(refusal: SettingsRefusal) -> &'static str {
    refusal.code().strip_prefix("settings_").unwrap()
}

fn effect_word(effect: &SettingsEffect) -> &'static str {
    match effect {
        SettingsEffect::Audit(_) => "audit",
        SettingsEffect::NotifyAdmins(_) => "notify_admins",
        SettingsEffect::NotifyOwners(_) => "notify_owners",
        SettingsEffect::EndSessionsBefore(_) => "end_sessions",
        SettingsEffect::EndSsoSessions => "end_sso_sessions",
        SettingsEffect::TokenEnds { .. } => "token_ends",
        other => panic!("no word for {other:?}"),
    }
}

/// Settings as a store holds them.
fn stored(fields: Value) -> Settings {
    let mut text =
        serde_json::to_value(Settings::new(org("o1"), Capabilities::ENTERPRISE)).unwrap();
    text["version"] = json!(VERSION);
    for (name, value) in fields.as_object().unwrap() {
        assert!(text.get(name).is_some(), "no field {name}");
        text[name] = value.clone();
    }
    serde_json::from_value(text).unwrap()
}

fn switches(sso: &str) -> Value {
    let on = |holds: bool| if holds { "on" } else { "off" };
    json!({ "enabled": on(sso != "off"), "require_sso": on(sso == "required") })
}

fn and(mut fields: Value, more: Value) -> Value {
    let more = more.as_object().unwrap().clone();
    fields.as_object_mut().unwrap().extend(more);
    fields
}

fn values(word: &str) -> Connection {
    let late = START + days(3650);
    let of = |certificates| Connection {
        certificates,
        ..okta()
    };
    match word {
        "complete" | "same" => okta(),
        "other" => other_okta(),
        "logout" => Connection {
            logout: Some(SingleLogout {
                url: LogoutUrl::new("https://acme.okta.com/app/exk1/slo/saml").unwrap(),
                answers: None,
                binding: LogoutBinding::Post,
            }),
            ..okta()
        },
        "expired" => of(vec![certificate('a', START - days(1))]),
        "incomplete" => Connection {
            issuer: None,
            ..okta()
        },
        "too_many" => of(['a', 'b', 'c', 'd']
            .map(|seed| certificate(seed, late))
            .into()),
        "twice" => of(vec![certificate('a', late); 2]),
        other => panic!("no values {other}"),
    }
}

fn json_of(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn token(id: &str) -> TokenId {
    TokenId::new(id).unwrap()
}

fn mint(life: Duration, overlap: Duration, id: &str) -> SettingsChange {
    SettingsChange::MintToken {
        id: token(id),
        life,
        overlap,
    }
}

/// Every kind of change that the gate tells apart, under its word.
fn every_change() -> Vec<(&'static str, SettingsChange)> {
    use SettingsChange as C;
    let guest = || AccountId::new("guest").unwrap();
    vec![
        ("connection", C::Connection(okta())),
        (
            "add_certificate",
            C::AddCertificate(certificate('b', START)),
        ),
        ("remove_certificate", C::RemoveCertificate(print('a'))),
        ("stage", C::Stage(other_okta())),
        ("promote_staged", C::PromoteStaged),
        ("drop_staged", C::DropStaged),
        ("remove_connection", C::RemoveConnection),
        ("enable", C::Enable(Switch::On)),
        ("disable", C::Enable(Switch::Off)),
        ("require_sso", C::RequireSso(Switch::On)),
        ("stop_requiring_sso", C::RequireSso(Switch::Off)),
        ("manage", C::IdpManaged(Switch::On)),
        ("stop_managing", C::IdpManaged(Switch::Off)),
        ("idp_initiated", C::IdpInitiated(IdpInitiated::Bounced)),
        ("join", C::Join(JoinPolicy::InviteOnly)),
        ("fallback_always", C::Fallback(FallbackPolicy::Always)),
        (
            "fallback_stricter",
            C::Fallback(FallbackPolicy::WhenUnhealthy),
        ),
        ("propose_fallback_off", C::Fallback(FallbackPolicy::Off)),
        ("confirm_fallback_off", C::ConfirmFallbackOff),
        ("arm_fallback", C::ArmFallback(Duration::hours(1))),
        (
            "fallback_second_factor",
            C::FallbackSecondFactor(Switch::On),
        ),
        ("add_guest", C::AddGuest(guest())),
        ("remove_guest", C::RemoveGuest(guest())),
        ("open_admin_addresses", C::ScimAdminAddresses(Switch::On)),
        ("close_admin_addresses", C::ScimAdminAddresses(Switch::Off)),
        ("delete_accounts", C::Deletion(Deletion::DeleteAccount)),
        ("keep_accounts", C::Deletion(Deletion::RemoveMembership)),
        ("mint_token", mint(days(30), Duration::ZERO, "t9")),
        ("revoke_token", C::RevokeToken(token("t1"))),
    ]
}

fn capability(plan: &str) -> Value {
    json_of(match plan {
        "covered" => Capability::Held,
        "lapsed" => Capability::LapsedSince(START - days(29)),
        _ => Capability::LapsedSince(START - days(30)),
    })
}

fn old_sign_in() -> OffsetDateTime {
    START - STEP_UP_AGE - Duration::seconds(1)
}

#[test]
fn the_gate_decides_every_change() {
    use SettingsRefusal as R;
    let table = Table::load("settings_gate");
    let gate = [
        R::Conflict,
        R::Role,
        R::OwnerOnly,
        R::StepUp,
        R::Suspended,
        R::Plan,
    ];
    for (name, change) in every_change() {
        for (role, sign_in, plan) in product3(
            &Role::ALL,
            &["fresh", "old"],
            &["covered", "lapsed", "ended"],
        ) {
            for (version, service) in product2(&["read", "old"], &["running", "suspended"]) {
                let suspended = if service == "suspended" { "on" } else { "off" };
                let capabilities =
                    json!({ "single_sign_on": capability(plan), "provisioning": "held" });
                let fields = json!({ "suspended": suspended, "capabilities": capabilities });
                let mut case = Case::of(stored(fields), change.clone());
                case.actor.role = role;
                if sign_in == "old" {
                    case.actor.authenticated_at = old_sign_in();
                } else {
                    case.actor.authenticated_at = START - STEP_UP_AGE;
                }
                if version == "old" {
                    case.expected = Version::new(VERSION - 1);
                }
                let words = [name, version, role.as_str(), sign_in, plan, service];
                let row = table.decide(&words);
                match case.apply() {
                    Err(refusal) if gate.contains(&refusal) => {
                        assert_eq!(short(refusal), row.outcome, "{words:?}");
                        assert_eq!(refusal.rule().to_string(), row.row, "{words:?}");
                    }
                    _ => assert_eq!(row.outcome, "next", "{words:?}"),
                }
            }
        }
    }
    table.assert_every_row_reached();
}

#[test]
fn connections_are_replaced_by_the_table() {
    let table = Table::load("settings_connection");
    let kinds = [
        "same",
        "logout",
        "other",
        "expired",
        "incomplete",
        "too_many",
        "twice",
    ];
    for (name, sso, word) in product3(&["connection", "stage", "remove_connection"], &SSO, &kinds) {
        for members in ["not_linked", "linked"] {
            let fields = and(switches(sso), json!({ "connection": json_of(okta()) }));
            let change = match name {
                "connection" => SettingsChange::Connection(values(word)),
                "stage" => SettingsChange::Stage(values(word)),
                _ => SettingsChange::RemoveConnection,
            };
            let mut case = Case::of(stored(fields), change);
            case.around.linked_members = u32::from(members == "linked");
            case.is_decided_by(&table, &[name, sso, members, word]);
        }
    }
    table.assert_every_row_reached();
}

#[test]
fn certificates_come_and_go_by_the_table() {
    let table = Table::load("settings_certificates");
    let counts = [("one", 1), ("two", 2), ("three", 3)];
    for (name, sso, named) in product3(
        &["add_certificate", "remove_certificate"],
        &SSO,
        &["there", "absent"],
    ) {
        for ((count_word, count), others) in product2(&counts, &["some_valid", "none_valid"]) {
            // What remains valid besides the named one: with one certificate that is named, nothing.
            if others == "some_valid" && named == "there" && count == 1 {
                continue;
            }
            let end = if others == "some_valid" {
                START + days(30)
            } else {
                START - days(1)
            };
            let mut certificates = vec![certificate('b', end); 1];
            certificates.extend(['c', 'd'].map(|seed| certificate(seed, end)));
            if named == "there" {
                certificates.insert(0, certificate('a', START + days(30)));
            }
            certificates.truncate(count);
            let connection = Connection {
                certificates,
                ..okta()
            };
            let fields = and(switches(sso), json!({ "connection": json_of(connection) }));
            let change = if name == "add_certificate" {
                SettingsChange::AddCertificate(certificate('a', START + days(30)))
            } else {
                SettingsChange::RemoveCertificate(print('a'))
            };
            Case::of(stored(fields), change)
                .is_decided_by(&table, &[name, sso, named, count_word, others]);
        }
    }
    table.assert_every_row_reached();
}

#[test]
fn stages_are_promoted_by_the_table() {
    let table = Table::load("settings_staged");
    let stages = ["nothing", "expired", "incomplete", "untested", "tested"];
    for (name, sso, word) in product3(&["promote_staged", "drop_staged"], &SSO, &stages) {
        for provider in ["same", "other"] {
            let mut connection = match word {
                "expired" | "incomplete" => values(word),
                _ => okta(),
            };
            if provider == "other" {
                connection.sign_in_url =
                    Some(SignInUrl::new("https://acme.okta.com/app/exk9/sso/saml").unwrap());
            }
            let present = Connection {
                issuer: connection.issuer.clone(),
                ..okta()
            };
            let test = json!({ "generation": 9, "by": "ada", "at": "2026-01-05T12:00:00Z" });
            let tested = if word == "untested" {
                Value::Null
            } else {
                test
            };
            let staged = match word {
                "nothing" => Value::Null,
                _ => {
                    json!({ "connection": json_of(connection), "generation": 9, "tested": tested })
                }
            };
            let more = json!({ "connection": json_of(present), "staged": staged });
            let change = if name == "drop_staged" {
                SettingsChange::DropStaged
            } else {
                SettingsChange::PromoteStaged
            };
            Case::of(stored(and(switches(sso), more)), change)
                .is_decided_by(&table, &[name, sso, word, provider]);
        }
    }
    table.assert_every_row_reached();
}

#[test]
fn switches_are_thrown_by_the_table() {
    let table = Table::load("settings_switches");
    let names = [
        "enable",
        "disable",
        "require_sso",
        "stop_requiring_sso",
        "manage",
        "stop_managing",
    ];
    let changes = every_change();
    for (name, sso, domain) in product3(&names, &SSO, &["held", "none"]) {
        let (_, change) = changes.iter().find(|(word, _)| *word == name).unwrap();
        for (kind, tested, way_back) in product3(
            &["complete", "expired", "incomplete"],
            &["never", "before", "now"],
            &["owner", "two_owners_agreed", "nobody"],
        ) {
            let test = |generation: u32| json!({ "generation": generation, "by": "ada", "at": "2026-01-05T12:00:00Z" });
            let mode = if way_back == "two_owners_agreed" {
                "off"
            } else {
                "always"
            };
            let more = json!({
                "connection": json_of(values(kind)),
                "generation": 2,
                "tested": match tested {
                    "never" => Value::Null,
                    "before" => test(1),
                    _ => test(2),
                },
                "fallback": { "mode": mode },
            });
            let mut case = Case::of(stored(and(switches(sso), more)), change.clone());
            case.around.held_domains = u32::from(domain == "held");
            case.around.fallback_owners = u32::from(way_back == "owner");
            case.is_decided_by(&table, &[name, sso, domain, kind, tested, way_back]);
        }
    }
    table.assert_every_row_reached();
}

#[test]
fn the_fallback_is_set_by_the_table() {
    use SettingsChange as C;
    let table = Table::load("settings_fallback");
    let open = |until| FallbackPolicy::Armed { until };
    let mut changes = vec![
        (
            "fallback_open_until",
            C::Fallback(open(Some(START + days(1)))),
        ),
        ("fallback_stricter", C::Fallback(open(None))),
    ];
    changes.extend(
        every_change()
            .into_iter()
            .filter(|(name, _)| name.contains("fallback") && *name != "arm_fallback"),
    );
    let modes = [
        ("always", FallbackPolicy::Always),
        ("when_unhealthy", FallbackPolicy::WhenUnhealthy),
        ("armed", open(None)),
        ("off", FallbackPolicy::Off),
    ];
    let periods = [
        ("none", Duration::ZERO),
        ("up_to_a_day", Duration::hours(24)),
        ("over_a_day", Duration::hours(24) + Duration::SECOND),
    ];
    let proposers = [
        ("nobody", None),
        ("oneself", Some("ada")),
        ("another", Some("bob")),
    ];
    for ((mode_word, mode), (proposer_word, proposer), (period_word, period)) in
        product3(&modes, &proposers, &periods)
    {
        let fields =
            json!({ "fallback": json_of(mode), "fallback_off_proposed_by": json_of(proposer) });
        let arm = ("arm_fallback", C::ArmFallback(period));
        for (name, change) in changes.iter().chain([&arm]) {
            Case::of(stored(fields.clone()), change.clone())
                .is_decided_by(&table, &[name, mode_word, proposer_word, period_word]);
        }
    }
    table.assert_every_row_reached();
}

#[test]
fn tokens_are_made_and_ended_by_the_table() {
    let table = Table::load("settings_tokens");
    let second = Duration::SECOND;
    let lives = [
        ("under_a_day", MIN_TOKEN_LIFE - second),
        ("in_limits", MIN_TOKEN_LIFE),
        ("in_limits", MAX_TOKEN_LIFE),
        ("over_a_year", MAX_TOKEN_LIFE + second),
    ];
    let overlaps = [
        ("negative", -second),
        ("in_limits", Duration::ZERO),
        ("in_limits", MAX_TOKEN_OVERLAP),
        ("over_a_week", MAX_TOKEN_OVERLAP + second),
    ];
    let ids = [("new", "t2"), ("taken", "t1")];
    for ((id_word, id), (life_word, life), (overlap_word, overlap)) in
        product3(&ids, &lives, &overlaps)
    {
        for (plan, sso, domain) in
            product3(&["covered", "lapsed", "ended"], &SSO, &["held", "none"])
        {
            for (name, before) in product2(&["mint_token", "revoke_token"], &["live", "dead"]) {
                let end = if before == "live" { days(90) } else { -days(1) };
                let present = ScimToken {
                    id: token("t1"),
                    created_by: AccountId::new("ada").unwrap(),
                    created_at: START - days(10),
                    expires_at: START + end,
                };
                let more = json!({
                    "tokens": [json_of(present)],
                    "capabilities": { "single_sign_on": "held", "provisioning": capability(plan) },
                });
                let change = if name == "mint_token" {
                    mint(life, overlap, id)
                } else {
                    SettingsChange::RevokeToken(token(id))
                };
                let mut case = Case::of(stored(and(switches(sso), more)), change);
                case.around.held_domains = u32::from(domain == "held");
                let words = [
                    name,
                    plan,
                    sso,
                    domain,
                    id_word,
                    life_word,
                    overlap_word,
                    before,
                ];
                case.is_decided_by(&table, &words);
            }
        }
    }
    table.assert_every_row_reached();
}

#[test]
fn the_other_changes_need_nothing_more() {
    let table = Table::load("settings_others");
    let names = [
        "idp_initiated",
        "join",
        "add_guest",
        "remove_guest",
        "open_admin_addresses",
        "close_admin_addresses",
        "delete_accounts",
        "keep_accounts",
    ];
    for (name, change) in every_change() {
        if names.contains(&name) {
            for (guest, guests) in [("named", json!(["guest"])), ("unknown", json!([]))] {
                Case::of(stored(json!({ "guests": guests })), change.clone())
                    .is_decided_by(&table, &[name, guest]);
            }
        }
    }
    table.assert_every_row_reached();
}

/// The tables after the gate divide the changes between them: none is left without a rule.
#[test]
fn every_change_stands_in_one_table() {
    let tables = [
        "connection",
        "certificates",
        "staged",
        "switches",
        "fallback",
        "tokens",
    ];
    let others = [
        "idp_initiated",
        "join",
        "_guest",
        "_admin_addresses",
        "_accounts",
    ];
    for (name, _) in every_change() {
        let count = tables
            .iter()
            .map(|table| crate::table::read(&format!("settings_{table}")))
            .filter(|text| text.split(['\n', ',', '|']).any(|cell| cell == name))
            .count();
        let is_other = others.iter().any(|other| name.ends_with(other));
        assert_eq!(count + usize::from(is_other), 1, "{name}");
    }
}
