#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

#[test]
fn every_identifier_names_its_algorithm() {
    for algorithm in SignatureAlgorithm::ALL {
        assert_eq!(
            SignatureAlgorithm::from_uri(algorithm.uri()),
            Some(*algorithm)
        );
        assert_eq!(
            SignatureAlgorithm::from_uri(&algorithm.uri().to_uppercase()),
            None
        );
        assert_eq!(
            SignatureAlgorithm::from_uri(&format!("{} ", algorithm.uri())),
            None
        );
    }
    for algorithm in DigestAlgorithm::ALL {
        assert_eq!(DigestAlgorithm::from_uri(algorithm.uri()), Some(*algorithm));
    }
}
