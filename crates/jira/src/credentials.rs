//! Who calls.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lockstep_http::HeaderValue;
use lockstep_model::{Code, Fault};
use secrecy::{ExposeSecret, SecretString};

/// What proves to Jira who calls. Its `Debug` form shows no secret.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// An API token of a user, against the site's own address.
    ApiToken {
        /// The user's e-mail address.
        email: String,
        /// The token.
        token: SecretString,
    },
    /// An OAuth 2.0 access token, against `https://api.atlassian.com/ex/jira/{cloudId}`. Whoever
    /// holds the grant renews it and makes a new client: clients are cheap.
    OAuth {
        /// The access token.
        bearer: SecretString,
    },
}

impl Credentials {
    /// The `Authorization` header, marked sensitive.
    pub(crate) fn into_header(self) -> Result<HeaderValue, Fault> {
        let text = match self {
            Self::ApiToken { email, token } => {
                format!("Basic {}", STANDARD.encode(format!("{email}:{}", token.expose_secret())))
            }
            Self::OAuth { bearer } => format!("Bearer {}", bearer.expose_secret()),
        };
        let mut value = HeaderValue::from_str(&text).map_err(|_| {
            Fault::new(Code::JiraUnauthorized, "the token holds characters that no token has")
        })?;
        value.set_sensitive(true);
        Ok(value)
    }
}
