use super::*;

#[test]
fn codes_of_passing_failures_are_told_from_defects() {
    for passing in [
        "08006", "53100", "53300", "57P01", "57P03", "57014", "40001", "40P01", "55P03", "58030",
    ] {
        assert!(unavailable(passing), "PostgreSQL {passing}");
    }
    // 261 is BUSY_RECOVERY, 778 IOERR_WRITE: extended codes of 5 and 10.
    for passing in [5, 6, 8, 9, 10, 13, 14, 261, 778] {
        assert!(passes(passing), "SQLite {passing}");
    }
    for defect in ["42601", "42P01", "22021", "23502"] {
        assert!(!unavailable(defect), "PostgreSQL {defect}");
    }
    for defect in [1, 11, 19, 26, FOREIGN_KEY, PRIMARY_KEY, UNIQUE] {
        assert!(!passes(defect), "SQLite {defect}");
    }
}

#[test]
fn only_a_commit_that_the_disk_failed_is_unsettled() {
    let failure = |code| rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
    // BUSY, FULL; IOERR_WRITE, IOERR_FSYNC.
    for (code, unsettled) in [(5, false), (13, false), (778, true), (1034, true)] {
        let error = StoreError::of_commit(failure(code));
        assert!(error.is_unavailable(), "{code}");
        assert_eq!(error.may_have_changed(), unsettled, "{code}");
        assert!(
            !StoreError::from(failure(code)).may_have_changed(),
            "{code}"
        );
    }
    let refused = StoreError::of_commit(failure(FOREIGN_KEY));
    assert!(matches!(refused, StoreError::Missing));
}

#[test]
fn a_lock_or_a_bound_says_nothing_about_writing() {
    let failure = |code| {
        let code = rusqlite::ffi::Error::new(code);
        StoreError::from(rusqlite::Error::SqliteFailure(code, None))
    };
    // READONLY, READONLY_DBMOVED, IOERR_WRITE, FULL.
    for code in [8, 1032, 778, 13] {
        assert!(failure(code).is_of_writing_alone(), "{code}");
        assert!(failure(code).unsettled().is_of_writing_alone(), "{code}");
    }
    // BUSY, LOCKED, INTERRUPT, CANTOPEN, CONSTRAINT.
    for code in [5, 6, 9, 14, 19] {
        assert!(!failure(code).is_of_writing_alone(), "{code}");
    }
    assert!(!StoreError::silent().is_of_writing_alone());
    assert!(!StoreError::Stale.is_of_writing_alone());
}

#[test]
fn both_engines_words_name_the_same_constraint() {
    for text in [
        "members_user_name",
        "UNIQUE constraint failed: members.org, members.user_name_key",
    ] {
        assert_eq!(constraint_of(text), Constraint::MemberUserName);
    }
    for text in ["claims_owner", "UNIQUE constraint failed: claims.domain"] {
        assert_eq!(constraint_of(text), Constraint::ClaimedDomain);
    }
    assert_eq!(constraint_of("accounts_pkey"), Constraint::Identifier);
    assert_eq!(
        constraint_of("UNIQUE constraint failed: accounts.id"),
        Constraint::Identifier
    );
}

#[test]
fn no_value_of_a_statement_shows_in_the_text() {
    let cause = Cause(sqlx::Error::Protocol("ann@acme.example".to_owned()).into());
    assert!(!StoreError::Internal(cause).to_string().contains("ann"));
}
