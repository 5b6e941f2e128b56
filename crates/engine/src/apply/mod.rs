//! Apply: the plan's steps, one after another, each a ledgered effect or an absolute write.

mod comments;
pub(crate) mod create;
pub(crate) mod fields;
mod file_notes;
mod files;
pub(crate) mod ledger;
mod link_note;
mod matching;
mod status;
pub(crate) mod writing;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
pub(crate) use create::{MARKER, marker};
pub(crate) use fields::{blame, write_map};
use lockstep_model::batch::Occasion;
use lockstep_model::plan::{Agreement, CommentPair, FilePair};
use lockstep_model::{Fault, FieldValue, Job, Plan, Side, Step, settle};
use lockstep_store::{Held, Link, NewAudit, Told};

use crate::Engine;
use crate::catalog::Scene;
use crate::gather::{Remembered, Sight};

/// What a look has come to so far: the link as it will be committed, and what was done for it.
#[derive(Debug)]
pub struct Progress {
    /// The link, with its base moving on.
    pub link: Link,
    /// Comments known to be copies of one another.
    pub pairs: Vec<CommentPair>,
    /// What the store knows of them.
    stored_pairs: Vec<CommentPair>,
    /// Files that need no copy anymore; each is in the store as soon as it is here.
    pub files: Vec<FilePair>,
    /// What makes the look.
    pub occasion: Occasion,
    /// What was done, for the audit trail.
    pub audit: Vec<NewAudit>,
    /// What people call the record, once it was read.
    pub title: Option<String>,
    /// When record and issue had last changed, as the look first saw them.
    pub changed: Option<(DateTime<Utc>, Option<DateTime<Utc>>)>,
    /// The sides whose writes were timed.
    pub measured: BTreeSet<Side>,
}

impl Progress {
    /// Nothing done yet.
    pub fn new(link: Link, pairs: Vec<CommentPair>, occasion: Occasion) -> Self {
        let stored_pairs = pairs.clone();
        Self {
            link,
            pairs,
            stored_pairs,
            files: Vec::new(),
            occasion,
            audit: Vec::new(),
            title: None,
            changed: None,
            measured: BTreeSet::new(),
        }
    }

    /// What is remembered of the link.
    pub fn remembered(&self) -> Remembered<'_> {
        Remembered {
            base: &self.link.base,
            pairs: &self.pairs,
            files: &self.files,
            occasion: self.occasion,
        }
    }

    /// What both sides call the link, once the record was read: its title, and the summary that both
    /// agree on, as Jira shows it.
    pub fn told(&self) -> Option<Told<'_>> {
        let summary = self.link.base.fields.iter().find(|(key, _)| key.ends_with(":summary"));
        let summary = match summary.map(|(_, agreed)| &agreed.jira) {
            Some(FieldValue::Text(text)) => text,
            _ => "",
        };
        self.title.as_deref().map(|title| Told { title, summary })
    }

    /// The pairs of which the store does not know all.
    pub fn new_pairs(&self) -> Vec<CommentPair> {
        let new = |pair: &&CommentPair| !self.stored_pairs.contains(pair);
        self.pairs.iter().filter(new).cloned().collect()
    }
}

/// One job at work on one link of an item, under its lease.
#[derive(Clone, Copy)]
pub(crate) struct Round<'a> {
    pub(crate) job: &'a Job,
    pub(crate) scene: &'a Scene,
    pub(crate) held: &'a Held,
}

/// What every step needs: who acts, on which item, what is in sight, and what has come of it.
pub(crate) struct Act<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) job: &'a Job,
    pub(crate) scene: &'a Scene,
    pub(crate) sight: &'a mut Sight,
    pub(crate) progress: &'a mut Progress,
    pub(crate) fence: i64,
}

impl Engine {
    /// Applies a plan; what was done before a fault stays noted in the progress.
    pub(crate) async fn apply(
        &self,
        round: Round<'_>,
        plan: &Plan,
        sight: &mut Sight,
        progress: &mut Progress,
    ) -> Result<(), Fault> {
        let Round { job, scene, held } = round;
        let fence = held.fence;
        let mut act = Act { engine: self, job, scene, sight, progress, fence };
        act.remember(&plan.agreements);
        for step in &plan.steps {
            act.step(step).await?;
        }
        Ok(())
    }
}

impl Act<'_> {
    /// Remembers what needs no write.
    pub(crate) fn remember(&mut self, agreements: &[Agreement]) {
        self.note_held(agreements);
        self.note_undoing(agreements);
        settle::agreements(&mut self.progress.link.base, agreements);
    }

    async fn step(&mut self, step: &Step) -> Result<(), Fault> {
        match step {
            Step::CreateIssue { changes } => self.create_issue(changes).await,
            Step::EditIssue { changes } => self.edit_issue(changes).await,
            Step::TransitionIssue(step) => self.transition_issue(step).await,
            Step::UpdateRecord { changes, status } => {
                self.update_record(changes, status.as_ref()).await
            }
            Step::CopyComment(copy) => self.copy_comment(copy).await,
            Step::RewriteComment(rewrite) => self.rewrite_comment(rewrite).await,
            Step::RemoveComment(removal) => self.remove_comment(removal).await,
            Step::PairComments(pair) => self.adopt_pair(pair).await,
            Step::File(step) => self.file(step).await,
            Step::NoteLink(note) => self.note_link(note).await,
        }
    }
}
