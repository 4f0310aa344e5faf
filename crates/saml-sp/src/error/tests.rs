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

#[test]
fn makers_are_inferred_from_their_own_hosts_only() {
    let table = [
        ("http://www.okta.com/exk1", None, Vendor::Okta),
        (
            "urn:corp",
            Some("https://corp.okta.com/app/x/exk1/sso/saml"),
            Vendor::Okta,
        ),
        (
            "urn:corp",
            Some("https://login.corp.test/app/x/exk1/sso/saml"),
            Vendor::Okta,
        ),
        ("https://sts.windows.net/8f0c/", None, Vendor::Entra),
        (
            "urn:x",
            Some("https://login.microsoftonline.com/8f0c/saml2"),
            Vendor::Entra,
        ),
        (
            "https://accounts.google.com/o/saml2?idpid=C01",
            None,
            Vendor::Google,
        ),
        (
            "http://fs.corp.test/adfs/services/trust",
            None,
            Vendor::AdFs,
        ),
        (
            "https://app.onelogin.com/saml/metadata/1",
            None,
            Vendor::OneLogin,
        ),
        ("https://evil-okta.com/saml", None, Vendor::Other),
        ("https://okta.com.evil.test/saml", None, Vendor::Other),
        ("urn:idp", None, Vendor::Other),
    ];
    for (issuer, url, vendor) in table {
        assert_eq!(Vendor::infer(issuer, url), vendor, "{issuer} {url:?}");
    }
}

#[test]
fn every_maker_has_words_for_every_cure() {
    let table = include_str!("../manual/fields.md");
    let header = table
        .lines()
        .find(|line| line.starts_with("| key"))
        .unwrap();
    let labels: Vec<_> = header.trim_matches('|').split('|').map(str::trim).collect();
    assert_eq!(
        labels,
        ["key", "Entra", "Google", "AD FS", "OneLogin", "elsewhere"]
    );
    let mut cures = 0;
    for code in Code::ALL {
        let path = advice(*code).okta_path;
        for vendor in Vendor::ALL {
            let field = vendor.field(*code);
            assert_eq!(field.is_some(), path.is_some(), "{code} {vendor}");
            assert!(field.is_none_or(|text| text.len() > 3), "{code} {vendor}");
        }
        cures += usize::from(path.is_some());
    }
    assert!(cures > 40, "{cures}");
    for vendor in Vendor::ALL {
        assert_eq!(Vendor::from_name(vendor.name()), Some(*vendor));
    }
}

#[test]
fn a_report_speaks_the_maker_s_language() {
    let report = |vendor| {
        Rejection::from(Code::AudienceMismatch)
            .from_vendor(vendor)
            .report()
    };
    let okta = report(Vendor::Okta);
    assert!(
        okta.text()
            .contains("Okta: General › SAML Settings › Edit › Audience URI (SP Entity ID)")
    );
    assert!(okta.text().contains("Okta API key: audience"));
    let table = [
        (
            Vendor::Entra,
            "Entra: Single sign-on › Basic SAML Configuration › Identifier (Entity ID)",
        ),
        (
            Vendor::Google,
            "Google: Service provider details › Entity ID",
        ),
        (Vendor::AdFs, "AD FS: Properties › Identifiers"),
        (
            Vendor::OneLogin,
            "OneLogin: Configuration › Audience (EntityID)",
        ),
        (Vendor::Other, "look for: audience"),
    ];
    for (vendor, words) in table {
        let report = report(vendor);
        assert!(report.text().contains(words), "{}", report.text());
        assert!(!report.text().contains("Okta API key"), "{vendor}");
        assert_eq!(report.json()["findings"][0]["vendor"], vendor.name());
        assert!(report.json()["findings"][0]["field"].is_string());
        assert_eq!(report.text(), okta.for_vendor(vendor).text());
        let public = report.at_level(Level::User);
        assert!(!public.text().contains(words) && !public.json().to_string().contains("field"));
    }
    assert!(report(Vendor::Other).text().contains("in Okta: General"));
}

/// What is wrong in the same way in two places is told once; what differs in more is told apart.
#[test]
fn a_report_tells_one_cause_once() {
    let issuer = |place: &str, seen: &str| {
        let finding = Finding::new(Code::IssuerMismatch).expected("a").seen(seen);
        finding.at(place)
    };
    let places = |findings: Vec<Finding>| {
        let rejection = Rejection::from_findings(findings).unwrap();
        let told: Vec<_> = rejection.report().findings().cloned().collect();
        let place = |finding: &Finding| finding.place().unwrap_or("nowhere").to_owned();
        (
            rejection.findings().count(),
            told.iter().map(place).collect::<Vec<_>>(),
        )
    };
    let same = vec![issuer("/Response", "b"), issuer("/Response/Assertion", "b")];
    assert_eq!(
        places(same),
        (2, vec!["/Response and /Response/Assertion".to_owned()])
    );
    let apart = vec![issuer("/Response", "b"), issuer("/Response/Assertion", "c")];
    assert_eq!(places(apart).1, ["/Response", "/Response/Assertion"]);
    let hinted = vec![
        issuer("/Response", "b"),
        issuer("/Response/Assertion", "b").hint("h"),
    ];
    assert_eq!(places(hinted).1.len(), 2);
    let twice = vec![Finding::new(Code::Unsigned), Finding::new(Code::Unsigned)];
    assert_eq!(places(twice).1, ["nowhere"]);
}
