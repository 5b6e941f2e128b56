//! What signing in by an identity provider is configured with.

use secrecy::SecretString;
use url::Url;

use super::RoleMap;
use crate::settings::is_secure_or_here;

/// An identity provider's configuration. Its `Debug` form shows no secret.
#[derive(Debug, Clone)]
pub struct OidcSettings {
    pub(crate) issuer: String,
    pub(crate) host: String,
    /// The id under which the console is registered.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: SecretString,
    /// What is asked for, with blanks between; `openid` among it.
    pub scopes: String,
    /// Which claim tells the groups. Dots lead into objects, as in `realm_access.roles`.
    pub groups_claim: String,
    /// Which groups lead to which role.
    pub roles: RoleMap,
}

/// Why an issuer cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcRefused {
    /// It is no address.
    #[error("it is no address")]
    NoAddress,
    /// Discovery appends a path to it.
    #[error("it must be an address without credentials, query and fragment")]
    NotBare,
    /// The client's secret goes there.
    #[error("it must be https, or http on this machine")]
    NotSecure,
}

impl OidcSettings {
    /// For an issuer, written exactly as it writes itself, and the client that is registered there.
    pub fn new(
        issuer: &str,
        client_id: &str,
        client_secret: SecretString,
        roles: RoleMap,
    ) -> Result<Self, OidcRefused> {
        let url = Url::parse(issuer).map_err(|_| OidcRefused::NoAddress)?;
        let host = url.host_str().ok_or(OidcRefused::NoAddress)?.to_owned();
        let is_bare = url.username().is_empty() && url.password().is_none();
        if !is_bare || url.query().is_some() || url.fragment().is_some() {
            return Err(OidcRefused::NotBare);
        }
        if !is_secure_or_here(&url) {
            return Err(OidcRefused::NotSecure);
        }
        Ok(Self {
            issuer: issuer.to_owned(),
            host,
            client_id: client_id.to_owned(),
            client_secret,
            scopes: "openid profile email".to_owned(),
            groups_claim: "groups".to_owned(),
            roles,
        })
    }

    /// The issuer, to the letter.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The issuer's host: the HTTP client must be allowed to call it.
    pub fn host(&self) -> &str {
        &self.host
    }
}
