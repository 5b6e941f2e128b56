//! Beginning a draft: of nothing, of an item that is to be changed, or of one that is to be copied.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use lockstep_model::ConnectedItem;
use lockstep_store::{ConnectionKind, Item, NewDraft};
use serde_json::{Value, json};

use super::Typed;
use super::paths::put;
use super::sheet::Sheet;
use crate::App;
use crate::access::Visitor;
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Did};

pub(super) async fn begin(State(app): State<App>, visitor: Visitor, form: Form) -> Answer {
    let of = async |name: &str| -> Result<Item, Trouble> {
        app.store.items().by_name(name).await?.ok_or(Trouble::NotFound("item"))
    };
    let (base, item) = match (form.text("item"), form.text("copy")) {
        ("", "") => (blank(&app).await?, None),
        ("", name) => {
            let mut document = of(name).await?.document;
            document.name = format!("{name}-copy");
            (whole(&document), None)
        }
        (name, _) => {
            let item = of(name).await?;
            (whole(&item.document), Some((item.id, item.version)))
        }
    };
    let typed = Typed { sheet: Sheet::of(&base), ..Typed::default() };
    let new = NewDraft { account: visitor.account.id, item, base, typed: json!(typed) };
    let draft = app.store.drafts().create(&new).await?;
    Ok(Redirect::to(&format!("/drafts/{}", draft.id)).into_response())
}

/// An item that says nothing yet, with the connections chosen where there is no other choice.
async fn blank(app: &App) -> Result<Value, Trouble> {
    let all = app.store.connections().list().await?;
    let only = |kind: ConnectionKind| {
        let mut of_kind = all.iter().filter(|row| row.kind == kind);
        let first = of_kind.next().filter(|_| of_kind.next().is_none());
        first.map(|row| row.name.clone()).unwrap_or_default()
    };
    let base = json!({
        "name": "", "mode": "two-way",
        "salesforce": { "connection": only(ConnectionKind::Salesforce), "object": "" },
        "jira": { "connection": only(ConnectionKind::Jira) },
    });
    let item = serde_json::from_value::<ConnectedItem>(base);
    let item = item.map_err(|why| Trouble::Defect(format!("a blank item: {why}")))?;
    Ok(whole(&item))
}

/// A document with every part that the form asks for, also those that are left out while they say
/// nothing.
pub(super) fn whole(item: &ConnectedItem) -> Value {
    let mut document = json!(item);
    put(&mut document, "associated", json!(item.associated));
    put(&mut document, "drift", json!(item.drift));
    put(&mut document, "link_note", json!(item.link_note));
    document
}

pub(super) async fn discard(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let number = id.parse().unwrap_or_default();
    if !app.store.drafts().delete(number, visitor.account.id).await? {
        return Err(Trouble::NotFound("draft"));
    }
    Ok(Redirect::to(&Did::Discarded.of(1, "/items")).into_response())
}
