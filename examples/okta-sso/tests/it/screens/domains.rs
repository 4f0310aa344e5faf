//! A claim in each state an administrator can meet it in.

use time::Duration;

use super::{Gallery, signed_in};
use crate::{browser::Page, world::World, zone::Zone};

const HERE: &str = "/settings/access/domains";
const CHECK: &str = "/settings/access/domains/check";
const LABS: [(&str, &str); 1] = [("domain", "acme-labs.com")];

fn shown(body: &str, start: &str) -> String {
    let at = body
        .find(start)
        .unwrap_or_else(|| panic!("{start}: {body}"));
    body[at..].split('<').next().unwrap().to_owned()
}

async fn check(world: &World, page: &Page) -> Page {
    world.pass(Duration::minutes(1));
    let mut owner = signed_in(world, "owner").await;
    owner.submit(page, CHECK, &LABS).await;
    let page = owner.open(HERE).await;
    world.pass(Duration::minutes(1));
    owner.submit(&page, CHECK, &LABS).await
}

async fn look(world: &World) -> Page {
    signed_in(world, "owner").await.open(HERE).await
}

async fn time_goes_by(world: &World, times: usize, step: Duration) {
    for _ in 0..times {
        world.pass(step);
        okta_sso::claims::check_due(world.site.app()).await.unwrap();
    }
    okta_sso::claims::carry_out_effects(world.site.app())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_claim_from_its_start_to_its_end() {
    let zone = Zone::default();
    let server = zone.serve().await;
    let world = World::configured(|config| config.dns = vec![server]).await;
    let mut gallery = Gallery::of("6-domains");
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open(HERE).await;
    gallery.keep("verified", &page, &["verified", "Give up this domain"]);
    let page = owner.submit(&page, HERE, &LABS).await;
    gallery.keep("pending", &page, &["waiting for the record", "Check now"]);
    let name = shown(&page.body, "_okta-sso-challenge.acme-labs.com");
    let value = shown(&page.body[page.body.find(&name).unwrap()..], "token=");
    let missing = check(&world, &page).await;
    gallery.keep(
        "no-record",
        &missing,
        &["There is no TXT record at this name yet"],
    );
    zone.publish(&name, "token=of-another-claim");
    let wrong = check(&world, &page).await;
    gallery.keep("wrong-value", &wrong, &["not proven yet"]);
    zone.fail(&name);
    let silent = check(&world, &page).await;
    gallery.keep("no-answer", &silent, &["not proven yet"]);
    zone.publish(&name, &value);
    zone.publish("_okta-sso-policy.acme-labs.com", "v=1 claims=none");
    let locked = check(&world, &page).await;
    gallery.keep("locked-for-others", &locked, &["locked for others"]);
    zone.withdraw("_okta-sso-policy.acme-labs.com");
    let proven = check(&world, &page).await;
    gallery.keep("proven", &proven, &["the record is there"]);
    world.pass(Duration::minutes(1));
    let mut owner = signed_in(&world, "owner").await;
    let watched = owner
        .open("/settings/access/domains/watch?domain=acme-labs.com")
        .await;
    gallery.keep(
        "watched",
        &watched,
        &["role=\"log\"", "the record is there"],
    );
    zone.withdraw(&name);
    time_goes_by(&world, 3, Duration::hours(27)).await;
    let failing = look(&world).await;
    gallery.keep("record-missing", &failing, &["record missing"]);
    time_goes_by(&world, 11, Duration::hours(27)).await;
    let lapsed = look(&world).await;
    gallery.keep("lapsed", &lapsed, &["lapsed", "Claim again"]);
    let mut owner = signed_in(&world, "owner").await;
    let form = owner.open(HERE).await;
    let page = owner
        .submit(&form, "/settings/access/domains/restart", &LABS)
        .await;
    gallery.keep("again", &page, &["waiting for the record"]);
    let page = owner
        .submit(&page, "/settings/access/domains/release", &LABS)
        .await;
    gallery.keep("given-up", &page, &["given up"]);
}

#[tokio::test]
async fn a_claim_that_is_never_proven() {
    let world = World::new().await;
    let mut gallery = Gallery::of("6-domains-expired");
    let mut owner = signed_in(&world, "owner").await;
    let page = owner.open(HERE).await;
    owner.submit(&page, HERE, &LABS).await;
    time_goes_by(&world, 20, Duration::days(2)).await;
    gallery.keep("claim", &look(&world).await, &["expired", "Claim again"]);
}
