//! Both sides of many links, in one call a side.

use std::collections::BTreeMap;
use std::time::Duration;

use lockstep_model::snapshot::Extras;
use lockstep_model::{Fault, Issue, Record, RecordId};
use lockstep_store::Link;
use tokio::time::Instant;

use crate::catalog::Scene;
use crate::gather::Sight;

/// What was read of several links.
pub(crate) struct Gathered {
    /// Both sides of each, in their order; none where record or issue did not come. Whoever reads
    /// that link alone learns why.
    pub(crate) sights: Vec<Option<Sight>>,
    /// How long the org and the site took.
    pub(crate) took: (Duration, Duration),
}

impl Scene {
    /// Reads both sides of several links.
    pub(crate) async fn gather_many(&self, links: &[&Link]) -> Result<Gathered, Fault> {
        let read = Instant::now();
        let ((mut records, org), (issues, site)) =
            tokio::try_join!(timed(self.records_of(links)), timed(self.issues_of(links)))?;
        let mut sight = |link: &&Link| {
            let record = records.remove(&link.record)?;
            let issue = match &link.issue_id {
                Some(id) => Some(issues.get(id)?.clone()),
                None => None,
            };
            Some(Sight { record, issue, extras: Extras::default(), read })
        };
        let mut sights: Vec<Option<Sight>> = links.iter().map(&mut sight).collect();
        self.see_parents(sights.iter_mut().flatten().collect()).await?;
        Ok(Gathered { sights, took: (org, site) })
    }

    async fn records_of(&self, links: &[&Link]) -> Result<BTreeMap<RecordId, Record>, Fault> {
        let ids: Vec<RecordId> = links.iter().map(|link| link.record.clone()).collect();
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

    /// An issue may have several links: each has it in sight.
    async fn issues_of(&self, links: &[&Link]) -> Result<BTreeMap<String, Issue>, Fault> {
        let ids: Vec<String> = links.iter().filter_map(|link| link.issue_id.clone()).collect();
        let issues = self.jira.client.issues(&ids, &self.issue_query()).await?;
        Ok(issues.into_iter().map(|issue| (issue.id.clone(), issue)).collect())
    }
}

async fn timed<T>(read: impl Future<Output = Result<T, Fault>>) -> Result<(T, Duration), Fault> {
    let began = Instant::now();
    let read = read.await?;
    Ok((read, began.elapsed()))
}
