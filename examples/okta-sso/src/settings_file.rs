//! The configuration file: the long names of the flags as keys, nothing else.

use std::{
    io,
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::cli::{FirstOrganisation, LogFormat, Serve};

/// Why the configuration file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file system refused.
    #[error("{0}: {1}")]
    Read(PathBuf, io::Error),
    /// A key is unknown or a value is wrong; the text names the line.
    #[error("{0}: {1}")]
    Content(PathBuf, toml::de::Error),
}

/// The file. Unknown keys are refused, so that a misspelt one is noticed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SettingsFile {
    listen: Option<SocketAddr>,
    data: Option<String>,
    base_url: Option<String>,
    key_file: Option<PathBuf>,
    database_connections: Option<NonZeroU32>,
    database_patience: Option<NonZeroU32>,
    sp_key: Option<PathBuf>,
    sp_certificate: Option<PathBuf>,
    #[serde(default)]
    dns: Vec<SocketAddr>,
    dns_validating: Option<SocketAddr>,
    #[serde(default)]
    trust_forwarded: bool,
    log_format: Option<LogFormat>,
    organization: Option<String>,
    owner: Option<String>,
    okta_certificate: Option<PathBuf>,
    okta_sign_in_url: Option<String>,
    okta_issuer: Option<String>,
    okta_logout_url: Option<String>,
    okta_metadata: Option<PathBuf>,
}

/// Fills in from the file what neither flag nor environment said.
///
/// # Errors
/// [`FileError`].
pub fn merge(serve: Serve) -> Result<Serve, FileError> {
    let Some(path) = serve.config.clone() else {
        return Ok(serve);
    };
    let text =
        std::fs::read_to_string(&path).map_err(|error| FileError::Read(path.clone(), error))?;
    let file = read(&path, &text)?;
    Ok(over(serve, file))
}

fn read(path: &Path, text: &str) -> Result<SettingsFile, FileError> {
    toml::from_str(text).map_err(|error| FileError::Content(path.to_owned(), error))
}

fn over(serve: Serve, file: SettingsFile) -> Serve {
    let first = serve.first;
    Serve {
        listen: serve.listen.or(file.listen),
        data: serve.data.or(file.data),
        base_url: serve.base_url.or(file.base_url),
        key_file: serve.key_file.or(file.key_file),
        sp_key: serve.sp_key.or(file.sp_key),
        sp_certificate: serve.sp_certificate.or(file.sp_certificate),
        dns: if serve.dns.is_empty() {
            file.dns
        } else {
            serve.dns
        },
        database_connections: serve.database_connections.or(file.database_connections),
        database_patience: serve.database_patience.or(file.database_patience),
        trust_forwarded: serve.trust_forwarded || file.trust_forwarded,
        dns_validating: serve.dns_validating.or(file.dns_validating),
        log_format: serve.log_format.or(file.log_format),
        first: FirstOrganisation {
            organization: first.organization.or(file.organization),
            owner: first.owner.or(file.owner),
            okta_certificate: first.okta_certificate.or(file.okta_certificate),
            okta_sign_in_url: first.okta_sign_in_url.or(file.okta_sign_in_url),
            okta_issuer: first.okta_issuer.or(file.okta_issuer),
            okta_logout_url: first.okta_logout_url.or(file.okta_logout_url),
            okta_metadata: first.okta_metadata.or(file.okta_metadata),
        },
        ..serve
    }
}
