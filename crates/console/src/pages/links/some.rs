//! What is done with the links that somebody has selected in the list.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use lockstep_model::{JobKind, LinkId};

use crate::App;
use crate::access::Visitor;
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Did};

/// Most links that one press looks at again: those of a page.
pub(super) const SOME_MAX: usize = 50;

/// Looks at each of them again; what was refused is offered once more.
pub(super) async fn refresh(State(app): State<App>, visitor: Visitor, form: Form) -> Answer {
    let ids = form.all("link").filter_map(|id| id.parse::<LinkId>().ok());
    let ids: Vec<LinkId> = ids.take(SOME_MAX).collect();
    if ids.is_empty() {
        return Err(Trouble::Refused("Select a link first, by the box in its row".to_owned()));
    }
    let mut asked = 0;
    for id in ids {
        if let Some(link) = app.store.links().get(id).await? {
            let kind = JobKind::Link { link: link.id };
            app.ask(kind, visitor.by(&app.correlation())).await?;
            asked += 1;
        }
    }
    Ok(Redirect::to(&Did::AskedSome.of(asked, "/links")).into_response())
}
