//! Work under a lease: it is renewed while the work lasts, and the work ends when it is lost.

use std::future::Future;
use std::time::Duration;

use lockstep_model::{Code, Fault, LinkId};

use crate::Engine;

impl Engine {
    /// Runs `work` while renewing the lease at a third of its term. A renewal that fails cancels the
    /// work: another worker has the link, and nothing of ours may be committed.
    pub(crate) async fn under_lease<T>(
        &self,
        link: LinkId,
        fence: i64,
        work: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        tokio::select! {
            done = work => done,
            lost = self.keep(link, fence) => Err(lost),
        }
    }

    /// Renews until that fails; returns why.
    async fn keep(&self, link: LinkId, fence: i64) -> Fault {
        let term = self.settings.lease;
        let mut misses = 0;
        loop {
            tokio::time::sleep(pause(term)).await;
            match self.store.leases().renew(link, fence, term).await {
                Ok(true) => misses = 0,
                Ok(false) => return lost(link),
                Err(error) if misses >= 1 => return error.fault(),
                Err(_) => misses += 1,
            }
        }
    }
}

/// Another worker has the link.
pub(crate) fn lost(link: LinkId) -> Fault {
    Fault::new(Code::LeaseLost, format!("link {link}"))
}

fn pause(term: Duration) -> Duration {
    term / 3
}
