//! What stands in the way of comments, activities and files.

use super::List;
use crate::comments::has_case_comments;
use crate::files::megabytes;
use crate::item::{Deletes, Edits, Mode};

/// The permission to write comments, by Jira's key and title.
pub const ADD_COMMENTS: (&str, &str) = ("ADD_COMMENTS", "Add comments");
pub(super) const EDIT_COMMENTS: (&str, &str) = ("EDIT_OWN_COMMENTS", "Edit own comments");
pub(super) const DELETE_COMMENTS: (&str, &str) = ("DELETE_OWN_COMMENTS", "Delete own comments");
/// The permission to add files to issues, by Jira's key and title.
pub const ATTACH: (&str, &str) = ("CREATE_ATTACHMENTS", "Create attachments");
pub(super) const LOG_WORK: (&str, &str) = ("WORK_ON_ISSUES", "Work on issues");
pub(super) const EDIT_WORK: (&str, &str) = ("EDIT_OWN_WORKLOGS", "Edit own worklogs");
pub(super) const DELETE_WORK: (&str, &str) = ("DELETE_OWN_WORKLOGS", "Delete own worklogs");

const NOT_EDITED: &str = "copies keep what was said first";
const NOT_DELETED: &str = "copies of deleted comments stay";

impl List<'_> {
    pub(super) fn comments(&mut self) {
        const AREA: &str = "Comments";
        if !self.item.syncs_comments() {
            self.pass(AREA, "switched off");
            return;
        }
        let has_own = has_case_comments(&self.item.salesforce.object);
        if has_own {
            self.object(AREA, "CaseComment", true);
        }
        let name = format!("{AREA}: feed in Salesforce");
        let remedy = "Enable feed tracking for the object and let the Run As user see the feed.";
        match &self.schema.feed {
            Some(feed) => {
                self.pass(name, format!("{} may be read", feed.object));
                self.object(AREA, "FeedItem", !has_own);
                self.object(AREA, "FeedComment", !has_own);
            }
            None if has_own => {
                self.warn(name, "only case comments are synced, no posts", remedy);
            }
            None => self.fail(name, "there is nowhere to put a comment", remedy),
        }
        self.permission(AREA, ADD_COMMENTS);
        self.later(AREA, EDIT_COMMENTS, DELETE_COMMENTS);
    }

    pub(super) fn activities(&mut self) {
        const AREA: &str = "Activities";
        if self.item.active_activities().is_none() {
            self.pass(AREA, "switched off");
            return;
        }
        let name = format!("{AREA}: of {}", self.item.salesforce.object);
        if let Some(activities) = &self.schema.activities {
            self.pass(name, format!("by {}", activities.field));
        } else {
            let remedy =
                "Allow activities on the object, and let the Run As user see tasks and events.";
            self.fail(name, "its records have none", remedy);
        }
        self.object(AREA, "Task", false);
        self.object(AREA, "Event", false);
        self.permission(AREA, ADD_COMMENTS);
        if self.item.logs_work() {
            self.permission(AREA, LOG_WORK);
            self.later(AREA, EDIT_WORK, DELETE_WORK);
        }
    }

    /// What edits and deletes need, where the item carries them over.
    fn later(&mut self, area: &str, edit: (&str, &str), delete: (&str, &str)) {
        let options = &self.item.comments;
        if options.edits == Edits::Mirror {
            self.wish(area, edit, NOT_EDITED);
        }
        if options.deletes == Deletes::Mirror {
            self.wish(area, delete, NOT_DELETED);
        }
    }

    pub(super) fn files(&mut self) {
        const AREA: &str = "Files";
        if !self.item.files.enabled || self.item.mode == Mode::DisplayOnly {
            self.pass(AREA, "switched off");
            return;
        }
        self.object(AREA, "ContentVersion", true);
        self.object(AREA, "ContentDocumentLink", false);
        let name = format!("{AREA}: attachments in Jira");
        let ceiling = self.item.files.max_bytes();
        match self.granted.attachments {
            None => {
                let remedy = "Switch them on in Jira's system settings, or switch file sync off.";
                self.fail(name, "they are switched off on the site", remedy);
            }
            Some(limit) if limit < ceiling => {
                let detail = format!("the site takes at most {}", megabytes(limit));
                let remedy =
                    "Set a lower `files.max_mb`, or raise the limit in Jira's system settings.";
                self.fail(name, detail, remedy);
            }
            Some(limit) => self.pass(name, format!("up to {}", megabytes(limit))),
        }
        self.permission(AREA, ATTACH);
    }
}
