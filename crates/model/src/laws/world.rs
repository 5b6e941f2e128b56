//! A small world to plan in: an item, a record and an issue, and two vendors that take what is
//! written to them, each with its own habits.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::adf;
use crate::base::Base;
use crate::batch::Occasion;
use crate::comments::{self, Copy, Rewrite};
use crate::convert::{Crossing, read_jira, read_salesforce};
use crate::field::{IssueStatus, JiraKind, Schema};
use crate::item::{ConnectedItem, Owner, Policy};
use crate::parent;
use crate::plan::{CommentPair, FieldChange, FilePair, Plan, Situation, Step, Want, plan};
use crate::settle;
use crate::snapshot::{Comment, Extras, Issue, Record, Side};

pub(crate) use super::scenery::{
    issue, issue_statuses, item, mapping, pairs, record, schema, transitions,
};

/// A minute of 22 November 2026, after 10 o'clock.
pub(crate) fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_341_600, 0).expect("in range") + Duration::minutes(minute)
}

/// What a vendor makes of the texts that are written to it.
pub(crate) type Habit = fn(&str) -> String;

/// Takes a text as it is.
pub(crate) fn faithful(text: &str) -> String {
    text.to_owned()
}

/// Everything that a plan is made from, and the two vendors that apply it.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) item: ConnectedItem,
    pub(crate) schema: Schema,
    pub(crate) base: Base,
    pub(crate) pairs: Vec<CommentPair>,
    pub(crate) files: Vec<FilePair>,
    /// What each file holds, by its id.
    pub(crate) bytes: BTreeMap<String, String>,
    /// What was said of files.
    pub(crate) noted: Vec<String>,
    pub(crate) record: Record,
    pub(crate) issue: Issue,
    pub(crate) extras: Extras,
    pub(crate) occasion: Occasion,
    pub(crate) habits: (Habit, Habit),
    pub(crate) clock: i64,
}

impl World {
    /// Two empty sides, an item that maps nothing and syncs nothing.
    pub(crate) fn quiet() -> Self {
        Self {
            item: item(),
            schema: schema(),
            base: Base::default(),
            pairs: Vec::new(),
            files: Vec::new(),
            bytes: BTreeMap::new(),
            noted: Vec::new(),
            record: record(),
            issue: issue(),
            extras: Extras {
                issue_times: Some(BTreeMap::new()),
                deletes: Some(comments::Tally::default()),
                ..Extras::default()
            },
            occasion: Occasion::Asked,
            habits: (faithful, faithful),
            clock: 30,
        }
    }

    /// A world with the fields of [`schema`] mapped, each owned by `owner`.
    pub(crate) fn mapped(owner: Owner, policy: Policy) -> Self {
        let mut world = Self::quiet();
        world.item.mappings =
            pairs().map(|(salesforce, jira)| mapping(salesforce, jira, owner, policy)).into();
        world
    }

    /// Adds a mapping of a text field of each side.
    pub(crate) fn with(mut self, owner: Owner, policy: Policy) -> Self {
        self.item.mappings.push(mapping("Subject", "summary", owner, policy));
        self
    }

    pub(crate) fn situation(&self) -> Situation<'_> {
        Situation {
            item: &self.item,
            schema: &self.schema,
            base: &self.base,
            pairs: &self.pairs,
            files: &self.files,
            record: &self.record,
            issue: Some(&self.issue),
            extras: &self.extras,
            occasion: self.occasion,
        }
    }

    pub(crate) fn plan(&self) -> Plan {
        plan(&self.situation())
    }

    /// A person's edit in Salesforce.
    pub(crate) fn edit_record(&mut self, field: &str, value: Value) {
        self.clock += 1;
        self.record.fields.insert(field.to_owned(), value);
        self.record.modified = at(self.clock);
    }

    /// A person's edit in Jira.
    pub(crate) fn edit_issue(&mut self, field: &str, value: Value) {
        self.clock += 1;
        self.issue.fields.insert(field.to_owned(), value);
        self.issue.updated = at(self.clock);
        self.stamp(field);
    }

    /// A person's move of the record.
    pub(crate) fn move_record(&mut self, status: &str) {
        self.clock += 1;
        self.record.status = Some(status.to_owned());
        self.record.modified = at(self.clock);
    }

    /// A person's move of the issue.
    pub(crate) fn move_issue(&mut self, status: &IssueStatus) {
        self.clock += 1;
        self.issue.status = status.clone();
        self.issue.updated = at(self.clock);
        self.stamp("status");
    }

    /// The changelog's row for a field that changes now.
    fn stamp(&mut self, field: &str) {
        let times = self.extras.issue_times.get_or_insert_default();
        times.insert(field.to_owned(), at(self.clock));
    }

    /// Plans and applies until nothing is left to do; returns how many rounds that took.
    pub(crate) fn settle(&mut self) -> usize {
        for round in 0..8 {
            let mut plan = self.look();
            if plan.wants.contains(&Want::FileHashes) {
                self.see_hashes();
                plan = self.look();
            }
            if plan.is_empty() {
                return round;
            }
            self.apply(&plan);
        }
        panic!("never settles: {:#?}", self.plan());
    }

    /// Does what a plan says, as the engine would.
    pub(crate) fn apply(&mut self, plan: &Plan) {
        assert!(plan.wants.is_empty(), "applied too early: {:?}", plan.wants);
        settle::agreements(&mut self.base, &plan.agreements);
        for step in &plan.steps {
            self.clock += 1;
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::CreateIssue { changes } | Step::EditIssue { changes } => {
                self.issue.updated = at(self.clock);
                for change in changes {
                    self.write_issue(change);
                }
            }
            Step::UpdateRecord { changes, status } => {
                self.record.modified = at(self.clock);
                for change in changes {
                    self.write_record(change);
                }
                if let Some(status) = status {
                    self.record.status = Some(status.to.clone());
                    settle::record_moved(&mut self.base, status);
                }
            }
            Step::TransitionIssue(step) => {
                let to = self.schema.issue_statuses.iter().find(|status| status.id == step.to_id);
                self.issue.status = to.expect("a status of the issue type").clone();
                self.stamp("status");
                settle::issue_moved(&mut self.base, step);
            }
            Step::CopyComment(copy) => self.copy_comment(copy),
            Step::RewriteComment(rewrite) => self.rewrite_comment(rewrite),
            Step::RemoveComment(removal) => {
                self.comments(removal.on).retain(|comment| comment.id != removal.id);
                comments::removed(&mut self.pairs, removal);
            }
            Step::PairComments(pair) => self.pair(pair.clone()),
            Step::File(step) => self.file(step),
            Step::NoteLink(note) => settle::link_noted(&mut self.base, &note.issue),
        }
    }

    /// Looks at both sides as the engine does before it plans.
    pub(crate) fn look(&mut self) -> Plan {
        comments::seen(&mut self.pairs, &self.record, Some(&self.issue));
        self.plan()
    }

    /// What is said on a side.
    pub(crate) fn comments(&mut self, side: Side) -> &mut Vec<Comment> {
        match side {
            Side::Salesforce => &mut self.record.comments,
            Side::Jira => &mut self.issue.comments,
        }
    }

    fn pair(&mut self, pair: CommentPair) {
        let same =
            |known: &CommentPair| known.salesforce == pair.salesforce && known.jira == pair.jira;
        self.pairs.retain(|known| !same(known));
        self.pairs.push(pair);
    }

    fn copy_comment(&mut self, copy: &Copy) {
        let id = match (copy.on, &copy.answers) {
            (Side::Jira, _) => format!("{}", 90_000 + self.clock),
            (Side::Salesforce, Some(_)) => format!("0D7{:012}AAA", self.clock),
            (Side::Salesforce, None) if self.item.salesforce.object == "Case" => {
                format!("00a{:012}AAA", self.clock)
            }
            (Side::Salesforce, None) => format!("0D5{:012}AAA", self.clock),
        };
        let comment = Comment {
            id,
            author: "Lockstep".to_owned(),
            created: at(self.clock),
            body: copy.body.clone(),
            public: copy.public,
            parent: copy.answers.clone(),
            work: copy.work.clone(),
        };
        // Only Jira answers with what it shows.
        let shown = Some(&comment).filter(|_| copy.on == Side::Jira);
        self.pair(comments::copied(copy, &comment.id, shown));
        self.comments(copy.on).push(comment);
    }

    fn rewrite_comment(&mut self, rewrite: &Rewrite) {
        let known = self.comments(rewrite.on).iter_mut().find(|known| known.id == rewrite.id);
        let comment = known.expect("the copy is there");
        comment.body = rewrite.body.clone();
        comment.public &= !rewrite.hide;
        comment.work.clone_from(&rewrite.work);
        let shown = Some(comment.clone()).filter(|_| rewrite.on == Side::Jira);
        comments::rewritten(&mut self.pairs, rewrite, shown.as_ref());
    }

    fn write_issue(&mut self, change: &FieldChange) {
        if change.field == parent::FIELD {
            self.issue.fields.insert(change.field.clone(), change.write.clone());
            let shown = parent::shown(&self.issue.fields);
            return self.wrote(change, Side::Jira, &shown);
        }
        let field = self.schema.jira[&change.field].clone();
        let raw = match &change.write {
            Value::String(text) => Value::String((self.habits.1)(text)),
            raw if field.kind == JiraKind::Document && !raw.is_null() => {
                let mut doc = adf::from_text(&(self.habits.1)(&adf::to_text(raw)));
                if let Some(first) = doc["content"].get_mut(0) {
                    first["attrs"] = json!({"localId": "abc"});
                }
                doc
            }
            raw => raw.clone(),
        };
        let shown = read_jira(&field, &raw).expect("shown");
        self.issue.fields.insert(change.field.clone(), raw);
        self.stamp(&change.field);
        self.wrote(change, Side::Jira, &shown);
    }

    fn write_record(&mut self, change: &FieldChange) {
        let field = self.schema.salesforce[&change.field].clone();
        let raw = match &change.write {
            Value::String(text) if field.picklist.is_empty() => {
                let text = (self.habits.0)(text);
                if text.is_empty() { Value::Null } else { Value::String(text) }
            }
            raw => raw.clone(),
        };
        let shown = read_salesforce(&field, &raw).expect("shown");
        self.record.fields.insert(change.field.clone(), raw);
        self.wrote(change, Side::Salesforce, &shown);
    }

    fn wrote(&mut self, change: &FieldChange, side: Side, shown: &crate::FieldValue) {
        let mapping = self.item.mappings.iter().find(|mapping| mapping.key() == change.mapping);
        let crossing =
            mapping.and_then(|mapping| Crossing::of(&self.item, &self.schema, mapping).ok());
        let same =
            crossing.is_none_or(|crossing| settle::came_back(&crossing, side, change, shown));
        settle::written(&mut self.base, change, side, shown, same);
    }
}
