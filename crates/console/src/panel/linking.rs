//! Linking a record with the issue: looking for it, or pasting its id.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use lockstep_engine::{ByHand, Found};
use lockstep_model::{Fault, JobKind, RecordId};
use serde::Deserialize;

use super::card::context;
use super::cards::{Covering, covered_by};
use super::frame::Frame;
use super::hand::back;
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Did, page};
use crate::{App, Console};

#[derive(Template)]
#[template(path = "panel/link.html")]
struct LinkPage {
    frame: Frame,
    item: String,
    context: String,
    /// What is looked for, as it was typed.
    text: String,
    searched: bool,
    found: Vec<Found>,
    error: Option<Fault>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    item: String,
    #[serde(default)]
    text: String,
}

/// The search, with what it found.
pub(super) async fn look(
    State(app): State<App>,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Answer {
    let covering = covered_by(&app, &frame.ticket, &asked.item).await?;
    let drawn = results(&app, frame, &covering, &asked.text).await?;
    page(&drawn)
}

/// Links the record that was chosen, or whose id was pasted. Any other text is looked for.
pub(super) async fn link(State(app): State<App>, frame: Frame, form: Form) -> Answer {
    let covering = covered_by(&app, &frame.ticket, form.text("item")).await?;
    if covering.link.is_some() {
        let said = "This issue is linked under this item already. Reload it to see the record.";
        return Err(Trouble::Refused(said.to_owned()));
    }
    let text = form.text("record");
    let Ok(record) = RecordId::parse(text) else {
        return page(&results(&app, frame, &covering, text).await?);
    };
    let (correlation, actor) = (app.correlation(), frame.ticket.actor());
    let by = ByHand { correlation: &correlation, actor: &actor };
    let issue = frame.ticket.issue.clone();
    let made = app.engine.link_by_hand(covering.item.id, (&record, &issue), by).await;
    match made {
        Ok(link) => {
            app.ask(JobKind::Link { link: link.id }, by).await?;
            Ok(back(&frame, Did::Linked))
        }
        Err(fault) => {
            let drawn = LinkPage { error: Some(fault), ..empty(frame, &covering, text) };
            let mut response = page(&drawn)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
    }
}

async fn results(
    app: &Console,
    frame: Frame,
    covering: &Covering,
    text: &str,
) -> Result<LinkPage, Trouble> {
    let mut drawn = empty(frame, covering, text);
    if text.trim().is_empty() {
        return Ok(drawn);
    }
    match app.engine.search_records(covering.item.id, text).await {
        Ok(found) => (drawn.searched, drawn.found) = (true, found),
        Err(fault) => drawn.error = Some(fault),
    }
    Ok(drawn)
}

fn empty(frame: Frame, covering: &Covering, text: &str) -> LinkPage {
    let spec = &covering.item.document;
    LinkPage {
        frame,
        item: spec.name.clone(),
        context: context(spec),
        text: text.to_owned(),
        searched: false,
        found: Vec::new(),
        error: None,
    }
}
