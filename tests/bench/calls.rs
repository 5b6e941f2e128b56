//! Calls per synced change, as the vendors count them: echoes and all, until the fleet is quiet.

use std::collections::BTreeMap;

use anyhow::Result;
use lockstep_simulator::core::{CallFilter, Side};
use serde_json::json;

use crate::stage::{Linked, Stage};

/// Changes that are made one by one, each way: whether an echo costs calls is a matter of chance.
const FEW: usize = 10;

/// Changes that are made at once.
const MANY: usize = 100;

/// Calls by side and operation.
pub type Tally = BTreeMap<(Side, String), usize>;

/// What one row of the table says.
pub struct Cost {
    /// What people did.
    pub what: &'static str,
    /// How often.
    pub changes: usize,
    /// What it took, all together.
    pub calls: Tally,
    /// What the dearest change took, where each was waited for.
    pub worst: Option<usize>,
    /// Whether the goals of work in bulk are for it.
    pub bulk: bool,
}

impl Cost {
    /// Changes whose calls cannot be told apart.
    fn at_once(what: &'static str, changes: usize, calls: Tally) -> Self {
        Self { what, changes, calls, worst: None, bulk: false }
    }

    /// Changes that a sweep found together.
    pub fn in_bulk(what: &'static str, changes: usize, calls: Tally) -> Self {
        Self { bulk: true, ..Self::at_once(what, changes, calls) }
    }

    /// Changes that were counted one by one.
    fn one_by_one(what: &'static str, each: &[Tally]) -> Self {
        let mut calls = Tally::new();
        for (operation, count) in each.iter().flatten() {
            *calls.entry(operation.clone()).or_default() += count;
        }
        Self {
            what,
            changes: each.len(),
            calls,
            worst: each.iter().map(|tally| tally.values().sum()).max(),
            bulk: false,
        }
    }

    /// Calls a change, of one side or of both.
    #[expect(clippy::cast_precision_loss, reason = "a few hundred calls")]
    pub fn each(&self, side: Option<Side>) -> f64 {
        let of_side = |known: Side| side.is_none_or(|side| side == known);
        let calls: usize = self
            .calls
            .iter()
            .filter(|((known, _), _)| of_side(*known))
            .map(|(_, calls)| calls)
            .sum();
        calls as f64 / self.changes as f64
    }
}

/// Sweeps that find nothing, one change each way, and many.
pub async fn measure(stage: &Stage) -> Result<Vec<Cost>> {
    stage.quiet().await?;
    let idle = counted(stage, sweep(stage, &[], "")).await?;
    let links = stage.links().await?;
    // The first sweep after the links were made still looks at them.
    counted(stage, sweep(stage, &[], "")).await?;
    let own = counted(stage, sweep(stage, &[], "")).await?;
    let (few, many) = (&links[..FEW], &links[FEW..FEW + MANY]);
    let (mut there, mut back) = (Vec::new(), Vec::new());
    for link in few.chunks(1) {
        there.push(counted(stage, stage.rename_issues(link, "One")).await?);
        back.push(without(counted(stage, sweep(stage, link, "Back")).await?, &own));
    }
    let all_there = counted(stage, stage.rename_issues(many, "Many")).await?;
    let all_back = without(counted(stage, sweep(stage, many, "Back")).await?, &own);
    Ok(vec![
        Cost::at_once("sweep of an idle item", 1, idle),
        Cost::at_once("sweep after 600 new links, nothing to do", 1, own),
        Cost::one_by_one("one field, Jira to Salesforce, webhook", &there),
        Cost::one_by_one("one field, Salesforce to Jira, sweep", &back),
        Cost::at_once("100 at once, Jira to Salesforce, webhooks", MANY, all_there),
        Cost::in_bulk("100 at once, Salesforce to Jira, sweep", MANY, all_back),
    ])
}

/// People rename these cases, and the fleet sweeps.
async fn sweep(stage: &Stage, links: &[Linked], to: &str) -> Result<()> {
    for link in links {
        let subject = json!({ "Subject": format!("{to} {}", link.link) });
        stage.people.salesforce_edit("Case", &link.record, subject).await?;
    }
    stage.sweep().await
}

/// What the vendors are called for an act and all that follows from it.
pub async fn counted(stage: &Stage, act: impl Future<Output = Result<()>>) -> Result<Tally> {
    stage.people.reset_calls().await?;
    act.await?;
    stage.quiet().await?;
    let mut tally = Tally::new();
    for call in stage.people.calls(&CallFilter::default()).await? {
        *tally.entry((call.side, call.operation)).or_default() += 1;
    }
    Ok(tally)
}

/// The calls that the sweep itself would have made anyway are not the changes'.
fn without(mut tally: Tally, idle: &Tally) -> Tally {
    for (operation, calls) in idle {
        if let Some(counted) = tally.get_mut(operation) {
            *counted = counted.saturating_sub(*calls);
        }
    }
    tally.retain(|_, calls| *calls > 0);
    tally
}
