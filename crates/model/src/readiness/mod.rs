//! Whether an item can go live: everything that it needs on both sides, by name, with what to do where
//! it is not there.

mod content;
mod rights;
mod status;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::field::Schema;
use crate::item::ConnectedItem;
use crate::object::ObjectRights;

/// What the two sides grant, as far as an item needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Granted {
    /// The objects that the Run As user sees, by API name, with what it may do to their records.
    pub objects: BTreeMap<String, ObjectRights>,
    /// The permissions that the integration user holds in every project of the item, by key.
    pub permissions: BTreeSet<String>,
    /// The largest attachment that the Jira site takes, in bytes; none where they are switched off, or
    /// where the item copies no files.
    pub attachments: Option<u64>,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It holds, or the item does not need it.
    Pass,
    /// The item works, but not as well as it could.
    Warn,
    /// Something that the item shall do will fail.
    Fail,
}

impl State {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One named check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadyCheck {
    /// What was checked: `Comments: CaseComment`.
    pub name: String,
    /// How it came out.
    pub state: State,
    /// What was found.
    pub detail: String,
    /// What to do about it; none where it holds.
    pub remedy: Option<String>,
}

/// All checks of an item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checklist {
    /// In the order in which they are shown.
    pub checks: Vec<ReadyCheck>,
}

impl Checklist {
    /// Whether nothing fails.
    pub fn is_ready(&self) -> bool {
        self.checks.iter().all(|check| check.state != State::Fail)
    }

    /// `24 checks: 22 pass, 1 warns, 1 fails`.
    pub fn summary(&self) -> String {
        let of = |state| self.checks.iter().filter(|check| check.state == state).count();
        let (pass, warn, fail) = (of(State::Pass), of(State::Warn), of(State::Fail));
        format!("{} checks: {pass} pass, {warn} warn, {fail} fail", self.checks.len())
    }
}

/// Checks an item, its Jira fields by id, against both sides' metadata and what they grant.
pub fn checklist(item: &ConnectedItem, schema: &Schema, granted: &Granted) -> Checklist {
    let mut list = List { item, schema, granted, checks: Vec::new() };
    list.rights();
    list.status();
    list.comments();
    list.activities();
    list.files();
    Checklist { checks: list.checks }
}

/// Checks as they are made.
struct List<'a> {
    item: &'a ConnectedItem,
    schema: &'a Schema,
    granted: &'a Granted,
    checks: Vec<ReadyCheck>,
}

impl List<'_> {
    fn pass(&mut self, name: impl Into<String>, detail: impl Into<String>) {
        self.add(name.into(), State::Pass, detail.into(), None);
    }

    fn warn(&mut self, name: impl Into<String>, detail: impl Into<String>, remedy: &str) {
        self.add(name.into(), State::Warn, detail.into(), Some(remedy.to_owned()));
    }

    fn fail(&mut self, name: impl Into<String>, detail: impl Into<String>, remedy: &str) {
        self.add(name.into(), State::Fail, detail.into(), Some(remedy.to_owned()));
    }

    fn add(&mut self, name: String, state: State, detail: String, remedy: Option<String>) {
        self.checks.push(ReadyCheck { name, state, detail, remedy });
    }

    /// Passes, or names what is wrong, one after another.
    fn none_of(&mut self, name: &str, wrong: &[String], (detail, remedy): (&str, &str)) {
        if wrong.is_empty() {
            self.pass(name, detail);
        } else {
            self.fail(name, wrong.join(", "), remedy);
        }
    }

    /// Whether the Run As user sees an object, and may create its records where that is needed.
    fn object(&mut self, area: &str, object: &str, create: bool) {
        let name = format!("{area}: {object} in Salesforce");
        let see = format!("Give the Run As user read rights on {object}, by its permission set.");
        let make =
            format!("Give the Run As user create rights on {object}, by its permission set.");
        match self.granted.objects.get(object) {
            None => self.fail(name, "the Run As user does not see it", &see),
            Some(rights) if create && !rights.create => {
                self.fail(name, "the Run As user may read it and create none", &make);
            }
            Some(_) if create => self.pass(name, "may be read and created"),
            Some(_) => self.pass(name, "may be read"),
        }
    }

    /// Whether the integration user holds a permission that the item cannot do without.
    fn permission(&mut self, area: &str, permission: (&str, &str)) {
        self.held(area, permission, State::Fail, "the integration user lacks it");
    }

    /// Whether it holds one that the item can do without, at a price.
    fn wish(&mut self, area: &str, permission: (&str, &str), price: &str) {
        let lacking = format!("the integration user lacks it: {price}");
        self.held(area, permission, State::Warn, &lacking);
    }

    fn held(&mut self, area: &str, (key, title): (&str, &str), without: State, lacking: &str) {
        let name = format!("{area}: {title} in Jira");
        if self.granted.permissions.contains(key) {
            return self.pass(name, "held");
        }
        let remedy = format!(
            "Give the integration user {title} ({key}) in the permission scheme of the project."
        );
        self.add(name, without, lacking.to_owned(), Some(remedy));
    }
}

pub use content::{ADD_COMMENTS, ATTACH};
pub use rights::{BROWSE, CREATE, EDIT, TRANSITION};

/// The permissions in Jira that an item asks for, at most: what [`Granted::permissions`] is asked of.
pub const PERMISSIONS: [&str; 11] = [
    rights::BROWSE.0,
    rights::CREATE.0,
    rights::EDIT.0,
    rights::TRANSITION.0,
    content::ADD_COMMENTS.0,
    content::EDIT_COMMENTS.0,
    content::DELETE_COMMENTS.0,
    content::ATTACH.0,
    content::LOG_WORK.0,
    content::EDIT_WORK.0,
    content::DELETE_WORK.0,
];
