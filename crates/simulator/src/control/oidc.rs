//! Acting on the identity provider as its administrator.

use serde_json::{Value, json};

use super::client::{ControlClient, Result};
use crate::oidc::User;

impl ControlClient {
    /// Registers the addresses at which the client may be answered, in place of those before.
    pub async fn oidc_redirects(&self, uris: &[&str]) -> Result<()> {
        self.oidc_settings(json!({ "redirect_uris": uris })).await.map(drop)
    }

    /// Changes the named settings of the provider (see [`crate::oidc::Settings`]) and returns all of them.
    pub async fn oidc_settings(&self, changes: Value) -> Result<Value> {
        self.patch("/control/oidc/settings", &changes).await
    }

    /// Adds somebody who can sign in, in place of one of the same login.
    pub async fn oidc_user(&self, user: &User) -> Result<()> {
        self.post("/control/oidc/users", &serde_json::to_value(user)?).await.map(drop)
    }
}
