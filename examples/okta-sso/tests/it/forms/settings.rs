//! The forms of Organization Settings.

use http::StatusCode;

use saml_testkit::TestKey;
use time::macros::datetime;

use super::{complaint, complaints, element};
use crate::{
    browser::Page,
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
const WRONG: [(&str, &str, &str, &str); 11] = [
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
        "https://acme.okta.com/#app",
        "sign_in_url",
        "it has a fragment",
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
    (
        "logout_url",
        "https://acme.okta.com/slo#x",
        "logout_url",
        "it has a fragment",
    ),
    (
        "certificate",
        TestKey::IdpWeak.certificate_pem(),
        "certificate",
        "at least 2048 bits",
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

/// Every value is judged by itself, so that one submission tells all that is to be mended.
#[tokio::test]
async fn all_of_oktas_values_are_judged_at_once() {
    let world = World::new().await;
    let mut gallery = Gallery::of("6-sso-wrong-all");
    let idp = world.site.app().demo().unwrap().provider.test_idp().clone();
    let plan = org_domain::settings::Capabilities::ENTERPRISE;
    let mut nora = owner_of_nothing(&world, plan).await;
    let form = nora.open(SSO).await;
    assert!(
        page_form(&form).contains("novalidate"),
        "a browser stops at the first"
    );
    let wrong = [
        ("certificate", "MIIB"),
        ("sign_in_url", "acme.okta.com"),
        ("issuer", "exk 1"),
        ("logout_url", "ftp://acme"),
    ];
    let page = nora.submit(&form, CONNECTION, &wrong).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let said = complaints(&page, &wrong.map(|(field, _)| field));
    for (said, name) in said
        .iter()
        .zip(["Public C", "Authent", "Issuer", "Single L"])
    {
        assert!(said.starts_with(name), "{said}");
    }
    for (name, value) in &wrong[1..] {
        let kept = format!("value=\"{value}\"");
        assert!(
            element(&page, name).contains(&kept),
            "{name}: {}",
            page.body
        );
    }
    assert!(page.says(">MIIB</textarea>"));
    gallery.keep("text", &page, &[]);
    // Nothing but two of them is wrong, and those alone are named.
    let two = [
        ("certificate", idp.certificate_pem()),
        ("sign_in_url", ""),
        ("issuer", ISSUER),
        wrong[3],
    ];
    let page = nora.submit(&form, CONNECTION, &two).await;
    complaints(&page, &["sign_in_url", "logout_url"]);
    assert!(element(&page, "issuer").contains(ISSUER));
    gallery.keep("two", &page, &[]);
    // What the rules say about certificates is said there too.
    let twice = idp.certificate_pem().repeat(2);
    let page = nora
        .submit(
            &form,
            CONNECTION,
            &[("certificate", &twice), two[1], wrong[2]],
        )
        .await;
    let said = complaints(&page, &["certificate", "sign_in_url", "issuer"]);
    assert!(said[0].contains("there already"), "{}", said[0]);
    let page = nora.open(SSO).await;
    assert!(!page.says("in force"), "nothing was taken");
    let good = [two[0], ("sign_in_url", URL), two[2]];
    let page = nora.submit(&page, CONNECTION, &good).await;
    assert!(page.says("in force"), "{}", page.body);
}

fn page_form(page: &Page) -> &str {
    let at = page.body.find(&format!("action=\"{CONNECTION}\"")).unwrap();
    let rest = &page.body[at..];
    &rest[..rest.find('>').unwrap()]
}

/// An organization that uses single sign-on keeps no certificates none of which is valid, and the page
/// says so where others are to be put.
#[tokio::test]
async fn certificates_that_ended_are_said_at_their_field() {
    let world = World::new().await;
    world.pass(datetime!(2121-01-01 00:00 UTC) - world.now());
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open(SSO).await;
    let pasted = TestKey::IdpNext.certificate_pem();
    for (field, certificate) in [("certificate_file", ""), ("certificate", pasted)] {
        let fields = [("certificate", certificate), ("issuer", "")];
        let page = owner.submit(&form, CONNECTION, &fields).await;
        let said = complaints(&page, &[field, "issuer"]);
        assert!(said[0].contains("valid now"), "{}", said[0]);
        assert!(element(&page, "sign_in_url").contains(&idp_url(&world)));
    }
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
    let file = owner.open("/settings/access/settings.json").await.body;
    let (url, issuer) = (idp_url(&world), "\"issuer\": \"");
    let bad = file
        .replace(&url, "no url")
        .replace(issuer, &format!("{issuer}a b"));
    let page = owner.submit(&form, IMPORT, &[("settings", &bad)]).await;
    let said = complaint(&page, "settings");
    assert!(
        said.contains("Authentication URL: ") && said.contains("Issuer URL: "),
        "{said}"
    );
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
