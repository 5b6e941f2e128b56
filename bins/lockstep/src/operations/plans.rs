//! Plans and drift: what would be done and what differs, while nothing is written.

use std::time::Duration;

use lockstep_engine::{Extent, ItemDrift, ItemPreview, LinkPlan};
use lockstep_model::cost::Counts;

use super::items::named;
use super::links::known;
use super::remote::Path;
use super::{Local, Remote};
use crate::output::Failure;

/// After so many links a line tells how far the plan is.
const LINKS_A_LINE: u64 = 1000;

/// After so long a line tells that a console is still asked.
const A_LINE: Duration = Duration::from_secs(10);

/// Most samples that a console shows.
const SAMPLES_MAX: usize = 200;

/// What can be planned.
pub trait Plans {
    /// Plans one link.
    async fn plan_link(&self, wanted: &str) -> Result<LinkPlan, Failure>;
    /// Plans an item: its links and the records that would get an issue.
    async fn plan_item(&self, name: &str, extent: Extent) -> Result<ItemPreview, Failure>;
    /// What differs between the two sides of an item's links.
    async fn drift_of_item(&self, name: &str, extent: Extent) -> Result<ItemDrift, Failure>;
}

impl Plans for Local {
    async fn plan_link(&self, wanted: &str) -> Result<LinkPlan, Failure> {
        let link = self.link_named(wanted).await?.id;
        Ok(Box::pin(self.engine().await?.preview_link(link)).await?)
    }

    async fn plan_item(&self, name: &str, extent: Extent) -> Result<ItemPreview, Failure> {
        let item = self.item_named(name).await?.id;
        let engine = self.engine().await?;
        Ok(Box::pin(engine.preview_item(item, extent, &mut teller(name))).await?)
    }

    async fn drift_of_item(&self, name: &str, extent: Extent) -> Result<ItemDrift, Failure> {
        let item = self.item_named(name).await?.id;
        let engine = self.engine().await?;
        Ok(Box::pin(engine.drift_of_item(item, extent, &mut teller(name))).await?)
    }
}

/// Tells on standard error how far it is.
fn teller(name: &str) -> impl FnMut(&Counts) + Send + '_ {
    let mut told = 0;
    move |counts: &Counts| {
        if counts.looked_at / LINKS_A_LINE > told {
            told = counts.looked_at / LINKS_A_LINE;
            eprintln!("item {name}: {} looked at", counts.looked_at);
        }
    }
}

impl Plans for Remote {
    async fn plan_link(&self, wanted: &str) -> Result<LinkPlan, Failure> {
        self.get(known(wanted, &["plan"])).await
    }

    async fn plan_item(&self, name: &str, extent: Extent) -> Result<ItemPreview, Failure> {
        patiently(name, self.get(of(name, "plan", extent)?)).await
    }

    async fn drift_of_item(&self, name: &str, extent: Extent) -> Result<ItemDrift, Failure> {
        patiently(name, self.get(of(name, "drift", extent)?)).await
    }
}

/// Waits for a console, which answers once it has looked at all: tells on standard error for how long.
async fn patiently<T>(name: &str, answer: impl Future<Output = T>) -> T {
    let mut answer = std::pin::pin!(answer);
    let mut waited = Duration::ZERO;
    loop {
        tokio::select! {
            answer = &mut answer => return answer,
            () = tokio::time::sleep(A_LINE) => {
                waited += A_LINE;
                eprintln!("item {name}: the console is at it, {} s so far", waited.as_secs());
            }
        }
    }
}

/// Whether a console shows so many samples.
pub(super) fn few(samples: usize) -> Result<(), Failure> {
    if samples > SAMPLES_MAX {
        return Err(Failure::Refused {
            why: format!("a console shows at most {SAMPLES_MAX} samples"),
            remedy: format!("ask for --samples {SAMPLES_MAX} or fewer"),
        });
    }
    Ok(())
}

fn of(name: &str, what: &'static str, extent: Extent) -> Result<Path, Failure> {
    few(extent.samples)?;
    let path = named(name, &[what]).with("limit", &extent.limit);
    Ok(path.with("samples", &extent.samples))
}
