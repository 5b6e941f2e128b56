//! Sign-ins that an identity provider is asked about: what must be remembered until it answers.

use std::fmt::Write as _;

use secrecy::SecretString;

use crate::error::StoreError;
use crate::row::Reader;
use crate::seal::Sealed;
use crate::statement::statements;
use crate::store::Store;

statements! {
    BEGIN = "INSERT INTO oidc_login (state_hash, nonce, verifier, verifier_key, return_to) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (state_hash) DO NOTHING";
    // Whoever takes it has it alone: an answer counts once.
    TAKE = "DELETE FROM oidc_login WHERE state_hash = $1 \
        RETURNING nonce, verifier, verifier_key, return_to, \
            created_at > now() - interval '10 minutes' AS fresh";
    PURGE = "DELETE FROM oidc_login WHERE state_hash IN (SELECT state_hash FROM oidc_login \
        WHERE created_at < now() - interval '10 minutes' LIMIT $1)";
}

/// What is remembered while the identity provider is asked.
#[derive(Debug, Clone)]
pub struct OidcLogin {
    /// What the ID token must repeat.
    pub nonce: String,
    /// The PKCE verifier; it is sealed at rest.
    pub verifier: SecretString,
    /// The page of ours that was wanted.
    pub return_to: String,
}

/// Sign-ins that an identity provider is asked about.
#[derive(Debug, Clone, Copy)]
pub struct OidcLogins<'a> {
    pub(crate) store: &'a Store,
}

impl OidcLogins<'_> {
    /// Remembers a sign-in by the SHA-256 of its state.
    pub async fn begin(self, state_hash: &[u8], login: &OidcLogin) -> Result<(), StoreError> {
        let sealed = self.store.keys.seal(&login.verifier, &place(state_hash))?;
        let with: crate::store::Params<'_> =
            &[&state_hash, &login.nonce, &sealed.bytes, &sealed.key, &login.return_to];
        self.store.execute(BEGIN, with).await.map(|_| ())
    }

    /// Takes the sign-in of a state, once. `None`: there is none, it was taken, or it began more than
    /// ten minutes ago.
    pub async fn take(self, state_hash: &[u8]) -> Result<Option<OidcLogin>, StoreError> {
        let Some(row) = self.store.row(TAKE, &[&state_hash]).await? else {
            return Ok(None);
        };
        let reader = Reader::new("oidc_login", &row);
        if !reader.get::<bool>("fresh")? {
            return Ok(None);
        }
        let sealed = Sealed { key: reader.get("verifier_key")?, bytes: reader.get("verifier")? };
        Ok(Some(OidcLogin {
            nonce: reader.get("nonce")?,
            verifier: self.store.keys.open(&sealed, &place(state_hash))?,
            return_to: reader.get("return_to")?,
        }))
    }

    /// Deletes up to `limit` sign-ins that came to nothing, and says how many.
    pub async fn purge(self, limit: i64) -> Result<u64, StoreError> {
        self.store.execute(PURGE, &[&limit]).await
    }
}

/// The place that a verifier is sealed for.
fn place(state_hash: &[u8]) -> String {
    let hex = state_hash.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    format!("oidc_login/{hex}/verifier")
}
