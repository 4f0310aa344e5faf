//! The tables as pages of the documentation.

use std::fmt::Write;
use std::path::Path;

use org_domain::Reason;

use crate::table::Table;

const PAGES: [(&str, &str); 9] = [
    (
        "login",
        "Table L: every way in but single sign-on. The proof (password, link, session) was checked before.",
    ),
    (
        "sso",
        "Table S: an assertion that was verified for the organisation. `side` says who started the login.",
    ),
    (
        "gate",
        "Table P: what every provisioning operation passes first. `next` leads to the table of the operation.",
    ),
    ("create", "Table C: creating a person by provisioning."),
    (
        "address",
        "Table U, first part: the address in an update. One refusal refuses the whole request.",
    ),
    (
        "profile",
        "Table U, second part: adoption, names, and what is never taken.",
    ),
    (
        "off",
        "Table D: switching off. `closed` means that table P would refuse other writes; `others` says whether the rest of the request would be taken.",
    ),
    ("on", "Table A: switching on again."),
    ("delete", "Table X: deleting."),
];

fn operator_text(row: &str) -> &'static str {
    Reason::ALL
        .iter()
        .find(|reason| reason.row() == row)
        .map_or("", |reason| reason.operator_text())
}

fn code(row: &str) -> &'static str {
    Reason::ALL
        .iter()
        .find(|reason| reason.row() == row)
        .map_or("", |reason| reason.code())
}

fn render(name: &str, about: &str) -> String {
    let table = Table::load(name);
    let mut page = format!(
        "{about}\n\n| row | when | then | effects | administrators are told |\n|---|---|---|---|---|\n"
    );
    for row in &table.rows {
        let conditions: Vec<String> = table
            .inputs
            .iter()
            .zip(&row.texts)
            .filter(|(_, text)| *text != "*")
            .map(|(input, text)| {
                format!(
                    "{input}: {}",
                    text.replace('|', " or ")
                        .replace('_', "\\_")
                        .replace('*', "\\*")
                )
            })
            .collect();
        let when = if conditions.is_empty() {
            "otherwise".to_owned()
        } else {
            conditions.join("; ")
        };
        let named = if code(&row.row).is_empty() {
            String::new()
        } else {
            format!(" `{}`", code(&row.row))
        };
        let effects = row
            .effects
            .iter()
            .map(|effect| format!("`{effect}`"))
            .collect::<Vec<_>>()
            .join(" ");
        let text = operator_text(&row.row);
        writeln!(
            page,
            "| {}{named} | {when} | {} | {effects} | {text} |",
            row.row,
            row.outcome.replace('_', "\\_")
        )
        .unwrap();
    }
    page
}

/// Set `UPDATE_PAGES=1` to write the pages anew after a table or a text was changed.
#[test]
fn the_pages_show_the_tables() {
    for (name, about) in PAGES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("data/pages")
            .join(format!("{name}.md"));
        let page = render(name, about);
        if std::env::var_os("UPDATE_PAGES").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        let shown = std::fs::read_to_string(&path).expect("the page is part of the crate");
        assert_eq!(
            shown, page,
            "{name}.md is out of date: run this test with UPDATE_PAGES=1"
        );
    }
}
