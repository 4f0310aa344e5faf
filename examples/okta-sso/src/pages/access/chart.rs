//! Two weeks as bars, drawn on the server: what went well, and what was refused.

use maud::{Markup, html};
use time::{Date, Duration, OffsetDateTime};

/// How many days a chart shows.
const DAYS: i64 = 14;

/// How something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// As it was wanted.
    Well,
    /// It was refused.
    Refused,
}

/// A chart's words.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// What is counted.
    pub title: &'static str,
    /// What went well, as in "5 let in".
    pub well: &'static str,
    /// How many entries were looked at: a chart of that many says that there may be more.
    pub most: usize,
}

/// The chart of these ends, each with its instant.
pub fn chart(words: Words, ends: &[(OffsetDateTime, Ended)], now: OffsetDateTime) -> Markup {
    let days = count(ends, now.date());
    let totals = days.iter().map(|day| day.well + day.refused);
    let most = totals.max().unwrap_or(0).max(4);
    html! {
        section.card {
            h2 { (words.title) ", last two weeks" }
            svg.chart viewBox="0 0 560 130" role="img" aria-label=(summary(words, &days)) {
                line.axis x1="0" y1="108" x2="560" y2="108" {}
                @for (place, day) in (0_usize..).zip(&days) { (bar(place * 40 + 8, day, most)) }
            }
            p.legend.soft.small { span { (words.well) } span.no { "refused" } }
            p.soft.small {
                (summary(words, &days))
                @if ends.len() >= words.most { " Drawn from the latest " (words.most) "; there were more." }
            }
        }
    }
}

struct Day {
    date: Date,
    well: usize,
    refused: usize,
}

fn count(ends: &[(OffsetDateTime, Ended)], today: Date) -> Vec<Day> {
    let days = (0..DAYS)
        .rev()
        .map(|back| today.saturating_sub(Duration::days(back)));
    days.map(|date| {
        let of = |wanted| {
            let same =
                |(at, ended): &&(OffsetDateTime, Ended)| at.date() == date && *ended == wanted;
            ends.iter().filter(same).count()
        };
        Day {
            date,
            well: of(Ended::Well),
            refused: of(Ended::Refused),
        }
    })
    .collect()
}

/// One day: at most 88 of the 108 units above the axis.
fn bar(left: usize, day: &Day, most: usize) -> Markup {
    let height = |count: usize| count * 88 / most;
    let (up, down) = (height(day.well), height(day.refused));
    html! {
        rect.ok x=(left) y=(108 - up) width="24" height=(up) rx="3" {}
        rect.no x=(left) y=(108 - up - down) width="24" height=(down) rx="3" {}
        text x=(left + 12) y="124" text-anchor="middle" { (day.date.day()) }
        @if up + down > 0 { text.count x=(left + 12) y=(102 - up - down) text-anchor="middle" { (day.well + day.refused) } }
    }
}

fn summary(words: Words, days: &[Day]) -> String {
    let well: usize = days.iter().map(|day| day.well).sum();
    let refused: usize = days.iter().map(|day| day.refused).sum();
    format!("{well} {}, {refused} refused in two weeks.", words.well)
}
