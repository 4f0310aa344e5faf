//! The forms of Organization Settings.

use http::StatusCode;

use super::{complaint, element};
use crate::{
    screens::{Gallery, owner_of_nothing, signed_in},
    world::World,
};

const SSO: &str = "/settings/access/sso";
const CONNECTION: &str = "/settings/access/sso/connection";
const METADATA: &str = "/settings/access/sso/metadata";
const IMPORT: &str = "/settings/access/import";
const DOMAINS: &str = "/settings/access/domains";

#[tokio::test]
async fn a_domain_says_what_is_wrong_with_it() {
    let world = World::new().await;
    let mut gallery = Gallery::of("6-domains-wrong");
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open(DOMAINS).await;
    for (typed, said) in [
        ("https://acme-labs.com", "leave out https://"),
        ("acme", "has no dot"),
        (
            "gmail.com",
            "The domain gmail.com cannot be claimed: the name belongs to a provider of mailboxes",
        ),
        ("co.uk", "co.uk cannot be claimed"),
    ] {
        let page = owner.submit(&form, DOMAINS, &[("domain", typed)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{typed}");
        assert!(
            complaint(&page, "domain").contains(said),
            "{typed}: {}",
            complaint(&page, "domain")
        );
        assert!(
            element(&page, "domain").contains(&format!("value=\"{typed}\"")),
            "{typed}"
        );
        gallery.keep(&typed.replace(['/', ':'], ""), &page, &[]);
    }
    let page = owner
        .submit(&form, DOMAINS, &[("domain", "acme-labs.com")])
        .await;
    assert!(page.says("waiting for the record"), "{}", page.body);
}

#[tokio::test]
async fn the_last_domain_stays_and_the_page_says_why() {
    let world = World::new().await;
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open(SSO).await;
    owner
        .submit(&page, "/settings/access/sso/require", &[("to", "on")])
        .await;
    let page = owner.open(DOMAINS).await;
    let release = "/settings/access/domains/release";
    let page = owner.submit(&page, release, &[]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.says("The last domain has to stay"), "{}", page.body);
    assert!(page.says("verified"), "and shows that it has");
}

const URL: &str = "https://acme.okta.com/app/x/exk1/sso/saml";
const ISSUER: &str = "http://www.okta.com/exk1";

/// A field, what is typed in it, where the complaint stands, and a part of it.
const WRONG: [(&str, &str, &str, &str); 8] = [
    (
        "certificate",
        "",
        "certificate_file",
        "choose the file or paste",
    ),
    ("certificate", "MIIB", "certificate", "Public Certificate:"),
    (
        "certificate",
        "https://acme.okta.com/cert",
        "certificate",
        "download the certificate",
    ),
    (
        "sign_in_url",
        "acme.okta.com",
        "sign_in_url",
        "begins with https://",
    ),
    (
        "sign_in_url",
        "",
        "sign_in_url",
        "Identity Provider Single Sign-On URL",
    ),
    ("issuer", "exk 1", "issuer", "Identity Provider Issuer"),
    ("issuer", "", "issuer", "such as http://www.okta.com/"),
    (
        "logout_url",
        "http://acme.okta.com/slo",
        "logout_url",
        "or leave this empty",
    ),
];

#[tokio::test]
async fn each_of_oktas_values_says_what_is_wrong_with_it() {
    let world = World::new().await;
    let mut gallery = Gallery::of("6-sso-wrong");
    let idp = world.site.app().demo().unwrap().provider.test_idp().clone();
    let good = [
        ("certificate", idp.certificate_pem()),
        ("sign_in_url", URL),
        ("issuer", ISSUER),
        ("logout_url", "https://acme.okta.com/slo"),
    ];
    let plan = org_domain::settings::Capabilities::ENTERPRISE;
    let mut nora = owner_of_nothing(&world, plan).await;
    let form = nora.open(SSO).await;
    for (field, typed, at, said) in WRONG {
        let mut fields = good;
        fields
            .iter_mut()
            .find(|(name, _)| *name == field)
            .unwrap()
            .1 = typed;
        let page = nora.submit(&form, CONNECTION, &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{field} {typed}");
        assert!(
            complaint(&page, at).contains(said),
            "{typed}: {}",
            complaint(&page, at)
        );
        for (name, value) in fields.iter().filter(|(name, _)| *name != "certificate") {
            assert!(
                element(&page, name).contains(&format!("value=\"{value}\"")),
                "{name}: {}",
                page.body
            );
        }
        assert!(
            page.says(&format!(">{}</textarea>", fields[0].1.trim())),
            "the pasted text stays"
        );
        gallery.keep(&format!("{at}-{}", typed.len()), &page, &[]);
    }
    let page = nora.submit(&form, CONNECTION, &good).await;
    assert!(page.says("in force"), "{}", page.body);
}

#[tokio::test]
async fn metadata_and_files_say_what_is_wrong_with_them() {
    let world = World::new().await;
    let mut gallery = Gallery::of("6-sso-wrong-file");
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open(SSO).await;
    let page = owner.submit(&form, METADATA, &[]).await;
    assert!(complaint(&page, "metadata").contains("choose the file or paste"));
    let page = owner.submit(&form, METADATA, &[("text", "<a/>")]).await;
    assert!(complaint(&page, "metadata_text").contains("View SAML setup instructions"));
    assert!(
        page.says(">&lt;a/&gt;</textarea>"),
        "the text stays: {}",
        page.body
    );
    assert!(
        page.says("<details open><summary>All at once"),
        "and is in sight"
    );
    let url = idp_url(&world);
    assert!(
        element(&page, "sign_in_url").contains(&url),
        "the other form shows what is set"
    );
    gallery.keep("metadata", &page, &[]);
    let page = owner.submit(&form, IMPORT, &[]).await;
    assert!(complaint(&page, "settings").contains("Choose the file"));
    let page = owner.submit(&form, IMPORT, &[("settings", "{}")]).await;
    assert!(complaint(&page, "settings").contains("missing field"));
    gallery.keep("import", &page, &["Keep or carry these settings"]);
}

fn idp_url(world: &World) -> String {
    let provider = &world.site.app().demo().unwrap().provider;
    provider.test_idp().sign_in_url().to_owned()
}

/// A file whose later part only an Owner may bring: what came before it is there, and the page says so.
#[tokio::test]
async fn a_file_that_is_refused_half_way_says_what_was_taken() {
    let world = World::new().await;
    let mut admin = signed_in(&world, "admin").await;
    let file = admin.open("/settings/access/settings.json").await.body;
    let other = file
        .replace("\"allowed\"", "\"bounced\"")
        .replace("\"remove_membership\"", "\"delete_account\"");
    let form = admin.open(SSO).await;
    let page = admin.submit(&form, IMPORT, &[("settings", &other)]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let said = complaint(&page, "settings");
    assert!(
        said.contains("Only an Owner") && said.contains("was brought in"),
        "{said}"
    );
    let now = admin.open("/settings/access/settings.json").await.body;
    assert!(
        now.contains("\"bounced\"") && now.contains("\"remove_membership\""),
        "{now}"
    );
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open(SSO).await;
    owner.submit(&form, IMPORT, &[("settings", &other)]).await;
    let now = owner.open("/settings/access/settings.json").await.body;
    assert!(now.contains("\"delete_account\""), "{now}");
}
