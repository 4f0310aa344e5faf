//! Metadata: what would change is shown before it does.

use saml_testkit::TestKey;

use crate::{browser::Browser, world::World};

const SHOW: &str = "/settings/access/sso/metadata";

#[tokio::test]
async fn a_file_changes_nothing_until_it_is_agreed_to() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let idp = world.site.app().demo().unwrap().provider.test_idp().clone();
    let moved = idp
        .metadata_xml()
        .replace("/exkdemo0000000000001/sso/saml", "/exkmoved/sso/saml");
    let page = owner.open("/settings/access/sso").await;
    let plan = owner.submit(&page, SHOW, &[("text", &moved)]).await;
    for text in [
        "What would change",
        "<del>",
        "/exkmoved/sso/saml",
        "stays",
        "Change nothing",
    ] {
        assert!(plan.says(text), "{text}: {}", plan.body);
    }
    let at = plan.body.find("/exkdemo0000000000001/slo/saml").unwrap();
    assert!(
        plan.body[at..at + 90].contains("as before"),
        "{}",
        plan.body
    );
    let before = owner.open("/settings/access/sso").await;
    assert!(
        !before.says("/exkmoved/sso/saml"),
        "nothing was changed yet"
    );
    let after = owner.submit(&plan, SHOW, &[]).await;
    assert!(after.says("/exkmoved/sso/saml"), "{}", after.body);
}

#[tokio::test]
async fn a_certificate_that_only_comes_in_addition_needs_no_stage() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_sso("member@acme.example").await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let page = owner.open("/settings/access/sso").await;
    owner
        .submit(&page, "/settings/access/sso/require", &[("to", "on")])
        .await;
    let idp = world.site.app().demo().unwrap().provider.test_idp().clone();
    let rollover = idp.metadata().key(TestKey::IdpNext, Some("signing")).xml();
    let page = owner.open("/settings/access/sso").await;
    assert!(page.says("Stop requiring it"), "{}", page.body);
    let plan = owner.submit(&page, SHOW, &[("text", &rollover)]).await;
    assert!(
        plan.says("comes") && !plan.says("stand beside"),
        "{}",
        plan.body
    );
    let after = owner.submit(&plan, SHOW, &[]).await;
    assert_eq!(after.body.matches("in force").count(), 2, "{}", after.body);
    assert!(!after.says("New values, standing by"));
    let other = rollover.replace("/exkdemo0000000000001/sso/saml", "/exkmoved/sso/saml");
    let plan = owner.submit(&after, SHOW, &[("text", &other)]).await;
    assert!(plan.says("stand beside"), "{}", plan.body);
    let staged = owner.submit(&plan, SHOW, &[]).await;
    assert!(staged.says("New values, standing by"), "{}", staged.body);
    let again = owner.submit(&plan, SHOW, &[]).await;
    assert_eq!(again.status, 409, "the plan was made from an older version");
}

#[tokio::test]
async fn what_is_no_metadata_is_said_to_be_none() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    for text in ["", "hello", "<a/>", "<!DOCTYPE a><a/>"] {
        let page = owner.open("/settings/access/sso").await;
        let refused = owner.submit(&page, SHOW, &[("text", text)]).await;
        assert!(refused.says("Metadata: "), "{text}: {}", refused.body);
    }
}

/// A key that no login would go by stays out of the settings: it would keep everybody out.
#[tokio::test]
async fn a_weak_key_beside_a_good_one_is_left_out() {
    let world = World::new().await;
    let mut owner = Browser::new(&world);
    owner.with_password("owner").await;
    let idp = world.site.app().demo().unwrap().provider.test_idp().clone();
    let both = idp.metadata().key(TestKey::IdpWeak, Some("signing")).xml();
    let page = owner.open("/settings/access/sso").await;
    let plan = owner.submit(&page, SHOW, &[("text", &both)]).await;
    assert!(plan.says("Nothing: the file says what is set already"));
    let strong = idp.metadata().key(TestKey::IdpNext, Some("signing")).xml();
    let plan = owner.submit(&page, SHOW, &[("text", &strong)]).await;
    assert!(plan.says("comes"), "{}", plan.body);
}
