//! Randomness for blinding without a source of randomness.
//!
//! Blinding needs numbers that whoever measures time cannot predict. They are derived from the
//! private key and the input, so that a function that decrypts needs no random source, as RFC 6979
//! does for signatures: SHA-256 over a seed and a counter, the seed being SHA-256 over a label,
//! the key and the input.

use std::convert::Infallible;

use rsa::rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// A stream of numbers that only the holder of the key can compute.
pub(super) struct Derived {
    seed: Zeroizing<[u8; 32]>,
    counter: u64,
}

impl Derived {
    pub(super) fn new(label: &'static [u8], key: &[u8], input: &[u8]) -> Self {
        let length = u64::try_from(key.len()).unwrap_or(u64::MAX).to_be_bytes();
        let seed = Sha256::new()
            .chain_update(label)
            .chain_update(length)
            .chain_update(key)
            .chain_update(input)
            .finalize();
        Self {
            seed: Zeroizing::new(seed.into()),
            counter: 0,
        }
    }

    fn block(&mut self) -> [u8; 32] {
        self.counter += 1;
        let block = Sha256::new()
            .chain_update(*self.seed)
            .chain_update(self.counter.to_be_bytes());
        block.finalize().into()
    }
}

impl TryRng for Derived {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Infallible> {
        for chunk in into.chunks_mut(32) {
            let block = Zeroizing::new(self.block());
            for (to, from) in chunk.iter_mut().zip(block.iter()) {
                *to = *from;
            }
        }
        Ok(())
    }
}

impl TryCryptoRng for Derived {}
