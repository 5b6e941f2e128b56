//! What people agree on about a group: until when it is put off, and who looks after it.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use lockstep_store::{NeedGroup, NeedKind};

use crate::App;
use crate::access::Visitor;
use crate::form::Form;
use crate::need_acts::Group;
use crate::trouble::Trouble;
use crate::view::{Answer, Did, Shell, Time};

/// For how long a group can be put off: hours, and the words for them.
const SPANS: [(i32, &str); 5] =
    [(1, "an hour"), (4, "four hours"), (24, "a day"), (72, "three days"), (168, "a week")];

/// What is agreed on about a group, and the buttons that change it.
#[derive(Template)]
#[template(path = "needs/arrange.html")]
pub(super) struct Arranged {
    pub(super) shell: Shell,
    /// The kind and the cause, as addresses spell them.
    pub(super) at: String,
    /// What the group is called, for those who hear one button after another.
    pub(super) title: &'static str,
    /// None where it cannot be put off.
    pub(super) spans: Option<[(i32, &'static str); 5]>,
    pub(super) snoozed: Option<Time>,
    pub(super) assignee: String,
    pub(super) mine: bool,
    /// Whom it can be given to: name, and what people call them.
    pub(super) people: Vec<(String, String)>,
}

impl HtmlSafe for Arranged {}

impl Arranged {
    pub(super) fn of(
        group: &NeedGroup,
        title: &'static str,
        people: &[(String, String)],
        shell: &Shell,
    ) -> Self {
        let assignee = group.assignee.clone().unwrap_or_default();
        let own = shell.visitor.as_ref().map(Visitor::actor);
        Self {
            at: format!("{}/{}", group.kind.name(), group.code),
            title,
            spans: (group.kind != NeedKind::Paused).then_some(SPANS),
            snoozed: group.snoozed_until.map(|at| shell.time(&at)),
            mine: own == Some(&assignee),
            assignee,
            people: people.to_vec(),
            shell: shell.clone(),
        }
    }
}

pub(super) async fn snooze(
    State(app): State<App>,
    visitor: Visitor,
    Path((kind, code)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let hours = form.text("hours").parse();
    let hours = hours.map_err(|_none| Trouble::Refused("Say for how long".to_owned()))?;
    app.snooze(visitor.actor(), Group::named(&kind, &code)?, hours).await?;
    Ok(Redirect::to(&Did::Snoozed.at("/needs")).into_response())
}

pub(super) async fn wake(
    State(app): State<App>,
    visitor: Visitor,
    Path((kind, code)): Path<(String, String)>,
) -> Answer {
    app.wake(visitor.actor(), Group::named(&kind, &code)?).await?;
    Ok(Redirect::to(&Did::Woken.at("/needs?show=snoozed")).into_response())
}

pub(super) async fn assign(
    State(app): State<App>,
    visitor: Visitor,
    Path((kind, code)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let name = Some(form.text("account")).filter(|name| !name.is_empty());
    app.assign(visitor.actor(), Group::named(&kind, &code)?, name).await?;
    Ok(Redirect::to(&Did::Assigned.at("/needs")).into_response())
}
