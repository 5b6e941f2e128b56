//! The bodies of webhook messages: API version 2, descriptions and comments as wiki markup.

use serde_json::{Value, json};

use crate::jira::model::{Event, EventKind, Issue, Site};
use crate::jira::view::{View, Wanted};

/// The body for an event; `matched` are the ids of the dynamic webhooks that it is for.
pub(super) fn body(event: &Event, site: &Site, base_url: &str, matched: &[u64]) -> Value {
    let view = View { base_url, version: 2, zone: chrono_tz::UTC, site };
    let mut body = json!({
        "timestamp": event.at.timestamp_millis(),
        "webhookEvent": event.name(),
    });
    match &event.kind {
        EventKind::Created => {
            body["issue_event_type_name"] = json!("issue_created");
            body["user"] = view.user(&event.actor);
            body["issue"] = issue(&view, &event.issue);
        }
        EventKind::Updated(name, change) => {
            body["issue_event_type_name"] = json!(name);
            body["user"] = view.user(&event.actor);
            body["issue"] = issue(&view, &event.issue);
            if *name == "issue_commented"
                && let Some(comment) = event.issue.comments.last()
            {
                body["comment"] = view.comment(event.issue.id, comment);
            }
            if let Some(change) = change {
                let items: Vec<Value> =
                    change.items.iter().map(|item| view.change_item(item)).collect();
                body["changelog"] = json!({ "id": change.id.to_string(), "items": items });
            }
        }
        EventKind::Deleted => {
            body["user"] = view.user(&event.actor);
            body["issue"] = issue(&view, &event.issue);
        }
        EventKind::Comment(_, comment) => {
            body["comment"] = view.comment(event.issue.id, comment);
            body["issue"] = reduced(&view, &event.issue);
            body["eventType"] = json!("primaryAction");
        }
        // Neither the issue nor who did it.
        EventKind::Attachment(_, attachment) => {
            body["attachment"] = view.attachment(attachment);
        }
        EventKind::Property(_, key) => {
            body["user"] = view.user(&event.actor);
            body["issue"] = reduced(&view, &event.issue);
            let value = event.issue.properties.get(key);
            body["property"] = json!({ "key": key, "value": value });
        }
    }
    if !matched.is_empty() {
        body["matchedWebhookIds"] = json!(matched);
    }
    body
}

fn issue(view: &View<'_>, issue: &Issue) -> Value {
    let wanted = Wanted::new([], "*navigable");
    json!({
        "id": issue.id.to_string(),
        "self": format!("{}/rest/api/2/{}", view.base_url, issue.id),
        "key": issue.key,
        "fields": view.fields(issue, &wanted),
    })
}

fn reduced(view: &View<'_>, issue: &Issue) -> Value {
    let wanted =
        Wanted::new(["summary", "issuetype", "project", "status", "priority", "assignee"], "");
    json!({
        "id": issue.id.to_string(),
        "self": format!("{}/rest/api/2/{}", view.base_url, issue.id),
        "key": issue.key,
        "fields": view.fields(issue, &wanted),
    })
}
