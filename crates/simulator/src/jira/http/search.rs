//! Search by JQL.

use std::sync::Arc;

use axum::extract::State as Extract;
use axum::http::StatusCode;
use base64::Engine as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::bulk::strings;
use super::{Answer, App, Caller, Params, Payload, ok};
use crate::jira::jql::{self, Position, Query, Reader};
use crate::jira::model::{Issue, Refusal};
use crate::jira::state::{State, World};
use crate::jira::view::{Expand, View, Wanted, names, schemas};

const PAGE_DEFAULT: usize = 50;
const PAGE_MAX: usize = 100;
const PAGE_IDENTITY_MAX: usize = 5_000;
const RECONCILE_MAX: usize = 50;
const TOKEN_MS: i64 = 7 * 24 * 3_600_000;
const UNBOUNDED: &str =
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.";

/// What a search asks.
struct Search {
    jql: String,
    fields: Vec<String>,
    max: usize,
    token: Option<String>,
    expand: Expand,
    properties: Vec<String>,
    reconcile: Vec<String>,
}

/// Where the next page begins.
#[derive(Serialize, Deserialize)]
struct Token {
    jql: String,
    after: Position,
    until_ms: i64,
}

/// `POST /search/jql`.
pub(super) async fn by_body(Extract(state): App, caller: Caller, Payload(body): Payload) -> Answer {
    if body["expand"].is_array() {
        return Err(Refusal::bad(
            "Invalid request payload. Refer to the REST API documentation and try again.",
        ));
    }
    let max = body["maxResults"].as_u64().and_then(|max| usize::try_from(max).ok());
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let search = Search {
        jql: text("jql").unwrap_or_default(),
        fields: strings(&body["fields"]),
        max: max.unwrap_or(PAGE_DEFAULT),
        token: text("nextPageToken"),
        expand: Expand::new(body["expand"].as_str().unwrap_or_default()),
        properties: strings(&body["properties"]),
        reconcile: strings(&body["reconcileIssues"]),
    };
    ok(run(&state, caller, &search)?)
}

/// `GET /search/jql`.
pub(super) async fn by_query(Extract(state): App, caller: Caller, params: Params) -> Answer {
    let list = |name: &str| params.list(name).into_iter().map(str::to_owned).collect();
    let search = Search {
        jql: params.get("jql").unwrap_or_default().to_owned(),
        fields: list("fields"),
        max: params.number("maxResults").unwrap_or(PAGE_DEFAULT),
        token: params.get("nextPageToken").map(str::to_owned),
        expand: Expand::new(params.get("expand").unwrap_or_default()),
        properties: list("properties"),
        reconcile: list("reconcileIssues"),
    };
    ok(run(&state, caller, &search)?)
}

fn run(state: &State, caller: Caller, search: &Search) -> Result<Value, Refusal> {
    if caller.is_nobody() {
        return Ok(json!({ "issues": [], "isLast": true }));
    }
    if search.reconcile.len() > RECONCILE_MAX {
        return Err(Refusal::bad("At most 50 issues can be reconciled."));
    }
    let now_ms = state.clock.now_ms();
    let mut guard = state.lock();
    guard.index.catch_up(now_ms);
    let world = &*guard;
    let (query, mut found) = find(state, world, caller, (&search.jql, &search.reconcile))?;
    if let Some(token) = &search.token {
        let token = read_token(token, &search.jql, now_ms)?;
        found.retain(|(position, _)| {
            jql::compare(position, &token.after, &query.sort) == std::cmp::Ordering::Greater
        });
    }
    let wanted = Wanted::new(search.fields.iter().map(String::as_str), "id");
    let cap = if wanted.is_identity() { PAGE_IDENTITY_MAX } else { PAGE_MAX };
    let max = search.max.clamp(1, cap);
    let is_last = found.len() <= max;
    found.truncate(max);
    let view =
        View { base_url: &state.base_url, version: 3, zone: caller.zone(), site: &world.site };
    let issues: Vec<Value> =
        found.iter().map(|(_, issue)| shown(&view, issue, search, &wanted)).collect();
    let mut page = json!({ "issues": issues, "isLast": is_last });
    if let Some((last, _)) = found.last().filter(|_| !is_last) {
        let until_ms = now_ms + TOKEN_MS;
        let token = Token { jql: search.jql.clone(), after: last.clone(), until_ms };
        page["nextPageToken"] = json!(write_token(&token));
    }
    if search.expand.has("names") {
        page["names"] = names(&wanted);
    }
    if search.expand.has("schema") {
        page["schema"] = schemas(&wanted);
    }
    Ok(page)
}

fn shown(view: &View<'_>, issue: &Issue, search: &Search, wanted: &Wanted) -> Value {
    if search.fields.is_empty() {
        return json!({ "id": issue.id.to_string() });
    }
    let mut shown = view.issue(issue, wanted, &search.expand, &search.properties);
    // In a search these two stand beside the issues, once.
    for name in ["names", "schema"] {
        if let Some(map) = shown.as_object_mut() {
            map.remove(name);
        }
    }
    shown
}

type Found = Vec<(Position, Arc<Issue>)>;

/// The matching issues in order: the index's, and the live ones among `reconcile`.
fn find(
    state: &State,
    world: &World,
    caller: Caller,
    (jql, reconcile): (&str, &[String]),
) -> Result<(Query, Found), Refusal> {
    let query = jql::parse(jql).map_err(Refusal::bad)?;
    let Some(condition) = &query.condition else {
        return Err(Refusal::bad(UNBOUNDED));
    };
    let reader = Reader {
        site: &world.site,
        now: state.now(),
        zone: caller.zone(),
        account: caller.user()?.account_id,
    };
    let admits = jql::compile(condition, &reader).map_err(Refusal::bad)?;
    let live = |id: &u64| reconcile.iter().any(|wanted| *wanted == id.to_string());
    let indexed = world.index.issues().filter(|issue| !live(&issue.id)).cloned();
    let fresh = world.site.issues().filter(|issue| live(&issue.id));
    let fresh = fresh.map(|issue| Arc::new(issue.clone()));
    let mut found: Found = indexed
        .chain(fresh)
        .filter(|issue| admits(issue))
        .map(|issue| (jql::position(&issue, &query.sort), issue))
        .collect();
    found.sort_by(|(left, _), (right, _)| jql::compare(left, right, &query.sort));
    Ok((query, found))
}

fn write_token(token: &Token) -> String {
    let text = serde_json::to_string(token).unwrap_or_default();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}

fn read_token(text: &str, jql: &str, now_ms: i64) -> Result<Token, Refusal> {
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok();
    let token = bytes.and_then(|bytes| serde_json::from_slice::<Token>(&bytes).ok());
    token
        .filter(|token| token.jql == jql && token.until_ms > now_ms)
        .ok_or_else(|| Refusal::bad("The provided next page token is invalid or expired."))
}

/// `POST /search/approximate-count`.
pub(super) async fn count(Extract(state): App, caller: Caller, Payload(body): Payload) -> Answer {
    if caller.is_nobody() {
        return ok(json!({ "count": 0 }));
    }
    let mut guard = state.lock();
    guard.index.catch_up(state.clock.now_ms());
    let jql = body["jql"].as_str().unwrap_or_default();
    let (_, found) = find(&state, &guard, caller, (jql, &[]))?;
    ok(json!({ "count": found.len() }))
}

/// The old search is gone: 410.
pub(super) async fn removed() -> Refusal {
    Refusal::new(
        StatusCode::GONE,
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. \
         A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046",
    )
}

/// `POST /jql/parse`.
pub(super) async fn parse(
    Extract(state): App,
    caller: Caller,
    params: Params,
    Payload(body): Payload,
) -> Answer {
    let account = caller.user()?.account_id;
    let is_strict = !matches!(params.get("validation"), Some("none" | "warn"));
    let guard = state.lock();
    let reader = Reader { site: &guard.site, now: state.now(), zone: caller.zone(), account };
    let queries: Vec<Value> = strings(&body["queries"])
        .into_iter()
        .map(|text| {
            let checked = jql::parse(&text).and_then(|query| match &query.condition {
                Some(condition) if is_strict => jql::compile(condition, &reader).map(drop),
                _ => Ok(()),
            });
            match checked {
                Ok(()) => json!({ "query": text }),
                Err(message) => json!({ "query": text, "errors": [message] }),
            }
        })
        .collect();
    ok(json!({ "queries": queries }))
}

/// `POST /jql/match`.
pub(super) async fn match_issues(
    Extract(state): App,
    caller: Caller,
    Payload(body): Payload,
) -> Answer {
    let account = caller.user()?.account_id;
    let guard = state.lock();
    let reader = Reader { site: &guard.site, now: state.now(), zone: caller.zone(), account };
    let ids = strings(&body["issueIds"]);
    let matches: Vec<Value> = strings(&body["jqls"])
        .into_iter()
        .map(|text| {
            let compiled = jql::parse(&text).and_then(|query| match &query.condition {
                Some(condition) => jql::compile(condition, &reader).map(Some),
                None => Ok(None),
            });
            match compiled {
                Err(message) => json!({ "matchedIssues": [], "errors": [message] }),
                Ok(admits) => {
                    let issues = ids.iter().filter_map(|id| guard.site.get(id).ok());
                    let matched: Vec<u64> = issues
                        .filter(|issue| admits.as_ref().is_none_or(|admits| admits(issue)))
                        .map(|issue| issue.id)
                        .collect();
                    json!({ "matchedIssues": matched, "errors": [] })
                }
            }
        })
        .collect();
    ok(json!({ "matches": matches }))
}
