//! Dead letters: jobs that were given up, with the reason.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use lockstep_model::{Code, ItemId, Job, JobKind};
use lockstep_store::{Burial, DeadLetterState};
use serde::Deserialize;
use serde_json::json;

use super::some::SOME_MAX;
use crate::access::Visitor;
use crate::asks::Act;
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Confirm, Did, Lozenge, Pager, Shell, Time, Tone, page as draw, words};
use crate::{App, Console};

/// Letters on a page.
const ROWS: usize = SOME_MAX;

#[derive(Template)]
#[template(path = "needs/dead.html")]
struct List {
    shell: Shell,
    asked: Asked,
    states: [(&'static str, &'static str); 4],
    letters: Vec<Letter>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "needs/letter.html")]
struct One {
    shell: Shell,
    letter: Letter,
    meaning: &'static str,
    remedy: &'static str,
    /// The job as it was read, or the message as it came.
    content: String,
    readable: bool,
}

struct Letter {
    id: i64,
    state: Lozenge,
    waits: bool,
    code: Code,
    title: &'static str,
    detail: String,
    /// What the job was to look at.
    about: String,
    /// Where that is shown.
    about_path: Option<String>,
    attempts: u32,
    first_seen: Option<Time>,
    buried: Time,
    settled: Option<(Time, String)>,
    correlation: String,
}

/// What the list can be narrowed to.
const STATES: [(&str, &str); 4] =
    [("waiting", "Waiting"), ("replayed", "Replayed"), ("discarded", "Discarded"), ("all", "All")];

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    state: String,
    code: String,
    after: String,
}

impl Asked {
    /// The state that is asked for; those that wait, unless said otherwise.
    fn state(&self) -> Option<DeadLetterState> {
        match self.state.as_str() {
            "all" => None,
            word => Some(DeadLetterState::from_name(word).unwrap_or(DeadLetterState::Waiting)),
        }
    }

    fn code(&self) -> Option<Code> {
        Code::from_id(&self.code.trim().to_uppercase())
    }
}

pub(super) async fn list(
    State(app): State<App>,
    shell: Shell,
    Query(asked): Query<Asked>,
) -> Answer {
    let names = app.store.items().names().await?;
    let (after, limit) = (asked.after.parse().ok(), i64::try_from(ROWS + 1).unwrap_or(i64::MAX));
    let letters = app.store.dead_letters();
    let mut found = letters.page(asked.state(), asked.code(), after, limit).await?;
    let more = found.len() > ROWS;
    found.truncate(ROWS);
    let last = found.last().map(|burial| burial.id.to_string()).filter(|_| more);
    let letters = found.iter().map(|burial| Letter::of(burial, &shell, &names)).collect();
    let filters = [("state", asked.state.as_str()), ("code", asked.code.as_str())];
    let after = Some(asked.after.as_str()).filter(|after| !after.is_empty());
    let pager = Pager::new("/needs/dead", &filters, after, last);
    draw(&List { shell, states: STATES, letters, pager, asked })
}

pub(super) async fn one(State(app): State<App>, shell: Shell, Path(id): Path<String>) -> Answer {
    let burial = find(&app, &id).await?;
    let names = app.store.items().names().await?;
    let letter = &burial.letter;
    let content = match &letter.job {
        Some(job) => serde_json::to_string_pretty(job).unwrap_or_default(),
        None => words::clipped(&String::from_utf8_lossy(&letter.raw)),
    };
    draw(&One {
        letter: Letter::of(&burial, &shell, &names),
        shell,
        meaning: letter.code.entry().meaning,
        remedy: letter.code.remedy(),
        readable: letter.job.is_some(),
        content,
    })
}

async fn find(app: &Console, id: &str) -> Result<Burial, Trouble> {
    let missing = || Trouble::NotFound("dead letter");
    let id: i64 = id.parse().map_err(|_not_a_number| missing())?;
    app.store.dead_letters().get(id).await?.ok_or_else(missing)
}

/// Puts the job back to work.
pub(super) async fn replay(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let burial = find(&app, &id).await?;
    let job = app.store.dead_letters().replay(burial.id, visitor.actor()).await?;
    note(&app, &visitor, ("replay", &burial), job.correlation).await?;
    Ok(Redirect::to(&Did::Replayed.of(1, "/needs/dead")).into_response())
}

/// Lets the job go for good.
pub(super) async fn discard(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let burial = find(&app, &id).await?;
    if !Confirm::given(&form) {
        let confirm = Confirm {
            title: format!("Give up dead letter {}?", burial.id),
            text: "Its job is not done again. What it was about is found by the next sweep, if it still matters.".to_owned(),
            button: "Discard",
            back: format!("/needs/dead/{}", burial.id),
        };
        return confirm.draw(shell, &form);
    }
    app.store.dead_letters().discard(burial.id, visitor.actor()).await?;
    let correlation = app.correlation();
    note(&app, &visitor, ("discard", &burial), correlation).await?;
    Ok(Redirect::to(&Did::Discarded.of(1, "/needs/dead")).into_response())
}

/// Notes what was done with a letter.
pub(super) async fn note(
    app: &Console,
    visitor: &Visitor,
    (step, burial): (&str, &Burial),
    correlation: lockstep_model::CorrelationId,
) -> Result<(), Trouble> {
    let subject = format!("dead letter {}", burial.id);
    let code = burial.letter.code;
    let act = Act { after: json!({ "code": code }), ..Act::new(step, &subject) };
    app.note_act(visitor.actor(), act, correlation).await
}

impl Letter {
    fn of(burial: &Burial, shell: &Shell, names: &BTreeMap<ItemId, String>) -> Self {
        let letter = &burial.letter;
        let (about, about_path) = letter.job.as_ref().map_or_else(
            || ("a message that cannot be read".to_owned(), None),
            |job| about(job, names),
        );
        Self {
            id: burial.id,
            state: match burial.state {
                DeadLetterState::Waiting => Lozenge::new(Tone::Bad, "waiting"),
                DeadLetterState::Replayed => Lozenge::new(Tone::Good, "replayed"),
                DeadLetterState::Discarded => Lozenge::new(Tone::Idle, "discarded"),
            },
            waits: burial.state == DeadLetterState::Waiting,
            code: letter.code,
            title: letter.code.title(),
            detail: words::clipped(&letter.detail),
            about,
            about_path,
            attempts: letter.attempts,
            first_seen: letter.first_seen.map(|at| shell.time(&at)),
            buried: shell.time(&burial.buried_at),
            settled: burial.settled.as_ref().map(|(at, by)| (shell.time(at), by.clone())),
            correlation: letter.correlation.as_ref().map(ToString::to_string).unwrap_or_default(),
        }
    }
}

/// What a job was to look at, and where that is shown.
fn about(job: &Job, names: &BTreeMap<ItemId, String>) -> (String, Option<String>) {
    let called = |item: &ItemId| names.get(item).cloned().unwrap_or_else(|| item.to_string());
    match &job.kind {
        JobKind::Link { link } | JobKind::Decide { link, .. } | JobKind::Undo { link, .. } => {
            (format!("link {link}"), Some(format!("/links/{link}")))
        }
        JobKind::Record { record, .. } => {
            (format!("record {record}"), Some(format!("/links?text={record}")))
        }
        JobKind::Issue { issue, .. } => (format!("the issue with id {issue}"), None),
        JobKind::Batch { item, links } => {
            let name = called(item);
            (format!("{} links of {name}", links.len()), Some(format!("/links?item={name}")))
        }
        JobKind::Sweep { item } => {
            let name = called(item);
            (format!("a sweep of {name}"), Some(format!("/items/{name}")))
        }
        JobKind::UndoItem { item, .. } => {
            let name = called(item);
            (format!("an undo in {name}"), Some(format!("/items/{name}/undo")))
        }
    }
}
