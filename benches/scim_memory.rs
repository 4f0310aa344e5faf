//! What reading a body takes at its peak, as a multiple of the body.
//!
//! `cargo bench -p benches --bench scim_memory` reads bodies of ordinary and of hostile shapes
//! with the default limits and prints the peak of the heap during each, the tree included. A
//! body that is refused counts as well: the refusal must come before the memory. The run fails
//! when a body of more than 64 KiB takes more than eight times itself.

use peak_alloc::PeakAlloc;
use scim_core::json::{self, Limits};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// The most a body may take of its own size.
const GOAL: f64 = 8.0;
/// Bodies up to this size are printed only: a tree of four KiB is never refused.
const SMALL: usize = 64 << 10;

fn main() {
    let mut worst = 0.0_f64;
    for (name, body) in bodies() {
        let before = HEAP.current_usage();
        HEAP.reset_peak_usage();
        let read = json::value(body.as_bytes(), &Limits::default());
        let peak = HEAP.peak_usage().saturating_sub(before);
        let ratio = ratio(peak, body.len());
        print(name, body.len(), peak, ratio, read.is_ok());
        if body.len() > SMALL {
            worst = worst.max(ratio);
        }
    }
    assert!(worst <= GOAL, "a body took {worst:.1} times itself");
}

#[expect(clippy::cast_precision_loss, reason = "sizes of a few MiB")]
fn ratio(peak: usize, body: usize) -> f64 {
    peak as f64 / body as f64
}

#[expect(
    clippy::print_stdout,
    reason = "the ratios are the output of this program"
)]
fn print(name: &str, body: usize, peak: usize, ratio: f64, read: bool) {
    let outcome = if read { "read" } else { "refused" };
    println!("{name:<32} {body:>9} bytes {peak:>10} at peak {ratio:>6.2}   {outcome}");
}

/// A list of `count` copies, as the members of a group.
fn list(item: &str, count: usize) -> String {
    format!("{{\"members\":[{}]}}", vec![item; count].join(","))
}

fn bodies() -> Vec<(&'static str, String)> {
    let user = r#"{"userName":"ann@acme.example","name":{"familyName":"Lee","givenName":"Ann"},"active":true,"emails":[{"value":"ann@acme.example","type":"work","primary":true}]}"#;
    let fields = |count: usize| {
        let field = |n: usize| format!("\"a{n}\":1");
        format!(
            "{{{}}}",
            (0..count).map(field).collect::<Vec<_>>().join(",")
        )
    };
    vec![
        ("one user", user.to_owned()),
        ("5,000 users", list(user, 5_000)),
        (
            "10,000 members, ids of 36",
            list(
                r#"{"value":"26118915-6090-4610-87e4-49d8ca9f808d"}"#,
                10_000,
            ),
        ),
        (
            "40,000 members, ids of 8",
            list(r#"{"value":"u1234567"}"#, 40_000),
        ),
        (
            "60,000 members, ids of 2",
            list(r#"{"value":"u1"}"#, 60_000),
        ),
        (
            "members by a name of one letter",
            list(r#"{"a":1}"#, 100_000),
        ),
        ("digits", list("1", 500_000)),
        ("empty lists", list("[]", 300_000)),
        ("empty objects", list("{}", 300_000)),
        ("empty texts", list("\"\"", 300_000)),
        ("texts of 24", list("\"abcdefghijklmnopqrstuvwx\"", 35_000)),
        ("60,000 names", fields(60_000)),
        (
            "one long text",
            list(&format!("\"{}\"", "x".repeat(1_000_000)), 1),
        ),
        (
            "one long text of escapes",
            list(&format!("\"{}\"", "\\n".repeat(500_000)), 1),
        ),
        (
            "half of it, then broken",
            list(r#"{"value":"u1234567"}"#, 40_000).replace("]}", ""),
        ),
    ]
}
