//! Links that neither side tells of, and that are due all the same: what they waited for has come.

use std::collections::BTreeSet;

use lockstep_model::batch::When;
use lockstep_model::plan::CommentPair;
use lockstep_model::{Fault, LinkId, Side, comments};

use crate::Engine;
use crate::apply::Progress;
use crate::catalog::Scene;
use crate::gather::Sight;

/// Links of each kind that one sweep finds due; the next one goes on.
const DUE_MAX: i64 = 1_000;

impl Engine {
    /// Links that wait no longer: for a parent's issue, for a brake to be let go, or for the batch.
    pub(crate) async fn due(&self, scene: &Scene) -> Result<BTreeSet<LinkId>, Fault> {
        let links = self.store.links();
        let mut due = BTreeSet::new();
        if let Some(rule) = &scene.spec.parent {
            due.extend(links.no_longer_waiting(scene.id, &rule.item, DUE_MAX).await?);
        }
        if scene.spec.mirrors_deletes() {
            due.extend(links.no_longer_braked(scene.id, DUE_MAX).await?);
        }
        if scene.spec.mappings.iter().any(|mapping| mapping.when == When::Batch) {
            due.extend(links.batch_due(scene.id, (self.clock)(), DUE_MAX).await?);
        }
        Ok(due)
    }

    /// Writes down which comments of a link are gone, before it is decided what becomes of their copies:
    /// so a brake sees what many links lose at once.
    pub(crate) async fn note_gone(
        &self,
        scene: &Scene,
        sight: &Sight,
        progress: &mut Progress,
    ) -> Result<(), Fault> {
        if !scene.spec.mirrors_deletes() {
            return Ok(());
        }
        let gone = comments::gone(&scene.situation(sight, progress.remembered()));
        let new = comments::missed(&mut progress.pairs, &gone);
        if !new.is_empty() {
            self.store.links().note_gone(progress.link.id, &new).await?;
        }
        Ok(())
    }

    /// The same of comments of a record that a sweep came upon.
    pub(crate) async fn note_deleted(
        &self,
        link: LinkId,
        pairs: &[CommentPair],
        ids: &BTreeSet<&str>,
    ) -> Result<(), Fault> {
        let gone = |pair: &&CommentPair| {
            pair.origin == Side::Salesforce && !pair.closed && ids.contains(pair.source())
        };
        let gone: Vec<CommentPair> = pairs.iter().filter(gone).cloned().collect();
        if gone.is_empty() {
            return Ok(());
        }
        Ok(self.store.links().note_gone(link, &gone).await?)
    }
}
