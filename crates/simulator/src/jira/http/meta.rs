//! Fields and screens.

use axum::extract::{Path, State as Extract};
use serde_json::{Value, json};

use super::{Answer, App, Caller, Params, ok};
use crate::jira::model::catalog::{self, IssueType, Project};
use crate::jira::model::{Refusal, fields};
use crate::jira::view::View;

const CREATE_META_MAX: usize = 200;
const CREATE_META_DEFAULT: usize = 50;

/// `GET /field`: a bare array.
pub(super) async fn fields(caller: Caller) -> Answer {
    if caller.is_nobody() {
        return ok(json!([]));
    }
    ok(fields::FIELDS.iter().map(View::field_details).collect())
}

/// `GET /issue/{k}/editmeta`.
pub(super) async fn edit(Extract(state): App, caller: Caller, Path(key): Path<String>) -> Answer {
    caller.reader()?;
    ok(state.show(caller.zone(), |view| Ok(view.edit_meta(view.site.get(&key)?)))?)
}

/// `GET /issue/createmeta/{p}/issuetypes`.
pub(super) async fn create_types(
    Extract(state): App,
    caller: Caller,
    Path(project): Path<String>,
    params: Params,
) -> Answer {
    find_project(caller, &project)?;
    let types = state.show(caller.zone(), |view| {
        catalog::ISSUE_TYPES.iter().map(|kind| view.issue_type(kind)).collect()
    });
    ok(meta_page(types, &params, "issueTypes")?)
}

/// `GET /issue/createmeta/{p}/issuetypes/{t}`.
pub(super) async fn create_fields(
    Extract(state): App,
    caller: Caller,
    Path((project, kind)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let project = find_project(caller, &project)?;
    let kind = find_kind(&kind)?;
    let fields = state.show(caller.zone(), |view| view.create_fields(project, kind));
    ok(meta_page(fields, &params, "fields")?)
}

/// A project that the caller may see.
pub(super) fn find_project(caller: Caller, id_or_key: &str) -> Result<&'static Project, Refusal> {
    let found = catalog::project(id_or_key).filter(|_| !caller.is_nobody());
    found.ok_or_else(|| {
        Refusal::absent(format!("No project could be found with key '{id_or_key}'."))
    })
}

fn find_kind(id: &str) -> Result<&'static IssueType, Refusal> {
    let found = catalog::ISSUE_TYPES.iter().find(|kind| kind.id == id);
    found.ok_or_else(|| Refusal::absent("Issue type not found."))
}

fn meta_page(all: Vec<Value>, params: &Params, name: &str) -> Result<Value, Refusal> {
    let max = params.number("maxResults").unwrap_or(CREATE_META_DEFAULT);
    if max > CREATE_META_MAX {
        return Err(Refusal::bad("Parameter 'maxResults' must not exceed the limit '200'"));
    }
    let start = params.number("startAt").unwrap_or(0);
    let total = all.len();
    let values: Vec<Value> = all.into_iter().skip(start).take(max).collect();
    Ok(json!({ "startAt": start, "maxResults": max, "total": total, name: values }))
}
