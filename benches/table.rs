//! The last word of a bench: a table of its rows, each with its goal and whether it is met.

use std::time::Duration;

/// What a ratio should be.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// At least this much of the floor's rate.
    #[allow(dead_code, reason = "not every bench has both directions")]
    AtLeast(f64),
    /// At most so many times the floor's time.
    AtMost(f64),
    /// Told for comparison only.
    Told,
}

/// One row: a job, what it took, what its floor took, their ratio.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) ours: String,
    pub(crate) floor: String,
    pub(crate) ratio: f64,
    pub(crate) goal: Goal,
}

impl Row {
    fn verdict(&self) -> (String, &'static str) {
        let word = |met| if met { "ok" } else { "missed" };
        match self.goal {
            Goal::AtLeast(goal) => (format!(">= {goal:.2}"), word(self.ratio >= goal)),
            Goal::AtMost(goal) => (format!("<= {goal:.2}"), word(self.ratio <= goal)),
            Goal::Told => (String::new(), ""),
        }
    }
}

/// Prints all rows.
#[expect(
    clippy::print_stdout,
    reason = "the ratios are the output of this program"
)]
pub(crate) fn print(rows: &[Row]) {
    println!(
        "\n{:<34} {:>14} {:>14} {:>8}  {:<8} verdict",
        "job", "ours", "floor", "ratio", "goal"
    );
    for row in rows {
        let (goal, verdict) = row.verdict();
        println!(
            "{:<34} {:>14} {:>14} {:>8.2}  {goal:<8} {verdict}",
            row.name, row.ours, row.floor, row.ratio
        );
    }
}

/// A time in a unit that suits it.
pub(crate) fn shown(time: f64) -> String {
    format!("{:.2?}", Duration::from_secs_f64(time))
}
