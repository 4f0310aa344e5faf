//! A running demonstration on a database file of its own, with a clock that is set by hand.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use bytes::Bytes;
use http::{Request, Response};
use okta_sso::{
    Site, app,
    clock::Clock,
    config::{BaseUrl, Config},
    demo::{DemoPerson, seed},
    security::password::Effort,
    server::{self, Bounds},
    web::Trail,
};
use serde_json::Value;
use sso_store::{Database, Durability, OpenOptions, Pepper};
use time::{Duration, OffsetDateTime, macros::datetime};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{wire, zone::Zone};

pub const BASE: &str = "http://127.0.0.1:4400";
pub const IDP: &str = "http://auth.localhost:4400";
pub const START: OffsetDateTime = datetime!(2026-11-24 09:00 UTC);

static COUNT: AtomicU32 = AtomicU32::new(0);

/// The files of one database, removed at the end.
pub struct Files {
    folder: PathBuf,
}

impl Files {
    pub fn new() -> Self {
        let name = format!(
            "okta-sso-it-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.join("data.db")
    }

    pub fn keep(&self) -> PathBuf {
        self.folder.join("data.db.demo.json")
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub struct World {
    pub site: Site,
    pub files: Arc<Files>,
    now: Arc<Mutex<OffsetDateTime>>,
    /// Where it listens, if calls go through a socket, and what ends that.
    wire: Option<Wire>,
}

struct Wire {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

/// Where the data of a world is, and how it is opened.
pub struct Ground {
    pub url: String,
    pub options: OpenOptions,
}

impl Ground {
    /// A file that need not outlive the power.
    pub fn file(data: &Path) -> Self {
        let options = OpenOptions {
            durability: Durability::ProcessLoss,
            ..OpenOptions::default()
        };
        Self {
            url: format!("sqlite:{}", data.display()),
            options,
        }
    }
}

impl World {
    pub async fn new() -> Self {
        Self::on(Arc::new(Files::new()), START).await
    }

    /// Another process on the same files.
    pub async fn restart(self) -> Self {
        let (files, now) = (Arc::clone(&self.files), *self.now.lock().unwrap());
        self.site.app().database().close().await;
        drop(self);
        Self::on(files, now).await
    }

    async fn on(files: Arc<Files>, start: OffsetDateTime) -> Self {
        Self::with(files, start, |_| ()).await
    }

    /// With another configuration than the demonstration's.
    pub async fn configured(change: impl FnOnce(&mut Config)) -> Self {
        Self::with(Arc::new(Files::new()), START, change).await
    }

    async fn with(
        files: Arc<Files>,
        start: OffsetDateTime,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let ground = Ground::file(&files.data());
        Self::over(files, &ground, start, change).await
    }

    /// A process on this data, which another may use too.
    pub async fn at(ground: &Ground, change: impl FnOnce(&mut Config)) -> Self {
        Self::over(Arc::new(Files::new()), ground, START, change).await
    }

    async fn over(
        files: Arc<Files>,
        ground: &Ground,
        start: OffsetDateTime,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let pepper = Pepper::new([7; 32]);
        let database = Database::open_with(&ground.url, pepper.clone(), &ground.options)
            .await
            .unwrap();
        database.migrate().await.unwrap();
        let now = Arc::new(Mutex::new(start));
        let mut config = Config::new(BaseUrl::parse(BASE).unwrap());
        config.effort = Effort::Least;
        config.service_key = Some(okta_sso::demo::service_key().unwrap());
        config.dns = vec![Zone::default().serve().await];
        change(&mut config);
        let demo = seed::prepare(&database, &config, 4400, Some(&files.keep()), start)
            .await
            .unwrap();
        let told = Arc::clone(&now);
        let clock = Clock::from_fn(move || *told.lock().unwrap());
        let site = app(database, &pepper, config, clock, Some(demo)).unwrap();
        Self {
            site,
            files,
            now,
            wire: None,
        }
    }

    /// The file of a world that has one of its own.
    pub fn url(&self) -> String {
        format!("sqlite:{}", self.files.data().display())
    }

    /// The same world behind a listener: from now on every call goes through a socket.
    pub async fn listening(self, bounds: Bounds) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let end = async {
            stopped.await.ok();
        };
        let server = tokio::spawn(server::serve(self.site.clone(), listener, bounds, end));
        Self {
            wire: Some(Wire {
                address,
                stop: Some(stop),
                server: Some(server),
            }),
            ..self
        }
    }

    /// Asks the listener to end; what is given is done when it has.
    pub fn stop(&mut self) -> JoinHandle<()> {
        let wire = self.wire.as_mut().unwrap();
        wire.stop.take().unwrap().send(()).unwrap();
        wire.server.take().unwrap()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.wire.as_ref().unwrap().address
    }

    pub fn pass(&self, time: Duration) {
        *self.now.lock().unwrap() += time;
    }

    pub fn now(&self) -> OffsetDateTime {
        *self.now.lock().unwrap()
    }

    pub fn person(&self, local: &str) -> DemoPerson {
        let people = &self.site.app().demo().unwrap().keep.people;
        people
            .iter()
            .find(|person| person.email.starts_with(&format!("{local}@")))
            .unwrap()
            .clone()
    }

    pub fn org_id(&self) -> String {
        self.site.app().demo().unwrap().keep.org_id.clone()
    }

    /// A SCIM call with the demonstration's token.
    pub async fn scim(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let token = self.site.app().demo().unwrap().keep.scim_token.clone();
        self.scim_with(&token, method, path, body).await
    }

    pub async fn scim_with(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let response = self.scim_raw(token, method, path, body).await;
        let status = response.status().as_u16();
        (
            status,
            serde_json::from_slice(response.body()).unwrap_or(Value::Null),
        )
    }

    /// As [`scim_with`](Self::scim_with), with the head of the answer.
    pub async fn scim_raw(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Response<Bytes> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/scim/v2{path}"))
            .header("host", "127.0.0.1:4400")
            .header("authorization", format!("Bearer {token}"));
        if body.is_some() {
            request = request.header("content-type", "application/scim+json");
        }
        let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        self.call(request.body(body).unwrap()).await
    }

    pub async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        match &self.wire {
            Some(wire) => wire::exchange(wire.address, request).await.unwrap(),
            None => whole(self.site.call(request, None).await).await,
        }
    }
}

/// The response with everything that a page in parts sends later.
async fn whole(mut response: Response<Bytes>) -> Response<Bytes> {
    let Some(mut rest) = Trail::take(&mut response) else {
        return response;
    };
    let mut whole = response.body().to_vec();
    while let Some(piece) = rest.recv().await {
        whole.extend_from_slice(&piece);
    }
    response.map(|_| whole.into())
}
