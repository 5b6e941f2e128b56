//! Secrets at rest: AES-256-GCM, with the row's identity as associated data, so that sealed bytes
//! cannot be moved from one row or column to another.

use std::sync::Arc;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};

/// Bytes of a nonce, which sealed bytes begin with.
const NONCE_BYTES: usize = 12;
/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// The keys that secrets are sealed with: the first seals, all of them open.
#[derive(Clone)]
pub struct KeyRing {
    keys: Arc<[(String, Aes256Gcm)]>,
}

/// Why a key ring cannot be read. Never tells a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    /// There is no key at all.
    #[error("no key: write `name:BASE64`, the sealing key first, others after commas")]
    Empty,
    /// An entry has no name.
    #[error(
        "key {0} (counted from 1) has no name: write `name:BASE64`, the name of letters, digits, `-` and `_`"
    )]
    Name(usize),
    /// Not Base64.
    #[error("key `{0}` is not Base64")]
    Base64(String),
    /// Another length than 32 bytes.
    #[error(
        "key `{name}` has {bytes} bytes, AES-256 needs {KEY_BYTES} (`openssl rand -base64 32`)"
    )]
    Length {
        /// Name of the key.
        name: String,
        /// How many bytes it has.
        bytes: usize,
    },
    /// The same name twice.
    #[error("two keys are called `{0}`")]
    Twice(String),
}

/// Why a secret cannot be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Its key is not on the ring.
    #[error("a secret was sealed with key `{0}`, which is not configured")]
    UnknownKey(String),
    /// The bytes, the key or the place are not those that it was sealed with.
    #[error(
        "a secret does not open with key `{0}`: another key has that name, or the bytes were changed or moved"
    )]
    Tampered(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

/// Sealed bytes with the name of their key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) key: String,
    pub(crate) bytes: Vec<u8>,
}

impl std::fmt::Debug for KeyRing {
    /// Names only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|(name, _)| name)).finish()
    }
}

impl KeyRing {
    /// Reads `k2:BASE64,k1:BASE64`: the first key seals, all of them open.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let mut keys: Vec<(String, Aes256Gcm)> = Vec::new();
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        for (index, entry) in entries.enumerate() {
            let (name, key) = entry
                .split_once(':')
                .filter(|(name, _)| is_name(name))
                .ok_or(KeyRingError::Name(index + 1))?;
            if keys.iter().any(|(taken, _)| taken == name) {
                return Err(KeyRingError::Twice(name.to_owned()));
            }
            keys.push((name.to_owned(), cipher(name, key)?));
        }
        if keys.is_empty() { Err(KeyRingError::Empty) } else { Ok(Self { keys: keys.into() }) }
    }

    /// Name of the key that seals.
    pub(crate) fn sealing_key(&self) -> &str {
        &self.keys[0].0
    }

    /// Seals a secret for one place (table, row and column).
    pub(crate) fn seal(&self, secret: &SecretString, place: &str) -> Result<Sealed, SealError> {
        let (name, cipher) = &self.keys[0];
        let nonce = fresh_nonce()?;
        let message = Payload { msg: secret.expose_secret().as_bytes(), aad: place.as_bytes() };
        let sealed = cipher
            .encrypt(&Nonce::from(nonce), message)
            .map_err(|_| SealError::Tampered(name.clone()))?;
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed);
        Ok(Sealed { key: name.clone(), bytes })
    }

    /// Opens what was sealed for the same place.
    pub(crate) fn open(&self, sealed: &Sealed, place: &str) -> Result<SecretString, SealError> {
        let (_, cipher) = self
            .keys
            .iter()
            .find(|(name, _)| *name == sealed.key)
            .ok_or_else(|| SealError::UnknownKey(sealed.key.clone()))?;
        let tampered = || SealError::Tampered(sealed.key.clone());
        let (nonce, message) =
            sealed.bytes.split_first_chunk::<NONCE_BYTES>().ok_or_else(tampered)?;
        let message = Payload { msg: message, aad: place.as_bytes() };
        let plain = cipher.decrypt(&Nonce::from(*nonce), message).map_err(|_| tampered())?;
        String::from_utf8(plain).map(SecretString::from).map_err(|_| tampered())
    }

    /// Seals a text for one purpose, as a word that may stand in an address. Whoever holds the word
    /// can neither read nor change it, and it opens for no other purpose.
    pub fn seal_word(&self, text: &str, purpose: &str) -> Result<String, SealError> {
        let sealed = self.seal(&SecretString::from(text), &word_place(purpose))?;
        Ok(format!("{}.{}", sealed.key, URL_SAFE_NO_PAD.encode(sealed.bytes)))
    }

    /// Opens a word that was sealed for this purpose.
    pub fn open_word(&self, word: &str, purpose: &str) -> Result<String, SealError> {
        let (key, bytes) = word.split_once('.').unwrap_or_default();
        let tampered = |_| SealError::Tampered(key.to_owned());
        let bytes = URL_SAFE_NO_PAD.decode(bytes).map_err(tampered)?;
        let sealed = Sealed { key: key.to_owned(), bytes };
        let text = self.open(&sealed, &word_place(purpose))?;
        Ok(text.expose_secret().to_owned())
    }
}

/// No table is called so: a word is never taken for a row's secret, nor the other way round.
fn word_place(purpose: &str) -> String {
    format!("(word) {purpose}")
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn cipher(name: &str, key: &str) -> Result<Aes256Gcm, KeyRingError> {
    let bytes = STANDARD.decode(key.trim()).map_err(|_| KeyRingError::Base64(name.to_owned()))?;
    Aes256Gcm::new_from_slice(&bytes)
        .map_err(|_| KeyRingError::Length { name: name.to_owned(), bytes: bytes.len() })
}

/// A nonce must never come twice under one key, so it is the one randomness that is no argument:
/// it decides nothing, and a caller that could choose it could only do harm.
fn fresh_nonce() -> Result<[u8; NONCE_BYTES], SealError> {
    let mut nonce = [0; NONCE_BYTES];
    rustls::crypto::ring::default_provider()
        .secure_random
        .fill(&mut nonce)
        .map_err(|_| SealError::NoRandomness)?;
    Ok(nonce)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, byte: u8) -> String {
        format!("{name}:{}", STANDARD.encode([byte; KEY_BYTES]))
    }

    fn ring(text: &str) -> KeyRing {
        KeyRing::parse(text).expect("a ring")
    }

    fn sealed_by(ring: &KeyRing) -> Sealed {
        ring.seal(&SecretString::from("hunter2"), "connection/acme/secret").expect("sealed")
    }

    // F-16, F-199
    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let ring = ring(&key("k1", 1));
        let sealed = sealed_by(&ring);
        let open = ring.open(&sealed, "connection/acme/secret").expect("open");
        assert_eq!(open.expose_secret(), "hunter2");
        let moved = ring.open(&sealed, "connection/other/secret").err();
        assert_eq!(moved, Some(SealError::Tampered("k1".to_owned())));
    }

    #[test]
    fn a_word_opens_for_its_purpose_with_any_key_of_the_ring() {
        let old = ring(&key("k1", 1));
        let word = old.seal_word("who and until when", "ticket").expect("sealed");
        assert!(word.starts_with("k1."), "{word}");
        let new = ring(&format!("{},{}", key("k2", 2), key("k1", 1)));
        assert_eq!(new.open_word(&word, "ticket").as_deref(), Ok("who and until when"));
        for (word, purpose) in
            [(word.as_str(), "letter"), ("", "ticket"), ("k1", "ticket"), ("k1.", "ticket")]
        {
            assert!(new.open_word(word, purpose).is_err(), "{word} for {purpose}");
        }
        let unknown = ring(&key("k2", 2)).open_word(&word, "ticket");
        assert_eq!(unknown, Err(SealError::UnknownKey("k1".to_owned())));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let ring = ring(&key("k1", 1));
        let sealed = sealed_by(&ring);
        for at in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[at] ^= 1;
            assert!(ring.open(&changed, "connection/acme/secret").is_err(), "byte {at}");
        }
        for len in 0..sealed.bytes.len() {
            let cut = Sealed { key: "k1".to_owned(), bytes: sealed.bytes[..len].to_vec() };
            assert!(ring.open(&cut, "connection/acme/secret").is_err(), "length {len}");
        }
    }

    // F-16
    #[test]
    fn nonces_differ_and_nothing_shows() {
        let ring = ring(&key("k1", 1));
        let (one, two) = (sealed_by(&ring), sealed_by(&ring));
        assert_ne!(one.bytes[..NONCE_BYTES], two.bytes[..NONCE_BYTES]);
        assert_eq!(format!("{ring:?}"), r#"["k1"]"#);
    }

    #[test]
    fn a_new_key_seals_and_the_old_one_still_opens() {
        let old = sealed_by(&ring(&key("k1", 1)));
        let rotated = ring(&format!("{},{}", key("k2", 2), key("k1", 1)));
        assert!(rotated.open(&old, "connection/acme/secret").is_ok());
        assert_eq!(sealed_by(&rotated).key, "k2");
        let without = ring(&key("k2", 2)).open(&old, "connection/acme/secret").err();
        assert_eq!(without, Some(SealError::UnknownKey("k1".to_owned())));
        let impostor = ring(&key("k1", 9)).open(&old, "connection/acme/secret").err();
        assert_eq!(impostor, Some(SealError::Tampered("k1".to_owned())));
    }

    #[test]
    fn a_bad_ring_says_what_is_wrong() {
        let short = format!("k1:{}", STANDARD.encode([7; 16]));
        for (text, says) in [
            (String::new(), "no key"),
            ("AAAA".to_owned(), "has no name"),
            (format!("{},:AAAA", key("k1", 1)), "key 2"),
            ("k1:***".to_owned(), "not Base64"),
            (short, "16 bytes"),
            (format!("{},{}", key("k1", 1), key("k1", 2)), "two keys"),
        ] {
            let error = KeyRing::parse(&text).expect_err("refused").to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
