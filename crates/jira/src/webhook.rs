//! Webhooks: is it Jira that calls, and which issue does it mean? No I/O, no async.
//!
//! A webhook is a hint. Its body is in the old API's representation and may arrive late, twice or
//! never, so only the issue's id is taken from it.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;

use crate::time;
use crate::wire::Id;

/// How much an expired token is forgiven, in seconds: clocks differ.
const LEEWAY_SECONDS: i64 = 60;

/// Why a delivery is not taken for Jira's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No signature came with it.
    #[error("the delivery is not signed")]
    Unsigned,
    /// The header names a method other than `sha256`.
    #[error("unknown signature method")]
    Method,
    /// The signature is not that of this body under this secret.
    #[error("the signature does not fit the body")]
    Signature,
    /// The token ran out.
    #[error("the token has expired")]
    Expired,
}

/// What a delivery says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// `webhookEvent`, such as `jira:issue_updated`.
    pub event: String,
    /// The id of the issue that it is about, where it tells.
    pub issue: Option<String>,
    /// When Jira says that it happened.
    pub at: Option<DateTime<Utc>>,
    /// The issue's `updated` as of the event; only events of the issue itself tell it.
    pub version: Option<DateTime<Utc>>,
}

/// The body is not a webhook's.
#[derive(Debug, thiserror::Error)]
#[error("not a Jira webhook: {0}")]
pub struct NotAHint(#[from] serde_json::Error);

/// Checks the `X-Hub-Signature` header of an admin webhook against the raw body, in constant time.
pub fn verify_signature(secret: &[u8], body: &[u8], header: Option<&str>) -> Result<(), Refused> {
    let (method, digest) =
        header.and_then(|text| text.trim().split_once('=')).ok_or(Refused::Unsigned)?;
    if !method.eq_ignore_ascii_case("sha256") {
        return Err(Refused::Method);
    }
    let digest = unhex(digest).ok_or(Refused::Signature)?;
    mac(secret, body).verify_slice(&digest).map_err(|_| Refused::Signature)
}

/// The `X-Hub-Signature` of a body, as Jira would send it. For simulators and tests.
pub fn sign(secret: &[u8], body: &[u8]) -> String {
    use std::fmt::Write as _;
    let digest = mac(secret, body).finalize().into_bytes();
    digest.iter().fold("sha256=".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Checks the `Authorization: Bearer` token of a dynamic webhook: HS256 with the app's client
/// secret, and `exp` where the token has one.
pub fn verify_jwt(
    secret: &[u8],
    authorization: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), Refused> {
    #[derive(Deserialize)]
    struct Claims {
        #[serde(default)]
        exp: Option<Value>,
    }
    let (scheme, token) =
        authorization.and_then(|text| text.trim().split_once(' ')).ok_or(Refused::Unsigned)?;
    if !scheme.eq_ignore_ascii_case("bearer") && !scheme.eq_ignore_ascii_case("jwt") {
        return Err(Refused::Unsigned);
    }
    // The claims are undocumented, and the library would read its own clock: `exp` is checked below.
    let mut validation = Validation::new(Algorithm::HS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let key = DecodingKey::from_secret(secret);
    let claims = jsonwebtoken::decode::<Claims>(token.trim(), &key, &validation)
        .map_err(|_| Refused::Signature)?
        .claims;
    match claims.exp {
        None => Ok(()),
        Some(exp) => match exp.as_f64() {
            #[expect(clippy::cast_precision_loss, reason = "seconds of this era are exact in f64")]
            Some(exp) if exp + LEEWAY_SECONDS as f64 >= now.timestamp() as f64 => Ok(()),
            _ => Err(Refused::Expired),
        },
    }
}

/// Reads what a delivery is about, and no more. The issue's id is taken from `issue`, or from the
/// address of the comment where `issue` is left out; attachment and link events name no issue.
pub fn read_hint(body: &[u8]) -> Result<Hint, NotAHint> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Delivery {
        webhook_event: String,
        #[serde(default)]
        timestamp: Value,
        #[serde(default)]
        issue: Option<Named>,
        #[serde(default)]
        comment: Option<Addressed>,
    }
    #[derive(Deserialize)]
    struct Named {
        #[serde(default)]
        id: Option<Id>,
        #[serde(default)]
        fields: Option<Fields>,
    }
    #[derive(Deserialize)]
    struct Fields {
        #[serde(default)]
        updated: Value,
    }
    #[derive(Deserialize)]
    struct Addressed {
        #[serde(default, rename = "self")]
        address: Option<String>,
    }
    let delivery: Delivery = serde_json::from_slice(body)?;
    let (named, fields) = delivery.issue.map_or((None, None), |issue| (issue.id, issue.fields));
    let named = named.map(|id| id.0);
    // A deletion shows the issue as it stood before: it is no version of it.
    let of_the_issue =
        matches!(delivery.webhook_event.as_str(), "jira:issue_created" | "jira:issue_updated");
    let commented = || issue_of_comment(&delivery.comment?.address?);
    Ok(Hint {
        event: delivery.webhook_event,
        issue: named.or_else(commented),
        at: time::of_json(&delivery.timestamp),
        version: fields.filter(|_| of_the_issue).and_then(|fields| time::of_json(&fields.updated)),
    })
}

/// The issue id in `…/rest/api/2/issue/10042/comment/10501`.
fn issue_of_comment(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("/issue/")?;
    let (id, _) = rest.split_once("/comment/")?;
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| id.to_owned())
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn mac(secret: &[u8], body: &[u8]) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(secret).expect("any length").chain_update(body)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let bytes = text.trim().as_bytes();
    bytes.len().is_multiple_of(2).then_some(())?;
    bytes.chunks(2).map(|pair| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()).collect()
}

#[cfg(test)]
#[path = "webhook_tests.rs"]
mod tests;
