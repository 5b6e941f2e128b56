//! The one place that draws random numbers.

use uuid::{Builder, Uuid};

/// A new identity (version 4).
#[expect(clippy::disallowed_methods, reason = "the one home of randomness")]
pub fn uuid() -> Uuid {
    Builder::from_random_bytes(rand::random()).into_uuid()
}

/// A number in `[0, 1)`.
#[expect(clippy::disallowed_methods, reason = "the one home of randomness")]
pub fn jitter() -> f64 {
    rand::random()
}

/// A secret of 256 bits, from a generator fit for keys.
#[expect(clippy::disallowed_methods, reason = "the one home of randomness")]
pub fn secret() -> [u8; 32] {
    rand::random()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_differ_and_jitter_stays_in_its_bounds() {
        assert_ne!(uuid(), uuid());
        assert_ne!(secret(), secret());
        assert_eq!(uuid().get_version_num(), 4);
        assert!((0..1000).all(|_| (0.0..1.0).contains(&jitter())));
    }
}
