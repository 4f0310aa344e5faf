//! `cargo run -p saml-login`: the smallest useful wiring of saml-sp on hyper.
//!
//! Open http://127.0.0.1:3001/ and sign in. The identity provider is the test kit's, served at
//! `/idp` of the same address; with a real one, drop that route and use its three values.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use saml_sp::random::RandomError;
use saml_sp::store::memory::{MemoryReplayStore, MemoryRequestStore};
use saml_sp::xml::escape_attribute;
use saml_sp::{
    Acs, AcsForm, CryptoProvider, Expected, Idp, RequestStore, ServiceProvider, StartOptions,
};
use saml_testkit::TestIdp;
use time::OffsetDateTime;

mod idp;
type Failure = Box<dyn std::error::Error + Send + Sync>;

struct App {
    sp: ServiceProvider,
    idp: Idp,
    replays: MemoryReplayStore,
    requests: MemoryRequestStore,
    test_idp: TestIdp,
}

/// Builds the service for its own address, such as `http://127.0.0.1:3001`.
fn app(base: &str) -> Result<App, Failure> {
    let test_idp = TestIdp::okta().with_sign_in_url(&format!("{base}/idp"));
    let sp = ServiceProvider::builder(format!("{base}/entity"))
        .acs(Acs::new(format!("{base}/acs")))
        .crypto(CryptoProvider::rustcrypto())
        .build()?;
    Ok(App {
        sp,
        idp: Idp::from_parts(
            test_idp.certificate_pem(),
            test_idp.sign_in_url(),
            test_idp.issuer(),
        )?,
        replays: MemoryReplayStore::with_capacity(10_000),
        requests: MemoryRequestStore::with_capacity(10_000),
        test_idp,
    })
}

impl App {
    /// Answers one request; what fails is told to the operator, and to the user in one sentence.
    async fn answer(&self, request: Request<Bytes>, now: OffsetDateTime) -> Response<String> {
        let answer = match (request.method(), request.uri().path()) {
            (&Method::GET, "/") => Ok(status(StatusCode::OK, "<a href=\"/login\">Sign in</a>")),
            (&Method::GET, "/login") => self.login(now).await,
            (&Method::GET, "/idp") => self.test_idp(&request.uri().to_string(), now),
            (&Method::POST, "/acs") => self.acs(request.body(), now).await,
            _ => Ok(status(StatusCode::NOT_FOUND, "There is nothing here.")),
        };
        answer.unwrap_or_else(|error| {
            match error.downcast_ref::<saml_sp::Rejection>() {
                Some(rejection) => eprintln!("{}", rejection.report().text()),
                None => eprintln!("{error}"),
            }
            status(StatusCode::FORBIDDEN, saml_sp::Rejection::PUBLIC_TEXT)
        })
    }

    async fn login(&self, now: OffsetDateTime) -> Result<Response<String>, Failure> {
        let mut random = |bytes: &mut [u8]| {
            getrandom::fill(bytes).map_err(|error| RandomError::new(error.to_string()))
        };
        let options = StartOptions::default().return_to("/");
        let started = self.sp.start(&self.idp, &options, &mut random, now)?;
        self.requests.put(started.request()).await?;
        let redirect = Response::builder()
            .status(StatusCode::SEE_OTHER)
            .header(header::LOCATION, started.redirect_url())
            .header(header::CACHE_CONTROL, "no-store");
        Ok(redirect.body(String::new())?)
    }

    fn test_idp(&self, url: &str, now: OffsetDateTime) -> Result<Response<String>, Failure> {
        Ok(status(
            StatusCode::OK,
            &idp::sign_in(&self.test_idp, url, now)?,
        ))
    }

    async fn acs(&self, body: &[u8], now: OffsetDateTime) -> Result<Response<String>, Failure> {
        let form = AcsForm::from_urlencoded(body, self.sp.limits())?;
        let record = form.find_request(&self.requests, now).await?;
        let record = record.ok_or("no such login is pending")?;
        let pending = self
            .sp
            .accept(&form, &self.idp, Expected::Request(&record), now)?;
        let login = pending.redeem(&self.replays, &self.requests, now).await?;
        // A service decides here whether this issuer may speak for that address, then sets a session.
        let email = escape_attribute(login.attributes().one("email")?);
        Ok(status(StatusCode::OK, &format!("Signed in as {email}.")))
    }
}

fn status(status: StatusCode, content: &str) -> Response<String> {
    let mut response = Response::new(format!("<!doctype html><p>{content}</p>"));
    *response.status_mut() = status;
    let html = header::HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, html);
    response
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3001").await?;
    let app = Arc::new(app("http://127.0.0.1:3001")?);
    eprintln!("open http://127.0.0.1:3001/");
    loop {
        let (stream, _) = listener.accept().await?;
        let app = Arc::clone(&app);
        let service = service_fn(move |request: Request<hyper::body::Incoming>| {
            let app = Arc::clone(&app);
            async move {
                let (head, body) = request.into_parts();
                let body = Limited::new(body, app.sp.limits().form_bytes)
                    .collect()
                    .await;
                let Ok(body) = body.map(|body| Request::from_parts(head, body.to_bytes())) else {
                    return Ok(status(StatusCode::PAYLOAD_TOO_LARGE, "Too large.").map(Full::from));
                };
                let answer = app.answer(body, OffsetDateTime::now_utc()).await;
                Ok::<_, Infallible>(answer.map(Full::<Bytes>::from))
            }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

#[cfg(test)]
mod tests;
