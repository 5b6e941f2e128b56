//! Undo: promised as whatever a person asks for, decided under the link's lease on both sides as they are
//! then, and kept with the link before the first write. From there the plan carries it out, by whoever
//! looks at the link.

use chrono::{DateTime, Utc};
use lockstep_model::item::Mode;
use lockstep_model::undo::{Asker, Net, Span, Trace, UndoPlan, weigh};
use lockstep_model::{Code, CorrelationId, Fault, ItemId, Job, JobKind, Lane, LinkId, Verdict};
use lockstep_store::{AuditRow, Committed, ItemState, Link, LinkState, NewAudit, Outcome};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::apply::{Progress, Round};
use crate::audit::blank;
use crate::catalog::Scene;
use crate::gather::{Remembered, Sight};
use crate::reconcile::Start;
use crate::{Asked, ByHand, Engine, lease};

/// Rows of the trail, or links, that are read at once.
const PAGE: i64 = 500;

impl Engine {
    /// Promises the undo of some steps of a link.
    pub async fn undo_link(
        &self,
        link: LinkId,
        span: Span,
        id: Uuid,
        by: ByHand<'_>,
    ) -> Result<Asked, Fault> {
        let row = self.link_of_id(link).await?;
        let scene = self.catalog.scene(row.item).await?;
        self.in_step(&scene, Some(&row)).await?;
        let actor = by.actor.to_owned();
        self.ask(JobKind::Undo { link, span, actor }, id, by).await
    }

    /// Promises the undo of what was written of an item's links within a time.
    pub async fn undo_item(
        &self,
        item: ItemId,
        (since, until): (DateTime<Utc>, DateTime<Utc>),
        id: Uuid,
        by: ByHand<'_>,
    ) -> Result<Asked, Fault> {
        let scene = self.catalog.scene(item).await?;
        self.in_step(&scene, None).await?;
        let actor = by.actor.to_owned();
        self.ask(JobKind::UndoItem { item, since, until, actor }, id, by).await
    }

    pub(crate) async fn link_of_id(&self, id: LinkId) -> Result<Link, Fault> {
        let missing = || Fault::new(Code::NotLinked, format!("link {id}"));
        self.store.links().get(id).await?.ok_or_else(missing)
    }

    /// One promise for each link that was written, in the bulk lane. Made again after a crash, a link's
    /// second promise finds its undo taken up.
    pub(crate) async fn fan_out_undo(&self, job: &Job) -> Verdict {
        match self.promise_undos(job).await {
            Ok(()) => Verdict::Done,
            Err(fault) => self.verdict(job, None, fault).await,
        }
    }

    async fn promise_undos(&self, job: &Job) -> Result<(), Fault> {
        let JobKind::UndoItem { item, since, until, actor } = &job.kind else {
            return Ok(());
        };
        let time = (*since, *until);
        let mut after = LinkId(0);
        loop {
            let page = self.store.audit().touched(*item, time, after, PAGE).await?;
            let Some(last) = page.last().copied() else {
                return Ok(());
            };
            let jobs: Vec<Job> = page.iter().map(|link| of_link(job, *link, time, actor)).collect();
            self.store.promises().make_all(&jobs).await?;
            after = last;
        }
    }

    /// What the steps of a span come to, read page by page.
    pub(crate) async fn net(&self, link: LinkId, span: &Span) -> Result<Net, Fault> {
        let mut net = Net::default();
        let mut after = None;
        loop {
            let page = self.store.audit().written(link, span, after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(net);
            };
            after = Some((last.at, last.id));
            page.iter().filter_map(trace).for_each(|trace| net.add(trace));
        }
    }

    /// What undoing these steps does now; nothing is written, and nothing is kept.
    pub(crate) async fn weigh(
        &self,
        (scene, net): (&Scene, &Net),
        sight: &mut Sight,
        known: Remembered<'_>,
    ) -> Result<UndoPlan, Fault> {
        let mut undo = weigh(net, &scene.situation(sight, known));
        if !undo.back.is_empty() {
            let mut base = known.base.clone();
            base.take_back(&undo.back, &nobody());
            let known = Remembered { base: &base, ..known };
            undo.confirm(&Box::pin(scene.plan(sight, known)).await?);
        }
        Ok(undo)
    }

    /// Takes an undo up: decides on both sides as they are now, and keeps with the link what is to be
    /// turned back, before any of it is written. Done once, however often the job comes.
    pub(crate) async fn take_up(
        &self,
        round: Round<'_>,
        mut progress: Box<Progress>,
    ) -> Result<Start, Fault> {
        let JobKind::Undo { link, span, actor } = &round.job.kind else {
            return Ok(Start::Link(progress));
        };
        let (id, made) = (round.job.id, round.job.first_seen);
        if self.store.audit().taken_up(*link, id, made).await? {
            return Ok(Start::Link(progress));
        }
        let gathered = self.gather(round.scene, &mut progress).await;
        let (mut progress, gathered) = self.after_a_merge(round, *progress, gathered).await;
        let mut sight = match gathered {
            Ok(sight) => sight,
            // The look says what is the matter.
            Err(fault) => return Ok(Start::Gathered(Box::new(progress), Err(fault))),
        };
        let net = self.net(*link, span).await?;
        let with = (round.scene, &net);
        let undo = self.weigh(with, &mut sight, progress.remembered()).await?;
        let correlation = round.job.correlation.clone();
        progress.link.base.take_back(&undo.back, &Asker { actor: actor.clone(), correlation });
        progress.audit.extend(told(round, *link, (span, actor), &undo));
        self.keep_undo(round, &mut progress).await?;
        Ok(Start::Gathered(Box::new(progress), Ok(Box::new(sight))))
    }

    /// Writes down, with the fence, what is to be turned back and what the trail says of it.
    async fn keep_undo(&self, round: Round<'_>, progress: &mut Progress) -> Result<(), Fault> {
        let pairs = progress.new_pairs();
        let commit = progress.as_commit(round.held.fence, round.held.wanted, false, &pairs);
        if self.store.checkpoint(&commit).await? == Committed::Stale {
            return Err(lease::lost(progress.link.id));
        }
        progress.audit.clear();
        Ok(())
    }

    /// Nothing is undone where nothing is written. Whether the item is paused is asked anew: a scene may be
    /// some seconds old.
    pub(crate) async fn in_step(&self, scene: &Scene, link: Option<&Link>) -> Result<(), Fault> {
        let item = self.store.items().get(scene.id).await?;
        let paused = item.is_none_or(|item| item.state == ItemState::Paused);
        let apart = link.is_some_and(|link| link.state == LinkState::Unlinked);
        if paused || apart || scene.spec.mode == Mode::DisplayOnly {
            let what = if apart { "a link of" } else { "item" };
            return Err(Fault::new(Code::NotInStep, format!("{what} {}", scene.spec.name)));
        }
        Ok(())
    }

    /// The trail says why an undo was not even begun.
    pub(crate) async fn note_idle(&self, job: &Job, link: LinkId) -> Result<(), Fault> {
        let JobKind::Undo { span, actor, .. } = &job.kind else {
            return Ok(());
        };
        let row = NewAudit {
            link: Some(link),
            cause: job.cause,
            outcome: Outcome::Noted,
            code: Some(Code::NotInStep),
            reason: json!({ "because": "undo", "job": job.id }),
            ..NewAudit::by_person(actor, job.correlation.clone(), "undo", &span.text())
        };
        self.store.audit().append(&[row]).await.map_err(Fault::from)
    }
}

fn of_link(job: &Job, link: LinkId, time: (DateTime<Utc>, DateTime<Utc>), actor: &str) -> Job {
    let (since, until) = time;
    Job {
        id: crate::digest::id(&[job.id.as_bytes(), &link.0.to_be_bytes()]),
        kind: JobKind::Undo { link, span: Span::Time { since, until }, actor: actor.to_owned() },
        lane: Lane::Bulk,
        attempt: 0,
        promise: None,
        ..job.clone()
    }
}

fn trace(row: &AuditRow) -> Option<Trace<'_>> {
    let AuditRow { step, subject, before, after, reason, .. } = row;
    Some(Trace { step, subject, side: row.side?, before, after, reason })
}

/// Whom a preview asks for.
fn nobody() -> Asker {
    Asker { actor: String::new(), correlation: CorrelationId(String::new()) }
}

/// What the trail tells of an undo that was taken up: what it comes to, what is kept, and what cannot be
/// turned back.
fn told(
    round: Round<'_>,
    link: LinkId,
    (span, actor): (&Span, &str),
    undo: &UndoPlan,
) -> Vec<NewAudit> {
    let row = |step: &str, subject: &str| NewAudit {
        outcome: Outcome::Noted,
        actor: Some(actor.to_owned()),
        ..blank((round.job, round.scene), link, step, subject)
    };
    let counts = undo.counts();
    let first = NewAudit {
        after: json!({
            "turned back": counts.back, "kept": counts.kept,
            "as before": counts.same, "cannot be turned back": counts.cannot,
        }),
        reason: json!({ "because": "undo", "job": round.job.id }),
        ..row("undo", &span.text())
    };
    let kept = undo.kept.iter().map(|kept| NewAudit {
        side: Some(kept.turn.side),
        before: json!(kept.turn.wrote),
        after: json!(kept.now),
        reason: json!({ "because": "edited", "side": kept.edited, "back": kept.turn.back }),
        ..row("undo_kept", &kept.turn.subject)
    });
    let cannot = undo.cannot.iter().map(|one| NewAudit {
        side: Some(one.side),
        before: Value::String(one.step.clone()),
        reason: json!({ "because": "cannot", "why": one.why.text() }),
        ..row("undo_left", &one.subject)
    });
    std::iter::once(first).chain(kept).chain(cannot).collect()
}
