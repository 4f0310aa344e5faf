//! Whoever follows a setup guide for Okta finds its words on the screens: the labels of Okta's own
//! forms, the names of the features, and what to do when provisioning fails.

use serde_json::json;

use super::{owner_of_nothing, signed_in};
use crate::world::World;

const SSO: &str = "/settings/access/sso";
const SCIM: &str = "/settings/access/scim";

/// Where it is read, and what.
const WORDS: [(&str, &str); 42] = [
    ("/account", ">Organization Settings</a>"),
    ("/settings/access", ">2FA &amp; SSO</a>"),
    ("/settings/access", ">SCIM</a>"),
    (
        "/settings/access",
        "Organization Settings › Access Security",
    ),
    ("/settings/access", "Claim a domain"),
    (SSO, "Your Postback URL"),
    (SSO, "Configure SAML"),
    (SSO, "Single sign on URL"),
    (SSO, "/security/sso/v2/authorize/?org_id="),
    (SSO, "Requestable SSO URLs"),
    (SSO, "Recipient URL"),
    (SSO, "Destination URL"),
    (SSO, "/sso/saml2"),
    (SSO, "Audience URI"),
    (SSO, "firstName"),
    (SSO, "user.firstName"),
    (SSO, "lastName"),
    (SSO, "user.lastName"),
    (SSO, "required"),
    (SSO, "user.mail"),
    (SSO, "Applications"),
    (SSO, "Sign On"),
    (SSO, "SAML 2.0"),
    (SSO, "View Setup Instructions"),
    (SSO, "Configuration Data"),
    (SSO, "Public Certificate"),
    (SSO, "Download Certificate"),
    (SSO, "Authentication URL"),
    (SSO, "Redirect Login URL"),
    (SSO, "Issuer URL"),
    (SSO, "Identity Provider Issuer"),
    (SSO, "Require Single Sign-On"),
    (
        SSO,
        "except Owners and Admins, in case Single Sign-On is not set up correctly",
    ),
    (SCIM, "SCIM OAuth token"),
    (SCIM, "Configure API Integration"),
    (SCIM, "Enable API Integration"),
    (SCIM, "Username, Given name, Family name and Primary email"),
    (SCIM, "Push New Users"),
    (SCIM, "Push Profile Updates"),
    (SCIM, "Push User Deactivation"),
    (SCIM, "Reactivate Users"),
    (SCIM, "Delete the account too"),
];

#[tokio::test]
async fn a_setup_guides_words_are_on_the_screens() {
    let world = World::new().await;
    let mut owner = signed_in(&world, "owner").await;
    for (path, words) in WORDS {
        let page = owner.open(path).await;
        assert!(page.says(words), "{path} does not say {words}");
    }
    let mut nora = owner_of_nothing(&world, org_domain::settings::Capabilities::ENTERPRISE).await;
    let page = nora.open(SCIM).await;
    for words in [
        "active Enterprise plan",
        "set up with Okta",
        "claimed domain",
    ] {
        assert!(page.says(words), "what a token needs: {words}");
    }
}

#[tokio::test]
async fn what_provisioning_could_not_do_says_what_to_do() {
    let world = World::new().await;
    for (email, words) in [
        ("outsider@acme.example", "Invite the existing user by hand"),
        ("zoe@elsewhere.test", "not claimed by your organization"),
    ] {
        let user = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": email, "active": true });
        assert!(world.scim("POST", "/Users", Some(user)).await.0 >= 400);
        let page = signed_in(&world, "owner").await.open(SCIM).await;
        assert!(page.says(words), "{email}: {words}");
        let link = format!("/members?invite={}", email.replace('@', "%40"));
        assert!(page.says(&link), "{email}: a way to invite");
    }
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ann@acme.example",
        "emails": [{ "value": "ann@acme.example", "primary": true }], "active": true
    });
    assert_eq!(world.scim("POST", "/Users", Some(user)).await.0, 201);
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open("/members?search=ann").await;
    assert!(page.says("value=\"member\" selected"), "{}", page.body);
    assert!(page.says("as Members; roles are given here"));
}
