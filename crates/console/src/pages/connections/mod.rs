//! Connections: the orgs and sites, how they stand, and how they are set up.

mod act;
mod add;
mod detail;
mod look;

use askama::Template;
use axum::extract::State;
use lockstep_store::ConnectionKind;

use crate::App;
use crate::access::Right;
use crate::routes::Routes;
use crate::trouble::Trouble;
use crate::view::{Answer, Lozenge, Shell, page};

pub(super) use look::{Checklist, state};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(Right::See, "/connections", list)
        .get(Right::Configure, "/connections/new/salesforce", add::salesforce)
        .post(Right::Configure, "/connections/new/salesforce", add::save_salesforce)
        .get(Right::Configure, "/connections/new/jira", add::jira)
        .post(Right::Configure, "/connections/new/jira", add::save_jira)
        .get(Right::See, "/connections/{name}", detail::page)
        .post(Right::Configure, "/connections/{name}/test", act::test)
        .post(Right::Configure, "/connections/{name}/secret", act::replace)
        .post(Right::Configure, "/connections/{name}/webhook", act::webhook)
        .get(Right::Configure, "/connections/{name}/revoke", act::ask_revoke)
        .post(Right::Configure, "/connections/{name}/revoke", act::revoke)
}

#[derive(Template)]
#[template(path = "connections.html")]
struct List {
    shell: Shell,
    rows: Vec<Row>,
    /// Which vendor has no connection yet.
    lacks: [bool; 2],
}

struct Row {
    name: String,
    kind: &'static str,
    address: String,
    state: Lozenge,
    why: String,
    items: usize,
    calls: String,
}

async fn list(State(app): State<App>, shell: Shell) -> Answer {
    let (connections, items) = (app.store.connections(), app.store.items());
    let (all, items) = (connections.list().await?, items.list().await?);
    let lacks = [ConnectionKind::Salesforce, ConnectionKind::Jira]
        .map(|kind| all.iter().all(|row| row.kind != kind));
    let usage = look::usage(&app, shell.now).await?;
    let mut rows = Vec::with_capacity(all.len());
    for row in all {
        let uses = items.iter().filter(|i| i.item.salesforce == row.id || i.item.jira == row.id);
        rows.push(Row {
            kind: look::vendor(row.kind),
            state: state(&row, shell.now),
            why: look::why(&row),
            items: uses.count(),
            calls: look::calls(&usage, &row),
            address: row.base_url,
            name: row.name,
        });
    }
    page(&List { shell, rows, lacks })
}

/// The connection of this name.
async fn found(app: &App, name: &str) -> Result<lockstep_store::Connection, Trouble> {
    let row = app.store.connections().by_name(name).await?;
    row.ok_or(Trouble::NotFound("connection"))
}
