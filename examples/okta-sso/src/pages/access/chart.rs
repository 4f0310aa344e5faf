//! Two weeks as bars, drawn on the server: what went well, and what was refused.

use maud::{Markup, html};
use sso_store::directory::Day;

/// A chart's words.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// What is counted.
    pub title: &'static str,
    /// What went well, as in "5 let in".
    pub well: &'static str,
}

/// The chart of these days, the oldest first.
pub fn chart(words: Words, days: &[Day]) -> Markup {
    let totals = days.iter().map(|day| day.well + day.refused);
    let most = totals.max().unwrap_or(0).max(4);
    html! {
        section.card {
            h2 { (words.title) ", last two weeks" }
            svg.chart viewBox="0 0 560 130" role="img" aria-label=(summary(words, days)) {
                line.axis x1="0" y1="108" x2="560" y2="108" {}
                @for (place, day) in (0_usize..).zip(days) { (bar(place * 40 + 8, day, most)) }
            }
            p.legend.soft.small { span { (words.well) } span.no { "refused" } }
            p.soft.small { (summary(words, days)) }
        }
    }
}

/// One day: at most 88 of the 108 units above the axis, and a line for the least, beside a day of many.
fn bar(left: usize, day: &Day, most: u64) -> Markup {
    let height = |count: u64| (count.saturating_mul(88) / most).max(count.min(1));
    let (up, down) = (height(day.well), height(day.refused));
    html! {
        rect.ok x=(left) y=(108 - up) width="24" height=(up) rx="3" {}
        rect.no x=(left) y=(108 - up - down) width="24" height=(down) rx="3" {}
        text x=(left + 12) y="124" text-anchor="middle" { (day.date.day()) }
        @if day.well + day.refused > 0 { text.count x=(left + 12) y=(102 - up - down) text-anchor="middle" { (short(day.well + day.refused)) } }
    }
}

/// A number that has room above a bar: `950`, `1.2k`, `48k`, `3M`.
fn short(count: u64) -> String {
    match count {
        ..1_000 => count.to_string(),
        1_000..10_000 => format!("{}.{}k", count / 1_000, count % 1_000 / 100),
        10_000..1_000_000 => format!("{}k", count / 1_000),
        _ => format!("{}M", count / 1_000_000),
    }
}

fn summary(words: Words, days: &[Day]) -> String {
    let well: u64 = days.iter().map(|day| day.well).sum();
    let refused: u64 = days.iter().map(|day| day.refused).sum();
    format!("{well} {}, {refused} refused in two weeks.", words.well)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn numbers_keep_within_their_bar() {
        for (count, shown) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1.0k"),
            (1_299, "1.2k"),
            (48_999, "48k"),
            (3_400_000, "3M"),
        ] {
            assert_eq!(short(count), shown);
        }
    }

    /// Whatever there is, nothing is drawn above the picture.
    #[test]
    fn bars_keep_within_the_picture() {
        for (well, refused) in [(0, 0), (1, 0), (4, 3), (1_000_000, 1), (u64::MAX / 200, 7)] {
            let day = Day {
                date: date!(2026 - 11 - 24),
                well,
                refused,
            };
            let most = (well + refused).max(4);
            let drawn = bar(8, &day, most).into_string();
            let tops = drawn.split("y=\"").skip(1);
            let tops = tops.map(|rest| rest.split('"').next().unwrap_or_default().parse::<i64>());
            assert!(
                tops.into_iter()
                    .all(|top| top.is_ok_and(|top| (8..=124).contains(&top))),
                "{drawn}"
            );
        }
    }
}
