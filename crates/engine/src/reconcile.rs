//! One link, from its lease to its commit.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use lockstep_model::batch::Occasion;
use lockstep_model::files::FilePair;
use lockstep_model::plan::CommentPair;
use lockstep_model::{Class, Code, Fault, Finding, Job, JobKind, LinkId, Verdict, comments};
use lockstep_store::{Claim, Commit, Committed, Held, Lease, Link, LinkState, StoreError};

use crate::apply::{Progress, Round};
use crate::catalog::Scene;
use crate::decide::decide;
use crate::gather::Sight;
use crate::{Engine, Settings, lease};

/// The schema's name for a lease of a link that is not there.
const NO_SUCH_LINK: &str = "lease_link_fkey";

/// How often hints that came in meanwhile may make one job look again before it lets go.
const LOOKS_MAX: usize = 5;

/// How long a job waits before it looks again for hints that came meanwhile: where they come in a
/// burst, all of it is one more look.
const BREATH: Duration = Duration::from_secs(1);

/// How often a look plans again on what its own writes brought back.
const PASSES_MAX: usize = 6;

/// What a look starts from.
pub(crate) enum Start {
    /// A link, with nothing read of either side.
    Link(Box<Progress>),
    /// What was read, and perhaps done, for several links together.
    Gathered(Box<Progress>, Result<Box<Sight>, Fault>),
}

impl Engine {
    /// Brings one link in step, or says why not.
    #[tracing::instrument(skip_all, fields(link = %link))]
    pub(crate) async fn reconcile(&self, job: &Job, link: LinkId) -> Verdict {
        let lease = self.store.leases().open(&self.claim(job, link)).await;
        let opened = match lease {
            Ok(Lease::Taken(opened)) => opened,
            // Another worker has it and will look once more before it lets go: this hint is in hand.
            Ok(Lease::Busy { same_job: false, left }) => return in_hand(job, left),
            // The holder was this very job, redelivered: its worker is gone, or about to find out.
            Ok(Lease::Busy { same_job: true, left }) => return Verdict::Later(left),
            // The link was deleted since the job was made: there is nothing to look at.
            Err(StoreError::Conflict { constraint }) if constraint == NO_SUCH_LINK => {
                return Verdict::Done;
            }
            Err(error) => return self.verdict(job, None, error.fault()).await,
        };
        let held = opened.held;
        let (scene, row) = match self.scene_of(opened.link).await {
            // Whoever had the lease a moment ago has seen what this hint is about.
            Ok(Some((_, row))) if self.nothing_new(&row, job, &held).await => return Verdict::Done,
            Ok(Some(found)) => found,
            Ok(None) => {
                let verdict = match self.note_idle(job, link).await {
                    Ok(()) => Verdict::Done,
                    Err(fault) => self.verdict(job, None, fault).await,
                };
                return self.let_go(link, &held, verdict).await;
            }
            Err(fault) => {
                let verdict = self.verdict(job, None, fault).await;
                return self.let_go(link, &held, verdict).await;
            }
        };
        let round = Round { job, scene: &scene, held: &held };
        let start = Start::Link(Box::new(self.begin(job, row, opened.pairs)));
        let looks = Box::pin(self.looks(round, start));
        match self.under_lease(link, held.fence, looks).await {
            Ok(()) => Verdict::Done,
            Err(fault) => {
                let verdict = self.verdict(job, Some(&scene), fault).await;
                self.let_go(link, &held, verdict).await
            }
        }
    }

    pub(crate) fn claim(&self, job: &Job, link: LinkId) -> Claim<'_> {
        let version = version(job);
        let Settings { owner, lease, .. } = &self.settings;
        Claim { link, owner, job: job.id, term: *lease, version }
    }

    /// Lets the lease go if the link was planned on the version that the hint is about, or on a
    /// later one, and nobody asked for more.
    async fn nothing_new(&self, link: &Link, job: &Job, held: &Held) -> bool {
        match (version(job), link.issue_seen) {
            (Some(told), Some(seen)) if told <= seen => {
                let released = self.store.leases().release_unwanted(link.id, held, seen).await;
                released.unwrap_or(false)
            }
            _ => false,
        }
    }

    pub(crate) async fn let_go(&self, link: LinkId, held: &Held, verdict: Verdict) -> Verdict {
        if let Err(error) = self.store.leases().release(link, held.fence).await {
            tracing::warn!("a lease could not be released and will run out: {error}");
        }
        verdict
    }

    /// The link with its item; `None` when there is nothing to keep in step.
    async fn scene_of(&self, link: Option<Link>) -> Result<Option<(Arc<Scene>, Link)>, Fault> {
        let Some(row) = link else {
            return Ok(None);
        };
        let scene = self.catalog.scene(row.item).await?;
        let idle = row.state == LinkState::Unlinked || scene.paused;
        let now = (self.clock)();
        if idle {
            return Ok(None);
        }
        scene.salesforce.open(now)?;
        scene.jira.open(now)?;
        Ok(Some((scene, row)))
    }

    /// Looks, and looks again while somebody asks for the link meanwhile.
    pub(crate) async fn looks(&self, round: Round<'_>, mut start: Start) -> Result<(), Fault> {
        let held = round.held;
        let mut wanted = held.wanted;
        if let Start::Link(mut progress) = start {
            decide(round, &mut progress);
            start = self.take_up(round, progress).await?;
        }
        for look in 0..LOOKS_MAX {
            let (progress, outcome) = self.look(round, start).await;
            let apart = progress.link.state == LinkState::Unlinked;
            let last = look + 1 == LOOKS_MAX || apart;
            match self.commit(&progress, held, (wanted, outcome.is_ok(), last)).await? {
                Committed::Stale => return Err(lease::lost(progress.link.id)),
                Committed::Released => return outcome,
                Committed::Again { wanted: later } => wanted = later,
            }
            outcome?;
            tokio::time::sleep(BREATH).await;
            let pairs = self.store.links().pairs(progress.link.id).await?;
            start = Start::Link(Box::new(self.begin(round.job, progress.link, pairs)));
        }
        Ok(())
    }

    /// One look: what it has come to, and whether everything that was seen was dealt with.
    async fn look(&self, round: Round<'_>, start: Start) -> (Progress, Result<(), Fault>) {
        let (mut progress, gathered) = match start {
            Start::Gathered(progress, gathered) => (*progress, gathered.map(|sight| *sight)),
            Start::Link(mut progress) => {
                let gathered = self.gather(round.scene, &mut progress).await;
                self.after_a_merge(round, *progress, gathered).await
            }
        };
        let outcome = match gathered {
            Ok(sight) => self.deal_with(round, &mut progress, sight).await,
            Err(fault) => unread(&mut progress, fault),
        };
        (progress, outcome)
    }

    /// Brings the link in step, unless its issue goes on with what a converted lead became.
    async fn deal_with(
        &self,
        round: Round<'_>,
        progress: &mut Progress,
        mut sight: Sight,
    ) -> Result<(), Fault> {
        if self.follow_conversion(round, progress, &mut sight).await? {
            return Ok(());
        }
        self.bring_in_step(round, progress, sight).await
    }

    /// Both sides as they are now, with the files that need no copy.
    pub(crate) async fn gather(
        &self,
        scene: &Scene,
        progress: &mut Progress,
    ) -> Result<Sight, Fault> {
        progress.files = self.files_of(scene, progress.link.id).await?;
        let issue = progress.link.issue_id.as_deref();
        scene.gather(&progress.link.record, issue).await
    }

    /// The files of a link that need no copy, where the item syncs files.
    pub(crate) async fn files_of(
        &self,
        scene: &Scene,
        link: LinkId,
    ) -> Result<Vec<FilePair>, Fault> {
        if !scene.spec.syncs_files() {
            return Ok(Vec::new());
        }
        Ok(self.store.files().of_link(link).await?)
    }

    /// Plans and applies until there is nothing left to do: what a write brought back is planned on,
    /// so that an edit made meanwhile is not passed over.
    async fn bring_in_step(
        &self,
        round: Round<'_>,
        progress: &mut Progress,
        mut sight: Sight,
    ) -> Result<(), Fault> {
        progress.link.state = LinkState::Active;
        comments::seen(&mut progress.pairs, &sight.record, sight.issue.as_ref());
        for _ in 0..PASSES_MAX {
            progress.planned_on(&sight);
            self.note_gone(round.scene, &sight, progress).await?;
            let plan = round.scene.plan(&mut sight, progress.remembered()).await?;
            progress.link.findings.clone_from(&plan.findings);
            if plan.is_empty() {
                progress.link.base.writing.clear();
                return Ok(());
            }
            let applied = self.apply(round, &plan, &mut sight, progress).await;
            if let Err(fault) = applied {
                return refused(progress, fault);
            }
        }
        let why = "what was written kept coming back changed";
        Err(Fault::new(Code::JiraConflict, why))
    }

    /// Writes down what came of a look. After the last one the lease goes, whatever came meanwhile.
    async fn commit(
        &self,
        progress: &Progress,
        held: &Held,
        (wanted, settled, last): (i64, bool, bool),
    ) -> Result<Committed, Fault> {
        let look_again = settled && !last;
        let (link, pairs) = (&progress.link, progress.new_pairs());
        let commit = progress.as_commit(held.fence, wanted, settled, &pairs);
        let committed = if look_again {
            self.store.commit(&commit).await
        } else {
            self.store.checkpoint(&commit).await
        };
        match committed? {
            Committed::Again { .. } if !look_again => {
                self.let_go(link.id, held, Verdict::Done).await;
                Ok(Committed::Released)
            }
            other => Ok(other),
        }
    }
}

/// The version of the issue that a hint tells, if it tells one.
fn version(job: &Job) -> Option<DateTime<Utc>> {
    match job.kind {
        JobKind::Issue { version, .. } => version,
        _ => None,
    }
}

/// What becomes of a job whose link another worker has in hand. A hint is served by that worker, who
/// looks once more before it lets go; a promise waits to see it done.
fn in_hand(job: &Job, left: Duration) -> Verdict {
    match job.promise {
        Some(_) => Verdict::Later(left),
        None => Verdict::Done,
    }
}

/// A side that is gone or may not be read is a finding on the link; any other fault ends the look.
fn unread(progress: &mut Progress, fault: Fault) -> Result<(), Fault> {
    let subject = match fault.code {
        Code::SfRecordGone => "record",
        Code::JiraIssueGone => "issue",
        _ => return refused(progress, fault),
    };
    progress.link.state = LinkState::Gone;
    // Where a merge took the record away, that says more than that it is gone.
    let merged = |finding: &Finding| finding.code == Code::SfMerged && subject == finding.subject;
    progress.link.findings.retain(merged);
    if progress.link.findings.is_empty() {
        let finding =
            Finding { code: fault.code, subject: subject.to_owned(), detail: fault.detail };
        progress.link.findings.push(finding);
    }
    Ok(())
}

/// A step that the vendor refuses as a whole is a finding on the link; any other fault ends the look.
fn refused(progress: &mut Progress, fault: Fault) -> Result<(), Fault> {
    if fault.class() != Class::Rejected {
        return Err(fault);
    }
    if matches!(fault.code, Code::SfRecordGone | Code::JiraIssueGone) {
        progress.link.state = LinkState::Gone;
    }
    let finding =
        Finding { code: fault.code, subject: "link".to_owned(), detail: fault.to_string() };
    progress.link.findings.retain(|known| known.subject != finding.subject);
    progress.link.findings.push(finding);
    Ok(())
}

impl Engine {
    /// A look begins. What a person asks for offers again what was refused.
    pub(crate) fn begin(&self, job: &Job, link: Link, pairs: Vec<CommentPair>) -> Progress {
        let occasion = Occasion::of(job.cause, (self.clock)());
        let mut progress = Progress::new(link, pairs, occasion);
        if occasion == Occasion::Asked {
            progress.link.base.forget_refusals();
        }
        progress
    }
}

impl Progress {
    /// What is to be written down of it.
    pub(crate) fn as_commit<'a>(
        &'a self,
        fence: i64,
        wanted: i64,
        settled: bool,
        pairs: &'a [CommentPair],
    ) -> Commit<'a> {
        let link = &self.link;
        Commit {
            link: link.id,
            fence,
            wanted,
            base: &link.base,
            issue: link.issue_id.as_deref().zip(link.issue_key.as_deref()),
            told: self.told(),
            record_seen: link.record_seen,
            issue_seen: link.issue_seen,
            state: link.state,
            settled,
            pairs,
            findings: &link.findings,
            audit: &self.audit,
        }
    }

    /// Notes when both sides had last changed, before anything is written.
    pub(crate) fn saw(&mut self, sight: &Sight) {
        let issue = sight.issue.as_ref().map(|issue| issue.updated);
        self.changed.get_or_insert((sight.record.modified, issue));
    }

    /// Notes which versions the plan is about to be made on, and what the record is called.
    pub(crate) fn planned_on(&mut self, sight: &Sight) {
        self.link.record_seen = Some(sight.record.modified);
        self.title = Some(sight.record.title.clone());
        self.saw(sight);
        if let Some(issue) = &sight.issue {
            self.link.issue_seen = Some(issue.updated);
            self.link.issue_key = Some(issue.key.clone());
        }
    }
}
