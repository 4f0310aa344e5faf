//! Encrypted assertions, identifiers and attributes (feature `encrypted-assertions`).
//!
//! Encryption hides; it proves nothing, because anybody can encrypt to a public key. So the rules
//! of [`dsig`](crate::dsig) stay as they are: octets come out of [`open`] only when a pinned key
//! signed them, either around the ciphertext or inside it. The private key is used after the
//! Response's signature has verified; where the Response is not signed, only authenticated
//! ciphers (GCM) are opened, unless the policy names the exception.
//!
//! Everything that depends on decrypted octets, up to whether they are XML, fails with one code,
//! [`Code::DecryptionFailed`](crate::Code), so that an answer tells an attacker nothing.
//!
//! | part | accepted |
//! |---|---|
//! | content | AES-128-GCM, AES-256-GCM, AES-128-CBC, AES-256-CBC |
//! | key transport | RSA-OAEP under both identifiers, with digest and mask parameters |
//! | by name only | RSA PKCS#1 v1.5; CBC in an unsigned Response |
//! | where the key stands | in the `KeyInfo`, or beside the data, referred to or alone |
//! | refused | several keys, references outside the element, `CipherReference`, nested encryption |

mod algorithm;
mod cipher;
mod decrypt;
mod grammar;
mod open;
#[cfg(test)]
mod tests;

pub use algorithm::ContentCipher;
pub use decrypt::{Decrypt, Plaintext};
pub use open::{Outer, open};

use crate::xml::Name;

const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";

const fn xenc(local: &str) -> Name<'_> {
    Name::new(XENC, local)
}

const fn ds(local: &str) -> Name<'_> {
    Name::new(DS, local)
}
