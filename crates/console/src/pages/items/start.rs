//! The first write of an item: somebody has seen the plan and types how much it will touch.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use serde_json::json;

use super::{found, plan};
use crate::App;
use crate::access::Visitor;
use crate::form::Form;
use crate::view::{Answer, Did, Remark, Shell};

/// How many links and records the repeated plan looks at.
const LOOKED_AT: u64 = 200;

pub(super) async fn start(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(name): Path<String>,
    form: Form,
) -> Answer {
    let item = found(&app, &name).await?;
    let (shown, typed) = (form.text("writes"), form.text("typed"));
    if typed.is_empty() || typed != shown {
        let hint = "Read the plan, and type the number that it counts.";
        let remark = Remark::error("This is not the number that the plan counts.", hint);
        return plan::drawn(&app, shell, &item, (LOOKED_AT, Some((typed.to_owned(), remark))))
            .await;
    }
    app.store.items().resume(item.id).await?;
    let after = json!({ "writes": shown, "version": item.version });
    app.note_item(visitor.actor(), ("item_started", &name), item.id, after).await?;
    Ok(Redirect::to(&Did::Resumed.at(&format!("/items/{name}"))).into_response())
}
