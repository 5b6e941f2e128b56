//! Who may open a panel: invocation tokens, and the sites that they come from.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use lockstep_jira::forge::{Invocation, InvocationVerifier};
use lockstep_model::{Code, ConnectionId, Fault};
use tokio::sync::Mutex;

use crate::settings::Forge;
use crate::{Console, HttpClient};

/// Checks invocation tokens, where an app is configured whose tokens they are.
pub(crate) struct Door {
    verifier: Option<Result<InvocationVerifier, Fault>>,
    /// Cloud ids that were asked for, and whose they are.
    sites: Mutex<HashMap<String, ConnectionId>>,
}

impl Door {
    /// For the tokens of this app, or for none.
    pub(crate) fn new(http: &HttpClient, forge: Option<&Forge>) -> Self {
        let verifier = forge
            .map(|forge| InvocationVerifier::new(http.clone(), &forge.app, forge.keys.clone()));
        Self { verifier, sites: Mutex::default() }
    }

    /// What the token of a call says.
    pub(super) async fn verify(
        &self,
        authorization: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Invocation, Fault> {
        match &self.verifier {
            Some(Ok(verifier)) => verifier.verify(authorization, now).await,
            Some(Err(fault)) => Err(fault.clone()),
            None => {
                Err(Fault::new(Code::PanelOtherApp, "no app is configured (LOCKSTEP_FORGE_APP)"))
            }
        }
    }

    /// The connection of a site. A site is asked for its cloud id once while the console runs.
    pub(super) async fn site(&self, console: &Console, cloud: &str) -> Result<ConnectionId, Fault> {
        let known = self.sites.lock().await.get(cloud).copied();
        if let Some(id) = known
            && console.store.connections().by_id(id).await?.is_some()
        {
            return Ok(id);
        }
        let found = console.engine.site(cloud).await?;
        let none =
            || Fault::new(Code::PanelContext, format!("no connection is of the site {cloud}"));
        let id = found.ok_or_else(none)?.id;
        self.sites.lock().await.insert(cloud.to_owned(), id);
        Ok(id)
    }
}
