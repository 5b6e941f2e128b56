//! Keys that the simulated issuers sign with. They lie open in this folder and prove nothing to
//! anybody: no real issuer publishes them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Where the modulus stands in a PKCS #1 key of 2048 bits: behind the headers of the sequence, the
/// version, and the modulus itself with its leading zero.
const MODULUS: std::ops::Range<usize> = 12..268;

/// How long the public point of a P-256 key is: two coordinates at the very end of PKCS #8.
const POINT_BYTES: usize = 64;

/// One of the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SigningKey {
    /// RSA, the one that is used unless something else is asked for.
    #[default]
    #[serde(rename = "rsa-1")]
    First,
    /// RSA, for rotation, and for tokens of somebody else.
    #[serde(rename = "rsa-2")]
    Second,
    /// P-256.
    #[serde(rename = "ec-1")]
    Curve,
}

impl SigningKey {
    /// Its name in a key set.
    pub fn kid(self) -> &'static str {
        match self {
            Self::First => "rsa-1",
            Self::Second => "rsa-2",
            Self::Curve => "ec-1",
        }
    }

    /// Its public half, as a key set shows it.
    ///
    /// # Panics
    /// Never: the keys are part of this file.
    pub fn jwk(self) -> Value {
        let der = self.der();
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let kid = self.kid();
        if self == Self::Curve {
            let (x, y) = der[der.len() - POINT_BYTES..].split_at(POINT_BYTES / 2);
            return json!({
                "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid,
                "x": text(x), "y": text(y),
            });
        }
        json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid,
            "n": text(&der[MODULUS]), "e": "AQAB",
        })
    }

    /// A token with these claims, that names the key `kid`, or none.
    ///
    /// # Panics
    /// Never: any JSON can be signed.
    #[expect(clippy::expect_used, reason = "the keys are part of this file, and JSON is JSON")]
    pub fn sign_as(self, kid: Option<&str>, claims: &Value) -> String {
        let der = self.der();
        let (algorithm, key) = match self {
            Self::Curve => (Algorithm::ES256, EncodingKey::from_ec_der(&der)),
            Self::First | Self::Second => (Algorithm::RS256, EncodingKey::from_rsa_der(&der)),
        };
        let header = Header { kid: kid.map(str::to_owned), ..Header::new(algorithm) };
        jsonwebtoken::encode(&header, claims, &key).expect("a token")
    }

    /// A token with these claims.
    pub fn sign(self, claims: &Value) -> String {
        self.sign_as(Some(self.kid()), claims)
    }

    #[expect(clippy::expect_used, reason = "the keys are part of this folder")]
    fn der(self) -> Vec<u8> {
        let text = match self {
            Self::First => include_str!("keys/test-only-rsa-1.txt"),
            Self::Second => include_str!("keys/test-only-rsa-2.txt"),
            Self::Curve => include_str!("keys/test-only-ec.txt"),
        };
        let text: String = text.split_whitespace().collect();
        STANDARD.decode(text).expect("base64")
    }
}

/// A key set that shows these keys.
pub fn key_set(keys: &[SigningKey]) -> Value {
    json!({ "keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::jwk::JwkSet;
    use jsonwebtoken::{DecodingKey, Validation, decode};

    use super::*;

    #[test]
    fn what_a_key_signs_its_public_half_verifies() {
        let all = [SigningKey::First, SigningKey::Second, SigningKey::Curve];
        let set: JwkSet = serde_json::from_value(key_set(&all)).expect("a key set");
        for key in all {
            let token = key.sign(&json!({ "exp": 4_000_000_000_i64, "sub": key.kid() }));
            for jwk in &set.keys {
                let algorithm =
                    if key == SigningKey::Curve { Algorithm::ES256 } else { Algorithm::RS256 };
                let public = DecodingKey::from_jwk(jwk).expect("key");
                let read = decode::<Value>(&token, &public, &Validation::new(algorithm));
                let is_its_own = jwk.common.key_id.as_deref() == Some(key.kid());
                assert_eq!(read.is_ok(), is_its_own, "{} by {:?}", key.kid(), jwk.common.key_id);
            }
        }
    }
}
