//! The table of items.

use askama::Template;
use axum::extract::State;

use super::look::Row;
use crate::App;
use crate::access::Visitor;
use crate::view::{Answer, Shell, Time, page as draw};

#[derive(Template)]
#[template(path = "items.html")]
struct List {
    shell: Shell,
    rows: Vec<Row>,
    drafts: Vec<Begun>,
    /// Whether both sides are connected.
    ready: bool,
}

/// A draft that can be gone on with.
struct Begun {
    id: i64,
    name: String,
    new: bool,
    touched: Time,
}

pub(super) async fn page(State(app): State<App>, shell: Shell, visitor: Visitor) -> Answer {
    let items = app.store.items().list().await?;
    let connections = app.store.connections().list().await?;
    let kinds: Vec<_> = connections.iter().map(|row| row.kind.name()).collect();
    let drafts = if shell.may_configure() {
        app.store.drafts().list(visitor.account.id).await?
    } else {
        Vec::new()
    };
    let drafts = drafts.into_iter().map(|draft| {
        let name = draft.typed["sheet"]["name"][0].as_str().unwrap_or_default().to_owned();
        Begun {
            id: draft.id,
            name: if name.is_empty() { "without a name yet".to_owned() } else { name },
            new: draft.item.is_none(),
            touched: shell.time(&draft.updated_at),
        }
    });
    draw(&List {
        rows: items.iter().map(|summary| Row::of(&shell, summary)).collect(),
        drafts: drafts.collect(),
        ready: kinds.contains(&"salesforce") && kinds.contains(&"jira"),
        shell,
    })
}
