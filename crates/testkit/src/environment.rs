//! The test kit's one look at the environment, and small things that every test needs.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::TcpListener;

/// The value of a variable, or a default.
pub fn variable(name: &str, default: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "tests are configured from outside, here only")]
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

/// Eight random hexadecimal digits, for names that must not collide.
pub fn random_name() -> String {
    let random = RandomState::new().build_hasher().finish();
    format!("{:08x}", random & 0xffff_ffff)
}

/// A port of the loopback address that nothing listens on.
pub fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
