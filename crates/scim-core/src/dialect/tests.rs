use super::{Dialect, Tolerance, Vendor};

#[test]
fn strict_grants_nothing_and_generic_everything() {
    assert!(Dialect::of(Vendor::Strict).is_strict());
    for tolerance in Tolerance::ALL {
        assert!(!Dialect::of(Vendor::Strict).grants(*tolerance));
        assert!(Dialect::default().grants(*tolerance));
        assert!(!tolerance.vendors().contains(&Vendor::Strict));
    }
}

#[test]
fn words_are_unique_and_read_back() {
    let mut words: Vec<_> = Tolerance::ALL.iter().map(|t| t.as_str()).collect();
    let sorted = words.is_sorted();
    words.dedup();
    assert!(sorted, "in the order of words");
    assert_eq!(words.len(), Tolerance::ALL.len());
    for vendor in Vendor::ALL {
        assert_eq!(Vendor::from_word(vendor.as_str()), Some(vendor));
    }
    assert_eq!(Vendor::from_word("Okta"), None);
}

#[test]
fn a_tolerance_can_be_added_and_taken() {
    let strict = Dialect::of(Vendor::Strict).with(Tolerance::StringBoolean);
    assert!(strict.grants(Tolerance::StringBoolean) && !strict.is_strict());
    assert!(strict.without(Tolerance::StringBoolean).is_strict());
}

#[test]
fn a_reading_counts_what_it_grants_and_nothing_else() {
    let mut reading = Dialect::of(Vendor::Okta).reading();
    assert!(!reading.allows(Tolerance::RemoveWithValue));
    assert!(reading.allows(Tolerance::PathlessOperation));
    assert!(reading.allows(Tolerance::PathlessOperation));
    assert_eq!(
        reading.used().collect::<Vec<_>>(),
        [(Tolerance::PathlessOperation, 2)]
    );
    assert_eq!(reading.dialect().vendor(), Vendor::Okta);
}
