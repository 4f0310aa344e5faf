//! Each check: refused with its own code, and accepted when the one thing is right.

use saml_sp::{AcsForm, Code, Expected, ForceAuthn};
use saml_testkit::defect::Content;
use saml_testkit::{SpTarget, TestIdp};
use time::Duration;

use crate::bench::*;

#[test]
fn the_good_answer_is_accepted() {
    let login = log_in(&sp(), &good()).unwrap();
    assert_eq!(login.name_id().value(), "alice@corp.test");
    assert_eq!(login.issuer(), TestIdp::okta().issuer());
}
