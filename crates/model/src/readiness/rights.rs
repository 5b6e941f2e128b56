//! The object's own rights, its mapped fields, and what is done to issues.

use super::List;
use crate::item::{Mode, Owner};
use crate::snapshot::Side;

/// The permission to see issues, by Jira's key and title.
pub const BROWSE: (&str, &str) = ("BROWSE_PROJECTS", "Browse projects");
/// The permission to open issues, by Jira's key and title.
pub const CREATE: (&str, &str) = ("CREATE_ISSUES", "Create issues");
/// The permission to change issues, by Jira's key and title.
pub const EDIT: (&str, &str) = ("EDIT_ISSUES", "Edit issues");
/// The permission to move issues, by Jira's key and title.
pub const TRANSITION: (&str, &str) = ("TRANSITION_ISSUES", "Transition issues");

const VISIBLE: &str = "Let the Run As user see the field (field-level security), or map another.";
const WRITABLE: &str =
    "Let the Run As user edit the field (field-level security), or let Salesforce own the mapping.";
const ON_SCREEN: &str =
    "Put the field on the edit screen of the issue type, or let Jira own the mapping.";

impl List<'_> {
    /// What the item does to records and issues, and whether it may.
    pub(super) fn rights(&mut self) {
        self.record_rights();
        self.fields_seen();
        if self.item.mode != Mode::DisplayOnly {
            self.record_fields_written();
            self.issue_fields_written();
        }
        self.permission("Issues", BROWSE);
        if self.item.creates_issues() {
            self.permission("Issues", CREATE);
        }
        if self.flows_to(Side::Jira) {
            self.permission("Issues", EDIT);
        }
        if self.item.moves_issues() {
            self.permission("Issues", TRANSITION);
        }
    }

    fn record_rights(&mut self) {
        let object = &self.item.salesforce.object;
        self.object("Records", object, false);
        let rights = self.schema.rights;
        if self.item.writes_records() {
            let name = format!("Records: change {object}");
            if rights.update {
                self.pass(name, "may be changed");
            } else {
                let remedy = "Give the Run As user edit rights on the object, or let nothing flow to Salesforce (`mode: one-way`).";
                self.fail(name, "the Run As user may not change them", remedy);
            }
        }
        if self.item.creates_records().is_some() {
            let name = format!("Records: create {object}");
            if rights.create {
                self.pass(name, "may be created");
            } else {
                let remedy = "Give the Run As user create rights on the object, or remove `auto_create.from_jira`.";
                self.fail(name, "the Run As user may not create them", remedy);
            }
        }
    }

    fn fields_seen(&mut self) {
        let read = self.item.record_fields();
        let hidden: Vec<String> = read
            .iter()
            .filter(|name| !self.schema.salesforce.contains_key(*name))
            .cloned()
            .collect();
        let detail = format!("{} fields are visible", read.len());
        self.none_of("Fields: read in Salesforce", &hidden, (&detail, VISIBLE));
    }

    fn record_fields_written(&mut self) {
        let written = self.written(Side::Salesforce);
        let fixed: Vec<String> = written
            .iter()
            .filter(|name| self.schema.salesforce.get(*name).is_some_and(|field| !field.updateable))
            .cloned()
            .collect();
        let detail = format!("{} fields may be changed", written.len());
        self.none_of("Fields: changed in Salesforce", &fixed, (&detail, WRITABLE));
    }

    fn issue_fields_written(&mut self) {
        let written = self.written(Side::Jira);
        let known = |name: &&String| self.schema.jira.get(*name);
        let off = |name: &&String| known(name).is_none_or(|field| field.on_edit == Some(false));
        let off: Vec<String> = written.iter().filter(off).cloned().collect();
        let detail = format!("{} fields are on the edit screen", written.len());
        let only_new =
            off.iter().all(|name| self.schema.jira.get(name).is_some_and(|f| f.on_create));
        if only_new && !off.is_empty() {
            let detail = format!("set on create only: {}", off.join(", "));
            return self.warn("Fields: changed in Jira", detail, ON_SCREEN);
        }
        self.none_of("Fields: changed in Jira", &off, (&detail, ON_SCREEN));
    }

    /// The fields that mappings write on a side.
    fn written(&self, side: Side) -> Vec<String> {
        let stays = match side {
            Side::Salesforce => Owner::Salesforce,
            Side::Jira => Owner::Jira,
        };
        let flows = |owner: Option<Owner>| owner.is_some_and(|owner| owner != stays);
        let mappings = self.item.mappings.iter();
        let written = mappings.filter(|mapping| flows(self.item.owner(mapping)));
        let field = |mapping: &crate::item::Mapping| match side {
            Side::Salesforce => mapping.salesforce.clone(),
            Side::Jira => mapping.jira.clone(),
        };
        written.map(field).collect()
    }

    fn flows_to(&self, side: Side) -> bool {
        !self.written(side).is_empty()
    }
}
