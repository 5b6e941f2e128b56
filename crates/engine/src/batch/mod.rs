//! Many links of one item at once: read in one call a side, written in as few as the vendors allow.
//!
//! **Expected flow.** Take the leases that are free → read all → plan each → write what can be written
//! together (records, new issues) → bring each link in step by itself, from what was read and done →
//! commit each under its own fence.
//!
//! **Guarantees.** Those of a single link: one lease and one fence each, every create in the ledger,
//! every record changed only if nobody saved it since. What is refused together is tried alone, by
//! the code that handles one link, so that one bad value holds back nothing else.

pub(crate) mod gather;
mod issues;
mod records;
mod rest;

use std::collections::BTreeMap;
use std::time::Duration;

use lockstep_model::{Code, Fault, ItemId, Job, JobKind, LinkId, Plan, Verdict};
use lockstep_store::{Held, Lease, Link, LinkState};

use self::gather::Gathered;
use self::rest::Rest;
use crate::Engine;
use crate::apply::{Act, Progress, Round};
use crate::catalog::Scene;
use crate::gather::Sight;
use crate::reconcile::Start;

/// A link of a batch: what it is held by, what was gathered, and what has come of it.
struct Member {
    held: Held,
    progress: Box<Progress>,
    /// Both sides, or why there is nothing to go on from; none where they must be read anew.
    sight: Option<Result<Box<Sight>, Fault>>,
}

/// A batch at work.
#[derive(Clone, Copy)]
struct Batch<'a> {
    engine: &'a Engine,
    job: &'a Job,
    scene: &'a Scene,
}

impl Engine {
    /// Brings several links of an item in step.
    #[tracing::instrument(skip_all, fields(item = %item, links = links.len()))]
    pub(crate) async fn look_at_batch(&self, job: &Job, item: ItemId, links: &[LinkId]) -> Verdict {
        let scene = match self.catalog.scene(item).await {
            Ok(scene) => scene,
            Err(fault) => return self.verdict(job, None, fault).await,
        };
        let batch = Batch { engine: self, job, scene: &scene };
        match batch.run(links).await {
            Ok(None) => Verdict::Done,
            Ok(Some(wait)) => Verdict::Later(wait),
            Err(fault) => self.verdict(job, Some(&scene), fault).await,
        }
    }
}

impl Batch<'_> {
    /// Runs it; says how long to wait before what is left may be looked at.
    async fn run(self, links: &[LinkId]) -> Result<Option<Duration>, Fault> {
        if self.scene.paused {
            return Ok(None);
        }
        let now = (self.engine.clock)();
        self.scene.salesforce.open(now)?;
        self.scene.jira.open(now)?;
        let mut rest = Rest::default();
        let held = self.claim(links, &mut rest).await?;
        match Box::pin(self.prepare(&held)).await {
            Ok(members) => {
                let looks = members.into_iter().map(|member| self.finish(member));
                for (link, fault) in futures::future::join_all(looks).await.into_iter().flatten() {
                    rest.add(link, fault);
                }
            }
            Err(fault) => {
                self.let_go(&held).await;
                rest.add_all(held.keys().copied(), &fault, self.job.attempt);
            }
        }
        self.hand_over(rest).await
    }

    /// Takes the leases that are free. Another worker that holds one learns that it is wanted.
    async fn claim(
        self,
        links: &[LinkId],
        rest: &mut Rest,
    ) -> Result<BTreeMap<LinkId, Held>, Fault> {
        let (engine, job) = (self.engine, self.job);
        let leases = engine.store.leases();
        let settings = &engine.settings;
        let taken = leases.take_free(links, &settings.owner, job.id, settings.lease).await;
        let mut held = taken?;
        for link in
            links.iter().filter(|link| !held.contains_key(link)).copied().collect::<Vec<_>>()
        {
            match leases.claim(&engine.claim(job, link)).await {
                Ok(Lease::Taken(lease)) => drop(held.insert(link, lease)),
                Ok(Lease::Busy { same_job: false, .. }) => {}
                Ok(Lease::Busy { same_job: true, left }) => rest.wait(left),
                // The link was deleted since, or Postgres is in trouble: whoever looks alone will see.
                Err(error) => rest.add(link, error.fault()),
            }
        }
        Ok(held)
    }

    /// Reads both sides of all links and does what can be done together, while all leases are kept.
    async fn prepare(self, held: &BTreeMap<LinkId, Held>) -> Result<Vec<Member>, Fault> {
        let together = async {
            let mut members = Box::pin(self.muster(held)).await?;
            self.write_records(&mut members).await;
            self.create_issues(&mut members).await;
            Ok(members)
        };
        tokio::select! {
            members = together => members,
            lost = self.keep(held) => Err(lost),
        }
    }

    /// Renews every lease until one is lost; returns why.
    async fn keep(self, held: &BTreeMap<LinkId, Held>) -> Fault {
        let term = self.engine.settings.lease;
        let ours: Vec<(LinkId, i64)> =
            held.iter().map(|(link, held)| (*link, held.fence)).collect();
        loop {
            tokio::time::sleep(term / 3).await;
            match self.engine.store.leases().renew_all(&ours, term).await {
                Ok(true) => {}
                Ok(false) => return Fault::new(Code::LeaseLost, "one of a batch"),
                Err(error) => return error.fault(),
            }
        }
    }

    /// The links that are to be kept in step, with their pairs and both sides. Those that are not are
    /// let go.
    async fn muster(self, held: &BTreeMap<LinkId, Held>) -> Result<Vec<Member>, Fault> {
        let links: Vec<LinkId> = held.keys().copied().collect();
        let store = self.engine.store.links();
        let (rows, mut pairs, mut files) = tokio::try_join!(
            store.of_item(self.scene.id, &links),
            store.pairs_of(&links),
            self.engine.store.files().of_links(&links),
        )?;
        let mut idle = held.clone();
        let mut members = Vec::with_capacity(rows.len());
        for link in rows.into_iter().filter(|link| link.state != LinkState::Unlinked) {
            let Some(held) = idle.remove(&link.id) else {
                continue;
            };
            let pairs = pairs.remove(&link.id).unwrap_or_default();
            let mut progress = Box::new(self.engine.begin(self.job, link, pairs));
            progress.files = files.remove(&progress.link.id).unwrap_or_default();
            members.push(Member { held, progress, sight: None });
        }
        self.let_go(&idle).await;
        let links: Vec<&Link> = members.iter().map(|member| &member.progress.link).collect();
        let Gathered { sights, .. } = self.scene.gather_many(&links).await?;
        for (member, sight) in members.iter_mut().zip(sights) {
            if let Some(sight) = &sight {
                member.progress.saw(sight);
                self.engine.note_gone(self.scene, sight, &mut member.progress).await?;
            }
            member.sight = sight.map(|sight| Ok(Box::new(sight)));
        }
        Ok(members)
    }

    /// Brings one link in step by itself, from where the batch has brought it.
    async fn finish(self, member: Member) -> Option<(LinkId, Fault)> {
        let Member { held, progress, sight } = member;
        let (engine, link) = (self.engine, progress.link.id);
        let start = match sight {
            Some(gathered) => Start::Gathered(progress, gathered),
            None => Start::Link(progress),
        };
        let round = Round { job: self.job, scene: self.scene, held: &held };
        let looks = async {
            let _hand = engine.hands.acquire().await;
            engine.looks(round, start).await
        };
        let outcome = engine.under_lease(link, held.fence, Box::pin(looks)).await;
        let fault = outcome.err()?;
        engine.let_go(link, &held, Verdict::Done).await;
        Some((link, fault))
    }

    async fn let_go(self, held: &BTreeMap<LinkId, Held>) {
        let ours: Vec<(LinkId, i64)> =
            held.iter().map(|(link, held)| (*link, held.fence)).collect();
        if ours.is_empty() {
            return;
        }
        if let Err(error) = self.engine.store.leases().release_all(&ours).await {
            tracing::warn!("leases could not be released and will run out: {error}");
        }
    }

    /// Gives each link that must be looked at alone a job of its own.
    async fn hand_over(self, rest: Rest) -> Result<Option<Duration>, Fault> {
        for link in rest.alone {
            self.engine.follow_up(self.job, JobKind::Link { link }, self.job.lane).await?;
        }
        rest.fault.map_or(Ok(rest.wait), Err)
    }

    /// Whoever acts for a member; none where there is nothing to go on from.
    fn act<'a>(&'a self, member: &'a mut Member) -> Option<Act<'a>> {
        let sight = member.sight.as_mut()?.as_mut().ok()?;
        Some(Act {
            engine: self.engine,
            job: self.job,
            scene: self.scene,
            sight,
            progress: &mut member.progress,
            fence: member.held.fence,
        })
    }
}

impl Member {
    /// What is to be done for it, if all that the plan wants to see was read.
    fn plan(&self, scene: &Scene) -> Option<Plan> {
        let sight = self.sight.as_ref()?.as_ref().ok()?;
        let plan = scene.plan_once(sight, self.progress.remembered());
        plan.wants.is_empty().then_some(plan)
    }

    /// The call that was to serve it failed. A refusal is left to whoever tries it alone.
    fn failed(&mut self, fault: &Fault) {
        if fault.class() != lockstep_model::Class::Rejected {
            self.sight = Some(Err(fault.clone()));
        }
    }
}
