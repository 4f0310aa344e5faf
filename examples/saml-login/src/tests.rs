//! A whole login without a socket.

use super::*;

fn get(path: &str) -> Request<Bytes> {
    Request::builder().uri(path).body(Bytes::new()).unwrap()
}

fn value<'a>(page: &'a str, name: &str) -> &'a str {
    let start = format!("name={name} value=\"");
    page.split_once(&start)
        .and_then(|(_, rest)| rest.split_once('"'))
        .unwrap()
        .0
}

#[tokio::test]
async fn signs_in_once() {
    let app = app("http://127.0.0.1:3001").unwrap();
    let now = OffsetDateTime::now_utc();
    let redirect = app.answer(get("/login"), now).await;
    let location = redirect.headers()[header::LOCATION].to_str().unwrap();
    let page = app.answer(get(location), now).await.into_body();
    let form = http::uri::PathAndQuery::from_static("/acs");
    let encode = |text: &str| {
        text.replace('%', "%25")
            .replace('+', "%2B")
            .replace('=', "%3D")
    };
    let body = format!(
        "SAMLResponse={}&RelayState={}",
        encode(value(&page, "SAMLResponse")),
        value(&page, "RelayState")
    );
    let post = || {
        Request::post(form.as_str())
            .body(Bytes::from(body.clone()))
            .unwrap()
    };

    let answer = app.answer(post(), now).await;
    assert_eq!(answer.status(), StatusCode::OK, "{}", answer.body());
    assert!(
        answer.body().contains("Signed in as ann@corp.example"),
        "{}",
        answer.body()
    );
    let again = app.answer(post(), now).await;
    assert_eq!(again.status(), StatusCode::FORBIDDEN);
    assert!(again.body().contains(saml_sp::Rejection::PUBLIC_TEXT));
}
