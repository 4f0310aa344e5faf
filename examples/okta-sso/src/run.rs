//! From a command line to a running service, and its end.

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use sso_store::{Database, OpenOptions, Pepper, Standing, StoreError};
use tokio::{net::TcpListener, time::timeout};

use crate::{
    App, AppError,
    claims::{self, dns::Dns},
    cli::{DEFAULT_LISTEN, LogFormat, Serve},
    clock::Clock,
    config::{BaseUrl, BaseUrlError, Config, DomainPolicy, Peers},
    demo::{self, Demo, seed},
    ready, secret_file,
    server::{self, Bounds},
    settings_file::{self, FileError},
    sso::{
        first::{self, FirstError},
        service_key::ServiceKey,
    },
    stop::Stop,
};

/// Why the service did not start, or the configuration is not sound.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The public address is none.
    #[error("--base-url")]
    BaseUrl(#[from] BaseUrlError),
    /// The database.
    #[error("the database")]
    Database(#[from] StoreError),
    /// The demonstration could not be prepared.
    #[error("the demonstration")]
    Demo(#[from] seed::SeedError),
    /// The demonstration on an address others can reach.
    #[error(
        "the demonstration signs anybody in as anybody, so it listens on a loopback address only; \
         leave --listen out, or --demo"
    )]
    DemoInPublic,
    /// The configuration file.
    #[error("--config")]
    File(#[from] FileError),
    /// The first organisation.
    #[error("the first organization")]
    First(#[from] FirstError),
    /// The key file.
    #[error("the key file {0}: {1}")]
    Key(PathBuf, io::Error),
    /// A database without the key it was made with.
    #[error(
        "the key file {0} is not there, and the database was made with one; without it every token, session and \
         invitation is lost"
    )]
    KeyLost(PathBuf),
    /// PostgreSQL without a place for the key.
    #[error("with postgres:// say where the key is kept: --key-file FILE")]
    KeyPlace,
    /// The address could not be listened on.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The log could not be set up.
    #[error("the log: {0}")]
    Log(String),
    /// The application.
    #[error("the application")]
    App(#[from] AppError),
    /// The service's own key.
    #[error("--sp-key: {0}")]
    ServiceKey(String),
    /// Standard output is gone.
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
    /// Without a base URL nobody knows what people type.
    #[error(
        "--listen on every address needs --base-url: what people and the identity provider see"
    )]
    WhichBaseUrl,
}

/// How long the database has to be closed in, after the last request.
const CLOSING: Duration = Duration::from_secs(5);

/// Everything that is settled before the first request.
struct Plan {
    serve: Serve,
    listen: SocketAddr,
    data: String,
    demo: bool,
}

impl Plan {
    fn new(serve: Serve) -> Result<Self, RunError> {
        let serve = settings_file::merge(serve)?;
        let bare = serve.data.is_none() && serve.base_url.is_none() && serve.first.owner.is_none();
        let demo = serve.demo || bare;
        let default = SocketAddr::from(([127, 0, 0, 1], 4400));
        let listen = serve
            .listen
            .unwrap_or_else(|| DEFAULT_LISTEN.parse().unwrap_or(default));
        if demo && !listen.ip().is_loopback() {
            return Err(RunError::DemoInPublic);
        }
        let data = serve
            .data
            .clone()
            .unwrap_or_else(|| "okta-sso.db".to_owned());
        Ok(Self {
            serve,
            listen,
            data,
            demo,
        })
    }

    fn is_postgres(&self) -> bool {
        self.data.starts_with("postgres://") || self.data.starts_with("postgresql://")
    }

    fn url(&self) -> String {
        if self.is_postgres() {
            self.data.clone()
        } else {
            format!("sqlite:{}", self.data)
        }
    }

    /// How the database is opened: as the store would have it, but for what was said.
    fn options(&self) -> OpenOptions {
        let mut options = OpenOptions::default();
        if let Some(seconds) = self.serve.database_patience {
            options.patience = Duration::from_secs(seconds.get().into());
            options.statement = options.patience.saturating_mul(2);
        }
        if let Some(connections) = self.serve.database_connections {
            options.connections = Some(connections.get());
        }
        options
    }

    fn key_file(&self) -> Result<PathBuf, RunError> {
        match &self.serve.key_file {
            Some(path) => Ok(path.clone()),
            None if self.is_postgres() => Err(RunError::KeyPlace),
            None => Ok(secret_file::with_ending(Path::new(&self.data), ".key")),
        }
    }

    fn key(&self) -> Result<Pepper, RunError> {
        let path = self.key_file()?;
        secret_file::pepper(&path).map_err(|error| RunError::Key(path, error))
    }

    /// Where the demonstration's passwords are kept; none beside a PostgreSQL database.
    fn keep(&self) -> Option<PathBuf> {
        (!self.is_postgres()).then(|| secret_file::with_ending(Path::new(&self.data), ".demo.json"))
    }

    fn base_url(&self, bound: SocketAddr) -> Result<BaseUrl, RunError> {
        match &self.serve.base_url {
            Some(text) => Ok(BaseUrl::parse(text)?),
            None if bound.ip().is_unspecified() => Err(RunError::WhichBaseUrl),
            None => Ok(BaseUrl::parse(&format!("http://{bound}"))?),
        }
    }

    fn service_key(&self) -> Result<Option<ServiceKey>, RunError> {
        let (Some(key), Some(certificate)) = (&self.serve.sp_key, &self.serve.sp_certificate)
        else {
            // The test kit's key is public, which is good enough for the demonstration only.
            return if self.demo {
                demo::service_key().map(Some).map_err(RunError::ServiceKey)
            } else {
                Ok(None)
            };
        };
        let read = |path: &PathBuf| {
            std::fs::read(path).map_err(|error| RunError::Key(path.clone(), error))
        };
        ServiceKey::from_pem(&read(key)?, &read(certificate)?)
            .map(Some)
            .map_err(RunError::ServiceKey)
    }

    fn config(&self, bound: SocketAddr) -> Result<Config, RunError> {
        let mut config = Config::new(self.base_url(bound)?);
        if self.serve.unsafe_any_domain {
            config.domains = DomainPolicy::UnsafeAny;
        }
        if self.serve.trust_forwarded {
            config.peers = Peers::Forwarded;
        }
        config.dns = self.serve.dns.clone();
        config.dns_validating = self.serve.dns_validating;
        config.service_key = self.service_key()?;
        Ok(config)
    }
}

/// Serves until Ctrl-C or SIGTERM.
///
/// # Errors
/// [`RunError`] when the service could not start.
pub async fn serve(serve: Serve) -> Result<(), RunError> {
    let plan = Plan::new(serve)?;
    log_to_stderr(plan.serve.log_format.unwrap_or(LogFormat::Text))?;
    let pepper = plan.key()?;
    let database = Database::open_with(&plan.url(), pepper.clone(), &plan.options()).await?;
    database.migrate().await?;
    let listener = TcpListener::bind(plan.listen)
        .await
        .map_err(|error| RunError::Listen(plan.listen, error))?;
    let bound = listener.local_addr()?;
    let config = plan.config(bound)?;
    let clock = Clock::system();
    let demo = prepare(&plan, &database, &config, &clock, bound).await?;
    let site = crate::app(database.clone(), &pepper, config, clock, demo)?;
    // Listened for before anybody is told that the service is ready: who is told may end it at once.
    let stop = Stop::listen()?;
    announce(&plan, site.app())?;
    let work = tokio::spawn(claims::keep_working(site.app().clone()));
    server::serve(site, listener, Bounds::default(), stop.requested()).await;
    work.abort();
    // A server that is silent does not keep the service from ending; nothing is lost by that.
    if timeout(CLOSING, database.close()).await.is_err() {
        tracing::warn!("the database did not let go in time");
    }
    Ok(())
}

async fn prepare(
    plan: &Plan,
    database: &Database,
    config: &Config,
    clock: &Clock,
    bound: SocketAddr,
) -> Result<Option<Demo>, RunError> {
    if plan.demo {
        let keep = plan.keep();
        let demo =
            seed::prepare(database, config, bound.port(), keep.as_deref(), clock.now()).await?;
        return Ok(Some(demo));
    }
    if let Some(link) = first::prepare(database, config, &plan.serve.first, clock.now()).await? {
        say(&format!(
            "The Owner sets a password here (valid for 7 days, once):\n  {link}\n"
        ))?;
    }
    Ok(None)
}

fn announce(plan: &Plan, app: &App) -> Result<(), RunError> {
    let text = if plan.serve.ready_json {
        ready::json(app)
    } else {
        ready::text(app)
    };
    Ok(say(&text)?)
}

/// Writes to standard output at once.
fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes why the program ends to standard error, and gives the exit code for it.
pub fn complain(text: &str) -> ExitCode {
    let _ = writeln!(io::stderr().lock(), "okta-sso: {text}");
    ExitCode::FAILURE
}

fn log_to_stderr(format: LogFormat) -> Result<(), RunError> {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("OKTA_SSO_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,okta_sso=info"));
    let lines = fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_target(false);
    let done = match format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => lines.with_ansi(false).try_init(),
    };
    done.map_err(|error| RunError::Log(error.to_string()))
}

/// Looks at a configuration without serving, and makes or changes nothing.
///
/// # Errors
/// The first thing that is wrong with it.
pub async fn check(serve: Serve) -> Result<(), RunError> {
    let plan = Plan::new(serve)?;
    let config = plan.config(plan.listen)?;
    Dns::new(&config.dns, config.dns_validating, None).map_err(AppError::from)?;
    first::look(&plan.serve.first)?;
    let path = plan.key_file()?;
    let key = secret_file::existing_pepper(&path);
    let key = key.map_err(|error| RunError::Key(path.clone(), error))?;
    if !plan.is_postgres() && !Path::new(&plan.data).exists() {
        return Ok(say(
            "The configuration is sound. The database file would be made.\n",
        )?);
    }
    let found = look(&plan, key.as_ref()).await?;
    if key.is_none() && found != Standing::Empty {
        return Err(RunError::KeyLost(path));
    }
    Ok(say(&match found {
        Standing::Empty => {
            "The configuration is sound. The empty database would be filled.\n".to_owned()
        }
        Standing::Behind(missing) => format!(
            "The configuration is sound and the database answers. {missing} migrations would be applied.\n"
        ),
        Standing::Current => "The configuration is sound and the database answers.\n".to_owned(),
    })?)
}

/// What is in the database. Without its key, only that there is something.
async fn look(plan: &Plan, key: Option<&Pepper>) -> Result<Standing, RunError> {
    let stand_in = Pepper::new([0; 32]);
    let pepper = key.unwrap_or(&stand_in).clone();
    let database = Database::open_with(&plan.url(), pepper, &plan.options()).await?;
    let found = database.standing().await;
    database.close().await;
    match (found, key) {
        (Err(StoreError::PepperMismatch), None) => Ok(Standing::Current),
        (found, _) => Ok(found?),
    }
}
