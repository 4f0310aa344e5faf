//! What the logs had per day.

use crate::directory::make_org;
use crate::engines::{on_both, org};
use serde_json::json;
use sso_store::directory::*;
use sso_store::{Database, Generate, SignInId};
use time::{
    Date, OffsetDateTime,
    macros::{date, datetime},
};

const LAST: Date = date!(2026 - 11 - 24);

async fn sign_in(
    database: &Database,
    whose: &str,
    at: OffsetDateTime,
    method: &str,
    outcome: SignInOutcome,
) {
    let attempt = NewSignIn {
        id: SignInId::generate(at).unwrap(),
        org: Some(org(whose)),
        account: None,
        method: method.into(),
        outcome,
        code: "L1".into(),
        detail: json!({}).into(),
    };
    database.record_sign_in(&attempt, at).await.unwrap();
}

async fn audit(database: &Database, kind: &str, at: OffsetDateTime) {
    let entry = NewAuditEntry {
        org: Some(org("acme")),
        actor: "scim".into(),
        kind: kind.into(),
        subject: "m1".into(),
        detail: json!({}),
    };
    database.record_audit(&entry, at).await.unwrap();
}

fn numbers(days: &[Day]) -> Vec<(u64, u64)> {
    days.iter().map(|day| (day.well, day.refused)).collect()
}

on_both! {
    /// The first and the last microsecond of a day are of that day, the next is of the next.
    async fn a_day_is_counted_from_midnight_to_midnight(bench: Bench) {
        use SignInOutcome::{Accepted, Refused};
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        make_org(database, "other").await;
        assert_eq!(numbers(&database.sign_ins_per_day(&acme, LAST, 3).await.unwrap()), [(0, 0); 3]);
        for (at, outcome) in [
            (datetime!(2026-11-21 23:59:59.999999 UTC), Accepted),
            (datetime!(2026-11-22 00:00 UTC), Accepted),
            (datetime!(2026-11-22 23:59:59.999999 UTC), Refused),
            (datetime!(2026-11-23 00:00 UTC), Refused),
            (datetime!(2026-11-24 00:00 UTC), Accepted),
            (datetime!(2026-11-24 23:59:59.999999 UTC), Accepted),
            (datetime!(2026-11-25 00:00 UTC), Accepted),
        ] {
            sign_in(database, "acme", at, "sso", outcome).await;
            sign_in(database, "other", at, "sso", Refused).await;
        }
        let days = database.sign_ins_per_day(&acme, LAST, 3).await.unwrap();
        assert_eq!(numbers(&days), [(1, 1), (0, 1), (2, 0)]);
        let dates: Vec<Date> = days.iter().map(|day| day.date).collect();
        assert_eq!(dates, [date!(2026-11-22), date!(2026-11-23), LAST]);
        assert_eq!(numbers(&database.sign_ins_per_day(&acme, LAST, 1).await.unwrap()), [(2, 0)]);
        assert_eq!(database.sign_ins_per_day(&acme, LAST, 0).await.unwrap(), []);
    }

    async fn two_kinds_of_the_audit_log_are_counted_and_no_others(bench: Bench) {
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        for (kind, times) in [("done", 3), ("refused", 2), ("other", 4)] {
            for hour in 0..times {
                audit(database, kind, datetime!(2026-11-24 08:00 UTC) + time::Duration::hours(hour)).await;
            }
        }
        let days = database.audit_per_day(&acme, ("done", "refused"), LAST, 2).await.unwrap();
        assert_eq!(numbers(&days), [(0, 0), (3, 2)]);
    }

    async fn who_came_in_last_by_a_method(bench: Bench) {
        use SignInOutcome::{Accepted, Refused};
        let database = &bench.database;
        let acme = make_org(database, "acme").await;
        let (early, middle, late) = (
            datetime!(2026-11-10 08:00 UTC),
            datetime!(2026-11-20 08:00 UTC),
            datetime!(2026-11-24 08:00 UTC),
        );
        let last = async |since| database.last_accepted(&acme, "sso", since).await.unwrap();
        assert_eq!(last(early).await, None);
        for (at, method, outcome) in [
            (early, "sso", Accepted),
            (middle, "sso", Accepted),
            (late, "sso", Refused),
            (late, "password", Accepted),
        ] {
            sign_in(database, "acme", at, method, outcome).await;
        }
        assert_eq!(last(early).await, Some(middle));
        assert_eq!(last(late).await, None, "before that instant nobody is looked for");
    }
}
