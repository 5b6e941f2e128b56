//! The versions of an item: what differs from one to the next, and the way back.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use lockstep_model::ConnectedItem;
use lockstep_model::document::write;
use lockstep_store::NewDraft;
use serde::Deserialize;

use super::{Change, Head, compared, found};
use crate::App;
use crate::access::Visitor;
use crate::pages::drafts;
use crate::trouble::Trouble;
use crate::view::{Answer, Pager, Shell, Time, page as draw};

/// Versions a page.
const PAGE: i64 = 20;
/// The same, to count by.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "item_versions.html")]
struct Versions {
    shell: Shell,
    head: Head,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    version: i32,
    applied: Time,
    current: bool,
    /// Lines that it added and removed.
    added: usize,
    removed: usize,
}

/// Where the page begins.
#[derive(Deserialize)]
pub(super) struct After {
    after: Option<String>,
}

pub(super) async fn page(
    State(app): State<App>,
    shell: Shell,
    Path(name): Path<String>,
    Query(After { after }): Query<After>,
) -> Answer {
    let item = found(&app, &name).await?;
    let before = after.as_deref().and_then(|after| after.parse().ok());
    let items = app.store.items();
    let all = items.versions(item.id, before, PAGE + 1).await?;
    let mut documents = Vec::with_capacity(all.len());
    for line in &all {
        documents.push(items.version(item.id, line.version).await?.map(|one| one.document));
    }
    let mut rows = Vec::with_capacity(all.len());
    for (line, pair) in all.iter().zip(pairs(&documents)).take(SHOWN) {
        let changes = compared(&text(pair.1), &text(pair.0));
        let count = |sign: &str| changes.iter().filter(|change| change.sign == sign).count();
        rows.push(Row {
            version: line.version,
            applied: shell.time(&line.applied_at),
            current: line.version == item.version,
            added: count("+"),
            removed: count("-"),
        });
    }
    let last = rows.last().map(|row| row.version.to_string()).filter(|_| all.len() > rows.len());
    let pager = Pager::new(&format!("/items/{name}/versions"), &[], after.as_deref(), last);
    draw(&Versions { shell, head: Head::of(&item, "versions"), rows, pager })
}

/// Each of them with the one that came before it.
fn pairs(
    documents: &[Option<ConnectedItem>],
) -> impl Iterator<Item = (Option<&ConnectedItem>, Option<&ConnectedItem>)> {
    let earlier = documents.iter().skip(1).map(Option::as_ref).chain([None]);
    documents.iter().map(Option::as_ref).zip(earlier)
}

fn text(item: Option<&ConnectedItem>) -> String {
    item.map(write).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "item_version.html")]
struct Version {
    shell: Shell,
    head: Head,
    number: i32,
    applied: Time,
    current: i32,
    /// Against the one before.
    changes: Vec<Change>,
    /// Against what is applied now.
    back: Vec<Change>,
    text: String,
}

pub(super) async fn one(
    State(app): State<App>,
    shell: Shell,
    Path((name, version)): Path<(String, String)>,
) -> Answer {
    let item = found(&app, &name).await?;
    let missing = || Trouble::NotFound("version");
    let number: i32 = version.parse().map_err(|_not_a_number| missing())?;
    let items = app.store.items();
    let one = items.version(item.id, number).await?.ok_or_else(missing)?;
    let earlier = items.version(item.id, number - 1).await?;
    let own = text(Some(&one.document));
    draw(&Version {
        head: Head::of(&item, "versions"),
        number,
        applied: shell.time(&one.applied_at),
        current: item.version,
        changes: compared(&text(earlier.as_ref().map(|one| &one.document)), &own),
        back: compared(&text(Some(&item.document)), &own),
        text: own,
        shell,
    })
}

/// Begins a draft with what a version said: it is checked and applied as any other change.
pub(super) async fn restore(
    State(app): State<App>,
    visitor: Visitor,
    Path((name, version)): Path<(String, String)>,
) -> Answer {
    let item = found(&app, &name).await?;
    let number = version.parse().unwrap_or_default();
    let one = app.store.items().version(item.id, number).await?;
    let one = one.ok_or(Trouble::NotFound("version"))?;
    let (base, typed) = drafts::of(&one.document);
    let account = visitor.account.id;
    let new = NewDraft { account, item: Some((item.id, item.version)), base, typed };
    let draft = app.store.drafts().create(&new).await?;
    Ok(Redirect::to(&format!("/drafts/{}/check", draft.id)).into_response())
}
