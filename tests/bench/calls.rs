//! Calls per synced change, as the vendors count them: echoes and all, until the fleet is quiet.

use std::collections::BTreeMap;

use anyhow::Result;
use lockstep_simulator::core::{CallFilter, Side};
use serde_json::json;

use crate::stage::{Linked, Stage};

/// Changes of the last two rows.
pub const MANY: usize = 100;

/// Calls by side and operation.
pub type Tally = BTreeMap<(Side, String), usize>;

/// What one row of the table says.
pub struct Cost {
    /// What people did.
    pub what: &'static str,
    /// How often.
    pub changes: usize,
    /// What it took.
    pub calls: Tally,
}

impl Cost {
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
    let (one, many) = (&links[..1], &links[1..=MANY]);
    let ways = [
        (
            "one field, Jira to Salesforce, webhook",
            1,
            counted(stage, stage.rename_issues(one, "One")).await?,
        ),
        (
            "one field, Salesforce to Jira, sweep",
            1,
            without(counted(stage, sweep(stage, one, "Back")).await?, &own),
        ),
        (
            "100 changes, Jira to Salesforce, webhooks",
            MANY,
            counted(stage, stage.rename_issues(many, "Many")).await?,
        ),
        (
            "100 changes, Salesforce to Jira, sweep",
            MANY,
            without(counted(stage, sweep(stage, many, "Back")).await?, &own),
        ),
    ];
    let sweeps = [
        ("sweep of an idle item", 1, idle),
        ("sweep after 600 new links, nothing to do", 1, own),
    ];
    let all = sweeps.into_iter().chain(ways);
    Ok(all
        .map(|(what, changes, calls)| Cost {
            what,
            changes,
            calls,
        })
        .collect())
}

/// People rename these cases, and the fleet sweeps.
async fn sweep(stage: &Stage, links: &[Linked], to: &str) -> Result<()> {
    for link in links {
        let subject = json!({ "Subject": format!("{to} {}", link.link) });
        stage
            .people
            .salesforce_edit("Case", &link.record, subject)
            .await?;
    }
    stage.sweep().await
}

/// What the vendors are called for an act and all that follows from it.
async fn counted(stage: &Stage, act: impl Future<Output = Result<()>>) -> Result<Tally> {
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
