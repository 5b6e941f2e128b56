//! From a job to the links that it is about.

use lockstep_model::{Code, ConnectionId, Fault, ItemId, Job, JobKind, LinkId, RecordId, Verdict};
use lockstep_queue::{Publisher, Route};
use lockstep_store::{Origin, Seen};

use crate::Engine;
use crate::catalog::Scene;

/// What a hint about an issue says.
struct IssueHint<'a> {
    connection: ConnectionId,
    issue: &'a str,
    version: Option<chrono::DateTime<chrono::Utc>>,
}

impl Engine {
    /// Handles one job and says what becomes of it. Never panics on a vendor's account.
    pub async fn handle(&self, job: &Job) -> Verdict {
        self.note_queue_age(job);
        let verdict = match &job.kind {
            JobKind::Issue { connection, issue, version } => {
                let hint = IssueHint { connection: *connection, issue, version: *version };
                self.look_at_issue(job, hint).await
            }
            JobKind::Record { item, record } => self.look_at_record(job, *item, record).await,
            JobKind::Link { link } | JobKind::Decide { link, .. } | JobKind::Undo { link, .. } => {
                self.reconcile(job, *link).await
            }
            JobKind::UndoItem { .. } => self.fan_out_undo(job).await,
            JobKind::Batch { item, links } => self.look_at_batch(job, *item, links).await,
            JobKind::Sweep { item } => self.look_at_item(job, *item).await,
        };
        if let (Verdict::Done, Some(promise)) = (&verdict, job.promise) {
            self.keep_promise(promise).await;
        }
        verdict
    }

    async fn keep_promise(&self, promise: i64) {
        if let Err(error) = self.store.promises().kept(promise).await {
            tracing::warn!(
                promise,
                "a kept promise could not be noted; it will be kept again: {error}"
            );
        }
    }

    async fn look_at_issue(&self, job: &Job, hint: IssueHint<'_>) -> Verdict {
        let links = match self.store.links().by_issue(hint.connection, hint.issue).await {
            Ok(links) => links,
            Err(error) => return self.verdict(job, None, error.fault()).await,
        };
        let news = |link: &&Seen| {
            hint.version.is_none_or(|version| link.issue_seen.is_none_or(|seen| seen < version))
        };
        let news: Vec<LinkId> = links.iter().filter(news).map(|seen| seen.link).collect();
        match news.as_slice() {
            [] if links.is_empty() => self.look_at_stranger(job, hint.connection, hint.issue).await,
            [] => Verdict::Done,
            [link] => self.reconcile(job, *link).await,
            several => self.fan_out(job, several).await,
        }
    }

    async fn look_at_record(&self, job: &Job, item: ItemId, record: &RecordId) -> Verdict {
        let scene = match self.catalog.scene(item).await {
            Ok(scene) => scene,
            Err(fault) => return self.verdict(job, None, fault).await,
        };
        match self.link_of(&scene, record).await {
            Ok(Some(link)) => self.reconcile(job, link).await,
            Ok(None) => Verdict::Done,
            Err(fault) => self.verdict(job, Some(&scene), fault).await,
        }
    }

    /// The record's link; made where the item creates issues.
    async fn link_of(&self, scene: &Scene, record: &RecordId) -> Result<Option<LinkId>, Fault> {
        if let Some(link) = self.store.links().by_record(scene.id, record).await? {
            return Ok(Some(link.id));
        }
        if !scene.spec.creates_issues() {
            return Ok(None);
        }
        let made = self.store.links().create(scene.id, record, Origin::Auto, None).await;
        made.map(|(link, _)| Some(link.id)).map_err(Fault::from)
    }

    async fn look_at_item(&self, job: &Job, item: ItemId) -> Verdict {
        let scene = match self.catalog.scene(item).await {
            Ok(scene) => scene,
            Err(fault) => return self.verdict(job, None, fault).await,
        };
        match self.sweep(job, &scene).await {
            Ok(()) => Verdict::Done,
            Err(fault) => self.verdict(job, Some(&scene), fault).await,
        }
    }

    /// One job a link, so that a slow one does not hold up the others.
    pub(crate) async fn fan_out(&self, job: &Job, links: &[LinkId]) -> Verdict {
        for link in links {
            let kind = JobKind::Link { link: *link };
            if let Err(fault) = self.follow_up(job, kind, job.lane).await {
                return self.verdict(job, None, fault).await;
            }
        }
        Verdict::Done
    }

    /// Publishes a job that follows from `job`, under the same correlation id.
    pub(crate) async fn follow_up(
        &self,
        job: &Job,
        kind: JobKind,
        lane: lockstep_model::Lane,
    ) -> Result<(), Fault> {
        let next = Job {
            id: crate::digest::id(&[job.id.as_bytes(), format!("{kind:?}").as_bytes()]),
            kind,
            lane,
            attempt: 0,
            first_seen: (self.clock)(),
            correlation: job.correlation.clone(),
            cause: job.cause,
            promise: None,
        };
        let publisher = self.publisher()?;
        let sent = publisher.publish(&next, Route::Lane).await;
        sent.map_err(|error| Fault::new(Code::BrokerUnavailable, error.to_string()))
    }

    fn publisher(&self) -> Result<&Publisher, Fault> {
        let missing = || Fault::new(Code::BrokerUnavailable, "this process has no broker");
        self.publisher.as_ref().ok_or_else(missing)
    }
}
