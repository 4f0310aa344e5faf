//! The jobs and their floors.

use std::collections::HashMap;
use std::hint::black_box;

use scim_core::dialect::{Dialect, Vendor};
use scim_core::filter::{Bound, Filter};
use scim_core::json;
use scim_core::patch::Patch;
use scim_core::resource::{Name, Resource, Value};

use crate::table::Goal;
use crate::{COMPLEX, DEACTIVATE, Job, Row, SIMPLE, USER, World, bind, by_hand, parse};

#[expect(
    clippy::expect_used,
    reason = "a bench ends at once when its input is wrong"
)]
impl World {
    /// Every job, in the order of the table.
    pub(crate) fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = self.body_rows();
        rows.extend(self.filter_rows());
        rows.extend(self.match_rows());
        rows.push(self.patch_row());
        rows.extend(self.look_up_rows());
        rows
    }

    fn body_rows(&self) -> Vec<Row<'_>> {
        vec![
            Row {
                name: "parse",
                work: 1,
                goal: Goal::AtMost(1.5),
                job: Box::new(|| drop(black_box(parse(black_box(USER))))),
                floor: Box::new(|| {
                    drop(black_box(serde_json::from_slice::<by_hand::Plain>(
                        black_box(USER.as_bytes()),
                    )));
                }),
            },
            Row {
                name: "write",
                work: 1,
                goal: Goal::AtMost(1.3),
                job: Box::new(|| drop(black_box(self.resource.to_json()))),
                floor: Box::new(|| drop(black_box(serde_json::to_vec(&self.plain)))),
            },
            Row {
                name: "write projected",
                work: 1,
                goal: Goal::Told,
                job: Box::new(|| {
                    let mut out = Vec::with_capacity(1024);
                    self.projection.write(&self.resource, &mut out);
                    drop(black_box(out));
                }),
                floor: Box::new(|| drop(black_box(serde_json::to_vec(&self.plain)))),
            },
        ]
    }

    fn filter_rows(&self) -> Vec<Row<'_>> {
        let row = |name, text: &'static str, peer: &'static str| Row {
            name,
            work: 1,
            goal: Goal::AtMost(0.1),
            job: Box::new(move || drop(black_box(Filter::parse(black_box(text))))),
            floor: Box::new(move || {
                let parsed = black_box(peer).parse::<scim_v2::filter::Filter>();
                assert!(parsed.is_ok(), "the peer reads its filter");
                drop(black_box(parsed));
            }),
        };
        vec![
            row("filter parse", SIMPLE, SIMPLE),
            row("filter parse complex", COMPLEX, COMPLEX),
            self.length_row(),
            Row {
                name: "filter parse and bind",
                work: 1,
                goal: Goal::Told,
                job: Box::new(|| drop(black_box(bind(black_box(SIMPLE), &self.users)))),
                floor: Box::new(|| drop(black_box(Filter::parse(black_box(SIMPLE))))),
            },
        ]
    }

    /// A thousand terms against a hundred: ten times the text in ten times the time.
    fn length_row(&self) -> Row<'_> {
        let text = |terms: usize| {
            let term = |n: usize| format!("userName eq \"user{n}@acme.example\"");
            let terms: Vec<String> = (0..terms).map(|n| term(100_000 + n)).collect();
            terms.join(" or ")
        };
        let job = |text: String| -> Job<'_> {
            Box::new(move || {
                let parsed = black_box(Filter::parse(black_box(&text)));
                assert!(parsed.is_ok(), "within the limits");
                drop(parsed);
            })
        };
        Row {
            name: "filter parse, 10 x the length",
            work: 1,
            goal: Goal::AtMost(12.0),
            job: job(text(1_000)),
            floor: job(text(100)),
        }
    }

    fn match_rows(&self) -> Vec<Row<'_>> {
        let count = |bound: &Bound| self.crowd.iter().filter(|u| bound.matches(u)).count();
        assert_eq!(count(&self.simple), 1, "one user has the name");
        assert_eq!(
            count(&self.complex),
            self.crowd.iter().filter(|u| by_hand::complex(u)).count(),
            "both find the same"
        );
        vec![
            Row {
                name: "match userName eq",
                work: 100_000,
                goal: Goal::AtMost(3.0),
                job: Box::new(move || {
                    black_box(count(&self.simple));
                }),
                floor: Box::new(|| {
                    let by_hand = |u: &&Resource| {
                        let name = u.get(&Name::USER_NAME).and_then(Value::as_str);
                        name.is_some_and(|n| n.eq_ignore_ascii_case("user77777@acme.example"))
                    };
                    black_box(self.crowd.iter().filter(by_hand).count());
                }),
            },
            Row {
                name: "match complex",
                work: 100_000,
                goal: Goal::AtMost(3.0),
                job: Box::new(move || {
                    black_box(count(&self.complex));
                }),
                floor: Box::new(|| {
                    black_box(self.crowd.iter().filter(|u| by_hand::complex(u)).count());
                }),
            },
        ]
    }

    fn patch_row(&self) -> Row<'_> {
        Row {
            name: "patch active",
            work: 1,
            goal: Goal::AtMost(2.0),
            job: Box::new(|| {
                let mut reading = Dialect::of(Vendor::Okta).reading();
                let body = json::object(black_box(DEACTIVATE).as_bytes(), &json::Limits::default());
                let patch = Patch::parse(body.expect("body"), &mut reading).expect("patch");
                let next = patch.apply(&self.resource, &self.users, &mut reading);
                drop(black_box(next.expect("next")));
            }),
            floor: Box::new(|| {
                let next = by_hand::patched(&self.tree, black_box(DEACTIVATE));
                drop(black_box(next));
            }),
        }
    }

    fn look_up_rows(&self) -> Vec<Row<'_>> {
        let look = |map: &HashMap<String, usize>| {
            let equality = self.simple.equalities().next().expect("equality");
            black_box(map.get(equality.value));
        };
        vec![Row {
            name: "look up of 100,000",
            work: 1,
            goal: Goal::AtMost(1.5),
            job: Box::new(move || look(&self.many)),
            floor: Box::new(move || look(&self.few)),
        }]
    }
}
