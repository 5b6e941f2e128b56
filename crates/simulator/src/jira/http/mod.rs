//! The site's HTTP surface.

pub(super) mod attachments;
mod bulk;
mod caller;
mod changelog;
mod comments;
mod input;
mod issues;
mod links;
mod meta;
mod oauth;
mod operation;
mod pages;
mod permissions;
mod projects;
mod properties;
mod search;
mod transitions;
mod users;
mod webhooks;
mod work_logs;
mod workflows;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

pub(super) use caller::Caller;
pub(super) use input::{Params, Payload};
pub use oauth::CLIENT_ID;
pub(super) use oauth::OAuth;
pub use operation::operation;
pub(super) use webhooks::add_admin;

use super::forge;
use super::model::Refusal;
use super::state::State;

/// The state as handlers take it.
pub(super) type App = axum::extract::State<Arc<State>>;
/// What handlers answer.
pub(super) type Answer = Result<Response, Refusal>;

/// 200 with a body.
#[expect(clippy::unnecessary_wraps, reason = "the last word of a handler")]
pub(super) fn ok(body: Value) -> Answer {
    Ok(Json(body).into_response())
}

/// 204.
#[expect(clippy::unnecessary_wraps, reason = "the last word of a handler")]
pub(super) fn no_content() -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Where a page begins, and how many things it holds at most.
pub(super) fn span(params: &Params, most: usize) -> (usize, usize) {
    let max = params.number("maxResults").unwrap_or(most).min(most);
    (params.number("startAt").unwrap_or(0), max)
}

/// Adds the properties of a thing to what is shown of it, where that is asked for.
pub(super) fn expand_properties(
    shown: &mut Value,
    properties: &BTreeMap<String, Value>,
    params: &Params,
) {
    if params.list("expand").contains(&"properties") {
        let all = properties.iter();
        shown["properties"] =
            all.map(|(key, value)| json!({ "key": key, "value": value })).collect();
    }
}

/// A page of `values` under `{startAt,maxResults,total,isLast,values}`.
pub(super) fn page(all: Vec<Value>, params: &Params, size: usize) -> Value {
    let start = params.number("startAt").unwrap_or(0);
    let max = params.number("maxResults").unwrap_or(size).clamp(1, size.max(1));
    let total = all.len();
    let values: Vec<Value> = all.into_iter().skip(start).take(max).collect();
    let is_last = start + values.len() >= total;
    json!({ "startAt": start, "maxResults": max, "total": total, "isLast": is_last, "values": values })
}

/// The site, and the gateway in front of it below `/ex/jira/{cloudId}`.
pub fn router(state: Arc<State>) -> Router {
    let site = Router::new()
        .merge(issue_routes())
        .merge(issue_part_routes())
        .merge(link_routes())
        .merge(catalog_routes())
        .merge(other_routes())
        .layer(from_fn_with_state(state.clone(), caller::authenticate))
        .fallback(unknown)
        .with_state(state.clone());
    Router::new()
        .route("/oauth/token", post(oauth::token))
        .route("/oauth/token/accessible-resources", get(oauth::resources))
        .route("/.well-known/jwks.json", get(forge::keys))
        .with_state(state)
        .fallback_service(site)
        .layer(from_fn(through_gateway))
}

fn issue_routes() -> Router<Arc<State>> {
    Router::new()
        .route("/rest/api/3/issue", post(issues::create))
        .route("/rest/api/3/issue/bulk", post(bulk::create))
        .route("/rest/api/3/issue/bulkfetch", post(bulk::fetch))
        .route(
            "/rest/api/3/issue/{key}",
            get(issues::read).put(issues::edit).delete(issues::delete),
        )
        .route("/rest/api/3/issue/{key}/editmeta", get(meta::edit))
        .route("/rest/api/3/issue/createmeta/{project}/issuetypes", get(meta::create_types))
        .route("/rest/api/3/issue/createmeta/{project}/issuetypes/{kind}", get(meta::create_fields))
        .route(
            "/rest/api/3/issue/{key}/transitions",
            get(transitions::list).post(transitions::perform),
        )
        .route("/rest/api/3/issue/{key}/changelog", get(changelog::list))
        .route("/rest/api/3/issue/{key}/changelog/list", post(changelog::by_ids))
        .route("/rest/api/3/changelog/bulkfetch", post(changelog::bulk))
        .route("/rest/api/3/search/jql", get(search::by_query).post(search::by_body))
        .route("/rest/api/3/search/approximate-count", post(search::count))
        .route("/rest/api/3/search", get(search::removed).post(search::removed))
        .route("/rest/api/2/search", get(search::removed).post(search::removed))
        .route("/rest/api/3/jql/parse", post(search::parse))
        .route("/rest/api/3/jql/match", post(search::match_issues))
}

fn issue_part_routes() -> Router<Arc<State>> {
    Router::new()
        .route("/rest/api/3/issue/{key}/comment", get(comments::list).post(comments::add))
        .route(
            "/rest/api/3/issue/{key}/comment/{id}",
            get(comments::read).put(comments::update).delete(comments::delete),
        )
        .route("/rest/api/3/issue/{key}/worklog", get(work_logs::list).post(work_logs::add))
        .route(
            "/rest/api/3/issue/{key}/worklog/{id}",
            get(work_logs::read).put(work_logs::update).delete(work_logs::delete),
        )
        .route("/rest/api/3/comment/{id}/properties", get(properties::comment_keys))
        .route(
            "/rest/api/3/comment/{id}/properties/{name}",
            get(properties::comment_read)
                .put(properties::comment_write)
                .delete(properties::comment_delete),
        )
        .route("/rest/api/3/issue/{key}/properties", get(properties::issue_keys))
        .route(
            "/rest/api/3/issue/{key}/properties/{name}",
            get(properties::issue_read)
                .put(properties::issue_write)
                .delete(properties::issue_delete),
        )
}

fn link_routes() -> Router<Arc<State>> {
    Router::new()
        .route(
            "/rest/api/3/issue/{key}/watchers",
            get(users::watchers).post(users::watch).delete(users::unwatch),
        )
        .route(
            "/rest/api/3/issue/{key}/remotelink",
            get(links::list).post(links::upsert).delete(links::delete_by_global_id),
        )
        .route("/rest/api/3/issue/{key}/remotelink/{id}", get(links::read).delete(links::delete))
        .route("/rest/api/3/issueLink", post(links::link_issues))
        .route("/rest/api/3/issueLink/{id}", get(links::read_link).delete(links::unlink_issues))
        .route("/rest/api/3/issueLinkType", get(links::types))
        .route("/rest/api/3/issue/{key}/attachments", post(attachments::add))
        .route("/rest/api/3/attachment/meta", get(attachments::meta))
        .route("/rest/api/3/attachment/{id}", get(attachments::read).delete(attachments::delete))
        .route("/rest/api/3/attachment/content/{id}", get(attachments::content))
        .route("/_media/{id}", get(attachments::media))
}

fn catalog_routes() -> Router<Arc<State>> {
    Router::new()
        .route("/rest/api/3/myself", get(users::myself))
        .route("/rest/api/3/mypermissions", get(permissions::mine))
        .route("/rest/api/3/user", get(users::read))
        .route("/rest/api/3/user/search", get(users::search))
        .route("/rest/api/3/user/assignable/search", get(users::assignable))
        .route("/rest/api/3/field", get(meta::fields))
        .route("/rest/api/3/issuetype", get(projects::issue_types))
        .route("/rest/api/3/status", get(projects::status_list))
        .route("/rest/api/3/statuscategory", get(projects::category_list))
        .route("/rest/api/3/statuses/search", get(projects::status_search))
        .route("/rest/api/3/priority", get(projects::priority_list))
        .route("/rest/api/3/priority/search", get(projects::priority_search))
        .route("/rest/api/3/resolution", get(projects::resolution_list))
        .route("/rest/api/3/resolution/search", get(projects::resolution_search))
        .route("/rest/api/3/label", get(projects::labels))
        .route("/rest/api/3/project/search", get(projects::search))
        .route("/rest/api/3/project/{project}", get(projects::read))
        .route("/rest/api/3/project/{project}/statuses", get(projects::statuses))
        .route("/rest/api/3/workflows/preview", post(workflows::preview))
}

fn other_routes() -> Router<Arc<State>> {
    Router::new()
        .route(
            "/rest/api/3/webhook",
            get(webhooks::list).post(webhooks::register).delete(webhooks::delete),
        )
        .route("/rest/api/3/webhook/refresh", axum::routing::put(webhooks::refresh))
        .route(
            "/rest/webhooks/1.0/webhook",
            get(webhooks::admin_list).post(webhooks::admin_register),
        )
        .route(
            "/rest/webhooks/1.0/webhook/{id}",
            get(webhooks::admin_read).delete(webhooks::admin_delete),
        )
        .route("/rest/api/3/serverInfo", get(pages::server_info))
        .route("/_edge/tenant_info", get(pages::tenant_info))
        .route("/", get(pages::home))
        .route("/browse/{key}", get(pages::browse))
}

async fn unknown() -> Refusal {
    Refusal::absent("The requested resource could not be found.")
}

/// Whether a call came through the gateway.
#[derive(Clone, Copy, Debug)]
pub(super) struct ThroughGateway;

/// Takes the gateway's prefix off, and remembers it.
async fn through_gateway(mut request: Request, next: Next) -> Response {
    if let Some(rest) = operation::behind_gateway(request.uri().path()) {
        let target = match request.uri().query() {
            Some(query) => format!("{rest}?{query}"),
            None => rest.to_owned(),
        };
        if let Ok(uri) = target.parse::<Uri>() {
            *request.uri_mut() = uri;
        }
        request.extensions_mut().insert(ThroughGateway);
    }
    next.run(request).await
}
