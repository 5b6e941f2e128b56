//! Users and watchers.

use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use serde_json::{Value, json};

use super::{Answer, App, Caller, Params, no_content, ok};
use crate::jira::model::Refusal;
use crate::jira::model::catalog::{self, User};

const FOUND_MAX: usize = 1_000;
const PAGE: usize = 50;

/// `GET /myself`: the one operation that tells bad credentials apart.
pub(super) async fn myself(Extract(state): App, caller: Caller) -> Answer {
    let user = caller.user()?;
    ok(state.show(caller.zone(), |view| view.myself(user)))
}

/// `GET /user?accountId=`.
pub(super) async fn read(Extract(state): App, caller: Caller, params: Params) -> Answer {
    caller.user()?;
    let id = params.get("accountId").ok_or_else(|| {
        Refusal::bad("Either the accountId or the username query parameters need to be provided")
    })?;
    let user = catalog::user_by_id(id).ok_or_else(|| {
        Refusal::absent("Specified user does not exist or you do not have required permissions")
    })?;
    ok(state.show(caller.zone(), |view| view.user(user.account_id)))
}

fn is_found(user: &User, query: &str) -> bool {
    let query = query.to_lowercase();
    let starts = |text: &str| text.to_lowercase().starts_with(&query);
    // A hidden address is found only when it is given in full.
    let by_email = if user.email_visible { starts(user.email) } else { user.email == query };
    by_email
        || starts(user.display_name)
        || user.display_name.split(' ').any(starts)
        || user.account_id == query
}

fn found(params: &Params, admits: impl Fn(&User) -> bool) -> Vec<&'static User> {
    let query = params.get("query").unwrap_or_default();
    let account = params.get("accountId");
    let start = params.number("startAt").unwrap_or(0);
    let max = params.number("maxResults").unwrap_or(PAGE).min(FOUND_MAX);
    catalog::USERS
        .iter()
        .skip(start)
        .take(max)
        .filter(|user| {
            user.active
                && admits(user)
                && is_found(user, query)
                && account.is_none_or(|account| account == user.account_id)
        })
        .collect()
}

/// `GET /user/search`: a bare array; empty without permission.
pub(super) async fn search(Extract(state): App, caller: Caller, params: Params) -> Answer {
    if caller.is_nobody() {
        return ok(json!([]));
    }
    if params.get("query").is_none() && params.get("accountId").is_none() {
        return Err(Refusal::bad(
            "The query, accountId or property query parameter must be provided.",
        ));
    }
    let users = found(&params, |_| true);
    ok(state
        .show(caller.zone(), |view| users.iter().map(|user| view.user(user.account_id)).collect()))
}

/// `GET /user/assignable/search`: filters after paging, so a page may hold fewer than `maxResults`.
pub(super) async fn assignable(Extract(state): App, caller: Caller, params: Params) -> Answer {
    caller.user()?;
    let given =
        params.get("project").or_else(|| params.get("issueKey")).or_else(|| params.get("issueId"));
    if given.is_none() {
        return Err(Refusal::bad("The project or issueKey query parameter must be provided."));
    }
    if let Some(project) = params.get("project")
        && catalog::project(project).is_none()
    {
        return Err(Refusal::absent(format!("No project could be found with key '{project}'.")));
    }
    let users = found(&params, |user| user.account_type != "customer");
    ok(state
        .show(caller.zone(), |view| users.iter().map(|user| view.user(user.account_id)).collect()))
}

/// `GET /issue/{k}/watchers`.
pub(super) async fn watchers(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
) -> Answer {
    let account = caller.reader()?.account_id;
    ok(state.show(caller.zone(), |view| {
        let issue = view.site.get(&key)?;
        let users: Vec<Value> = issue.watchers.iter().map(|user| view.user(user)).collect();
        Ok::<Value, Refusal>(json!({
            "self": view.link(&format!("issue/{}/watchers", issue.key)),
            "isWatching": issue.watchers.contains(account),
            "watchCount": users.len(),
            "watchers": users,
        }))
    })?)
}

/// `POST /issue/{k}/watchers`: the body is a bare JSON string, or nothing for the caller.
pub(super) async fn watch(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    body: Bytes,
) -> Answer {
    let account = caller.user()?.account_id;
    let watcher = if body.is_empty() {
        account.to_owned()
    } else {
        let given = serde_json::from_slice::<String>(&body);
        given.map_err(|_| Refusal::bad("The account id must be a JSON string."))?
    };
    if catalog::user_by_id(&watcher).is_none() {
        return Err(Refusal::bad(format!("The user with account id '{watcher}' does not exist.")));
    }
    state.write(account, &key, |site, _, id| {
        let issue = site.issue_mut(id).ok_or_else(Refusal::no_issue)?;
        issue.watchers.insert(watcher);
        Ok(())
    })?;
    no_content()
}

/// `DELETE /issue/{k}/watchers?accountId=`.
pub(super) async fn unwatch(
    Extract(state): App,
    caller: Caller,
    Path(key): Path<String>,
    params: Params,
) -> Answer {
    let account = caller.user()?.account_id;
    let watcher = params.get("accountId");
    let watcher =
        watcher.ok_or_else(|| Refusal::bad("The accountId query parameter is required."))?;
    state.write(account, &key, |site, _, id| {
        let issue = site.issue_mut(id).ok_or_else(Refusal::no_issue)?;
        issue.watchers.remove(watcher);
        Ok(())
    })?;
    no_content()
}
