//! Single sign-on: values, tests, switches, certificates that end.

use saml_testkit::TestKey;
use time::{Duration, macros::datetime};

use super::{Gallery, owner_of_nothing, signed_in};
use crate::{browser::Browser, world::World};

const SSO: &str = "/settings/access/sso";
const METADATA: &str = "/settings/access/sso/metadata";

#[tokio::test]
async fn from_the_first_value_to_requiring_it() {
    let world = World::new().await;
    let mut gallery = Gallery::of("6-sso");
    let plan = org_domain::settings::Capabilities::ENTERPRISE;
    let mut nora = owner_of_nothing(&world, plan).await;
    let page = nora.open(SSO).await;
    let values = [
        ("certificate", "no certificate"),
        ("sign_in_url", "https://acme.okta.com/app/x/sso/saml"),
        ("issuer", "http://www.okta.com/exk1"),
    ];
    let page = nora
        .submit(&page, "/settings/access/sso/connection", &values)
        .await;
    gallery.keep(
        "wrong-certificate",
        &page,
        &["role=\"alert\"", "Public Certificate"],
    );
    let idp = world.site.app().demo().unwrap().provider.test_idp().clone();
    let certificate = idp.certificate_pem();
    let values = [("certificate", certificate), values[1], values[2]];
    let page = nora
        .submit(&page, "/settings/access/sso/connection", &values)
        .await;
    gallery.keep("entered", &page, &["in force", "claim a domain"]);
    let page = nora
        .submit(&page, "/settings/access/sso/enable", &[("to", "on")])
        .await;
    gallery.keep("enable-without-domain", &page, &["role=\"alert\""]);
    let page = nora.submit(&page, "/settings/access/sso/remove", &[]).await;
    gallery.keep("removed", &page, &["Public Certificate"]);

    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open(SSO).await;
    gallery.keep("on", &page, &["Passed", "Require Single Sign-On"]);
    let provider = owner.submit(&page, "/settings/access/sso/test", &[]).await;
    let result = owner.choose(&provider, "member@acme.example").await;
    gallery.keep("test-of-another", &result, &["somebody else than you"]);
    let provider = owner.submit(&page, "/settings/access/sso/test", &[]).await;
    let result = owner.choose(&provider, "owner@acme.example").await;
    gallery.keep("test-good", &result, &["The test counts"]);
    let page = owner.open(SSO).await;
    let join = owner.open("/members").await;
    let join = owner
        .submit(
            &join,
            "/members/invite",
            &[("role", "member"), ("email", "nils@new.test")],
        )
        .await;
    join_by(&world, &join.body).await;
    let dry = owner.open(SSO).await;
    gallery.keep("dry-run", &dry, &["nils@new.test", "Cannot enter"]);
    let page = owner
        .submit(&page, "/settings/access/sso/require", &[("to", "on")])
        .await;
    gallery.keep("required", &page, &["Stop requiring it"]);
    let page = owner.open("/settings/access").await;
    gallery.keep("required-overview", &page, &["required"]);
}

async fn join_by(world: &World, body: &str) {
    let at = body.find("/invitations/").unwrap();
    let path = body[at..].split('<').next().unwrap().to_owned();
    let mut nils = Browser::new(world);
    let page = nils.open(&path).await;
    nils.submit(&page, &path, &[("password", "a few words in a row")])
        .await;
}

#[tokio::test]
async fn new_values_and_their_test() {
    let world = World::new().await;
    let mut gallery = Gallery::of("6-sso-next");
    Browser::new(&world).with_sso("member@acme.example").await;
    let mut owner = signed_in(&world, "owner").await;
    let idp = world.site.app().demo().unwrap().provider.test_idp().clone();
    let moved = idp.metadata().key(TestKey::IdpNext, Some("signing")).xml();
    let page = owner.open(SSO).await;
    let page = owner.submit(&page, METADATA, &[("text", "<a/>")]).await;
    gallery.keep("no-metadata", &page, &["Metadata: "]);
    let plan = owner
        .submit(&page, METADATA, &[("text", &idp.metadata_xml())])
        .await;
    gallery.keep("metadata-same", &plan, &["Nothing"]);
    let plan = owner.submit(&page, METADATA, &[("text", &moved)]).await;
    gallery.keep("metadata-more", &plan, &["comes", "Change nothing"]);
    let other = idp
        .metadata_xml()
        .replace("exkdemo0000000000001/sso", "exkmoved/sso")
        .replace("com/exkdemo", "com/exkother");
    let plan = owner.submit(&page, METADATA, &[("text", &other)]).await;
    gallery.keep("metadata-other", &plan, &["stand beside", "changes"]);
    let staged = owner.submit(&plan, METADATA, &[]).await;
    gallery.keep(
        "staged",
        &staged,
        &["New values, standing by", "not tested"],
    );
    let page = owner
        .submit(&staged, "/settings/access/sso/promote", &[("to", "on")])
        .await;
    gallery.keep(
        "staged-untested",
        &page,
        &["has to sign in once with these values first"],
    );
}

#[tokio::test]
async fn certificates_that_end() {
    let world = World::new().await;
    let mut gallery = Gallery::of("6-sso-certificate");
    let end = datetime!(2120-01-01 00:00 UTC);
    world.pass(end - world.now() - Duration::days(12));
    for (name, text) in [("ends-soon", "ends soon"), ("ended", "ended")] {
        let mut owner = signed_in(&world, "owner").await;
        let page = owner.open(SSO).await;
        gallery.keep(name, &page, &[text]);
        let page = owner.open("/settings/access").await;
        gallery.keep(&format!("{name}-overview"), &page, &[text]);
        world.pass(Duration::days(20));
    }
}
