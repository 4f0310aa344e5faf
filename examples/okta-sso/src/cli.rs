//! The command line. Its words are a contract: scripts rely on them.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Where the service listens when nothing is said.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:4400";

const EPILOGUE: &str = "\
Without arguments this is the demonstration: one organization with a claimed domain, single sign-on by a \
test identity provider on http://auth.localhost:PORT, and a SCIM token.

A real Okta organization, with the three values of its \"View Setup Instructions\" page:

  okta-sso --data acme.db --listen 127.0.0.1:4400 --base-url https://sso.acme.example \\
      --organization \"Acme\" --owner you@acme.example \\
      --okta-certificate okta.cert \\
      --okta-sign-in-url https://acme.okta.com/app/acme_app/exk1/sso/saml \\
      --okta-issuer http://www.okta.com/exk1

or with its metadata file:  ... --okta-metadata metadata.xml

The first start prints a link by which the Owner sets a password. The same values can be entered or changed on \
Organization Settings > Access Security, which also shows what to enter in Okta and the record that proves a domain. \
A reverse proxy ends TLS; --base-url is what people and Okta see.";

/// Sign-in by Okta (SAML), provisioning by Okta (SCIM), and the pages to set both up.
#[derive(Debug, Parser)]
#[command(name = "okta-sso", version, after_help = EPILOGUE, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to serve.
    #[command(flatten)]
    pub serve: Serve,
}

/// What to do instead of serving.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look at a configuration without serving, and say what is wrong with it.
    Check(Serve),
}

/// How to serve. Each value comes from its flag, else its environment variable, else the
/// configuration file, else its default.
#[derive(Args, Clone, Debug, Default)]
pub struct Serve {
    /// A TOML file with the long names of these flags as keys.
    #[arg(long, env = "OKTA_SSO_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address to listen on; port 0 takes a free one. Default 127.0.0.1:4400.
    #[arg(long, env = "OKTA_SSO_LISTEN", value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// SQLite file, or postgres://… . Default okta-sso.db in the working directory.
    #[arg(long, env = "OKTA_SSO_DATA", value_name = "FILE")]
    pub data: Option<String>,
    /// The address people and the identity provider see. Default http://ADDR.
    #[arg(long, env = "OKTA_SSO_BASE_URL", value_name = "URL")]
    pub base_url: Option<String>,
    /// File with the key that protects tokens and sessions at rest; made when missing.
    /// Default: the data file's name with .key at the end.
    #[arg(long, env = "OKTA_SSO_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// Connections to PostgreSQL at most, of this process. Default 16.
    #[arg(long, env = "OKTA_SSO_DATABASE_CONNECTIONS", value_name = "NUMBER")]
    pub database_connections: Option<NonZeroU32>,
    /// How long to wait for a lock of the database or a connection to it; a statement may take twice
    /// as long. Default 5.
    #[arg(long, env = "OKTA_SSO_DATABASE_PATIENCE", value_name = "SECONDS")]
    pub database_patience: Option<NonZeroU32>,
    /// The service's own RSA key (PEM), for single logout, signed requests and encrypted assertions.
    #[arg(
        long,
        env = "OKTA_SSO_SP_KEY",
        value_name = "FILE",
        requires = "sp_certificate"
    )]
    pub sp_key: Option<PathBuf>,
    /// The certificate of that key (PEM), which Okta is given.
    #[arg(long, env = "OKTA_SSO_SP_CERTIFICATE", value_name = "FILE")]
    pub sp_certificate: Option<PathBuf>,
    /// Run the demonstration: organisation, accounts, test identity provider. Loopback only.
    #[arg(long)]
    pub demo: bool,
    /// Print one JSON line once listening, and nothing else, on standard output.
    #[arg(long)]
    pub ready_json: bool,
    /// DNS servers for domain claims, instead of three public ones of which two have to agree.
    #[arg(long, env = "OKTA_SSO_DNS", value_name = "ADDR", value_delimiter = ',')]
    pub dns: Vec<SocketAddr>,
    /// A DNS resolver on this machine that validates DNSSEC and is believed about it: what it
    /// vouches for needs no second voice.
    #[arg(long, env = "OKTA_SSO_DNS_VALIDATING", value_name = "ADDR")]
    pub dns_validating: Option<SocketAddr>,
    /// Count rate limits by the last address of X-Forwarded-For. Only behind a proxy that sets it.
    #[arg(long)]
    pub trust_forwarded: bool,
    /// What the log looks like on standard error.
    #[arg(long, env = "OKTA_SSO_LOG_FORMAT", value_enum)]
    pub log_format: Option<LogFormat>,
    /// Let SCIM provision any name at any domain, and keep members nobody knows. For conformance
    /// testers of SCIM; never otherwise.
    #[arg(long)]
    pub unsafe_any_domain: bool,
    /// The first organisation, made when the database is empty.
    #[command(flatten)]
    pub first: FirstOrganisation,
}

/// The organisation that is made when the database is empty.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "First organization (used while the database is empty)")]
pub struct FirstOrganisation {
    /// Its name.
    #[arg(long, value_name = "NAME", requires = "owner")]
    pub organization: Option<String>,
    /// Its Owner's e-mail address.
    #[arg(long, value_name = "EMAIL")]
    pub owner: Option<String>,
    /// Okta's Public Certificate, as downloaded.
    #[arg(long, value_name = "FILE", conflicts_with = "okta_metadata")]
    pub okta_certificate: Option<PathBuf>,
    /// Okta's Authentication URL ("Redirect Login URL").
    #[arg(long, value_name = "URL", conflicts_with = "okta_metadata")]
    pub okta_sign_in_url: Option<String>,
    /// Okta's Issuer URL ("Identity Provider Issuer").
    #[arg(long, value_name = "URL", conflicts_with = "okta_metadata")]
    pub okta_issuer: Option<String>,
    /// Okta's Single Logout URL ("Identity Provider Single Logout URL"), where it has one.
    #[arg(long, value_name = "URL", conflicts_with = "okta_metadata")]
    pub okta_logout_url: Option<String>,
    /// Okta's metadata file, which holds all of them.
    #[arg(long, value_name = "FILE")]
    pub okta_metadata: Option<PathBuf>,
}

/// What the log looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// One JSON object per line.
    Json,
    /// For people.
    Text,
}
