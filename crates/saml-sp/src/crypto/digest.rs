//! Digests, computed piece by piece.

use std::fmt;

use subtle::ConstantTimeEq;

use super::DigestAlgorithm;

/// A computed digest.
#[derive(Clone, Copy)]
pub struct Digest {
    bytes: [u8; 64],
    length: usize,
}

impl Digest {
    /// A digest from a backend. More than 64 bytes are cut off; no algorithm has more.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let mut digest = Self {
            bytes: [0; 64],
            length: bytes.len().min(64),
        };
        for (to, from) in digest.bytes.iter_mut().zip(bytes) {
            *to = *from;
        }
        digest
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Whether the bytes are these, compared in constant time; a wrong length is unequal.
    #[must_use]
    pub fn matches(&self, other: &[u8]) -> bool {
        self.as_bytes().ct_eq(other).into()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest of {} bytes", self.length)
    }
}

/// A digest that is being computed.
pub trait Hasher: Send {
    /// Takes more bytes. Callers pass pieces of some kilobytes.
    fn update(&mut self, bytes: &[u8]);

    /// Ends the computation.
    fn finish(self: Box<Self>) -> Digest;
}

/// A backend's digests.
pub trait Digests: Send + Sync {
    /// Begins a digest, or answers none when the backend has no such algorithm.
    fn start(&self, algorithm: DigestAlgorithm) -> Option<Box<dyn Hasher>>;
}
