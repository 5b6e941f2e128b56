//! The apps through which other systems sign in to the org: an External Client App, as new installs
//! make it, and a Connected App of the older kind, which the org has had for years. Each has a key, a
//! secret and a policy of its own; the grant is the same.

use crate::salesforce::{CLIENT_ID, CLIENT_SECRET, CONNECTED_APP_ID, CONNECTED_APP_SECRET};

/// What the token endpoint holds against an app.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AppPolicy {
    /// *Enable Client Credentials Flow*.
    pub(crate) flow: bool,
    /// A *Run As* user is chosen.
    pub(crate) run_as: bool,
    /// That user is approved: *Admin approved users are pre-authorized*.
    pub(crate) approved: bool,
}

/// One app.
#[derive(Clone, Debug)]
pub(crate) struct App {
    /// Consumer key.
    pub(crate) key: &'static str,
    /// Consumer secret.
    pub(crate) secret: &'static str,
    /// What its policy allows.
    pub(crate) policy: AppPolicy,
}

/// Both kinds, each with everything that the flow needs.
pub(super) fn installed() -> Vec<App> {
    let policy = AppPolicy { flow: true, run_as: true, approved: true };
    let app = |(key, secret)| App { key, secret, policy };
    [(CLIENT_ID, CLIENT_SECRET), (CONNECTED_APP_ID, CONNECTED_APP_SECRET)].map(app).to_vec()
}

impl App {
    /// Why it gives no token to whoever knows its key and this secret: `error` and
    /// `error_description`.
    pub(crate) fn refusal(&self, secret: &str) -> Option<(&'static str, &'static str)> {
        let AppPolicy { flow, run_as, approved } = self.policy;
        if secret != self.secret {
            Some(("invalid_client", "invalid client credentials"))
        } else if !flow {
            Some(("unsupported_grant_type", "grant type not supported"))
        } else if !run_as {
            Some(("invalid_grant", "no client credentials user enabled"))
        } else if !approved {
            Some(("invalid_app_access", "user is not admin approved to access this app"))
        } else {
            None
        }
    }
}
