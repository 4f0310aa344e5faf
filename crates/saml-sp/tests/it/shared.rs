//! Data and tools outside the repository: used where they are, said to be skipped where not.

use std::path::PathBuf;

/// A file of the shared data, or none, said aloud. With `CI_REQUIRE_COUNTERPARTS=1` it must be
/// there.
pub(crate) fn shared(path: &str) -> Option<Vec<u8>> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(path);
    std::fs::read(file).ok().or_else(|| skipped(path))
}

/// Says that something is not there; fails where everything has to be.
pub(crate) fn skipped<T>(what: &str) -> Option<T> {
    let required = std::env::var_os("CI_REQUIRE_COUNTERPARTS").is_some_and(|value| value == "1");
    assert!(!required, "{what} is required and missing");
    println!("skipped: {what}");
    None
}
