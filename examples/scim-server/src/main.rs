//! `cargo run -p scim-server`: a SCIM endpoint on 127.0.0.1:3000 with one tenant.
//!
//! It prints a token, keeps everything in memory and lets the token's holder
//! create anybody. A real service puts its own rules where `AllowAll` stands and
//! its own database where `MemoryStore` does.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use scim_core::auth::{Pepper, RandomError, Slot, TokenRecord};
use scim_core::config::{Config, GroupPatch, MemberRule};
use scim_core::guard::AllowAll;
use scim_core::store::memory::MemoryStore;
use scim_core::{Scim, TenantId};
use time::OffsetDateTime;

type App = Scim<Arc<MemoryStore>, Arc<MemoryStore>, AllowAll>;
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// One byte more than the library reads, so that it can say 413 itself.
const BODY_LIMIT: usize = (1 << 20) + 1;

/// Builds the service and mints the token of its tenant.
fn app(base_url: &str, now: OffsetDateTime) -> Result<(App, String), Failure> {
    let mut pepper = [0; 32];
    random(&mut pepper)?;
    let pepper = Pepper::new(pepper);
    let (token, record) = TokenRecord::mint(
        TenantId::new("demo"),
        Slot::First,
        None,
        &pepper,
        now,
        &mut random,
    )?;
    let store = Arc::new(MemoryStore::new(100_000));
    store.put_token(record);
    // As conformance testers want it; the defaults are made for Okta and Entra.
    let config = Config::new(base_url, pepper)?
        .with_group_patch(GroupPatch::Body)
        .with_members(MemberRule::Any);
    Ok((
        Scim::new(config, store.clone(), store, AllowAll),
        token.reveal(),
    ))
}

fn random(bytes: &mut [u8]) -> Result<(), RandomError> {
    getrandom::fill(bytes).map_err(|_| RandomError)
}

/// Answers one request; the body has been collected already.
async fn answer(app: &App, request: Request<Bytes>, now: OffsetDateTime) -> Response<Bytes> {
    let response = app.handle(request.into(), now, &mut random).await;
    for ended in response.outcome.must_end() {
        // A real service ends sessions, tokens and keys of this user here.
        eprintln!("end every access of user {}", ended.user);
    }
    response.into()
}

async fn serve(
    app: Arc<App>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => body.to_bytes(),
        // Too long or broken off: what the library refuses as too large.
        Err(_) => Bytes::from(vec![b' '; BODY_LIMIT]),
    };
    let request = Request::from_parts(head, body);
    Ok(answer(&app, request, OffsetDateTime::now_utc())
        .await
        .map(Full::new))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let address = SocketAddr::from(([127, 0, 0, 1], 3000));
    let base_url = format!("http://{address}/scim/v2");
    let (app, token) = app(&base_url, OffsetDateTime::now_utc())?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    eprintln!("SCIM base URL  {base_url}\nBearer token   {token}");
    eprintln!("curl -H 'Authorization: Bearer {token}' {base_url}/Users");
    let app = Arc::new(app);
    loop {
        let (stream, _) = tokio::select! {
            accepted = listener.accept() => accepted?,
            done = tokio::signal::ctrl_c() => return Ok(done?),
        };
        let app = app.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| serve(app.clone(), request));
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                eprintln!("connection: {error}");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_user_is_created_and_found() {
        let now = OffsetDateTime::now_utc();
        let (app, token) = app("http://127.0.0.1:3000/scim/v2", now).unwrap();
        let send = async |method: &str, target: &str, body: &'static str| {
            let request = Request::builder()
                .method(method)
                .uri(format!("http://127.0.0.1:3000/scim/v2{target}"))
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "application/scim+json")
                .body(Bytes::from(body))
                .unwrap();
            answer(&app, request, now).await
        };
        let ann = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann@acme.example"}"#;
        assert_eq!(send("POST", "/Users", ann).await.status(), 201);
        assert_eq!(send("POST", "/Users", ann).await.status(), 409);
        let found = send(
            "GET",
            "/Users?filter=userName%20eq%20%22ANN%40acme.example%22",
            "",
        )
        .await;
        assert_eq!(found.status(), 200);
        let found = String::from_utf8(found.into_body().to_vec()).unwrap();
        assert!(
            found.contains(r#""totalResults":1"#) && found.contains("ann@acme.example"),
            "{found}"
        );
    }
}
