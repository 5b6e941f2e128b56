//! What everything else stands on.

use serde::Serialize;

use super::{Connections, Local, Remote};
use crate::output::Failure;

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub struct Sign {
    /// What.
    pub what: String,
    /// Whether it is well.
    pub ok: bool,
    /// What was found.
    pub detail: String,
    /// What to do, where it is not well.
    pub remedy: Option<String>,
}

impl Sign {
    /// From what a look gave.
    pub fn new<T>(
        what: &str,
        result: Result<T, String>,
        remedy: &str,
        detail: impl FnOnce(&T) -> String,
    ) -> Self {
        let (ok, detail) = match result {
            Ok(found) => (true, detail(&found)),
            Err(why) => (false, why),
        };
        let remedy = (!ok).then(|| remedy.to_owned());
        Self { what: what.to_owned(), ok, detail, remedy }
    }
}

/// Whether what a fleet stands on is there.
pub trait Health {
    /// The signs of it. The first one must be well for anything else to be asked.
    async fn foundations(&self) -> Vec<Sign>;
}

impl Health for Local {
    async fn foundations(&self) -> Vec<Sign> {
        let checked =
            async { self.store().await?.check_version().await.map_err(Failure::from) }.await;
        let checked = checked.map_err(|failure| failure.to_string());
        let remedy = "start Postgres, set LOCKSTEP_DATABASE_URL, and run `lockstep migrate`";
        let detail = |_: &i32| "answers, and its schema is this version's".to_owned();
        let database = Sign::new("database", checked, remedy, detail);
        let remedy = "start RabbitMQ and set LOCKSTEP_AMQP_URL";
        let broker = Sign::new("broker", self.broker().await, remedy, |()| "answers".to_owned());
        vec![database, broker]
    }
}

impl Health for Remote {
    async fn foundations(&self) -> Vec<Sign> {
        let asked = self.connections().await.map_err(|failure| failure.to_string());
        let remedy = "check LOCKSTEP_CONSOLE_URL and LOCKSTEP_TOKEN; what the console itself stands on is told by \
            its /readyz";
        vec![Sign::new("console", asked, remedy, |_| "answers, and takes the token".to_owned())]
    }
}
