//! Users, projects, statuses and the other things that issues refer to.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::View;
use crate::jira::model::catalog::{self, Category, IssueType, Project, Status, User};
use crate::jira::model::{Attachment, Comment, WorkLog, time_spent};

impl View<'_> {
    /// A user as others see it.
    pub fn user(&self, account_id: &str) -> Value {
        let Some(user) = catalog::user_by_id(account_id) else {
            return Value::Null;
        };
        let account = utf8_percent_encode(user.account_id, NON_ALPHANUMERIC);
        let mut shown = json!({
            "self": self.link(&format!("user?accountId={account}")),
            "accountId": user.account_id,
            "avatarUrls": self.avatars("user"),
            "displayName": user.display_name,
            "active": user.active,
            "timeZone": user.time_zone.name(),
            "accountType": user.account_type,
        });
        if user.email_visible && self.version == 3 {
            shown["emailAddress"] = json!(user.email);
        }
        shown
    }

    /// A user as it sees itself.
    pub fn myself(&self, user: &User) -> Value {
        let mut shown = self.user(user.account_id);
        shown["emailAddress"] = json!(user.email);
        shown["locale"] = json!("en_US");
        shown["timeZone"] = json!(self.zone.name());
        shown
    }

    fn avatars(&self, kind: &str) -> Value {
        let avatar = |size: &str| format!("{}/secure/{kind}avatar?size={size}", self.base_url);
        json!({
            "16x16": avatar("xsmall"),
            "24x24": avatar("small"),
            "32x32": avatar("medium"),
            "48x48": avatar("large"),
        })
    }

    /// A project in brief.
    pub fn project(&self, project: &Project) -> Value {
        json!({
            "self": self.link(&format!("project/{}", project.id)),
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": if self.is_service_desk(project) { "service_desk" } else { "software" },
            "simplified": false,
            "avatarUrls": self.avatars("project"),
        })
    }

    /// A project in full.
    pub fn project_in_full(&self, project: &'static Project) -> Value {
        let mut shown = self.project(project);
        let kinds: Vec<Value> =
            catalog::ISSUE_TYPES.iter().map(|kind| self.issue_type(kind)).collect();
        let components: Vec<Value> = project
            .components
            .iter()
            .map(|(id, name)| {
                let mut component = self.component(id, name);
                component["project"] = json!(project.key);
                component
            })
            .collect();
        let versions: Vec<Value> =
            project.versions.iter().map(|(id, name)| self.version_of(id, name)).collect();
        shown["description"] = json!(format!("{} project", project.name));
        shown["lead"] = self.user(catalog::LEAD);
        shown["issueTypes"] = json!(kinds);
        shown["components"] = json!(components);
        shown["versions"] = json!(versions);
        shown["assigneeType"] = json!("UNASSIGNED");
        shown["style"] = json!("classic");
        shown["isPrivate"] = json!(false);
        shown
    }

    /// An issue type.
    pub fn issue_type(&self, kind: &IssueType) -> Value {
        json!({
            "self": self.link(&format!("issuetype/{}", kind.id)),
            "id": kind.id,
            "description": "",
            "iconUrl": format!("{}/images/icons/issuetypes/{}.svg", self.base_url, kind.id),
            "name": kind.name,
            "subtask": kind.subtask,
            "hierarchyLevel": kind.level,
        })
    }

    /// A status with its category.
    pub fn status(&self, status: &Status) -> Value {
        json!({
            "self": self.link(&format!("status/{}", status.id)),
            "description": "",
            "iconUrl": format!("{}/images/icons/status.png", self.base_url),
            "name": status.name,
            "id": status.id,
            "statusCategory": self.category(status.category),
        })
    }

    /// A status category.
    pub fn category(&self, category: Category) -> Value {
        let (id, key, colour, name) = category.facts();
        json!({
            "self": self.link(&format!("statuscategory/{id}")),
            "id": id,
            "key": key,
            "colorName": colour,
            "name": name,
        })
    }

    /// A priority.
    pub fn priority(&self, id: &str) -> Value {
        let (id, name) = catalog::named(catalog::PRIORITIES, id).unwrap_or(("3", "Medium"));
        json!({
            "self": self.link(&format!("priority/{id}")),
            "iconUrl": format!("{}/images/icons/priorities/{id}.svg", self.base_url),
            "name": name,
            "id": id,
        })
    }

    /// A resolution.
    pub fn resolution(&self, id: &str) -> Value {
        let (id, name) = catalog::named(catalog::RESOLUTIONS, id).unwrap_or(("10000", "Done"));
        json!({
            "self": self.link(&format!("resolution/{id}")),
            "id": id,
            "description": "",
            "name": name,
        })
    }

    /// A component.
    pub fn component(&self, id: &str, name: &str) -> Value {
        json!({ "self": self.link(&format!("component/{id}")), "id": id, "name": name })
    }

    /// A version.
    pub fn version_of(&self, id: &str, name: &str) -> Value {
        json!({
            "self": self.link(&format!("version/{id}")),
            "id": id,
            "name": name,
            "archived": false,
            "released": false,
        })
    }

    /// A comment.
    pub fn comment(&self, issue_id: u64, comment: &Comment) -> Value {
        let mut shown = json!({
            "self": self.link(&format!("issue/{issue_id}/comment/{}", comment.id)),
            "id": comment.id.to_string(),
            "author": self.user(&comment.author),
            "body": self.document(&comment.body),
            "updateAuthor": self.user(&comment.update_author),
            "created": self.time(comment.created),
            "updated": self.time(comment.updated),
            "jsdPublic": !(self.of_service_desk(issue_id) && comment.is_internal()),
        });
        if let Some(parent) = comment.parent {
            shown["parentId"] = json!(parent);
        }
        if let Some(visibility) = &comment.visibility {
            shown["visibility"] = visibility.clone();
        }
        shown
    }

    /// A work log.
    pub fn work_log(&self, issue_id: u64, log: &WorkLog) -> Value {
        let mut shown = json!({
            "self": self.link(&format!("issue/{issue_id}/worklog/{}", log.id)),
            "id": log.id.to_string(),
            "issueId": issue_id.to_string(),
            "author": self.user(&log.author),
            "updateAuthor": self.user(&log.update_author),
            "created": self.time(log.created),
            "updated": self.time(log.updated),
            "started": self.time(log.started),
            "timeSpent": time_spent(log.seconds),
            "timeSpentSeconds": log.seconds,
        });
        if log.body.is_object() {
            shown["comment"] = self.document(&log.body);
        }
        shown
    }

    fn of_service_desk(&self, issue_id: u64) -> bool {
        self.site.issue(issue_id).is_some_and(|issue| self.is_service_desk(issue.project()))
    }

    fn is_service_desk(&self, project: &Project) -> bool {
        self.site.service_desks.contains(project.key)
    }

    /// A document: as it is in version 3, as wiki markup in version 2.
    pub fn document(&self, document: &Value) -> Value {
        if self.version == 3 {
            return document.clone();
        }
        json!(crate::jira::adf::wiki(document))
    }

    /// An attachment.
    pub fn attachment(&self, attachment: &Attachment) -> Value {
        json!({
            "self": self.link(&format!("attachment/{}", attachment.id)),
            "id": attachment.id.to_string(),
            "filename": attachment.filename,
            "author": self.user(&attachment.author),
            "created": self.time(attachment.created),
            "size": attachment.blob.size(),
            "mimeType": attachment.mime_type,
            "content": self.link(&format!("attachment/content/{}", attachment.id)),
        })
    }
}
