//! Signing in by an identity provider: `OpenID` Connect, the authorization code flow with PKCE.
//!
//! 1. `/login/oidc` remembers a sign-in (`state`, `nonce`, the PKCE verifier), binds it to the browser
//!    by a cookie, and sends the browser to the provider.
//! 2. The provider sends it back to `/login/oidc/callback` with a code, good once.
//! 3. The code is exchanged, server to server, for an identity token; its signature is checked by the
//!    keys that the provider publishes, and its claims against this sign-in.
//! 4. The groups that it tells lead to a role, anew at each sign-in.
//!
//! Only the issuer's host is called, and hosts that the configuration names besides.

mod claims;
mod discovery;
mod exchange;
mod pages;
mod roles;
mod settings;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use lockstep_http::HttpClient;
use lockstep_model::Fault;
use lockstep_store::{OidcLogin, Role};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use url::Url;

use crate::Ambient;
use discovery::Discovery;

pub use claims::Person;
pub(crate) use pages::routes;
pub use roles::{RoleMap, RolesRefused};
pub use settings::{OidcRefused, OidcSettings};

/// Where the provider sends browsers back to, on the console's own host.
pub const CALLBACK: &str = "/login/oidc/callback";

/// The provider that people sign in by.
#[derive(Debug)]
pub struct Provider {
    settings: OidcSettings,
    http: HttpClient,
    discovery: Discovery,
}

/// A sign-in that has begun.
#[derive(Debug)]
pub(crate) struct Begun {
    /// Comes back with the answer; the browser keeps it too.
    pub(crate) state: String,
    /// What to remember meanwhile.
    pub(crate) login: OidcLogin,
    /// Where to send the browser.
    pub(crate) url: Url,
}

impl Provider {
    /// A provider as configured. Nothing is asked yet.
    pub fn new(http: HttpClient, settings: OidcSettings) -> Self {
        let discovery = Discovery::new(http.clone(), settings.issuer().to_owned());
        Self { settings, http, discovery }
    }

    /// Begins a sign-in that comes back to `callback` and then leads to `return_to`.
    pub(crate) async fn begin(
        &self,
        ambient: &Ambient,
        callback: &str,
        return_to: &str,
    ) -> Result<Begun, Fault> {
        let known = self.discovery.known(ambient.now()).await?;
        let (state, nonce, verifier) = (ambient.token(), ambient.token(), ambient.token());
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let mut url = known.authorize.clone();
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", callback),
            ("scope", &self.settings.scopes),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let verifier = SecretString::from(verifier);
        Ok(Begun {
            state,
            login: OidcLogin { nonce, verifier, return_to: return_to.to_owned() },
            url,
        })
    }

    /// Who signed in: the code is exchanged, and the identity token that it brings is checked.
    pub(crate) async fn finish(
        &self,
        code: &str,
        login: &OidcLogin,
        callback: &str,
        now: DateTime<Utc>,
    ) -> Result<Person, Fault> {
        let known = self.discovery.known(now).await?;
        let redeemed =
            exchange::Redeemed { code, verifier: login.verifier.expose_secret(), callback };
        let token = redeemed.exchange(&self.http, &self.settings, &known).await?;
        let claims = claims::verified(&known.keys, token.expose_secret(), now).await?;
        claims::check(&claims, &self.settings, &login.nonce, now)?;
        claims::person(&claims, &self.settings)
    }

    /// The role of whoever is in these groups.
    pub(crate) fn role(&self, person: &Person) -> Result<Role, Fault> {
        self.settings.roles.of(&person.groups)
    }

    /// Whether an answer that names its issuer (RFC 9207) comes from this one.
    pub(crate) fn is(&self, issuer: &str) -> bool {
        issuer == self.settings.issuer()
    }
}
