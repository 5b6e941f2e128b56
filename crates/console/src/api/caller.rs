//! The program that calls, and whose it is.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use lockstep_engine::ByHand;
use lockstep_model::CorrelationId;
use lockstep_store::{Account, ApiToken, StoreError};

use super::Scope;
use crate::Console;
use crate::access::{Right, digest};
use crate::trouble::Trouble;

/// The longest token that is looked for. Ours have some fifty characters.
const LENGTH_MAX: usize = 200;

/// A program with its token.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    token: ApiToken,
    account: Account,
    correlation: CorrelationId,
    actor: String,
}

impl Caller {
    /// Whose token a call carries, if it is one.
    pub(super) async fn find(
        console: &Console,
        headers: &HeaderMap,
    ) -> Result<Option<Self>, StoreError> {
        let Some(token) = bearer(headers) else {
            return Ok(None);
        };
        let found = console.store.api_tokens().find(&digest(token)).await?;
        Ok(found.map(|(token, account)| Self {
            correlation: console.correlation(),
            actor: format!("{}/{}", account.name, token.name),
            token,
            account,
        }))
    }

    /// Whether both the token's scopes and its owner's role give a right.
    pub(super) fn may(&self, right: Right) -> bool {
        Scope::give(&self.token.scopes, right) && right.of(self.account.role)
    }

    /// Number of the token.
    pub(super) fn token(&self) -> i64 {
        self.token.id
    }

    /// The name that audit rows carry.
    pub(super) fn actor(&self) -> &str {
        &self.actor
    }

    /// Who acts, for the engine.
    pub(super) fn by(&self) -> ByHand<'_> {
        ByHand { correlation: &self.correlation, actor: &self.actor }
    }
}

/// The token of an `Authorization: Bearer …`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    let token = token.trim();
    let is_one = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty();
    (is_one && token.len() <= LENGTH_MAX).then_some(token)
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        // The guard has put it there on every route of the API.
        parts.extensions.get::<Self>().cloned().ok_or(Trouble::NoToken)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn of(value: &[u8]) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_bytes(value).ok()?);
        bearer(&headers).map(str::to_owned)
    }

    #[test]
    fn a_token_follows_the_word_bearer() {
        assert_eq!(of(b"Bearer lsk_1").as_deref(), Some("lsk_1"));
        assert_eq!(of(b"  bearer   lsk_1 ").as_deref(), Some("lsk_1"));
        for none in [&b"Basic lsk_1"[..], b"Bearer", b"Bearer ", b"lsk_1", b""] {
            assert_eq!(of(none), None);
        }
    }

    proptest! {
        #[test]
        fn no_api_token_is_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let token = of(&bytes);
            prop_assert!(token.is_none_or(|token| !token.is_empty() && token.len() <= LENGTH_MAX));
        }
    }
}
