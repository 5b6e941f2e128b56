//! The org: its records and what happens to them. No HTTP here.

mod access;
mod after;
mod apps;
mod before;
mod coerce;
mod delete;
mod duplicates;
mod files;
mod history;
mod merge;
mod read;
mod rules;
mod sanitise;
mod seed;
mod status;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::ids::IdMint;
use super::schema::{Object, Schema};
use super::session::Sessions;
use super::stamp;
use super::usage::Usage;
use crate::core::{Blob, SimClock};

pub(crate) use access::{Permissions, Right};
pub(crate) use after::as_row;
pub(crate) use apps::App;
pub(crate) use duplicates::DuplicateRule;
pub(crate) use rules::{AssignmentRule, ValidationRule};

/// A record's stored fields.
pub(crate) type Row = Map<String, Value>;

/// Who acts, when, and how.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    /// Id of the user.
    pub(crate) user: String,
    /// The time that the record is stamped with.
    pub(crate) now: DateTime<Utc>,
    /// Through which door.
    pub(crate) origin: Origin,
    /// Whether active assignment rules run.
    pub(crate) assigns: bool,
    /// Whether duplicate rules that only warn are passed over.
    pub(crate) allows_duplicates: bool,
}

impl Actor {
    /// The stamp of what the actor does.
    pub(crate) fn stamp(&self) -> String {
        stamp::stamp(self.now)
    }
}

/// Through which door a change comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The REST API: every rule applies.
    Api,
    /// A person in the browser: field-level security of the integration user does not apply.
    Human,
    /// The platform's own automation: moves `SystemModstamp` only.
    Automation,
}

/// One row that was taken out, for the deleted-records call.
#[derive(Clone, Debug)]
pub(crate) struct Deletion {
    /// Object name.
    pub(crate) object: String,
    /// Record id.
    pub(crate) id: String,
    /// When.
    pub(crate) at: DateTime<Utc>,
}

/// What a rollback restores.
#[derive(Debug)]
enum Undo {
    Row { table: String, id: String, before: Option<Row> },
    Deletions(usize),
}

/// A Salesforce org.
#[derive(Debug)]
pub struct SalesforceWorld {
    pub(crate) schema: Arc<Schema>,
    /// Id of the organization.
    pub(crate) org_id: String,
    /// The integration user.
    pub(crate) run_as: String,
    /// The user that the control API acts as unless told otherwise.
    pub(crate) human: String,
    /// The queue that takes a case when no assignment rule matches.
    pub(crate) default_queue: String,
    tables: BTreeMap<String, BTreeMap<String, Row>>,
    pub(crate) mint: IdMint,
    auto_numbers: BTreeMap<String, u64>,
    pub(crate) deletions: Vec<Deletion>,
    pub(crate) blobs: BTreeMap<String, Blob>,
    /// The file that came with the call that is being served.
    pub(crate) arrived: Option<Blob>,
    /// Fields whose history the org keeps, as (object, field).
    pub(crate) tracked: BTreeSet<(String, String)>,
    /// Fields that the integration user may not see, as (object, field).
    pub(crate) hidden: BTreeSet<(String, String)>,
    /// Rights on objects that were taken from the integration user, as (object, right).
    pub(crate) denied: BTreeSet<(String, Right)>,
    /// When describe results last changed.
    pub(crate) described_at: DateTime<Utc>,
    pub(crate) validation_rules: Vec<ValidationRule>,
    pub(crate) assignment_rules: Vec<AssignmentRule>,
    pub(crate) duplicate_rules: Vec<DuplicateRule>,
    pub(crate) permissions: Permissions,
    /// Rows that another transaction holds, with the number of calls that it still lasts.
    pub(crate) locks: BTreeMap<String, u32>,
    pub(crate) sessions: Sessions,
    /// Through which other systems sign in.
    pub(crate) apps: Vec<App>,
    pub(crate) usage: Usage,
    journal: Option<Vec<Undo>>,
}

impl SalesforceWorld {
    /// An org with people, queues, status tables and a few hundred sample records.
    pub fn seeded(clock: &SimClock) -> Self {
        seed::world(clock.now(), true)
    }

    /// An org with people, queues and status tables, and no other record.
    pub fn bare(clock: &SimClock) -> Self {
        seed::world(clock.now(), false)
    }

    /// All rows of an object in order of id, those in the recycle bin too.
    pub(crate) fn rows(&self, object: &Object) -> impl Iterator<Item = &Row> {
        let of = object.feed_of.as_deref().and_then(|of| self.schema.object(of));
        let prefix = of.map(|object| object.prefix.clone());
        self.tables.get(object.table()).into_iter().flat_map(BTreeMap::values).filter(move |row| {
            let parent = row.get("ParentId").and_then(Value::as_str);
            prefix.as_deref().is_none_or(|prefix| parent.is_some_and(|id| id.starts_with(prefix)))
        })
    }

    /// A row by its 18-character id, one in the recycle bin too.
    pub(crate) fn row(&self, object: &Object, id: &str) -> Option<&Row> {
        self.tables.get(object.table())?.get(id)
    }

    /// A row by its 18-character id that is not deleted, of whatever object.
    pub(crate) fn live(&self, id: &str) -> Option<&Row> {
        let object = self.schema.of_id(id)?;
        self.row(object, id).filter(|row| !is_deleted(row))
    }

    /// Stores a row and remembers what it replaces.
    pub(crate) fn put(&mut self, table: &str, id: &str, row: Row) {
        let before = self.tables.entry(table.to_owned()).or_default().insert(id.to_owned(), row);
        self.remember(table, id, before);
    }

    /// Takes a row out for good.
    pub(crate) fn remove(&mut self, table: &str, id: &str) {
        let before = self.tables.entry(table.to_owned()).or_default().remove(id);
        self.remember(table, id, before);
    }

    /// Notes a deletion.
    pub(crate) fn note_deletion(&mut self, object: &str, id: &str, at: DateTime<Utc>) {
        if let Some(journal) = &mut self.journal {
            journal.push(Undo::Deletions(self.deletions.len()));
        }
        self.deletions.push(Deletion { object: object.to_owned(), id: id.to_owned(), at });
    }

    fn remember(&mut self, table: &str, id: &str, before: Option<Row>) {
        if let Some(journal) = &mut self.journal {
            journal.push(Undo::Row { table: table.to_owned(), id: id.to_owned(), before });
        }
    }

    /// Runs `work`; when it gives `false`, every row is as it was. Transactions nest.
    pub(crate) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> T,
        keep: impl FnOnce(&T) -> bool,
    ) -> T {
        let outer = self.journal.replace(Vec::new());
        let result = work(self);
        let journal = self.journal.take().unwrap_or_default();
        self.journal = outer;
        if !keep(&result) {
            self.undo(journal);
        } else if let Some(outer) = &mut self.journal {
            outer.extend(journal);
        }
        result
    }

    fn undo(&mut self, journal: Vec<Undo>) {
        for step in journal.into_iter().rev() {
            match step {
                Undo::Row { table, id, before: Some(row) } => {
                    self.tables.entry(table).or_default().insert(id, row);
                }
                Undo::Row { table, id, before: None } => {
                    self.tables.entry(table).or_default().remove(&id);
                }
                Undo::Deletions(length) => self.deletions.truncate(length),
            }
        }
    }

    fn next_number(&mut self, object: &str) -> String {
        let number = self.auto_numbers.entry(object.to_owned()).or_insert(1000);
        *number += 1;
        format!("{number:08}")
    }

    /// How many live rows each object has.
    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        let live =
            |rows: &BTreeMap<String, Row>| rows.values().filter(|row| !is_deleted(row)).count();
        self.tables.iter().map(|(name, rows)| (name.clone(), live(rows))).collect()
    }
}

/// Whether the row is in the recycle bin.
pub(crate) fn is_deleted(row: &Row) -> bool {
    row.get("IsDeleted") == Some(&Value::Bool(true))
}

#[cfg(test)]
mod tests;
