//! What an identity token says, and whether it is said to us, now, about this sign-in.

use chrono::{DateTime, Utc};
use lockstep_http::{Algorithm, IssuerKeys, TokenRefused};
use lockstep_model::{Code, Fault};
use serde_json::Value;

use super::OidcSettings;
use crate::access::same;

/// How far the provider's clock and ours may stand apart, in seconds.
const LEEWAY_SECONDS: i64 = 60;

/// Longest subject (`OpenID` Connect Core, 2).
const SUBJECT_MAX: usize = 255;

/// Somebody whom the provider has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Issuer and subject: what never changes about them.
    pub subject: String,
    /// What the account is called: an e-mail address that the provider has verified, or else the
    /// name that they sign in by there.
    pub login: String,
    /// Name as shown.
    pub display_name: String,
    /// Groups.
    pub groups: Vec<String>,
}

/// The claims of a token that the provider signed.
pub(super) async fn verified(
    keys: &IssuerKeys,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Value, Fault> {
    let allowed = [Algorithm::Rs256, Algorithm::Es256];
    keys.verify(token, &allowed, now).await.map_err(|refused| {
        let code = match refused {
            TokenRefused::Keys(_) => Code::IssuerKeys,
            _ => Code::OidcToken,
        };
        Fault::new(code, refused.to_string())
    })
}

/// Whether the claims are ours to believe (`OpenID` Connect Core, 3.1.3.7).
pub(super) fn check(
    claims: &Value,
    settings: &OidcSettings,
    nonce: &str,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if claims["iss"] != settings.issuer() {
        return Err(refused("it is another issuer's"));
    }
    let us = settings.client_id.as_str();
    let (is_for_us, is_for_others) = match &claims["aud"] {
        Value::String(one) => (one == us, false),
        Value::Array(all) => (all.iter().any(|one| *one == us), all.len() > 1),
        _ => (false, false),
    };
    let party = claims["azp"].as_str();
    let is_ours = is_for_us && party.map_or(!is_for_others, |party| party == us);
    if !is_ours {
        return Err(refused("it is made for another application"));
    }
    in_time(claims, now)?;
    if !claims["nonce"].as_str().is_some_and(|told| same(told, nonce)) {
        return Err(refused("it belongs to another sign-in"));
    }
    Ok(())
}

fn in_time(claims: &Value, now: DateTime<Utc>) -> Result<(), Fault> {
    let now = now.timestamp();
    // Seconds may come with a fraction.
    let of = |name: &str| claims[name].as_i64().or_else(|| whole(claims[name].as_f64()?));
    let (Some(ends), Some(made)) = (of("exp"), of("iat")) else {
        return Err(refused("it does not say when it was made and when it ends"));
    };
    if ends <= now - LEEWAY_SECONDS {
        return Err(refused(&format!("it ended {} s ago", now - ends)));
    }
    let begins = of("nbf").unwrap_or(made).max(made);
    if begins > now + LEEWAY_SECONDS {
        return Err(refused(&format!("it begins in {} s", begins - now)));
    }
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "seconds of this era are exact in f64")]
fn whole(seconds: f64) -> Option<i64> {
    (0.0..1e15).contains(&seconds).then_some(seconds as i64)
}

/// Who the claims are about.
pub(super) fn person(claims: &Value, settings: &OidcSettings) -> Result<Person, Fault> {
    let text = |name: &str| claims[name].as_str().map(str::trim).filter(|text| !text.is_empty());
    let sub = text("sub").filter(|sub| sub.len() <= SUBJECT_MAX);
    let sub = sub.ok_or_else(|| refused("it names nobody"))?;
    // What is not verified may be anybody's address.
    let email = text("email").filter(|_| claims["email_verified"] != Value::Bool(false));
    let login = email.or_else(|| text("preferred_username")).unwrap_or(sub);
    Ok(Person {
        subject: format!("{}|{sub}", settings.issuer()),
        login: login.to_owned(),
        display_name: text("name").unwrap_or(login).to_owned(),
        groups: groups(claims, &settings.groups_claim),
    })
}

/// The groups under a claim's name, or under a path into objects.
fn groups(claims: &Value, claim: &str) -> Vec<String> {
    let found = claims.get(claim).or_else(|| {
        let mut steps = claim.split('.');
        steps.try_fold(claims, |at, step| at.get(step))
    });
    match found {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(all)) => {
            all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

fn refused(why: &str) -> Fault {
    Fault::new(Code::OidcToken, why)
}

#[cfg(test)]
#[path = "claims_tests.rs"]
mod tests;
