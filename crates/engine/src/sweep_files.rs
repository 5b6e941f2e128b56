//! Files in Salesforce that no plan has seen: a file moves no stamp of its record, so the records that
//! have links are asked for theirs.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use lockstep_model::{Fault, LinkId, RecordId};
use lockstep_salesforce::RECORDS_A_LOOK;

use crate::Engine;
use crate::catalog::Scene;

impl Engine {
    /// The links whose records have new files since an instant: one call for every two thousand links.
    pub(crate) async fn sweep_files(
        &self,
        scene: &Scene,
        since: DateTime<Utc>,
    ) -> Result<BTreeSet<LinkId>, Fault> {
        let mut news = BTreeSet::new();
        let mut after = LinkId(0);
        while scene.spec.syncs_files() {
            let page = self.store.files().linked(scene.id, after, RECORDS_A_LOOK).await?;
            let Some((last, _)) = page.last() else {
                break;
            };
            after = *last;
            let records: Vec<RecordId> = page.into_iter().map(|(_, record)| record).collect();
            let changed = scene.salesforce.client.changed_files(&records, since).await?;
            let files: Vec<(&RecordId, &str)> = changed
                .iter()
                .filter(|file| scene.spec.files.takes(file.size))
                .map(|file| (&file.record, file.version.as_str()))
                .collect();
            if !files.is_empty() {
                news.extend(self.store.files().news(scene.id, &files).await?);
            }
            if records.len() < RECORDS_A_LOOK {
                break;
            }
        }
        Ok(news)
    }
}
