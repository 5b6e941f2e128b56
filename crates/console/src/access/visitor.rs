//! Whoever is signed in.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lockstep_engine::ByHand;
use lockstep_model::CorrelationId;
use lockstep_store::{Account, StoreError};

use super::cookie::session_name;
use super::{Right, cookie, digest};
use crate::Console;
use crate::trouble::Trouble;

/// Whoever is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) account: Account,
    /// What every form of this session carries.
    pub(crate) csrf: String,
    session: Vec<u8>,
}

impl Visitor {
    /// Whose session the browser's cookie is, if it is one.
    pub(super) async fn find(
        console: &Console,
        headers: &HeaderMap,
    ) -> Result<Option<Self>, StoreError> {
        let Some(token) = cookie(headers, session_name(&console.settings)) else {
            return Ok(None);
        };
        let session = digest(token);
        let found = console.store.sessions().find(&session, console.settings.idle).await?;
        Ok(found.map(|known| Self { account: known.account, csrf: csrf(token), session }))
    }

    /// Whether the role has a right.
    pub(crate) fn may(&self, right: Right) -> bool {
        right.of(self.account.role)
    }

    /// The name that audit rows carry.
    pub(crate) fn actor(&self) -> &str {
        &self.account.name
    }

    /// Who acts, for the engine.
    pub(crate) fn by<'a>(&'a self, correlation: &'a CorrelationId) -> ByHand<'a> {
        ByHand { correlation, actor: self.actor() }
    }

    /// What the store knows the session by.
    pub(crate) fn session(&self) -> &[u8] {
        &self.session
    }
}

/// Follows from the session's secret, which pages cannot read, and tells nothing of it.
fn csrf(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&format!("form of {token}")))
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        // The guard has put it there on every route that takes a right.
        parts.extensions.get::<Self>().cloned().ok_or(Trouble::NotAllowed(Right::See))
    }
}
