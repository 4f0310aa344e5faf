//! Stores and sources that fail, and other writers in between.

use super::*;

/// A store in which another writer always comes first, a set number of times.
struct Contended {
    inner: Arc<MemoryStore>,
    others: AtomicU32,
}

impl Store for Contended {
    type Plan = ();
    type Error = io::Error;

    async fn get(
        &self,
        tenant: &TenantId,
        kind: &Kind,
        id: &ResourceId,
        load: &Load,
    ) -> io::Result<Option<Stored>> {
        self.inner
            .get(tenant, kind, id, load)
            .await
            .map_err(io::Error::other)
    }

    async fn query(&self, _: &TenantId, query: &Query) -> io::Result<Page> {
        if query.most_searched == FEW {
            return Err(io::Error::new(
                io::ErrorKind::QuotaExceeded,
                "row 4 of acme",
            ));
        }
        Err(io::Error::other("SELECT secret FROM users"))
    }

    async fn create(
        &self,
        tenant: &TenantId,
        new: &Stored,
        commit: &Commit<'_, ()>,
    ) -> io::Result<Written> {
        self.inner
            .create(tenant, new, commit)
            .await
            .map_err(io::Error::other)
    }

    async fn replace(
        &self,
        tenant: &TenantId,
        next: &Stored,
        expected: Version,
        commit: &Commit<'_, ()>,
    ) -> io::Result<Written> {
        let left = self.others.load(Ordering::SeqCst);
        if left > 0 {
            self.others.store(left - 1, Ordering::SeqCst);
            return Ok(Written::Stale);
        }
        self.inner
            .replace(tenant, next, expected, commit)
            .await
            .map_err(io::Error::other)
    }

    async fn delete(
        &self,
        _: &TenantId,
        _: &Kind,
        _: &ResourceId,
        _: Version,
        _: &Commit<'_, ()>,
    ) -> io::Result<Written> {
        Ok(Written::Refused(Refusal::new(
            Status::Forbidden,
            None,
            "the last owner stays",
        )))
    }

    fn fault(error: &io::Error) -> Fault {
        match error.kind() {
            io::ErrorKind::QuotaExceeded => Fault::TooMany,
            _ => Fault::Internal,
        }
    }
}

/// A limit of searches that the store above gives up at.
const FEW: u64 = 3;

fn contended(others: u32) -> (Scim<Contended, Arc<MemoryStore>, AllowAll>, String) {
    let bench = Bench::new();
    let store = Contended {
        inner: bench.store.clone(),
        others: AtomicU32::new(others),
    };
    (
        Scim::new(config(), store, bench.store.clone(), AllowAll),
        bench.token,
    )
}

#[tokio::test]
async fn an_update_passes_other_writers_or_gives_up_in_the_end() {
    for (others, if_match, status) in [
        (4, None, 200),
        (5, None, 503),
        (1, Some("W/\"1\""), 200),
        (0, Some("W/\"9\""), 412),
    ] {
        let (scim, token) = contended(others);
        let mut random = counting();
        let create = Request::new(Method::Post, "/scim/v2/Users")
            .bearer(&token)
            .json(ann());
        let created = scim.handle(create, start(), &mut random).await;
        let target = format!("/scim/v2/Users/{}", json(&created)["id"].as_str().unwrap());
        let body = patch(&json!([{"op": "replace", "value": {"title": "x"}}]));
        let mut request = Request::new(Method::Patch, &target)
            .bearer(&token)
            .json(body);
        request.head.if_match = if_match.map(str::to_owned);
        let response = scim.handle(request, start(), &mut random).await;
        assert_eq!(response.status, status, "{others} {if_match:?}");
        let wait = (status == 503).then_some("1");
        assert_eq!(response.header("retry-after"), wait);
    }
}

#[tokio::test]
async fn a_failing_store_leaks_nothing_and_a_plan_may_refuse() {
    let (scim, token) = contended(0);
    let mut random = counting();
    let list = Request::new(Method::Get, "/scim/v2/Users").bearer(&token);
    let failed = scim.handle(list, start(), &mut random).await;
    assert_eq!(failed.status, 500);
    assert_eq!(failed.header("retry-after"), None, "nothing to wait for");
    assert!(!String::from_utf8_lossy(&failed.body).contains("SELECT"));
    let cause = failed.outcome.refused.unwrap();
    assert!(cause.cause().unwrap().to_string().contains("SELECT"));

    let create = Request::new(Method::Post, "/scim/v2/Users")
        .bearer(&token)
        .json(ann());
    let created = scim.handle(create, start(), &mut random).await;
    let target = format!("/scim/v2/Users/{}", json(&created)["id"].as_str().unwrap());
    let delete = Request::new(Method::Delete, &target).bearer(&token);
    let refused = scim.handle(delete, start(), &mut random).await;
    assert_eq!(
        (refused.status, json(&refused)["detail"].clone()),
        (403, json!("the last owner stays"))
    );
}

#[tokio::test]
async fn a_search_beyond_its_limit_is_too_many() {
    let bench = Bench::new();
    let limits = Limits {
        max_searched: FEW,
        ..Limits::default()
    };
    let store = Contended {
        inner: bench.store.clone(),
        others: AtomicU32::new(0),
    };
    let scim = Scim::new(
        config().with_limits(limits),
        store,
        bench.store.clone(),
        AllowAll,
    );
    let search = "/scim/v2/Users?filter=title%20eq%20%22x%22";
    let request = Request::new(Method::Get, search).bearer(&bench.token);
    let refused = scim.handle(request, start(), &mut counting()).await;
    let told = json(&refused);
    assert_eq!(
        (refused.status, &told["scimType"]),
        (400, &json!("tooMany"))
    );
    assert_eq!(refused.header("retry-after"), None, "it will not be fewer");
    assert!(told["detail"].as_str().unwrap().contains("userName"));
    assert!(
        !told.to_string().contains("acme"),
        "the store's words stay inside"
    );
}

/// A token store whose medium is gone.
struct NoTokens;

impl TokenStore for NoTokens {
    type Error = io::Error;

    async fn find(&self, _: &TokenId) -> io::Result<Option<TokenRecord>> {
        Err(io::Error::other("db at 10.0.0.7"))
    }

    async fn touch(&self, _: &TokenId, _: OffsetDateTime) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn without_a_token_store_nobody_is_let_in() {
    let bench = Bench::new();
    let scim = Scim::new(config(), bench.store.clone(), NoTokens, AllowAll);
    let request = Request::new(Method::Get, "/scim/v2/Users").bearer(&bench.token);
    let failed = scim.handle(request, start(), &mut counting()).await;
    assert_eq!(failed.status, 503);
    assert_eq!(failed.header("retry-after"), Some("5"));
    assert!(!String::from_utf8_lossy(&failed.body).contains("10.0.0.7"));
}

/// A token store that can be read and not written, as a database whose disk is full.
struct ReadOnly(Arc<MemoryStore>);

impl TokenStore for ReadOnly {
    type Error = io::Error;

    async fn find(&self, id: &TokenId) -> io::Result<Option<TokenRecord>> {
        TokenStore::find(&self.0, id)
            .await
            .map_err(io::Error::other)
    }

    async fn touch(&self, _: &TokenId, _: OffsetDateTime) -> io::Result<()> {
        Err(io::Error::other("no space left"))
    }
}

#[tokio::test]
async fn a_use_that_cannot_be_noted_turns_nobody_away() {
    let bench = Bench::new();
    let scim = Scim::new(
        config(),
        bench.store.clone(),
        ReadOnly(bench.store.clone()),
        AllowAll,
    );
    let request = Request::new(Method::Get, "/scim/v2/Users").bearer(&bench.token);
    let read = scim.handle(request, start(), &mut counting()).await;
    assert_eq!(read.status, 200);
    let told = read.outcome.unnoted.expect("the operator is told");
    assert_eq!(told.cause().unwrap().to_string(), "no space left");
    let read = bench.send(Method::Get, "/Users", "").await;
    assert_eq!(read.status, 200);
    assert_eq!(read.outcome.unnoted, None, "where it can be noted");
}

#[tokio::test]
async fn a_full_store_and_a_broken_random_source_change_nothing() {
    let bench = Bench::new();
    let full = Arc::new(MemoryStore::new(0));
    let scim = Scim::new(config(), full, bench.store.clone(), AllowAll);
    let create = Request::new(Method::Post, "/scim/v2/Users")
        .bearer(&bench.token)
        .json(ann());
    assert_eq!(
        scim.handle(create.clone(), start(), &mut counting())
            .await
            .status,
        500
    );

    let mut broken = |_: &mut [u8]| Err(scim_core::auth::RandomError);
    let failed = bench.scim.handle(create, start(), &mut broken).await;
    assert_eq!(failed.status, 503);
    assert_eq!(failed.header("retry-after"), Some("5"));
    assert_eq!(
        json(&bench.send(Method::Get, "/Users", "").await)["totalResults"],
        0
    );
}
