//! Each check: refused with its own code, and accepted when the one thing is right.

use saml_testkit::TestIdp;

use crate::bench::*;

#[test]
fn the_good_answer_is_accepted() {
    let login = log_in(&sp(), &good()).unwrap();
    assert_eq!(login.name_id().value(), "alice@corp.test");
    assert_eq!(login.issuer(), TestIdp::okta().issuer());
}
