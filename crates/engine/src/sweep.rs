//! The sweep: what changed on both sides since the last one, and which records are new. It finds
//! what a webhook missed. An idle item costs one call a side.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt};
use lockstep_jira::IssueStamp;
use lockstep_model::cost::LINKS_MAX;
use lockstep_model::{Fault, ItemId, Job, JobKind, Lane, LinkId, Record, RecordId};
use lockstep_salesforce::Cursor;
use lockstep_store::{Cursors, Link, LinkState, Origin};
use serde_json::json;

use crate::Engine;
use crate::catalog::Scene;

/// Records that a long transaction saves surface late, with an old stamp: every sweep looks back this far.
pub(crate) const OVERLAP_SALESFORCE: TimeDelta = TimeDelta::minutes(15);

/// Jira's search index lags, and its dates are read by the minute.
const OVERLAP_JIRA: TimeDelta = TimeDelta::minutes(3);

/// A whole sweep of issues counts as done up to this long ago: our clock and the site's may differ.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(10);

/// Rows a page.
const PAGE: usize = 1000;

/// Pages of records a sweep; the next one goes on from there.
const PAGES_MAX: usize = 50;

/// Pages of issues, which are a tenth as long.
const ISSUE_PAGES_MAX: usize = 500;

/// Jobs that a sweep publishes at a time.
const PUBLISHES_MAX: usize = 64;

/// From this many on, what a sweep found travels in the bulk lane.
const BULK_FROM: usize = 100;

/// What a sweep found.
#[derive(Default)]
pub(crate) struct Found {
    /// Links with news that no job was published for yet: a page of them at most.
    pub(crate) links: BTreeSet<LinkId>,
    published: usize,
    created: usize,
    skipped: usize,
    looked_at: usize,
    /// Issues without a link that are to get a record.
    strangers: Vec<String>,
}

impl Found {
    fn join(&mut self, other: Self) {
        self.links.extend(other.links);
        self.published += other.published;
        self.created += other.created;
        self.skipped += other.skipped;
        self.strangers.extend(other.strangers);
        self.looked_at += other.looked_at;
    }
}

impl Engine {
    /// Sweeps one item: publishes a job for every link that has something to do.
    #[tracing::instrument(skip_all, fields(item = %scene.spec.name))]
    pub(crate) async fn sweep(&self, job: &Job, scene: &Scene) -> Result<(), Fault> {
        if scene.paused || scene.spec.mode == lockstep_model::item::Mode::DisplayOnly {
            return Ok(());
        }
        let now = (self.clock)();
        if let Err(fault) = scene.salesforce.open(now).and_then(|()| scene.jira.open(now)) {
            // The next tick comes anyway: jobs that wait would all come back at once.
            return if job.promise.is_some() { Err(fault) } else { Ok(()) };
        }
        let known = self.store.items().cursors(scene.id).await;
        let mut cursors = known?;
        if cursors.salesforce.is_none() {
            tracing::warn!("the item is being set up; if that was cut short, apply it again");
            return Ok(());
        }
        let (records, issues, by_id) = tokio::join!(
            self.sweep_records(job, scene, &cursors),
            self.sweep_issues(job, scene, &cursors),
            self.sweep_by_id(scene)
        );
        let mut found = Found::default();
        let mut faults = Vec::new();
        match records {
            Ok((records, cursor)) => (found, cursors.salesforce) = (records, Some(cursor)),
            Err(fault) => faults.push(fault),
        }
        match issues {
            Ok((issues, cursor)) => {
                found.join(issues);
                cursors.jira = Some(cursor);
            }
            Err(fault) => faults.push(fault),
        }
        match by_id {
            Ok(links) => found.links.extend(links),
            Err(fault) => faults.push(fault),
        }
        found.links.extend(self.due(scene).await?);
        let lane = if found.links.len() < BULK_FROM { Lane::Live } else { Lane::Bulk };
        self.publish_found(job, scene, &mut found, lane).await?;
        self.publish_strangers(job, scene, &found.strangers).await?;
        self.note_sweep(scene, &cursors, &found, &faults).await?;
        faults.into_iter().next().map_or(Ok(()), Err)
    }

    /// Keeps what the sweep came to: one side's fault does not hold back the other side.
    async fn note_sweep(
        &self,
        scene: &Scene,
        cursors: &Cursors,
        found: &Found,
        faults: &[Fault],
    ) -> Result<(), Fault> {
        let items = self.store.items();
        let saved = items.save_cursors(scene.id, cursors).await;
        saved?;
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let counts = json!({
            "looked_at": found.looked_at, "created": found.created,
            "published": found.published, "skipped_by_rule": found.skipped, "faults": faults,
        });
        let noted = items.swept(scene.id, &counts).await;
        noted.map_err(Fault::from)
    }

    /// Publishes a job for each issue that is to get a record.
    async fn publish_strangers(
        &self,
        job: &Job,
        scene: &Scene,
        issues: &[String],
    ) -> Result<(), Fault> {
        let lane = if issues.len() < BULK_FROM { Lane::Live } else { Lane::Bulk };
        for issue in issues.iter().cloned() {
            let connection = scene.jira.row.id;
            let kind = JobKind::Issue { connection, issue, version: None };
            self.follow_up(job, kind, lane).await?;
        }
        Ok(())
    }

    /// Publishes a job for each link that was found so far, or one for many of them.
    async fn publish_found(
        &self,
        job: &Job,
        scene: &Scene,
        found: &mut Found,
        lane: Lane,
    ) -> Result<(), Fault> {
        let links: Vec<LinkId> = std::mem::take(&mut found.links).into_iter().collect();
        let jobs: Vec<JobKind> =
            links.chunks(LINKS_MAX).map(|links| together(scene.id, links)).collect();
        found.published += links.len();
        futures::stream::iter(jobs)
            .map(|kind| self.follow_up(job, kind, lane))
            .buffer_unordered(PUBLISHES_MAX)
            .try_collect::<()>()
            .await
    }

    async fn sweep_records(
        &self,
        job: &Job,
        scene: &Scene,
        cursors: &Cursors,
    ) -> Result<(Found, (DateTime<Utc>, Option<String>)), Fault> {
        let mut cursor = first_cursor(cursors);
        let mut query = scene.record_query();
        // Comments older than the item are read with their records.
        query.comments &= scene.comments_are_news(cursor.stamp);
        let object = &scene.spec.salesforce.object;
        let client = &scene.salesforce.client;
        let mut found = Found::default();
        let mut next = (cursor.stamp, None);
        for _ in 0..PAGES_MAX {
            let page = scene
                .without_hidden(query.clone(), |query| {
                    let cursor = &cursor;
                    async move { client.changed_since(object, cursor, &query, PAGE).await }
                })
                .await?;
            self.take_records(scene, &page.records, &mut found).await?;
            self.take_comments(scene, &page.comments, &mut found).await?;
            self.take_deleted(scene, &page.deleted, &mut found).await?;
            // Comments are asked for once a sweep: the first answer has them all.
            query.comments = false;
            // Whatever happened until the server answered has been seen, but for late commits.
            next = (page.server_time.max(cursor.stamp), None);
            let Some(last) = page.records.last().filter(|_| page.more) else {
                break;
            };
            self.publish_found(job, scene, &mut found, Lane::Bulk).await?;
            let id = Some(last.id.to_string());
            next = (last.modified, id.clone());
            cursor = Cursor { stamp: last.modified, id };
        }
        self.sweep_activities(scene, first_cursor(cursors).stamp, &mut found).await?;
        found.links.extend(self.sweep_files(scene, first_cursor(cursors).stamp).await?);
        Ok((found, next))
    }

    async fn take_records(
        &self,
        scene: &Scene,
        records: &[Record],
        found: &mut Found,
    ) -> Result<(), Fault> {
        found.looked_at += records.len();
        let ids: Vec<RecordId> = records.iter().map(|record| record.id.clone()).collect();
        let known = self.known(scene, &ids).await?;
        for record in records {
            match known.get(&record.id) {
                Some(link) if scene.has_news(record, link) => {
                    found.links.insert(link.id);
                }
                None if scene.is_new(record) && !scene.admits(record) => found.skipped += 1,
                None if scene.is_new(record) => {
                    let made =
                        self.store.links().create(scene.id, &record.id, Origin::Auto, None).await;
                    let (link, created) = made?;
                    found.created += usize::from(created);
                    found.links.insert(link.id);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Links whose record was deleted or merged away since they were last looked at.
    async fn take_deleted(
        &self,
        scene: &Scene,
        deleted: &[RecordId],
        found: &mut Found,
    ) -> Result<(), Fault> {
        let links = self.known(scene, deleted).await?;
        let active = links.values().filter(|link| link.state == LinkState::Active);
        found.links.extend(active.map(|link| link.id));
        Ok(())
    }

    pub(crate) async fn known(
        &self,
        scene: &Scene,
        records: &[RecordId],
    ) -> Result<BTreeMap<RecordId, Link>, Fault> {
        if records.is_empty() {
            return Ok(BTreeMap::new());
        }
        let links = self.store.links().by_records(scene.id, records).await?;
        Ok(links.into_iter().map(|link| (link.record.clone(), link)).collect())
    }

    async fn sweep_issues(
        &self,
        job: &Job,
        scene: &Scene,
        cursors: &Cursors,
    ) -> Result<(Found, DateTime<Utc>), Fault> {
        let start = cursors.jira.unwrap_or(DateTime::UNIX_EPOCH);
        let (scope, since) = (scene.scope(), start - OVERLAP_JIRA);
        let (mut found, mut newest, mut page) = (Found::default(), start, None);
        for _ in 0..ISSUE_PAGES_MAX {
            let client = &scene.jira.client;
            let changed = client.updated_since(&scope, since, page.as_deref()).await?;
            let latest = changed.issues.iter().map(|issue| issue.updated).max();
            newest = newest.max(latest.unwrap_or(start));
            self.take_issues(scene, &changed.issues, &mut found).await?;
            page = changed.next;
            if page.is_none() {
                // Nothing is left of the time up to now: the next sweep need not list it again.
                let swept_until = (self.clock)() - CLOCKS_DIFFER;
                return Ok((found, newest.max(swept_until)));
            }
            if found.links.len() >= PAGE {
                self.publish_found(job, scene, &mut found, Lane::Bulk).await?;
            }
        }
        Ok((found, newest))
    }

    async fn take_issues(
        &self,
        scene: &Scene,
        issues: &[IssueStamp],
        found: &mut Found,
    ) -> Result<(), Fault> {
        let ids: Vec<String> = issues.iter().map(|issue| issue.id.clone()).collect();
        let links = self.store.links().by_issues(scene.id, &ids).await?;
        let updated: BTreeMap<&str, DateTime<Utc>> =
            issues.iter().map(|issue| (issue.id.as_str(), issue.updated)).collect();
        let news = links.iter().filter(|link| {
            let now = link.issue_id.as_deref().and_then(|id| updated.get(id));
            now.is_some_and(|now| link.issue_seen.is_none_or(|seen| seen < *now))
        });
        found.links.extend(news.map(|seen| seen.link));
        found.strangers.extend(self.strangers(scene, issues, &links).await?);
        Ok(())
    }
}

/// What a worker is asked to look at for these links.
fn together(item: ItemId, links: &[LinkId]) -> JobKind {
    match links {
        [link] => JobKind::Link { link: *link },
        _ => JobKind::Batch { item, links: links.to_vec() },
    }
}

/// Where a sweep begins: exactly where the last one was cut short, or some time before its end.
fn first_cursor(cursors: &Cursors) -> Cursor {
    match &cursors.salesforce {
        None => Cursor { stamp: DateTime::UNIX_EPOCH, id: None },
        Some((stamp, Some(id))) => Cursor { stamp: *stamp, id: Some(id.clone()) },
        Some((stamp, None)) => Cursor { stamp: *stamp - OVERLAP_SALESFORCE, id: None },
    }
}
