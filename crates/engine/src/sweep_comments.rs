//! The comments that a sweep came upon: which of them are news.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use lockstep_model::comments::{self, News, news};
use lockstep_model::item::Deletes;
use lockstep_model::{Fault, LinkId, RecordId};
use lockstep_salesforce::ChangedComment;

use crate::Engine;
use crate::catalog::Scene;
use crate::sweep::Found;

impl Engine {
    /// Links whose activities show something that is not known of them: one call, where the item
    /// copies activities.
    pub(crate) async fn sweep_activities(
        &self,
        scene: &Scene,
        since: DateTime<Utc>,
        found: &mut Found,
    ) -> Result<(), Fault> {
        let Some(activities) = &scene.resolved.schema.activities else {
            return Ok(());
        };
        if !scene.comments_are_news(since) {
            return Ok(());
        }
        let object = &scene.spec.salesforce.object;
        let client = &scene.salesforce.client;
        let changed = client.changed_activities(object, activities, since).await?;
        self.take_comments(scene, &changed, found).await
    }

    /// Links whose comments show something that is not known of them.
    pub(crate) async fn take_comments(
        &self,
        scene: &Scene,
        comments: &[ChangedComment],
        found: &mut Found,
    ) -> Result<(), Fault> {
        let parents: BTreeSet<RecordId> =
            comments.iter().map(|changed| changed.record.clone()).collect();
        let parents: Vec<RecordId> = parents.into_iter().collect();
        let links = self.known(scene, &parents).await?;
        let ids: Vec<LinkId> = links.values().map(|link| link.id).collect();
        let pairs = self.store.links().pairs_of(&ids).await?;
        for link in links.values() {
            let pairs = pairs.get(&link.id).map(Vec::as_slice).unwrap_or_default();
            let (mut shown, mut lost) = (Vec::new(), BTreeSet::new());
            for changed in comments.iter().filter(|changed| changed.record == link.record) {
                let news = match changed.deleted {
                    true if scene.spec.comments.deletes == Deletes::Ignore => News::Nothing,
                    true => comments::lost(pairs, &changed.comment.id),
                    false => {
                        news(&scene.spec, pairs, &link.base.refused_comments, &changed.comment)
                    }
                };
                match news {
                    News::Nothing => {}
                    News::Copy(digest) => shown.push((changed.comment.id.clone(), digest)),
                    News::Look => {
                        lost.extend(changed.deleted.then_some(changed.comment.id.as_str()));
                        found.links.insert(link.id);
                    }
                }
            }
            self.note_deleted(link.id, pairs, &lost).await?;
            if !shown.is_empty() {
                self.store.links().saw(link.id, &shown).await?;
            }
        }
        Ok(())
    }
}
