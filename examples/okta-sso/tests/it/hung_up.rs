//! Whoever hangs up in the middle of a request leaves nothing half, and nothing that others wait
//! for.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use okta_sso::server::Bounds;
use saml_testkit::{Person, SpTarget};
use sso_store::OpenOptions;
use tokio::{io::AsyncWriteExt as _, net::TcpStream, time::timeout};

use crate::{
    killed::HALVES,
    program::user,
    rows::number,
    server::Server,
    world::{BASE, Files, Ground, World},
};

/// Sends a request and hangs up so much later.
async fn hang_up(world: &World, request: &str, after: Duration) {
    let mut stream = TcpStream::connect(world.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let answered = timeout(after, stream.readable()).await;
    drop((stream, answered));
}

fn post(path: &str, kind: &str, more: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\n{more}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// An answer that nobody asked for, for somebody who comes for the first time.
fn answer(world: &World, email: &str) -> String {
    let target = SpTarget::new(
        &format!("{BASE}/sso/saml2"),
        &format!("{BASE}/security/sso/v2/authorize/"),
    );
    let idp = world.site.app().demo().unwrap().provider.test_idp().clone();
    let person = Person::new(email, "Hung", "Up");
    let (message, _) = idp.response(&target, &person, world.now()).post_fields();
    form_urlencoded::Serializer::new(String::new())
        .append_pair("SAMLResponse", &message)
        .finish()
}

async fn survive(url: &str) {
    let ground = Ground {
        url: url.to_owned(),
        options: OpenOptions::default(),
    };
    let world = World::at(&ground, |_| ()).await;
    let world = world.listening(Bounds::default()).await;
    let token = &world.site.app().demo().unwrap().keep.scim_token;
    let bearer = format!("Authorization: Bearer {token}\r\n");
    for n in 0..80_u32 {
        // From at once to when it is done.
        let after = Duration::from_micros(u64::from(n * n) * 8);
        let email = format!("u{n}@acme.example");
        let create = post(
            "/scim/v2/Users",
            "application/scim+json",
            &bearer,
            &user(&email),
        );
        let form = answer(&world, &format!("l{n}@acme.example"));
        let login = post("/sso/saml2", "application/x-www-form-urlencoded", "", &form);
        tokio::join!(
            hang_up(&world, &create, after),
            hang_up(&world, &login, after)
        );
    }
    // Somebody who stays is served at once, so nobody holds what others need.
    let form = answer(&world, "stays@acme.example");
    let request = Request::post("/sso/saml2")
        .header("host", "a")
        .header("content-type", "application/x-www-form-urlencoded");
    let stays = world.call(request.body(Bytes::from(form)).unwrap()).await;
    assert_eq!(stays.status(), StatusCode::SEE_OTHER);
    let last = serde_json::from_str(&user("last@acme.example")).unwrap();
    assert_eq!(world.scim("POST", "/Users", Some(last)).await.0, 201);
    // The last of these counts requests, of which there were none here.
    for sql in &HALVES[..HALVES.len() - 1] {
        assert_eq!(number(url, sql).await, 0, "{sql}");
    }
    let begun = number(url, "SELECT COUNT(*) FROM scim_changes").await;
    let in_time = number(url, "SELECT COUNT(*) FROM sessions").await;
    println!("of 80 each, {begun} creations and {in_time} logins were done");
    assert!(begun > 0 && in_time > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    let files = Files::new();
    survive(&format!("sqlite:{}", files.data().display())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    if let Some(server) = Server::start_or_skip() {
        survive(&server.url()).await;
    }
}
