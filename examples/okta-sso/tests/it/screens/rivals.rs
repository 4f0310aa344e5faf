//! One domain and two organisations: what each of them reads.

use org_domain::settings::Capabilities;
use time::Duration;

use super::{Gallery, owner_of_nothing, signed_in};
use crate::{
    browser::{Browser, Page},
    world::World,
    zone::Zone,
};

const HERE: &str = "/settings/access/domains";
const CHECK: &str = "/settings/access/domains/check";
const LABS: [(&str, &str); 1] = [("domain", "acme-labs.com")];

/// The value to publish, as the page shows it.
fn value(page: &Page) -> String {
    let card = &page.body[page.body.find("id=\"acme-labs.com\"").unwrap()..];
    let at = card.find("token=").unwrap();
    card[at..].split('<').next().unwrap().to_owned()
}

async fn nora(world: &World) -> Browser<'_> {
    let mut nora = Browser::new(world);
    let page = nora.open("/sign-in").await;
    let page = nora
        .submit(&page, "/sign-in", &[("email", "nora@newcomers.test")])
        .await;
    let password = [("password", "a few words in a row")];
    nora.submit(&page, "/sign-in/password", &password).await;
    nora
}

async fn check(world: &World, browser: &mut Browser<'_>) -> Page {
    world.pass(Duration::minutes(1));
    let page = browser.open(HERE).await;
    browser.submit(&page, CHECK, &LABS).await
}

#[tokio::test]
async fn a_domain_that_two_want() {
    const NAME: &str = "_okta-sso-challenge.acme-labs.com";
    let zone = Zone::default();
    let server = zone.serve().await;
    let world = World::configured(|config| config.dns = vec![server]).await;
    let mut gallery = Gallery::of("6-domains-two");
    let mut newcomer = owner_of_nothing(&world, Capabilities::ENTERPRISE).await;
    let mut owner = signed_in(&world, "owner").await;
    for browser in [&mut owner, &mut newcomer] {
        let page = browser.open(HERE).await;
        browser.submit(&page, HERE, &LABS).await;
    }
    let ours = value(&owner.open(HERE).await);
    zone.publish(NAME, &ours);
    assert!(check(&world, &mut owner).await.says("the record is there"));
    let page = newcomer.open(HERE).await;
    gallery.keep(
        "superseded",
        &page,
        &["proven by somebody else", "Claim again"],
    );
    newcomer
        .submit(&page, "/settings/access/domains/restart", &LABS)
        .await;
    let theirs = value(&newcomer.open(HERE).await);
    zone.publish(NAME, &theirs);
    let page = check(&world, &mut newcomer).await;
    gallery.keep(
        "waiting-for-the-hold",
        &page,
        &["waiting for the hold", "72 hours"],
    );
    let page = check(&world, &mut owner).await;
    gallery.keep(
        "contested",
        &page,
        &["contested", "Publish yours again before"],
    );
    for _ in 0..5 {
        world.pass(Duration::hours(27));
        okta_sso::claims::check_due(world.site.app()).await.unwrap();
    }
    let page = signed_in(&world, "owner").await.open(HERE).await;
    gallery.keep(
        "lost",
        &page,
        &["lost to somebody else", "publish the new record"],
    );
    let page = nora(&world).await.open(HERE).await;
    gallery.keep("won", &page, &["acme-labs.com", "verified"]);
}
