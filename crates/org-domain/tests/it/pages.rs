//! The tables as pages of the documentation.

use std::fmt::Write;
use std::path::Path;

use org_domain::Reason;
use org_domain::policy::{PermitRefusal, RoleRefusal};
use org_domain::proof::Doubt;
use org_domain::settings::SettingsRefusal;

use crate::table::Table;

const PAGES: [(&str, &str); 21] = [
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
    (
        "settings_gate",
        "Rules 29 and 31: who may ask for a change, how recently they signed in, and what a lapsed plan freezes. `next` leads to the table of the change.",
    ),
    (
        "settings_connection",
        "Rules 26 and 27: replacing Okta's three values. `members` says whether people sign in with the present ones.",
    ),
    (
        "settings_certificates",
        "Rule 27: certificates one by one. `others` are those besides the named one.",
    ),
    (
        "settings_staged",
        "Rule 27: a replacement that is tried out first.",
    ),
    (
        "settings_switches",
        "Rules 26, 27 and 31: switching single sign-on, requiring it, managing. `tested` is the generation under which an Owner or Admin signed in; `way_back` is who has the fallback.",
    ),
    (
        "settings_fallback",
        "Rules 26 and 29: when Owners and Admins may use a password although single sign-on is required.",
    ),
    (
        "settings_tokens",
        "Rule 28: provisioning tokens. `before` is the token that is there already.",
    ),
    (
        "settings_others",
        "Rule 29: what needs nothing but the gate.",
    ),
    (
        "roles",
        "Rule 20: who gives, changes and takes which role. A dash is an invitation (`from`) or a removal (`to`).",
    ),
    (
        "permits",
        "Who may act on a claim, and what the owner's lock at the domain has to look like (rules 27 and 29, the bounds of a claim).",
    ),
    (
        "hold",
        "Rule 30: what a claim is worth at an instant. No row removes a member or changes a role: a lost claim stops single sign-on, joining and creating for its own domain.",
    ),
    ("plan", "Rule 31: what a capability of the plan amounts to."),
];

/// The stable code and the text for administrators that belong to a row.
fn named(table: &str, row: &str, outcome: &str) -> (String, String) {
    let settings = SettingsRefusal::ALL
        .iter()
        .filter(|_| table.starts_with("settings_"))
        .find(|refusal| refusal.code() == format!("settings_{outcome}"))
        .map(|refusal| (refusal.code(), refusal.to_string()));
    let permit = PERMIT_REFUSALS
        .iter()
        .filter(|_| table == "permits")
        .find(|refusal| refusal.code() == format!("permit_{outcome}"))
        .map(|refusal| (refusal.code(), refusal.to_string()));
    let role = ROLE_REFUSALS
        .iter()
        .filter(|_| table == "roles")
        .find(|refusal| refusal.code() == format!("role_{outcome}"))
        .map(|refusal| (refusal.code(), refusal.to_string()));
    let reason = Reason::ALL
        .iter()
        .find(|reason| reason.row() == row)
        .map(|reason| (reason.code(), reason.operator_text().to_owned()));
    let (code, text) = settings.or(permit).or(role).or(reason).unwrap_or_default();
    (code.to_owned(), text)
}

const PERMIT_REFUSALS: [PermitRefusal; 9] = [
    PermitRefusal::Role,
    PermitRefusal::StepUp,
    PermitRefusal::TooManyPending,
    PermitRefusal::TooManyClaims,
    PermitRefusal::TooSoon,
    PermitRefusal::LastDomain,
    PermitRefusal::Locked,
    PermitRefusal::LockUnclear(Doubt::Timeout),
    PermitRefusal::LockNotSeen,
];

const ROLE_REFUSALS: [RoleRefusal; 4] = [
    RoleRefusal::NotAdministrator,
    RoleRefusal::AboveOwn,
    RoleRefusal::TargetAbove,
    RoleRefusal::LastOwner,
];

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
        let (code, text) = named(name, &row.row, &row.outcome);
        let named = if code.is_empty() {
            String::new()
        } else {
            format!(" `{code}`")
        };
        let effects = row
            .effects
            .iter()
            .map(|effect| format!("`{effect}`"))
            .collect::<Vec<_>>()
            .join(" ");
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
