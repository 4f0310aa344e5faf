//! Randomness, given by the host.

use std::error::Error;
use std::fmt;

/// A source of cryptographically secure random bytes. The crate has none of its own.
///
/// Every closure of the right shape is one:
///
/// ```
/// use saml_sp::{Random, random::RandomError};
/// let mut random = |bytes: &mut [u8]| {
///     // In a service: `getrandom::fill(bytes).map_err(RandomError::new)`.
///     bytes.fill(7);
///     Ok::<(), RandomError>(())
/// };
/// let mut id = [0; 16];
/// random.fill(&mut id).unwrap();
/// ```
pub trait Random {
    /// Fill `bytes` wholly.
    ///
    /// # Errors
    /// When the source cannot deliver; nothing is then sent or accepted.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

impl<F: FnMut(&mut [u8]) -> Result<(), RandomError>> Random for F {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
        self(bytes)
    }
}

/// The source of randomness failed. The cause goes into the report for the operator; the crates of
/// this workspace that need randomness have such a type each, because none depends on another.
#[derive(Debug)]
pub struct RandomError(Box<dyn Error + Send + Sync>);

impl RandomError {
    /// Wrap the source's own error.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

impl fmt::Display for RandomError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the source of randomness failed")
    }
}

impl Error for RandomError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}
