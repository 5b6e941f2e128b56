//! Secrets that are compared and never kept: what is stored of them is a digest. They have 256 bits of
//! chance, so a plain hash does; passwords have not, and are hashed in `password.rs`.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What is kept of a secret.
pub(crate) fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

/// Whether two texts are the same, without telling by the time it takes how far they are.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
