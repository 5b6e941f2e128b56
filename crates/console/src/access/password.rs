//! Passwords: Argon2id, with the parameters that its authors recommend.

use std::sync::{Arc, LazyLock};

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// How many are computed at a time: each takes 19 MiB, and anybody may ask for one.
const AT_A_TIME: usize = 2;
const LENGTH_MIN: usize = 12;
const LENGTH_MAX: usize = 200;

/// Compared with where there is no account or no password, so that it takes as long as a wrong one.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hash(&SecretString::from("nobody"), &[7; 16]));

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Weak {
    /// It can be guessed.
    #[error("It needs at least {LENGTH_MIN} characters; several words make a good one.")]
    Short,
    /// It cannot be meant.
    #[error("It may have at most {LENGTH_MAX} characters.")]
    Long,
    /// It is known to everybody.
    #[error("It must not be the account's name.")]
    Name,
}

/// Hashes and compares passwords, a few at a time.
#[derive(Debug, Clone)]
pub(crate) struct Passwords {
    permits: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(AT_A_TIME)) }
    }
}

impl Passwords {
    /// Whether a password may be taken for an account.
    pub(crate) fn check(name: &str, password: &SecretString) -> Result<(), Weak> {
        let text = password.expose_secret();
        match text.chars().count() {
            length if length < LENGTH_MIN => Err(Weak::Short),
            length if length > LENGTH_MAX => Err(Weak::Long),
            _ if text.eq_ignore_ascii_case(name) => Err(Weak::Name),
            _ => Ok(()),
        }
    }

    /// What is kept of a password.
    pub(crate) async fn hash(&self, password: SecretString, salt: [u8; 16]) -> SecretString {
        SecretString::from(self.apart(move || hash(&password, &salt)).await.unwrap_or_default())
    }

    /// Whether a password is the one of which this was kept.
    pub(crate) async fn verify(&self, kept: Option<SecretString>, password: SecretString) -> bool {
        let compared = self.apart(move || {
            let known = kept.as_ref().map_or(NOBODYS.as_str(), |kept| kept.expose_secret());
            let fits = PasswordHash::new(known).is_ok_and(|hash| {
                let bytes = password.expose_secret().as_bytes();
                Argon2::default().verify_password(bytes, &hash).is_ok()
            });
            fits && kept.is_some()
        });
        compared.await.unwrap_or_default()
    }

    /// Runs it where it holds nobody else up. `None` if the process is ending.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let _permit = self.permits.acquire().await.ok()?;
        spawn_blocking(work).await.ok()
    }
}

fn hash(password: &SecretString, salt: &[u8; 16]) -> String {
    let salt = SaltString::encode_b64(salt);
    let hashed = salt.and_then(|salt| {
        let hash = Argon2::default().hash_password(password.expose_secret().as_bytes(), &salt)?;
        Ok(hash.to_string())
    });
    // Sixteen bytes are a salt, and no password is longer than Argon2 takes: an empty hash, which
    // nothing fits, is what a defect would leave.
    hashed.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    // F-336
    #[tokio::test]
    async fn a_password_fits_its_hash_and_no_other() {
        let passwords = Passwords::default();
        let kept = passwords.hash(secret("correct horse battery"), [1; 16]).await;
        assert!(kept.expose_secret().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify(Some(kept.clone()), secret("correct horse battery")).await);
        assert!(!passwords.verify(Some(kept), secret("correct horse")).await);
        assert!(!passwords.verify(None, secret("nobody")).await, "nobody has no password");
        assert!(!passwords.verify(Some(secret("")), secret("")).await);
    }

    #[test]
    fn a_password_that_can_be_guessed_is_not_taken() {
        let check = |text: &str| Passwords::check("ann@example.com", &secret(text));
        assert_eq!(check("short"), Err(Weak::Short));
        assert_eq!(check("Ann@Example.com"), Err(Weak::Name));
        assert_eq!(check(&"x".repeat(201)), Err(Weak::Long));
        assert_eq!(check("four words make one"), Ok(()));
    }
}
