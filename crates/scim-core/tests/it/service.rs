//! A service over the store in memory, with a fixed clock and counted ids.

use std::sync::{Arc, Mutex};

use scim_core::auth::{Pepper, RandomError, Slot, TokenRecord};
use scim_core::config::Config;
use scim_core::dialect::{Dialect, Vendor};
use scim_core::guard::{AllowAll, Guard};
use scim_core::message::{Method, Request, Response};
use scim_core::store::memory::MemoryStore;
use scim_core::{Scim, TenantId};
use time::{Duration, OffsetDateTime};

pub(crate) const BASE: &str = "https://app.example/scim/v2";
pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

pub(crate) fn pepper() -> Pepper {
    Pepper::new([7; 32])
}

pub(crate) fn start() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()
}

/// Counts instead of being random, so that every run has the same ids.
pub(crate) fn counting() -> impl FnMut(&mut [u8]) -> Result<(), RandomError> + Send {
    let mut next = 0_u64;
    move |bytes: &mut [u8]| {
        next += 1;
        bytes.fill(0);
        for (to, from) in bytes.iter_mut().rev().zip(next.to_le_bytes()) {
            *to = from;
        }
        Ok(())
    }
}

/// One service, its store, one token of tenant `acme`; each request comes a
/// second after the one before.
pub(crate) struct Bench<G = AllowAll> {
    pub(crate) scim: Scim<Arc<MemoryStore>, Arc<MemoryStore>, G>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) token: String,
    state: Mutex<State>,
}

struct State {
    now: OffsetDateTime,
    random: Box<Source>,
}

type Source = dyn FnMut(&mut [u8]) -> Result<(), RandomError> + Send;

pub(crate) fn config() -> Config {
    Config::new(BASE, pepper()).unwrap()
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::over(config(), AllowAll)
    }

    pub(crate) fn for_dialect(word: &str) -> Self {
        let vendor = Vendor::from_word(word).unwrap_or_else(|| panic!("no dialect {word}"));
        Self::over(config().with_dialect(Dialect::of(vendor)), AllowAll)
    }
}

impl<G: Guard<()>> Bench<G> {
    pub(crate) fn over(config: Config, guard: G) -> Self {
        let store = Arc::new(MemoryStore::new(100_000));
        let mut random = counting();
        let token = mint(&store, "acme", &mut random);
        let scim = Scim::new(config, store.clone(), store.clone(), guard);
        let state = Mutex::new(State {
            now: start(),
            random: Box::new(random),
        });
        Self {
            scim,
            store,
            token,
            state,
        }
    }

    /// A token of another tenant of the same service.
    pub(crate) fn token_of(&self, tenant: &str) -> String {
        mint(&self.store, tenant, &mut self.state.lock().unwrap().random)
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        self.state.lock().unwrap().now += time;
    }

    pub(crate) async fn handle(&self, request: Request) -> Response {
        // Ids are taken from the shared counter before the call, for no lock may
        // be held over an await.
        let (now, mut ids) = {
            let mut state = self.state.lock().unwrap();
            state.now += Duration::SECOND;
            let mut pool = vec![[0_u8; 16]; 4096];
            for id in &mut pool {
                (state.random)(id).unwrap();
            }
            (state.now, pool.into_iter())
        };
        let mut random = move |bytes: &mut [u8]| {
            let id = ids.next().ok_or(RandomError)?;
            bytes.copy_from_slice(&id[..bytes.len()]);
            Ok(())
        };
        self.scim.handle(request, now, &mut random).await
    }

    /// A request with the token of tenant `acme`, target below the base path.
    pub(crate) async fn send(&self, method: Method, target: &str, body: &str) -> Response {
        let mut request = Request::new(method, &format!("/scim/v2{target}")).bearer(&self.token);
        if !body.is_empty() {
            request = request.json(body.to_owned());
        }
        self.handle(request).await
    }
}

fn mint(
    store: &MemoryStore,
    tenant: &str,
    random: &mut impl FnMut(&mut [u8]) -> Result<(), RandomError>,
) -> String {
    let tenant = TenantId::new(tenant);
    let (text, record) =
        TokenRecord::mint(tenant, Slot::First, None, &pepper(), start(), random).unwrap();
    store.put_token(record);
    text.reveal()
}

pub(crate) fn json(response: &Response) -> serde_json::Value {
    serde_json::from_slice(&response.body).unwrap_or(serde_json::Value::Null)
}
