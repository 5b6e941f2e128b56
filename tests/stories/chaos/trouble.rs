//! What goes wrong meanwhile: workers die, webhooks stray, both vendors throttle and hang up.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use lockstep_simulator::core::{FaultKind, FaultSpec, Side};
use tokio::time::{Instant, sleep};

use super::dice::Dice;
use crate::world::World;

/// Between two deaths.
const LIVES_MS: (usize, usize) = (2_000, 4_000);

/// Sets the rules by which calls and webhooks fail, both ways and without end.
pub async fn begin(world: &World) -> Result<()> {
    let webhooks = [
        FaultSpec::new(FaultKind::WebhookLose).every(5),
        FaultSpec::new(FaultKind::WebhookDuplicate { copies: 2 }).every(4),
        FaultSpec::new(FaultKind::WebhookReorder { window_ms: 400 }).every(3),
    ];
    let both = [Side::Salesforce, Side::Jira].into_iter().flat_map(|side| {
        [
            FaultSpec::new(answer(429, Some(1))).side(side).after(20).every(61),
            FaultSpec::new(answer(503, None)).side(side).after(10).every(53),
            FaultSpec::new(FaultKind::DropBefore).side(side).after(5).every(37),
            FaultSpec::new(FaultKind::DropAfter).side(side).after(15).every(29),
        ]
    });
    for fault in webhooks.into_iter().chain(both) {
        world.people.add_fault(&fault).await?;
    }
    Ok(())
}

fn answer(code: u16, retry_after: Option<u64>) -> FaultKind {
    FaultKind::Status { code, body: None, headers: BTreeMap::new(), retry_after }
}

/// Pulls the plug of one worker after the other, and starts others; tells how many died.
pub async fn kill(world: &mut World, mut dice: Dice, until: Instant) -> Result<usize> {
    let mut deaths = 0;
    loop {
        let life = LIVES_MS.0 + dice.below(LIVES_MS.1 - LIVES_MS.0);
        let dies = Instant::now() + Duration::from_millis(u64::try_from(life)?);
        if dies > until {
            return Ok(deaths);
        }
        sleep(dies - Instant::now()).await;
        let mut worker = world.workers.swap_remove(dice.below(world.workers.len()));
        worker.kill().await?;
        deaths += 1;
        world.add_worker().await?;
    }
}
