//! What few people ever see: claims that people of the service decide on, a logout that did not reach
//! everybody, requests of the wrong kind or size, and names of every kind.

use bytes::Bytes;
use http::{Request, StatusCode};
use okta_sso::{claims, server::Bounds};
use org_domain::{
    AccountId, Actor, Claim, ClaimAction, ClaimEvent, ClaimRules, ClaimStore as _, Domain, OrgId,
    Permit, Role,
    claim::ReviewCause,
    policy::{ClaimCircumstances, LastDomain, permit_claim},
    proof::LockStanding,
    settings::Capabilities,
    settle,
    store::ClaimWrite,
};
use saml_testkit::{Element, LogoutRequestSeen, Node};
use serde_json::json;

use super::{Gallery, owner_of_nothing, signed_in};
use crate::{
    browser::{Browser, Page},
    world::{BASE, World},
};

const DOMAINS: &str = "/settings/access/domains";

/// An Owner's permit, as the service gives it when nothing is against it.
fn permit(world: &World, action: ClaimAction, org: &OrgId) -> Permit {
    let owner = Actor {
        account: AccountId::new("an-owner").unwrap(),
        role: Role::Owner,
        authenticated_at: world.now(),
    };
    let around = ClaimCircumstances {
        pending_claims: 0,
        claims: 1,
        last_manual_check: None,
        manual_checks_last_hour: 0,
        last_domain_under_required_sso: LastDomain::No,
        owner_lock: LockStanding::Absent,
    };
    permit_claim(action, org, &owner, &around, world.now()).unwrap()
}

async fn happens(world: &World, org: &OrgId, domain: &Domain, event: ClaimEvent<'_>) {
    let database = world.site.app().database();
    settle::act(database, org, domain, event, world.now())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_claim_that_is_reviewed() {
    let world = World::new().await;
    let mut gallery = Gallery::of("6-domains-review");
    let org = OrgId::new(&world.org_id()).unwrap();
    let mut owner = signed_in(&world, "owner").await;
    for (name, decision, said) in [
        (
            "acme-one.com",
            ClaimEvent::ReviewApproved,
            "waiting for the record",
        ),
        ("acme-two.com", ClaimEvent::ReviewRejected, "turned down"),
    ] {
        let domain = Domain::parse(name).unwrap();
        let begun = Claim::start_in_review(
            &permit(&world, ClaimAction::Start, &org),
            ClaimRules::default().check(domain.clone()).unwrap(),
            ReviewCause::Confusable,
            claims::fresh_token().unwrap(),
            &claims::proof_style().unwrap(),
            world.now(),
        );
        let write = ClaimWrite::insert(begun.unwrap());
        let database = world.site.app().database();
        database.commit(&[write]).await.unwrap();
        let page = owner.open(DOMAINS).await;
        let texts = ["being reviewed", "looks at this claim first", "resembles"];
        gallery.keep(&format!("waits-{name}"), &page, &texts);
        happens(&world, &org, &domain, decision).await;
        let page = owner.open(DOMAINS).await;
        gallery.keep(&format!("decided-{name}"), &page, &[said]);
    }
}

#[tokio::test]
async fn a_domain_that_is_handed_over() {
    let world = World::new().await;
    let mut gallery = Gallery::of("6-domains-handed-over");
    let (acme, others) = (
        OrgId::new(&world.org_id()).unwrap(),
        OrgId::new("newcomers").unwrap(),
    );
    owner_of_nothing(&world, Capabilities::ENTERPRISE).await;
    let domain = Domain::parse("acme.example").unwrap();
    let offer = permit(&world, ClaimAction::OfferTransfer, &acme);
    let offered = ClaimEvent::OfferTransfer(&offer, others.clone());
    happens(&world, &acme, &domain, offered).await;
    let page = signed_in(&world, "owner").await.open(DOMAINS).await;
    gallery.keep(
        "offered",
        &page,
        &["being handed over", "Offered to another organization until"],
    );
    let accept = permit(&world, ClaimAction::AcceptTransfer, &others);
    happens(&world, &acme, &domain, ClaimEvent::AcceptTransfer(&accept)).await;
    let page = signed_in(&world, "owner").await.open(DOMAINS).await;
    gallery.keep("accepted", &page, &["has accepted"]);
    happens(&world, &acme, &domain, ClaimEvent::HandOver).await;
    let page = signed_in(&world, "owner").await.open(DOMAINS).await;
    gallery.keep(
        "gone",
        &page,
        &["handed over", "as your organization had agreed"],
    );
}

/// The provider's answer to the request on a page: that it could not end every session.
fn partly(world: &World, asking: &Page) -> Vec<(String, String)> {
    let start = asking.body.find("action=\"").unwrap() + 8;
    let action = asking.body[start..].split('"').next().unwrap();
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(asking.form(action))
        .finish();
    let seen = LogoutRequestSeen::from_form(&body).unwrap();
    let idp = world.site.app().demo().unwrap().provider.test_idp().clone();
    let url = format!("{BASE}/sso/logout/{}", world.org_id());
    let answer = idp
        .logout_response(&url, seen.id(), world.now())
        .relay_state(seen.relay_state().unwrap())
        .edit(|root| {
            let code = root
                .at_mut(&["saml2p:Status", "saml2p:StatusCode"])
                .expect("a status");
            code.set_attribute("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder");
            let partial = Element::new("saml2p:StatusCode")
                .attribute("Value", "urn:oasis:names:tc:SAML:2.0:status:PartialLogout");
            code.children_mut().push(Node::Element(partial));
        });
    form_urlencoded::parse(answer.form_body().as_bytes())
        .into_owned()
        .collect()
}

#[tokio::test]
async fn signed_out_here_and_not_everywhere() {
    let world = World::new().await;
    let mut gallery = Gallery::of("8-sign-out-partly");
    let mut browser = Browser::new(&world);
    let page = browser.with_sso("member@acme.example").await;
    let asking = browser.submit(&page, "/sign-out/everywhere", &[]).await;
    let answer = partly(&world, &asking);
    let fields: Vec<(&str, &str)> = answer
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let done = browser
        .post(&format!("/sso/logout/{}", world.org_id()), &fields)
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    gallery.keep("partly", &done, &["Signed out", "could not end all others"]);
    assert!(
        !browser.open("/account").await.says("Hello"),
        "here it is over"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_wrong_kind_or_size() {
    let bounds = Bounds {
        body: 4 * 1024,
        ..Bounds::default()
    };
    let world = World::new().await.listening(bounds).await;
    let mut gallery = Gallery::of("9-failure-request");
    let request = Request::builder()
        .method("DELETE")
        .uri("/members")
        .header("host", "127.0.0.1:4400");
    let answer = world.call(request.body(Bytes::new()).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers()["allow"], "GET, HEAD, POST");
    gallery.keep(
        "405",
        &Page::of("/members", &answer),
        &["takes no other method", "Nothing was changed"],
    );
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open("/settings/access/sso").await;
    let large = "A".repeat(6 * 1024);
    let page = owner
        .submit(&form, "/settings/access/sso/metadata", &[("text", &large)])
        .await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    gallery.keep(
        "413",
        &page,
        &["Too large", "nothing was changed", "the right file"],
    );
    let page = owner.get("/members/invite").await;
    assert_eq!(
        page.location().unwrap(),
        format!("{BASE}/members"),
        "a form's own address leads to it"
    );
}

/// First names, last names, and the part of the address before the @.
const PEOPLE: [(&str, &str, &str); 6] = [
    (
        "\u{5d0}\u{5d1}\u{5e8}\u{5d4}\u{5dd}",
        "\u{5db}\u{5d4}\u{5df}",
        "rtl",
    ),
    ("\u{202e}evil", "\u{2066}Name", "bidi"),
    (
        "\u{1f469}\u{200d}\u{1f680}\u{1f1e9}\u{1f1ea}",
        "\u{1f600}",
        "emoji",
    ),
    (
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "html",
    ),
    ("&amp;", "'--", "entity"),
    (" ", "", "blank"),
];

async fn provision(world: &World, (given, family, local): (&str, &str, &str)) {
    let email = format!("{local}@acme.example");
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": email,
        "name": { "givenName": given, "familyName": family },
        "emails": [{ "value": email, "primary": true }], "active": true
    });
    let (status, made) = world.scim("POST", "/Users", Some(user)).await;
    assert_eq!(status, 201, "{local}: {made}");
}

/// All are shown, and none breaks out of its place.
#[tokio::test]
async fn names_of_every_kind() {
    let world = World::new().await;
    let mut gallery = Gallery::of("4-members-names");
    let long = "Wolfeschlegelsteinhausenbergerdorff".repeat(6);
    provision(&world, (&long, "Long", "long")).await;
    for person in PEOPLE {
        provision(&world, person).await;
    }
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open("/members").await;
    for harm in ["<script>", "<img"] {
        assert!(!page.says(harm), "{harm}");
    }
    let texts = [
        "&lt;script&gt;alert(1)",
        "&amp;amp;",
        &long,
        "blank@acme.example",
    ];
    gallery.keep("members", &page, &texts);
    assert!(
        page.says(">B</span>"),
        "a letter of the address: {}",
        page.body
    );
    let mut strange = Browser::new(&world);
    let page = strange.with_sso("html@acme.example").await;
    assert!(!page.says("<script>"), "{}", page.body);
    gallery.keep("account", &page, &["Hello, &lt;script&gt;"]);
}

/// As long as the rules of addresses and of the DNS allow.
#[tokio::test]
async fn the_longest_address_and_the_longest_domain() {
    let world = World::new().await;
    let mut gallery = Gallery::of("4-members-far");
    let label = "a".repeat(63);
    let far = format!("{}@{label}.{label}.{label}.acme.example", "b".repeat(40));
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open("/members").await;
    let typed = [("email", far.as_str()), ("role", "admin")];
    let page = owner.submit(&page, "/members/invite", &typed).await;
    gallery.keep("address", &page, &["Pass this link on", &far]);
    let domain = format!("{label}.{label}.{label}.com");
    let page = owner.open(DOMAINS).await;
    let page = owner.submit(&page, DOMAINS, &[("domain", &domain)]).await;
    gallery.keep("domain", &page, &[&domain, "waiting for the record"]);
    let page = owner.open("/settings/access").await;
    gallery.keep("overview", &page, &[&domain]);
    claims::carry_out_effects(world.site.app()).await.unwrap();
    let page = owner.open("/settings/access/audit").await;
    gallery.keep("audit", &page, &[&domain]);
}
