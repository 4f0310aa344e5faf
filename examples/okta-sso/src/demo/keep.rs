//! What the demonstration has to remember in clear: its passwords and its SCIM token.
//!
//! The database holds only hashes and digests, so a second start could not print them again.
//! They are kept in a file beside the database that only its owner can read. Without the
//! file (it was deleted, the database is PostgreSQL) new passwords are set and the token is
//! made anew in the second slot.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::DemoPerson;
use crate::secret_file;

/// Why the file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The file system refused.
    #[error("the demonstration's file {path}: {cause}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// It is no such file.
    #[error("the demonstration's file {path} is not one: {cause}")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        cause: serde_json::Error,
    },
}

/// The content of the file.
#[derive(Clone, Serialize, Deserialize)]
pub struct DemoKeep {
    /// The demonstration's organisation.
    pub org_id: String,
    /// The text of the SCIM token.
    pub scim_token: String,
    /// The accounts with their passwords.
    pub people: Vec<DemoPerson>,
}

impl std::fmt::Debug for DemoKeep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoKeep")
            .field("org_id", &self.org_id)
            .finish_non_exhaustive()
    }
}

impl DemoKeep {
    /// Reads the file; `None` when there is none.
    ///
    /// # Errors
    /// [`KeepError`].
    pub fn read(path: &Path) -> Result<Option<Self>, KeepError> {
        match std::fs::read(path) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes)
                    .map(Some)
                    .map_err(|cause| KeepError::Content {
                        path: path.to_owned(),
                        cause,
                    })
            }
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(KeepError::File {
                path: path.to_owned(),
                cause,
            }),
        }
    }

    /// Writes the file, readable by its owner only.
    ///
    /// # Errors
    /// [`KeepError`].
    pub fn write(&self, path: &Path) -> Result<(), KeepError> {
        let text = serde_json::to_vec_pretty(self).map_err(|cause| KeepError::Content {
            path: path.to_owned(),
            cause,
        })?;
        secret_file::write(path, &text).map_err(|cause| KeepError::File {
            path: path.to_owned(),
            cause,
        })
    }
}
