//! What the API says of itself: the OpenAPI document, and a page for people.

use std::sync::LazyLock;

use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::{
    Scope, audit, conflicts, connections, errors, items, letters, links, measures, needs, people,
    plans, tokens, undo,
};
use crate::access::Needs;
use crate::problem::Problem;
use crate::routes::{self, Route};
use crate::view::{self, Answer, Shell};
use crate::{App, trouble::Trouble};

/// The routes, as their code describes them.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Lockstep",
        description = "What the pages of the console show and do, for programs. A program shows a token \
            (`Authorization: Bearer lsk_…`); it may do what the token's scopes say and its owner's role allows. \
            What goes wrong is a problem document (RFC 9457), with the code of the catalogue where there is one. \
            Lists come in pages: ask again with `after` set to the `next` of the page before."
    ),
    paths(
        connections::connections,
        connections::connection,
        connections::objects,
        connections::fields,
        connections::test_connection,
        connections::connect_salesforce,
        connections::connect_jira,
        connections::revoke_connection,
        items::items,
        items::item,
        items::apply_item,
        items::check_item,
        items::delete_item,
        items::pause_item,
        items::held_deletes,
        items::let_deletes,
        items::resume_item,
        items::sweep_item,
        items::search_records,
        items::refresh_record,
        items::item_versions,
        items::item_version,
        plans::plan_item,
        plans::drift_of_item,
        plans::plan_link,
        undo::plan_undo,
        undo::undo_link,
        undo::plan_undo_of_item,
        undo::undo_item,
        links::links,
        links::link,
        links::link_by_hand,
        links::unlink,
        links::refresh_link,
        links::explain,
        links::associated,
        conflicts::conflicts,
        conflicts::decide_conflict,
        letters::dead_letters,
        letters::dead_letter,
        letters::replay_dead_letter,
        letters::discard_dead_letter,
        letters::replay_dead_letters,
        letters::discard_dead_letters,
        audit::audit,
        needs::needs,
        needs::snooze,
        needs::wake,
        needs::assign,
        needs::unassign,
        needs::backlog,
        errors::errors,
        errors::error,
        measures::measures,
        people::accounts,
        people::account,
        people::add_account,
        people::set_role,
        people::set_disabled,
        people::set_password,
        people::password_link,
        people::end_sessions,
        tokens::tokens,
        tokens::make_token,
        tokens::revoke_token,
    ),
    components(schemas(Problem))
)]
struct Described;

/// The whole document: made from the code of the routes, and completed by the list of routes.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    // A tree of plain data: it always has a JSON.
    serde_json::to_value(Described::openapi()).unwrap_or_default()
});

/// Completes the document with what the list of routes knows: the scope that each takes, and how each
/// can fail.
pub(crate) fn document(routes: &[Route]) -> Value {
    let mut document = DOCUMENT.clone();
    document["components"]["securitySchemes"] =
        json!({ "token": { "type": "http", "scheme": "bearer" } });
    document["info"]["license"] = json!({ "name": "Apache-2.0", "identifier": "Apache-2.0" });
    for route in routes {
        let Needs::Token(right) = route.needs else {
            continue;
        };
        let method = route.method.as_str().to_ascii_lowercase();
        let operation = &mut document["paths"][route.path][method];
        let Some(operation) = operation.as_object_mut() else {
            continue;
        };
        complete(operation, Scope::least(right).name());
    }
    document
}

fn complete(operation: &mut Map<String, Value>, scope: &str) {
    operation.insert("security".to_owned(), json!([{ "token": [] }]));
    operation.insert("x-scope".to_owned(), json!(scope));
    let says = operation.get("description").and_then(Value::as_str).unwrap_or_default();
    let says = format!("{says}\n\nTakes the scope `{scope}`.");
    operation.insert("description".to_owned(), json!(says.trim_start()));
    if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
        for response in responses.values_mut() {
            response["description"] = json!("What was asked for.");
        }
        let problem = json!({ "$ref": "#/components/schemas/Problem" });
        let content = json!({ "application/problem+json": { "schema": problem } });
        let failed = json!({ "description": "Why it was not done.", "content": content });
        responses.insert("default".to_owned(), failed);
    }
}

/// The OpenAPI document.
pub(super) async fn openapi(State(app): State<App>) -> Response {
    let document = document(routes::all(app).list());
    ([(CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}

/// An operation, for people.
struct Operation {
    method: String,
    path: String,
    scope: String,
    summary: String,
}

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    shell: Shell,
    operations: Vec<Operation>,
}

/// The operations as a page.
pub(super) async fn page(State(app): State<App>, shell: Shell) -> Answer {
    let document = document(routes::all(app).list());
    let paths =
        document["paths"].as_object().ok_or_else(|| Trouble::Defect("no paths".to_owned()))?;
    let operations = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(|(method, operation)| {
            let text = |name: &str| operation[name].as_str().unwrap_or_default().to_owned();
            Operation {
                method: method.to_ascii_uppercase(),
                path: path.clone(),
                scope: text("x-scope"),
                summary: text("summary"),
            }
        })
    });
    view::page(&ApiPage { shell, operations: operations.collect() })
}
