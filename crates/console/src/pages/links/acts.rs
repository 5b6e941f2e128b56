//! What can be done with a link.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use lockstep_model::{Fault, JobKind};

use super::head::find;
use crate::App;
use crate::access::Visitor;
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Confirm, Did, Shell};

/// Looks at the link again; what was refused is offered once more.
pub(super) async fn refresh(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let link = find(&app, &id).await?.link.id;
    app.ask(JobKind::Link { link }, visitor.by(&app.correlation())).await?;
    Ok(Redirect::to(&Did::Asked.at(&format!("/links/{link}"))).into_response())
}

/// Takes it apart, where that may be done by hand.
pub(super) async fn unlink(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let known = find(&app, &id).await?;
    let back = format!("/links/{}", known.link.id);
    if !Confirm::given(&form) {
        let confirm = Confirm {
            title: format!("Take {} apart?", known.head.title()),
            text: "Record and issue stay as they are. They are no longer kept in step.".to_owned(),
            button: "Unlink",
            back,
        };
        return confirm.draw(shell, &form);
    }
    let correlation = app.correlation();
    // Why it is not done is what the engine says: the page does not know better.
    let kept =
        |fault: Fault| Trouble::Refused(format!("{}. {}", fault.code.title(), fault.code.remedy()));
    app.engine.unlink(&known.link, visitor.by(&correlation)).await.map_err(kept)?;
    Ok(Redirect::to(&Did::Unlinked.at(&back)).into_response())
}
