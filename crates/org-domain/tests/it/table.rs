//! Reads the decision tables and finds the row that decides: an interpreter of its own, so that the
//! tables and the code are two independent statements of the same rules.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

/// A table: the first row whose cells all match decides.
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) inputs: Vec<String>,
    pub(crate) rows: Vec<Row>,
    reached: RefCell<BTreeSet<usize>>,
}

pub(crate) struct Row {
    pub(crate) row: String,
    cells: Vec<Cell>,
    pub(crate) texts: Vec<String>,
    pub(crate) outcome: String,
    pub(crate) effects: Vec<String>,
}

enum Cell {
    Any,
    OneOf(Vec<String>),
}

impl Cell {
    fn parse(text: &str) -> Self {
        if text == "*" {
            Self::Any
        } else {
            Self::OneOf(text.split('|').map(str::to_owned).collect())
        }
    }

    fn matches(&self, word: &str) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(words) => words.iter().any(|wanted| match wanted.strip_suffix('*') {
                Some(start) => word.starts_with(start),
                None => word == wanted,
            }),
        }
    }
}

pub(crate) fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data/tables")
        .join(format!("{name}.csv"));
    std::fs::read_to_string(path).expect("the table is part of the crate")
}

impl Table {
    pub(crate) fn load(name: &str) -> Self {
        let text = read(name);
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let header = lines.next().expect("a header");
        let width = header.len();
        assert_eq!(
            (header[0], header[width - 2], header[width - 1]),
            ("row", "outcome", "effects")
        );
        let rows = lines.map(|cells| {
            assert_eq!(cells.len(), width, "{name}: {cells:?}");
            Row {
                row: cells[0].to_owned(),
                cells: cells[1..width - 2]
                    .iter()
                    .map(|cell| Cell::parse(cell))
                    .collect(),
                texts: cells[1..width - 2]
                    .iter()
                    .map(|cell| (*cell).to_owned())
                    .collect(),
                outcome: cells[width - 2].to_owned(),
                effects: cells[width - 1]
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect(),
            }
        });
        Self {
            name: name.to_owned(),
            inputs: header[1..width - 2]
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            rows: rows.collect(),
            reached: RefCell::default(),
        }
    }

    /// The one row that decides. Fails where no row does: the table would not be total.
    pub(crate) fn decide(&self, words: &[&str]) -> &Row {
        assert_eq!(words.len(), self.inputs.len(), "{}: {words:?}", self.name);
        let found = self.rows.iter().position(|row| {
            row.cells
                .iter()
                .zip(words)
                .all(|(cell, word)| cell.matches(word))
        });
        let index = found.unwrap_or_else(|| panic!("{}: no row decides {words:?}", self.name));
        self.reached.borrow_mut().insert(index);
        &self.rows[index]
    }

    /// Fails where a row can never decide: it would be dead text.
    pub(crate) fn assert_every_row_reached(&self) {
        let reached = self.reached.borrow();
        let dead: Vec<_> = (0..self.rows.len())
            .filter(|i| !reached.contains(i))
            .map(|i| &self.rows[i].texts)
            .collect();
        assert!(
            dead.is_empty(),
            "{}: rows that never decide: {dead:?}",
            self.name
        );
    }
}
