//! The keys that an issuer publishes (a JWK set, RFC 7517), and tokens checked by them.
//!
//! Only public-key algorithms are taken, and only those that the caller names: a token chooses
//! neither (`alg: none`, or HS256 with a public key for its secret, gets nowhere).

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{DecodingKey, Validation};
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use crate::call::Call;
use crate::client::HttpClient;
use crate::hosts::Peer;

/// How long keys are used before they are asked for again: what an issuer took back ends then.
const FRESH: TimeDelta = TimeDelta::hours(1);

/// How long keys are used while the issuer does not answer.
const USABLE: TimeDelta = TimeDelta::hours(24);

/// The shortest time between two questions. Anybody can send a token of a key that nobody knows,
/// and must not make Lockstep call the issuer as often.
const BETWEEN: TimeDelta = TimeDelta::minutes(1);

/// What a signature is made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA, PKCS #1 1.5, SHA-256.
    Rs256,
    /// ECDSA on P-256, SHA-256.
    Es256,
}

/// Why a token's claims are not to be believed. The text holds nothing of the token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// It is no signed token, or its claims cannot be read.
    #[error("it is no signed token that can be read")]
    Unreadable,
    /// It is signed by an algorithm that its issuer does not use.
    #[error("it is signed by an algorithm that is not taken")]
    Algorithm,
    /// None of the issuer's keys is the one that it names.
    #[error("the issuer publishes no key of that name")]
    UnknownKey,
    /// The key that it names did not sign it.
    #[error("its signature does not fit")]
    Signature,
    /// The issuer's keys cannot be had, so nothing is known about the token.
    #[error("the issuer's keys cannot be read: {0}")]
    Keys(String),
}

/// The keys that an issuer publishes at one address, asked for when they are needed.
#[derive(Debug)]
pub struct IssuerKeys {
    http: HttpClient,
    peer: Peer,
    url: Url,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    keys: Vec<Jwk>,
    fetched_at: Option<DateTime<Utc>>,
    asked_at: Option<DateTime<Utc>>,
    failure: Option<String>,
}

/// What a token says about its key.
struct Wanted {
    kid: Option<String>,
    algorithm: Algorithm,
}

impl IssuerKeys {
    /// The keys at `url`. Nothing is asked yet.
    pub fn new(http: HttpClient, peer: Peer, url: Url) -> Self {
        Self { http, peer, url, kept: Mutex::default() }
    }

    /// The claims of a token that one of the keys signed, by one of `algorithms`. Whom it is for
    /// and until when it holds is the caller's to check.
    pub async fn verify<T: DeserializeOwned>(
        &self,
        token: &str,
        algorithms: &[Algorithm],
        now: DateTime<Utc>,
    ) -> Result<T, TokenRefused> {
        let wanted = Wanted::read(token)?;
        if !algorithms.contains(&wanted.algorithm) {
            return Err(TokenRefused::Algorithm);
        }
        let key = self.key(&wanted, now).await?;
        let mut validation = Validation::new(wanted.algorithm.library());
        validation.required_spec_claims.clear();
        // The library would read its own clock.
        validation.validate_exp = false;
        validation.validate_aud = false;
        match jsonwebtoken::decode::<T>(token, &key, &validation) {
            Ok(decoded) => Ok(decoded.claims),
            Err(error) => Err(match error.kind() {
                ErrorKind::InvalidSignature => TokenRefused::Signature,
                _ => TokenRefused::Unreadable,
            }),
        }
    }

    async fn key(&self, wanted: &Wanted, now: DateTime<Utc>) -> Result<DecodingKey, TokenRefused> {
        // Held while asking, so that a hundred tokens of a new key ask once.
        let mut kept = self.kept.lock().await;
        let known = kept.find(wanted).is_some() && kept.is_within(FRESH, now);
        if !known && kept.may_ask(now) {
            kept.asked_at = Some(now);
            match self.fetch().await {
                Ok(keys) => {
                    (kept.keys, kept.fetched_at, kept.failure) = (keys, Some(now), None);
                }
                Err(failure) => kept.failure = Some(failure),
            }
        }
        if !kept.is_within(USABLE, now) {
            let failure = kept.failure.clone().unwrap_or_else(|| "no answer yet".to_owned());
            return Err(TokenRefused::Keys(failure));
        }
        kept.find(wanted).ok_or(TokenRefused::UnknownKey)
    }

    async fn fetch(&self) -> Result<Vec<Jwk>, String> {
        #[derive(Deserialize)]
        struct Published {
            keys: Vec<Value>,
        }
        let call = Call::new(self.peer, "keys", Method::GET, self.url.clone());
        let answer = self.http.send(call).await.map_err(|error| error.to_string())?;
        if !answer.status.is_success() {
            return Err(format!("HTTP {}", answer.status.as_u16()));
        }
        let published: Published =
            answer.json().map_err(|error| format!("no set of keys ({error})"))?;
        // A key of a kind that is not known does not spoil the others.
        let read = |key| serde_json::from_value(key).ok();
        Ok(published.keys.into_iter().filter_map(read).collect())
    }
}

impl Kept {
    fn is_within(&self, age: TimeDelta, now: DateTime<Utc>) -> bool {
        self.fetched_at.is_some_and(|at| now.signed_duration_since(at) < age)
    }

    /// Also where the clock was set back behind the last question.
    fn may_ask(&self, now: DateTime<Utc>) -> bool {
        self.asked_at.is_none_or(|at| now < at || now.signed_duration_since(at) >= BETWEEN)
    }

    /// The key that is meant. A token may leave out its name where the issuer has one key.
    fn find(&self, wanted: &Wanted) -> Option<DecodingKey> {
        let mut fitting = self.keys.iter().filter(|key| wanted.fits(key));
        let key = fitting.next()?;
        let is_one = wanted.kid.is_some() || fitting.next().is_none();
        if is_one { DecodingKey::from_jwk(key).ok() } else { None }
    }
}

impl Wanted {
    fn read(token: &str) -> Result<Self, TokenRefused> {
        let header = jsonwebtoken::decode_header(token).map_err(|error| match error.kind() {
            // An algorithm without a name here, `none` among them, fails as JSON does.
            ErrorKind::Json(_) => TokenRefused::Algorithm,
            _ => TokenRefused::Unreadable,
        })?;
        let algorithm = match header.alg {
            jsonwebtoken::Algorithm::RS256 => Algorithm::Rs256,
            jsonwebtoken::Algorithm::ES256 => Algorithm::Es256,
            _ => return Err(TokenRefused::Algorithm),
        };
        Ok(Self { kid: header.kid, algorithm })
    }

    fn fits(&self, key: &Jwk) -> bool {
        let common = &key.common;
        let of_its_kind = match &key.algorithm {
            AlgorithmParameters::RSA(_) => self.algorithm == Algorithm::Rs256,
            AlgorithmParameters::EllipticCurve(curve) => {
                self.algorithm == Algorithm::Es256 && curve.curve == EllipticCurve::P256
            }
            AlgorithmParameters::OctetKeyPair(_) | AlgorithmParameters::OctetKey(_) => false,
        };
        let signs = !matches!(
            common.public_key_use,
            Some(PublicKeyUse::Encryption | PublicKeyUse::Other(_))
        );
        of_its_kind
            && signs
            && common.key_algorithm.is_none_or(|named| named == self.algorithm.named())
            && (self.kid.is_none() || self.kid == common.key_id)
    }
}

impl Algorithm {
    fn library(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
        }
    }

    fn named(self) -> KeyAlgorithm {
        match self {
            Self::Rs256 => KeyAlgorithm::RS256,
            Self::Es256 => KeyAlgorithm::ES256,
        }
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
