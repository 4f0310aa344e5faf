//! `cargo run -p scim-server --bin scim-server-axum`: the same endpoint mounted in axum.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use scim_core::auth::{Pepper, RandomError, Slot, TokenRecord};
use scim_core::config::Config;
use scim_core::guard::AllowAll;
use scim_core::store::memory::MemoryStore;
use scim_core::tower::ScimService;
use scim_core::{Scim, TenantId};
use time::OffsetDateTime;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Builds the router and mints the token of its tenant.
fn app(origin: &str) -> Result<(Router, String), Failure> {
    let mut pepper = [0; 32];
    random(&mut pepper)?;
    let pepper = Pepper::new(pepper);
    let (tenant, now) = (TenantId::new("demo"), OffsetDateTime::now_utc());
    let (token, record) = TokenRecord::mint(tenant, Slot::First, None, &pepper, now, &mut random)?;
    let store = Arc::new(MemoryStore::new(100_000));
    store.put_token(record);
    // Nesting takes the prefix off the path, so requests arrive without it.
    let config = Config::new(&format!("{origin}/scim/v2"), pepper)?.mounted_at("");
    let scim = Scim::new(config, store.clone(), store, AllowAll);
    let service = ScimService::new(scim, OffsetDateTime::now_utc, random);
    Ok((
        Router::new().nest_service("/scim/v2", service),
        token.reveal(),
    ))
}

fn random(bytes: &mut [u8]) -> Result<(), RandomError> {
    getrandom::fill(bytes).map_err(|_| RandomError)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let address = SocketAddr::from(([127, 0, 0, 1], 3000));
    let (router, token) = app(&format!("http://{address}"))?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    eprintln!("SCIM base URL  http://{address}/scim/v2\nBearer token   {token}");
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    Ok(axum::serve(listener, router)
        .with_graceful_shutdown(stop)
        .await?)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt;
    use scim_core::events::Outcome;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_user_is_created_and_found() {
        let (router, token) = app("http://127.0.0.1:3000").unwrap();
        let send = async |method: &str, target: &str, body: String| {
            let request = Request::builder()
                .method(method)
                .uri(format!("/scim/v2{target}"))
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "application/scim+json")
                .body(Body::from(body))
                .unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            let (head, body) = response.into_parts();
            (
                head,
                String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap(),
            )
        };
        let ann = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann@acme.example"}"#;
        let (head, body) = send("POST", "/Users", ann.to_owned()).await;
        assert_eq!(head.status, 201);
        assert_eq!(head.extensions.get::<Outcome>().unwrap().changes.len(), 1);
        let place = head.headers["location"].to_str().unwrap();
        assert!(
            place.starts_with("http://127.0.0.1:3000/scim/v2/Users/"),
            "{place}"
        );
        assert!(body.contains("ann@acme.example"));
        let (head, _) = send(
            "GET",
            place.split_once("/scim/v2").unwrap().1,
            String::new(),
        )
        .await;
        assert_eq!(head.status, 200);

        let large = format!("{ann}{}", " ".repeat(1 << 20));
        let (head, body) = send("POST", "/Users", large).await;
        assert_eq!(
            (head.status.as_u16(), body.contains("1048576 bytes")),
            (413, true)
        );
        let (head, body) = send("GET", "/Nowhere", String::new()).await;
        assert_eq!(
            (head.status.as_u16(), body.contains("\"404\"")),
            (404, true)
        );
    }
}
