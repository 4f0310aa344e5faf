//! The catalogue is complete and names are what they promise to be.

use super::*;

#[test]
fn names_are_unique_and_snake_case() {
    let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
    for name in &names {
        assert!(
            name.chars()
                .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit()),
            "{name}"
        );
        assert_eq!(Code::from_name(name).map(Code::name), Some(*name));
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Code::ALL.len());
}

#[test]
fn foreign_text_cannot_break_a_line() {
    let finding = Finding::new(Code::IssuerMismatch).seen("x\r\nSet-Cookie: a\u{1b}[2J\u{202e}");
    let report = Rejection::from(finding).report().text();
    assert!(
        report.contains("x\\u{d}\\u{a}Set-Cookie: a\\u{1b}[2J\\u{202e}"),
        "{report}"
    );
}

#[test]
fn a_long_value_is_cut() {
    let finding = Finding::new(Code::IssuerMismatch).seen("é".repeat(400));
    assert_eq!(finding.seen_value().unwrap().chars().count(), 301);
}

#[test]
fn the_user_level_tells_codes_only() {
    let finding = Finding::new(Code::IssuerMismatch)
        .expected("secret-a")
        .seen("secret-b")
        .hint("h");
    let report = Rejection::from(finding)
        .report()
        .at_level(Level::User)
        .with_trace("t-1");
    for text in [report.text(), report.markdown(), report.json().to_string()] {
        assert!(
            text.contains("issuer_mismatch") && text.contains("t-1"),
            "{text}"
        );
        assert!(
            !text.contains("secret") && !text.contains("idp_admin"),
            "{text}"
        );
    }
}

#[test]
fn every_code_has_one_row_in_the_manual() {
    let table = include_str!("../manual/codes.md");
    for code in Code::ALL {
        let start = format!("| `{code}` |");
        let rows: Vec<_> = table
            .lines()
            .filter(|line| line.starts_with(&start))
            .collect();
        assert_eq!(rows.len(), 1, "{code}");
        let advice = advice(*code);
        assert_ne!(advice.meaning, "Refused.", "{code}");
        assert_eq!(rows[0].matches('|').count(), 7, "{code}");
        assert!(
            advice.meaning.ends_with('.') && advice.fix.ends_with('.'),
            "{code}"
        );
    }
    let rows = table.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(
        rows,
        Code::ALL.len(),
        "the table has rows for codes that do not exist"
    );
}
