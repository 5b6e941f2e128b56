//! What a person's browser sees, and what needs no sign-in.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use serde_json::json;

use super::{Answer, App, ok};
use crate::jira::model::{FieldValue, Issue, catalog};
use crate::jira::view::{View, escape, html};

/// `GET /_edge/tenant_info`.
pub(super) async fn tenant_info() -> Response {
    Json(json!({ "cloudId": catalog::CLOUD_ID })).into_response()
}

/// `GET /serverInfo`.
pub(super) async fn server_info(Extract(state): App) -> Answer {
    let time = state.show(chrono_tz::UTC, |view| view.time(state.now()));
    ok(json!({
        "baseUrl": state.base_url,
        "version": "1001.0.0-SNAPSHOT",
        "versionNumbers": [1001, 0, 0],
        "deploymentType": "Cloud",
        "buildNumber": 100_300,
        "buildDate": "2026-11-01T00:00:00.000+0000",
        "serverTime": time,
        "scmInfo": "simulator",
        "serverTitle": "Jira",
        "serverTimeZone": "Etc/UTC",
    }))
}

/// The list of issues, newest change first.
pub(super) async fn home(Extract(state): App) -> Html<String> {
    let rows = state.show(chrono_tz::UTC, |view| {
        let mut issues: Vec<&Issue> = view.site.issues().collect();
        issues.sort_by_key(|issue| std::cmp::Reverse(issue.updated));
        issues.iter().fold(String::new(), |rows, issue| rows + &row(view, issue))
    });
    page(
        "Issues",
        &format!("<table><tr><th>Key<th>Summary<th>Status<th>Updated</tr>{rows}</table>"),
    )
}

fn row(view: &View<'_>, issue: &Issue) -> String {
    format!(
        "<tr><td><a href=\"/browse/{key}\">{key}</a><td>{}<td>{}<td>{}</tr>",
        escape(issue.summary()),
        issue.status().name,
        view.time(issue.updated),
        key = issue.key,
    )
}

/// One issue.
pub(super) async fn browse(Extract(state): App, Path(key): Path<String>) -> Response {
    let body = state.show(chrono_tz::UTC, |view| {
        view.site.get(&key).map(|issue| (issue.key.clone(), article(view, issue)))
    });
    match body {
        Ok((key, body)) => page(&key, &body).into_response(),
        Err(_) => {
            (StatusCode::NOT_FOUND, page("Not found", "<p>No such issue.</p>")).into_response()
        }
    }
}

fn article(view: &View<'_>, issue: &Issue) -> String {
    let description = match issue.values.get("description") {
        Some(FieldValue::Document(document)) => html(document),
        _ => "<p><i>No description</i></p>".to_owned(),
    };
    let comments = issue.comments.iter().fold(String::new(), |out, comment| {
        let author = catalog::user_by_id(&comment.author).map_or("", |user| user.display_name);
        let body = html(&comment.body);
        out + &format!("<li><b>{author}</b> {}{body}</li>", view.time(comment.created))
    });
    format!(
        "<p><a href=\"/\">Issues</a></p><h1>{} {}</h1><p>{} &middot; {} &middot; updated {}</p>\
         {description}<h2>Comments</h2><ul>{comments}</ul>",
        issue.key,
        escape(issue.summary()),
        issue.issue_type().name,
        issue.status().name,
        view.time(issue.updated),
    )
}

fn page(title: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title} - Jira simulator</title>\
         <style>body{{font:16px sans-serif;margin:2rem;max-width:60rem}}td,th{{text-align:left;padding:.2rem .8rem .2rem 0}}</style>\
         {body}</html>"
    ))
}
