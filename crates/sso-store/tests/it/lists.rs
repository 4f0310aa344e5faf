//! Lists of the directory, walked page by page while others write.

use crate::directory::{address, make_org, new_account};
use crate::engines::{number, on_both, org, t0};
use crate::scim::{admit, create, scim_account, user};
use scim_core::store::{Stored, Version, Written};
use serde_json::json;
use sso_store::directory::*;
use sso_store::{AdmittedAccount, Database, Generate, InvitationId, MemberId, Role, SignInId};
use std::collections::BTreeSet;
use time::{Duration, OffsetDateTime};

/// The lists there are.
#[derive(Clone, Copy, Debug)]
enum List {
    Audit,
    Changes,
    Invitations,
    Issues,
    Members,
    MembersByAddress,
    Organisations,
    SignIns,
}

const LISTS: [List; 8] = [
    List::Audit,
    List::Changes,
    List::Invitations,
    List::Issues,
    List::Members,
    List::MembersByAddress,
    List::Organisations,
    List::SignIns,
];

/// The names of a page's rows, with their instants, and where the next begins.
type Seen = (Vec<(OffsetDateTime, String)>, Option<Cursor>);

fn seen<T>(page: Listed<T>, name: impl Fn(&T) -> (OffsetDateTime, String)) -> Seen {
    (page.entries.iter().map(name).collect(), page.next)
}

impl List {
    fn is_newest_first(self) -> bool {
        !matches!(
            self,
            Self::Members | Self::MembersByAddress | Self::Organisations
        )
    }

    async fn page(self, database: &Database, page: &Page) -> Seen {
        let acme = org("acme");
        match self {
            Self::Audit => seen(database.audit_log(&acme, page).await.unwrap(), |e| {
                (e.at, e.id.to_string())
            }),
            Self::Changes => seen(database.scim_changes(&acme, page).await.unwrap(), |e| {
                (e.at, e.txn.to_string())
            }),
            Self::Invitations => seen(database.invitations(&acme, page).await.unwrap(), |e| {
                (e.created, e.id.to_string())
            }),
            Self::Issues => seen(database.issues(&acme, page).await.unwrap(), |e| {
                (e.last_seen, e.user_name.to_lowercase())
            }),
            Self::Members => {
                let all = MemberFilter::default();
                seen(database.members(&acme, &all, page).await.unwrap(), |e| {
                    (e.created, e.id.to_string())
                })
            }
            Self::MembersByAddress => seen(database.roster(&acme, "", page).await.unwrap(), |e| {
                (t0(), e.user_name.to_lowercase())
            }),
            Self::Organisations => seen(database.organisations(page).await.unwrap(), |e| {
                (e.created, e.id.to_string())
            }),
            Self::SignIns => seen(database.sign_ins(&acme, page).await.unwrap(), |e| {
                (e.at, e.id.to_string())
            }),
        }
    }

    /// One more row, of this instant.
    async fn add(self, database: &Database, at: OffsetDateTime) {
        let (acme, n) = (org("acme"), number());
        let mut tx = database.begin().await.unwrap();
        match self {
            Self::Audit => {
                tx.record_audit(&entry(), at).await.unwrap();
            }
            Self::Changes => {
                drop(tx);
                return provision(database, at).await;
            }
            Self::Invitations => {
                let email = address(&format!("i{n}@else.example"));
                let (id, expires) = (InvitationId::generate(at).unwrap(), at + Duration::DAY);
                let new = NewInvitation {
                    org: acme,
                    id,
                    email,
                    role: Role::Member,
                    invited_by: "ann".into(),
                    expires,
                };
                tx.invite(&new, at).await.unwrap();
            }
            Self::Issues => {
                drop(tx);
                return database
                    .record_issue(&acme, &format!("P{n}.X@y"), "C1", "", at)
                    .await
                    .unwrap();
            }
            Self::Members | Self::MembersByAddress => {
                // Before or behind any place, as the instant is.
                let second = (at - t0()).whole_seconds();
                let account = new_account(&format!("m{second}-{n}@acme.example"));
                tx.create_account(&account, at).await.unwrap();
                let id = MemberId::generate(at).unwrap();
                let new = NewMember {
                    org: acme,
                    id,
                    account: account.id,
                    role: Role::Member,
                };
                tx.add_member(&new, at).await.unwrap();
            }
            Self::Organisations => {
                let new = NewOrganisation {
                    id: org(&format!("o{n}")),
                    name: "O".into(),
                };
                tx.create_organisation(&new, &json!({}), None, at)
                    .await
                    .unwrap();
            }
            Self::SignIns => tx.record_sign_in(&attempt(at), at).await.unwrap(),
        }
        tx.commit().await.unwrap();
    }
}

fn entry() -> NewAuditEntry {
    NewAuditEntry {
        org: Some(org("acme")),
        actor: "ann".into(),
        kind: "k".into(),
        subject: "s".into(),
        detail: json!({}),
    }
}

fn attempt(at: OffsetDateTime) -> NewSignIn {
    NewSignIn {
        id: SignInId::generate(at).unwrap(),
        org: Some(org("acme")),
        account: None,
        method: "sso".into(),
        outcome: SignInOutcome::Refused,
        code: "X".into(),
        detail: json!({}).into(),
    }
}

async fn provision(database: &Database, at: OffsetDateTime) {
    let n = number();
    let name = format!("c{n}@acme.example");
    let person = user(&format!("c{n}"), &name);
    let (kind, id, resource) = (
        person.kind().clone(),
        person.id().clone(),
        person.resource().clone(),
    );
    let person = Stored::new(kind, id, resource, Version::FIRST, at, at);
    let plan = admit(AdmittedAccount::New(scim_account(&name)));
    assert_eq!(create(database, &person, plan).await, Written::Done);
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// One of a few instants, so that many rows share one.
    fn instant(&mut self) -> OffsetDateTime {
        t0() + Duration::seconds(self.throw(5).cast_signed())
    }
}

/// Walks a list; between its pages rows come, before and behind the place where it stands.
async fn walk(list: List, database: &Database, dice: &mut Dice) {
    let (there, next) = list.page(database, &Page::first(10_000)).await;
    assert_eq!(next, None, "{list:?}");
    let mut walked = Vec::new();
    let mut page = Page::first(1 + u32::try_from(dice.throw(4)).unwrap());
    loop {
        let (rows, next) = list.page(database, &page).await;
        assert!(
            rows.len() == page.limit as usize || next.is_none(),
            "{list:?}: a short page ends the walk"
        );
        walked.extend(rows);
        for _ in 0..dice.throw(3) {
            list.add(database, dice.instant()).await;
        }
        let Some(next) = next else { break };
        // As it goes through a link.
        page.after = Some(next.to_string().parse().unwrap());
    }
    let once: BTreeSet<_> = walked.iter().cloned().collect();
    assert_eq!(once.len(), walked.len(), "{list:?}: a row twice");
    for row in &there {
        assert!(once.contains(row), "{list:?}: {row:?} was passed over");
    }
    let mut ordered = walked.clone();
    ordered.sort();
    if list.is_newest_first() {
        ordered.reverse();
    }
    assert_eq!(walked, ordered, "{list:?}: one order through all pages");
}

on_both! {
    /// The law of every list: each row that is there when a walk begins is met once, and none twice.
    async fn a_walk_meets_each_row_once(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        make_org(database, "other").await;
        let mut dice = Dice(7);
        for list in LISTS {
            for _ in 0..7 {
                list.add(database, dice.instant()).await;
            }
            if let List::Members = list {
                let counted = database.count_members(&org("acme"), &MemberFilter::default()).await.unwrap();
                assert_eq!(database.count_roster(&org("acme"), "").await.unwrap(), counted);
                let all = list.page(database, &Page::first(10_000)).await.0;
                assert_eq!(counted, all.len() as u64);
            }
            if let List::Invitations = list {
                let counted = database.count_invitations(&org("acme")).await.unwrap();
                assert_eq!((counted, database.count_invitations(&org("other")).await.unwrap()), (7, 0));
            }
            for _ in 0..3 {
                walk(list, database, &mut dice).await;
            }
        }
    }

    async fn the_last_page_has_no_next_one(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        for second in 0..4 {
            List::SignIns.add(database, t0() + Duration::seconds(second)).await;
        }
        for (limit, has_next) in [(1, true), (3, true), (4, false), (5, false), (u32::MAX, false)] {
            let (rows, next) = List::SignIns.page(database, &Page::first(limit)).await;
            assert_eq!((rows.len(), next.is_some()), (limit.min(4) as usize, has_next), "{limit}");
        }
        let (rows, next) = List::SignIns.page(database, &Page::first(0)).await;
        assert_eq!((rows.len(), next), (0, None), "nothing was asked for");
    }

    async fn a_place_of_a_row_that_went_is_still_a_place(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        for _ in 0..3 {
            List::Issues.add(database, t0()).await;
        }
        let (rows, next) = List::Issues.page(database, &Page::first(1)).await;
        database.dismiss_issue(&org("acme"), &rows[0].1).await.unwrap();
        let (rest, _) = List::Issues.page(database, &Page { after: next, limit: 9 }).await;
        assert_eq!(rest.len(), 2);
        assert!(!rest.contains(&rows[0]));
    }

    async fn a_made_up_place_is_a_place_in_ones_own_list(bench: Bench) {
        let database = &bench.database;
        make_org(database, "acme").await;
        List::SignIns.add(database, t0()).await;
        for (text, rows) in [
            ("9223372036854775807.zzz", 1),
            ("0.0", 0),
            ("-9223372036854775808.' OR 1=1 --", 0),
            ("1790000000000000.~", 1),
        ] {
            let page = Page { after: Some(text.parse().unwrap()), limit: 9 };
            assert_eq!(database.sign_ins(&org("acme"), &page).await.unwrap().entries.len(), rows, "{text}");
            assert_eq!(database.sign_ins(&org("other"), &page).await.unwrap().entries.len(), 0, "{text}");
        }
    }

    /// A refused userName may be anything; it is noted as far as an index takes it.
    async fn an_endless_user_name_is_noted_in_short(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        for long in ["\u{390}".repeat(100_000), "\0".repeat(5_000), "x".repeat(5_000)] {
            database.record_issue(&acme, &long, "C1", "refused", t0()).await.unwrap();
            database.record_issue(&acme, &long, "C1", "refused", t0()).await.unwrap();
            database.record_issue(&acme, "x", "C1", "refused", t0() - Duration::SECOND).await.unwrap();
            let first = database.issues(&acme, &Page::first(1)).await.unwrap();
            let next: Cursor = first.next.unwrap().to_string().parse().unwrap();
            let rest = database.issues(&acme, &Page { after: Some(next), limit: 9 }).await.unwrap().entries;
            assert_eq!((rest.len(), &*rest[0].user_name), (1, "x"));
            database.dismiss_issue(&acme, "x").await.unwrap();
            let issues = first.entries;
            assert_eq!((issues.len(), issues[0].seen), (1, 2));
            database.dismiss_issue(&acme, &issues[0].user_name).await.unwrap();
            let left = database.issues(&acme, &Page::first(9)).await.unwrap().entries;
            assert_eq!(left.len(), 0);
        }
    }
}

#[test]
fn a_text_that_is_no_place_is_refused() {
    for bad in [
        "",
        ".",
        "5",
        "5.",
        ".x",
        "x.y",
        "+5.x",
        "05.x",
        "-0.x",
        " 5.x",
        "5 .x",
        "9223372036854775808.x",
        "5.a\0b",
        "1e3.x",
    ] {
        assert_eq!(bad.parse::<Cursor>(), Err(BadCursor), "{bad:?}");
    }
    let long = format!("5.{}", "x".repeat(2_049));
    assert_eq!(long.parse::<Cursor>(), Err(BadCursor));
    assert!(long[..long.len() - 1].parse::<Cursor>().is_ok());
    for good in ["0.x", "-5.x", "5.x.y", "5. x"] {
        assert_eq!(good.parse::<Cursor>().unwrap().to_string(), good);
    }
    let cursor: Cursor = "5.ann@acme.example".parse().unwrap();
    assert!(!format!("{cursor:?}").contains("ann"));
}
