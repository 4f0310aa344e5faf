use super::*;

#[test]
fn body_has_status_as_string_and_escapes_detail() {
    let refused = ScimError::uniqueness("a \"quoted\" name\n");
    let body: serde_json::Value = serde_json::from_str(&refused.to_json()).unwrap();
    assert_eq!(body["status"], "409");
    assert_eq!(body["scimType"], "uniqueness");
    assert_eq!(body["detail"], "a \"quoted\" name\n");
    assert_eq!(body["schemas"][0], ERROR_URN);
}

#[test]
fn words_and_numbers_lead_back() {
    for status in Status::ALL {
        assert_eq!(Status::from_code(status.code()), Some(status));
    }
    for kind in ScimType::ALL {
        assert_eq!(ScimType::parse(kind.as_str()), Some(kind));
    }
    assert_eq!(Status::from_code(418), None);
    assert_eq!(ScimType::parse("Uniqueness"), None);
}

#[test]
fn a_fault_keeps_its_cause_off_the_wire() {
    let secret = std::io::Error::other("password=hunter2 at 10.0.0.7");
    let fault = ScimError::fault(Status::Internal, secret);
    assert!(!fault.to_json().contains("hunter2"));
    assert!(!fault.to_string().contains("hunter2"));
    assert!(!format!("{fault:?}").contains("hunter2"));
    assert!(fault.cause().unwrap().to_string().contains("hunter2"));
}
