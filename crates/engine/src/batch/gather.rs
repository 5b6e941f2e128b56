//! Both sides of many links, in one call a side.

use std::collections::BTreeMap;

use lockstep_model::snapshot::Extras;
use lockstep_model::{Fault, Issue, Record, RecordId};
use tokio::time::Instant;

use super::Member;
use crate::catalog::Scene;
use crate::gather::Sight;

impl Scene {
    /// Puts both sides in the members' sight. One whose record or issue did not come keeps none: it
    /// is read alone, which tells why.
    pub(super) async fn gather_many(&self, members: &mut [Member]) -> Result<(), Fault> {
        let read = Instant::now();
        let (mut records, mut issues) =
            tokio::try_join!(self.records_of(members), self.issues_of(members))?;
        for member in members {
            let link = &member.progress.link;
            let Some(record) = records.remove(&link.record) else {
                continue;
            };
            let issue = match &link.issue_id {
                None => None,
                Some(id) => match issues.remove(id) {
                    None => continue,
                    found => found,
                },
            };
            let sight = Sight { record, issue, extras: Extras::default(), read };
            member.sight = Some(Ok(Box::new(sight)));
        }
        Ok(())
    }

    async fn records_of(&self, members: &[Member]) -> Result<BTreeMap<RecordId, Record>, Fault> {
        let ids: Vec<RecordId> =
            members.iter().map(|member| member.progress.link.record.clone()).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let (object, ids) = (&self.spec.salesforce.object, &ids);
        let client = &self.salesforce.client;
        let read = self.without_hidden(self.record_query(), |query| async move {
            client.records(object, ids, &query).await
        });
        Ok(read.await?.into_iter().map(|record| (record.id.clone(), record)).collect())
    }

    async fn issues_of(&self, members: &[Member]) -> Result<BTreeMap<String, Issue>, Fault> {
        let ids: Vec<String> =
            members.iter().filter_map(|member| member.progress.link.issue_id.clone()).collect();
        let issues = self.jira.client.issues(&ids, &self.issue_query()).await?;
        Ok(issues.into_iter().map(|issue| (issue.id.clone(), issue)).collect())
    }
}
