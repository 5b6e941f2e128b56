//! What is done with the dead letters that somebody has selected in the list.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use lockstep_store::{Burial, DeadLetterState};

use super::dead::note;
use crate::access::Visitor;
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Confirm, Did, Shell, words};
use crate::{App, Console};

/// Most letters that one press settles: those of a page.
pub(super) const SOME_MAX: usize = 50;

/// The selected letters that wait still: what somebody else has settled meanwhile is settled.
async fn selected(app: &Console, form: &Form) -> Result<Vec<Burial>, Trouble> {
    let ids: Vec<i64> =
        form.all("letter").filter_map(|id| id.parse().ok()).take(SOME_MAX).collect();
    if ids.is_empty() {
        let why = "Select a dead letter first, by the box in its row";
        return Err(Trouble::Refused(why.to_owned()));
    }
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let burial = app.store.dead_letters().get(id).await?;
        found.extend(burial.filter(|burial| burial.state == DeadLetterState::Waiting));
    }
    Ok(found)
}

/// Puts their jobs back to work; a message that cannot be read stays where it is.
pub(super) async fn replay(State(app): State<App>, visitor: Visitor, form: Form) -> Answer {
    let mut replayed = 0;
    for burial in selected(&app, &form).await?.iter().filter(|one| one.letter.job.is_some()) {
        let job = app.store.dead_letters().replay(burial.id, visitor.actor()).await?;
        note(&app, &visitor, ("replay", burial), job.correlation).await?;
        replayed += 1;
    }
    Ok(Redirect::to(&Did::Replayed.of(replayed, "/needs/dead")).into_response())
}

/// Lets their jobs go for good, after a question that says how many they are.
pub(super) async fn discard(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    form: Form,
) -> Answer {
    let found = selected(&app, &form).await?;
    if !Confirm::given(&form) {
        let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let confirm = Confirm {
            title: format!("Give up {}?", words::many(count, "dead letter")),
            text: "Those that you selected, as far as they still wait. Their jobs are not done again. What they were \
                   about is found by the next sweep, if it still matters."
                .to_owned(),
            button: "Discard",
            back: "/needs/dead".to_owned(),
        };
        return confirm.draw(shell, &form);
    }
    let mut discarded = 0;
    for burial in &found {
        app.store.dead_letters().discard(burial.id, visitor.actor()).await?;
        note(&app, &visitor, ("discard", burial), app.correlation()).await?;
        discarded += 1;
    }
    Ok(Redirect::to(&Did::Discarded.of(discarded, "/needs/dead")).into_response())
}
