//! Fills a new org. Everything is a function of the place in a list, so two worlds are alike.

mod activity;
mod sales;
mod service;
mod setup;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::after::as_row;
use super::{Actor, Origin, Row, SalesforceWorld};
use crate::salesforce::ids::IdMint;
use crate::salesforce::schema::Schema;

/// A new org, with sample records if wanted.
pub(super) fn world(now: DateTime<Utc>, samples: bool) -> SalesforceWorld {
    let mut world = SalesforceWorld {
        schema: Arc::new(Schema::standard()),
        org_id: String::new(),
        run_as: String::new(),
        human: String::new(),
        default_queue: String::new(),
        tables: BTreeMap::new(),
        mint: IdMint::default(),
        auto_numbers: BTreeMap::new(),
        deletions: Vec::new(),
        blobs: BTreeMap::new(),
        arrived: None,
        tracked: BTreeSet::new(),
        hidden: BTreeSet::new(),
        denied: BTreeSet::new(),
        described_at: now,
        validation_rules: Vec::new(),
        assignment_rules: Vec::new(),
        duplicate_rules: Vec::new(),
        permissions: super::Permissions::default(),
        locks: BTreeMap::new(),
        sessions: super::Sessions::default(),
        apps: super::apps::installed(),
        usage: super::Usage::default(),
        journal: None,
    };
    let people = setup::org(&mut world, now);
    if samples {
        let mut garden = Garden { world: &mut world, people, now };
        let accounts = sales::accounts(&mut garden);
        let cases = service::cases(&mut garden, &accounts);
        activity::around(&mut garden, &accounts, &cases);
    }
    world
}

/// An account with its contacts.
pub(super) struct Household {
    account: String,
    contacts: Vec<String>,
}

/// The value at a place of a list that goes round.
fn pick<'a>(values: &[&'a str], place: usize) -> &'a str {
    values[place % values.len()]
}

/// Plants sample records.
pub(super) struct Garden<'a> {
    world: &'a mut SalesforceWorld,
    people: Vec<String>,
    now: DateTime<Utc>,
}

impl Garden<'_> {
    /// Creates a record as person `who`, so many hours ago.
    fn plant(&mut self, object: &str, who: usize, hours_ago: usize, fields: Value) -> String {
        let hours = i64::try_from(hours_ago).unwrap_or(0);
        let actor = Actor {
            user: self.people[who % self.people.len()].clone(),
            now: self.now - TimeDelta::hours(hours) - TimeDelta::minutes(7),
            origin: Origin::Automation,
            assigns: false,
            allows_duplicates: true,
        };
        let planted = self.world.insert(object, &as_row(fields), &actor);
        planted.unwrap_or_else(|refusal| unreachable!("sample {object}: {refusal:?}"))
    }

    /// A day, so many days from now.
    fn day(&self, ahead: i64) -> String {
        (self.now + TimeDelta::days(ahead)).date_naive().to_string()
    }

    /// A moment, so many hours from now.
    fn moment(&self, ahead: i64) -> String {
        super::stamp::stamp(self.now + TimeDelta::hours(ahead))
    }
}

/// Puts a row of the org's own set-up, past all checks, and gives its id.
fn raw(world: &mut SalesforceWorld, object: &str, now: DateTime<Utc>, fields: Value) -> String {
    let prefix =
        world.schema.object(object).map(|object| object.prefix.clone()).unwrap_or_default();
    let id = world.mint.next(&prefix);
    let user = if world.run_as.is_empty() { id.clone() } else { world.run_as.clone() };
    let at = super::stamp::stamp(now - TimeDelta::days(400));
    let mut row: Row = as_row(fields);
    row.insert("Id".into(), json!(id));
    row.insert("IsDeleted".into(), json!(false));
    for name in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
        row.insert(name.into(), json!(at));
    }
    for name in ["CreatedById", "LastModifiedById"] {
        row.insert(name.into(), json!(user));
    }
    world.put(object, &id, row);
    id
}
