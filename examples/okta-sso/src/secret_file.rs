//! Files that only their owner may read: the key, the demonstration's passwords.

use std::{
    fs::{OpenOptions, rename},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use sso_store::Pepper;

/// Writes a file with mode 0600 and puts it in place at once, so that a crash leaves the old
/// one or the new one.
///
/// # Errors
/// What the file system says.
pub fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = with_ending(path, ".new");
    let mut file =
        private(OpenOptions::new().write(true).create(true).truncate(true)).open(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    rename(&draft, path)
}

/// The key of the database, from its file; a missing file is made with 32 random bytes.
///
/// The file belongs to the database: with another key, or a lost one, every session, invitation
/// and SCIM token ends, and the database refuses to open.
///
/// # Errors
/// What the file system says, or that the file does not hold 64 hexadecimal digits.
pub fn pepper(path: &Path) -> io::Result<Pepper> {
    match existing_pepper(path)? {
        Some(pepper) => Ok(pepper),
        None => make(path),
    }
}

/// The key of the database, from its file, if there is one; nothing is made.
///
/// # Errors
/// As [`pepper`].
pub fn existing_pepper(path: &Path) -> io::Result<Option<Pepper>> {
    match OpenOptions::new().read(true).open(path) {
        Ok(file) => {
            let mut text = String::new();
            file.take(1024).read_to_string(&mut text)?;
            parse(&text).map(Some)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn parse(text: &str) -> io::Result<Pepper> {
    data_encoding::HEXLOWER_PERMISSIVE
        .decode(text.trim().as_bytes())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .map(Pepper::new)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "expected 64 hexadecimal digits"))
}

/// Makes the file unless another process is making it in this moment; then that one counts.
fn make(path: &Path) -> io::Result<Pepper> {
    let mut key = [0_u8; 32];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let text = data_encoding::HEXLOWER.encode(&key) + "\n";
    match private(OpenOptions::new().write(true).create_new(true)).open(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            Ok(Pepper::new(key))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            parse(&std::fs::read_to_string(path)?)
        }
        Err(error) => Err(error),
    }
}

/// The path with something behind its name.
pub fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}
