//! Forge: who opens the issue panel, and on which issue.
//!
//! A call that reaches us from the panel carries an *invocation token*, a JWT that Atlassian signs.
//! What it says is believed, and nothing else of the call is: neither a path, a query nor a body
//! says which site, which issue or which person it is about.
//!
//! What a real token carries, by Atlassian's own verifiers: `iss` is always
//! `forge/invocation-token`, `aud` is the app, `exp` follows within minutes; `app` tells the
//! installation, the module and `apiBaseUrl`, the gateway address of the site; `context` tells
//! `cloudId`, `siteUrl`, `moduleKey` and, under `extension`, issue and project; `principal` is the
//! person, as a text or as an object with `accountId`. Of these we rely on `iss`, `aud`, `exp`, the
//! cloud id, the module's key, the issue's id and the person; the rest may be missing.
//!
//! The issue is the one that the browser shows, so it is the browser's word that the person sees
//! it. [`Invocation::may_edit`] asks Jira in the person's own name.

use chrono::{DateTime, Utc};
use lockstep_http::{Algorithm, HttpClient, IssuerKeys, Peer, TokenRefused, Url};
use lockstep_model::{Code, Fault};
use secrecy::SecretString;
use serde_json::Value;

use crate::client::JiraClient;
use crate::credentials::Credentials;

/// Where Forge publishes the keys of its invocation tokens.
pub const KEYS: &str = "https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json";

/// What `deploy/forge/manifest.yml` calls the panel.
pub const PANEL: &str = "lockstep-panel";

/// The header in which Forge hands on a token of the person, to call Jira with.
pub const USER_TOKEN: &str = "x-forge-oauth-user";

/// The permission to edit an issue.
const EDIT: &str = "EDIT_ISSUES";

const ISSUER: &str = "forge/invocation-token";

/// What an app's id begins with; people may leave it out.
const APP_PREFIX: &str = "ari:cloud:ecosystem::app/";

/// How far Atlassian's clock and ours may stand apart, in seconds.
const LEEWAY_SECONDS: i64 = 60;

/// Checks invocation tokens for one app.
#[derive(Debug)]
pub struct InvocationVerifier {
    app: String,
    keys: IssuerKeys,
}

/// What a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The site's cloud id: by it a connection is found ([`JiraClient::tenant`]).
    pub cloud_id: String,
    /// The site's address, where the token tells it.
    pub site: Option<Url>,
    /// The site behind the gateway, where the token tells it.
    pub api: Option<Url>,
    /// The issue's id, which outlasts a move.
    pub issue_id: String,
    /// The issue's key as of now, where the token tells it.
    pub issue_key: Option<String>,
    /// The project's key, where the token tells it.
    pub project_key: Option<String>,
    /// The person's account id.
    pub account_id: String,
    /// When the token runs out.
    pub expires: DateTime<Utc>,
}

impl InvocationVerifier {
    /// A verifier for the app with this id (the whole `ari:…`, or its last part), by the keys at
    /// `keys` ([`KEYS`], or a simulator's). Nothing is asked yet.
    ///
    /// Fails with `HostRefused` for an address that is none of Atlassian's.
    pub fn new(http: HttpClient, app: &str, keys: Url) -> Result<Self, Fault> {
        http.check(Peer::Jira, &keys)
            .map_err(|refused| Fault::new(Code::HostRefused, refused.to_string()))?;
        let app = app.trim();
        let app =
            if app.starts_with(APP_PREFIX) { app.to_owned() } else { format!("{APP_PREFIX}{app}") };
        Ok(Self { app, keys: IssuerKeys::new(http, Peer::Jira, keys) })
    }

    /// Checks the `Authorization` header of a call from the panel.
    pub async fn verify(
        &self,
        authorization: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Invocation, Fault> {
        let token = bearer(authorization)
            .ok_or_else(|| Fault::new(Code::PanelToken, "the call carries no bearer token"))?;
        let claims: Value =
            self.keys.verify(token, &[Algorithm::Rs256], now).await.map_err(|refused| {
                let code = match refused {
                    TokenRefused::Keys(_) => Code::IssuerKeys,
                    _ => Code::PanelToken,
                };
                Fault::new(code, refused.to_string())
            })?;
        self.is_ours(&claims)?;
        let expires = in_time(&claims, now)?;
        context(&claims, expires)
    }

    fn is_ours(&self, claims: &Value) -> Result<(), Fault> {
        if claims["iss"] != ISSUER {
            return Err(Fault::new(Code::PanelToken, "it is no invocation token"));
        }
        let is_for_us = match &claims["aud"] {
            Value::String(one) => *one == self.app,
            Value::Array(several) => several.iter().any(|one| *one == self.app.as_str()),
            _ => false,
        };
        let named = text(claims, "/app/id");
        if !is_for_us || named.is_some_and(|app| app != self.app) {
            let app = named.or_else(|| claims["aud"].as_str()).unwrap_or("no app");
            return Err(Fault::new(Code::PanelOtherApp, format!("it is made for {app}")));
        }
        Ok(())
    }
}

impl Invocation {
    /// Asks Jira, in the name of the person ([`USER_TOKEN`]), whether they may edit the issue (`Edit
    /// Issues`). Fails with `JiraIssueGone` where they may not even see it. The client's own allow-list
    /// is asked first.
    ///
    /// The permission is asked of the person, not about them: `POST /permissions/check` with an account
    /// id takes *Administer Jira*, which the integration user need not have.
    pub async fn may_edit(&self, http: &HttpClient, token: SecretString) -> Result<bool, Fault> {
        let api = self.api.clone().ok_or_else(|| missing("the address of the site's API"))?;
        let person = JiraClient::new(http.clone(), api, Credentials::OAuth { bearer: token })?;
        let seen = person.get("issue.sees", &["issue", &self.issue_id]).about_issue();
        person.send(seen.query("fields", "id")).await?;
        let held = person.permissions_on(&self.issue_id, &[EDIT]).await?;
        Ok(held.iter().any(|permission| permission.key == EDIT && permission.held))
    }
}

fn bearer(authorization: Option<&str>) -> Option<&str> {
    let (scheme, token) = authorization?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// When the token runs out, if it has begun and not ended.
fn in_time(claims: &Value, now: DateTime<Utc>) -> Result<DateTime<Utc>, Fault> {
    let of = |name: &str| DateTime::from_timestamp(claims[name].as_i64()?, 0);
    let apart = |then: DateTime<Utc>| then.signed_duration_since(now).num_seconds();
    let expires =
        of("exp").ok_or_else(|| Fault::new(Code::PanelToken, "it does not say when it ends"))?;
    if apart(expires) <= -LEEWAY_SECONDS {
        let ago = -apart(expires);
        return Err(Fault::new(Code::PanelExpired, format!("it ended {ago} s ago")));
    }
    if let Some(ahead) = of("nbf").map(apart).filter(|ahead| *ahead > LEEWAY_SECONDS) {
        return Err(Fault::new(Code::PanelExpired, format!("it begins in {ahead} s")));
    }
    Ok(expires)
}

fn context(claims: &Value, expires: DateTime<Utc>) -> Result<Invocation, Fault> {
    let module = text(claims, "/context/moduleKey").or_else(|| text(claims, "/app/module/key"));
    if module != Some(PANEL) {
        let detail = format!("it comes from the module {}", module.unwrap_or("without a name"));
        return Err(Fault::new(Code::PanelContext, detail));
    }
    let owned = |path: &str| text(claims, path).map(str::to_owned);
    let url = |path: &str| text(claims, path).and_then(|text| Url::parse(text).ok());
    // Seen as a text and as an object; absent where an app acts for nobody.
    let account = owned("/principal").or_else(|| owned("/principal/accountId"));
    Ok(Invocation {
        cloud_id: owned("/context/cloudId").ok_or_else(|| missing("a site"))?,
        site: url("/context/siteUrl"),
        api: url("/app/apiBaseUrl"),
        issue_id: owned("/context/extension/issue/id").ok_or_else(|| missing("an issue"))?,
        issue_key: owned("/context/extension/issue/key"),
        project_key: owned("/context/extension/project/key"),
        account_id: account.ok_or_else(|| missing("a person"))?,
        expires,
    })
}

fn text<'a>(claims: &'a Value, path: &str) -> Option<&'a str> {
    claims.pointer(path)?.as_str().filter(|text| !text.is_empty())
}

fn missing(what: &str) -> Fault {
    Fault::new(Code::PanelContext, format!("it does not name {what}"))
}

#[cfg(test)]
#[path = "forge_tests.rs"]
mod tests;
