//! A webhook whose signature fits. A handler that takes a [`Verified`] cannot see any other body.

use std::sync::Arc;
use std::time::Duration;

use axum::RequestExt;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Path, Request};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH};
use bytes::Bytes;
use lockstep_jira::webhook;
use lockstep_model::ConnectionId;
use secrecy::ExposeSecret;
use tokio::time::timeout;

use crate::Hooks;
use crate::refusal::Refusal;

/// Jira itself waits 20 seconds for the whole answer.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// Tried where there is no secret, so that an unknown name takes as long as a wrong signature.
const NO_SECRET: &[u8] = b"there is no such connection";

/// The body of a webhook that comes from this connection's site.
pub(crate) struct Verified {
    pub(crate) connection: ConnectionId,
    pub(crate) body: Bytes,
    /// `X-Atlassian-Webhook-Identifier`: the same through all deliveries of one event.
    pub(crate) delivery: String,
}

impl FromRequest<Arc<Hooks>> for Verified {
    type Rejection = Refusal;

    async fn from_request(mut request: Request, hooks: &Arc<Hooks>) -> Result<Self, Refusal> {
        let name = name(&mut request).await?;
        let (head, body) = request.into_parts();
        let body = read(&head.headers, body, hooks.max_body).await?;
        let known = hooks.secrets.find(&name).await.map_err(|error| {
            tracing::error!(%error, connection = name, "a webhook's secret cannot be read");
            Refusal::Unavailable
        })?;
        let secret = known.as_ref().map(|known| known.secret.expose_secret().as_bytes());
        let fits = verify(hooks, secret.unwrap_or(NO_SECRET), &head.headers, &body);
        match (known, fits) {
            (Some(known), Ok(())) => Ok(Self {
                connection: known.connection,
                body,
                delivery: text(&head.headers, "x-atlassian-webhook-identifier")
                    .unwrap_or_default()
                    .to_owned(),
            }),
            (known, fits) => {
                let reason = fits.err().map(|refused| refused.to_string());
                tracing::warn!(
                    connection = name,
                    known = known.is_some(),
                    reason,
                    "a webhook is not verified"
                );
                Err(Refusal::NotVerified)
            }
        }
    }
}

/// The connection's name in the path.
async fn name(request: &mut Request) -> Result<String, Refusal> {
    let name = request.extract_parts::<Path<String>>().await;
    name.map(|Path(name)| name).map_err(|_not_utf_8| Refusal::NotVerified)
}

/// The body, as far as it may go.
async fn read(headers: &HeaderMap, body: Body, max: usize) -> Result<Bytes, Refusal> {
    let announced =
        headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > max) {
        return Err(Refusal::TooLarge(max));
    }
    match timeout(BODY_TIMEOUT, to_bytes(body, max)).await {
        Ok(read) => read.map_err(|_too_large_or_cut| Refusal::TooLarge(max)),
        Err(_) => Err(Refusal::TooSlow),
    }
}

/// Admin webhooks sign the body; dynamic ones carry a token.
fn verify(
    hooks: &Hooks,
    secret: &[u8],
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), webhook::Refused> {
    if let Some(signature) = text(headers, "x-hub-signature") {
        return webhook::verify_signature(secret, body, Some(signature));
    }
    let token = text(headers, AUTHORIZATION.as_str());
    webhook::verify_jwt(secret, token, (hooks.ambient.now)())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
