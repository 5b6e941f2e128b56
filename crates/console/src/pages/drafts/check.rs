//! The third step: the draft as it would be applied, held against both sides, with what differs; and
//! applying it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use lockstep_engine::ApplyError;
use lockstep_model::ConnectedItem;
use lockstep_model::document::write;
use lockstep_model::readiness::Checklist;
use lockstep_model::validate::Problem;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::judge::Found;
use super::{Head, Writing};
use crate::App;
use crate::access::Visitor;
use crate::pages::items::{Change, compared, counted};
use crate::trouble::Trouble;
use crate::view::{Answer, Clock, Did, Shell, field_id, page as draw};

#[derive(Template)]
#[template(path = "draft_check.html")]
struct Checked {
    shell: Shell,
    head: Head,
    name: String,
    is_new: bool,
    seen: bool,
    errors: Vec<Said>,
    warnings: Vec<Said>,
    /// For how many records issues are created.
    creates: Option<String>,
    readiness: Option<Checklist>,
    away: Option<(String, String)>,
    /// Line by line against what is applied now; or the whole of a new item.
    changes: Vec<Change>,
    differs: bool,
}

/// A problem with the way to its field.
struct Said {
    text: String,
    hint: String,
    path: String,
    href: String,
}

/// The step that asks for what is at a path.
pub(super) fn step(path: &str) -> u8 {
    let first = ["name", "mode", "salesforce", "jira", "mappings"];
    let part = path.split(['.', '[']).next().unwrap_or_default();
    if part.is_empty() || first.contains(&part) { 1 } else { 2 }
}

impl Said {
    fn of(id: i64, found: &Found) -> Self {
        let page = match step(&found.path) {
            1 => format!("/drafts/{id}"),
            _ => format!("/drafts/{id}/options"),
        };
        Self {
            text: found.text.clone(),
            hint: found.hint.clone(),
            href: format!("{page}#{}", field_id(&found.field())),
            path: found.path.clone(),
        }
    }
}

pub(super) async fn page(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let writing = Writing::open(&app, &visitor, &id).await?;
    draw(&checked(&app, shell, &writing).await?)
}

/// Checks it against both sides, as they are now, and shows what came of it.
pub(super) async fn again(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let mut writing = Writing::open(&app, &visitor, &id).await?;
    run(&app, &mut writing).await;
    writing.save(&app, &visitor).await?;
    Ok(Redirect::to(&format!("/drafts/{}/check", writing.draft.id)).into_response())
}

/// Checks a draft; what comes of it is kept until something is typed.
pub(super) async fn run(app: &App, writing: &mut Writing) {
    writing.typed.tried = true;
    let clock = Clock::plain(app.ambient.now());
    let (item, unread) = writing.item();
    let outcome = match item.filter(|_| unread.is_empty()) {
        None => Outcome { found: unread, ..Outcome::default() },
        Some(item) => match app.engine.check_item(&item).await {
            Ok(checked) => Outcome {
                found: found(checked.problems),
                // It is kept with the draft, so it is told in the zone of nobody in particular.
                creates: checked.creates.as_ref().map(|creates| counted(creates, clock)),
                readiness: Some(checked.readiness),
                away: None,
            },
            Err(error) => Outcome::failed(error),
        },
    };
    writing.typed.checked = Some(outcome);
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Outcome {
    pub(super) found: Vec<Found>,
    /// For how many records issues are created.
    pub(super) creates: Option<String>,
    /// Everything that it needs on both sides.
    pub(super) readiness: Option<Checklist>,
    /// Who could not be asked, and what to do.
    pub(super) away: Option<(String, String)>,
}

impl Outcome {
    fn failed(error: ApplyError) -> Self {
        match error {
            ApplyError::Problems(problems) => Self { found: found(problems), ..Self::default() },
            ApplyError::Fault(fault) => {
                let code = fault.code;
                let what = format!("It could not be checked: {} ({code})", code.title());
                Self { away: Some((what, code.remedy().to_owned())), ..Self::default() }
            }
        }
    }
}

fn found(problems: Vec<Problem>) -> Vec<Found> {
    problems.into_iter().map(Found::from).collect()
}

async fn checked(app: &App, shell: Shell, writing: &Writing) -> Result<Checked, Trouble> {
    let id = writing.draft.id;
    let before = match writing.draft.item {
        Some((item, _)) => app.store.items().get(item).await?.map(|row| row.document),
        None => None,
    };
    let (item, _) = writing.item();
    let text = |item: Option<&ConnectedItem>| item.map(write).unwrap_or_default();
    let outcome = writing.typed.checked.clone();
    let seen = outcome.is_some();
    let outcome = outcome.unwrap_or_default();
    let said = |bad: bool| {
        let of = outcome.found.iter().filter(move |one| one.bad == bad);
        of.map(|one| Said::of(id, one)).collect::<Vec<_>>()
    };
    Ok(Checked {
        head: writing.head(app, &[], &[]).await?,
        name: writing.typed.sheet.one("name").to_owned(),
        is_new: before.is_none(),
        seen,
        errors: said(true),
        warnings: said(false),
        creates: outcome.creates,
        readiness: outcome.readiness,
        away: outcome.away,
        differs: item.is_none() || before != item,
        changes: compared(&text(before.as_ref()), &text(item.as_ref())),
        shell,
    })
}

/// Applies the draft. A new item begins paused: its plan comes first.
pub(super) async fn apply(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let mut writing = Writing::open(&app, &visitor, &id).await?;
    writing.typed.tried = true;
    let (item, mut found) = writing.item();
    if let Some(item) = &item {
        found.extend(clash(&app, &writing, item).await?);
    }
    let Some(item) = item.filter(|_| found.is_empty()) else {
        let outcome = Outcome { found, ..Outcome::default() };
        return refused(&app, shell, &visitor, (writing, outcome)).await;
    };
    match app.engine.apply_item_paused(&item).await {
        Ok(applied) => {
            let (version, name) = (applied.applied.version, item.name.as_str());
            let after = json!({ "version": version, "created": applied.applied.created });
            let step = if applied.applied.changed { "item_applied" } else { "item_unchanged" };
            app.note_item(visitor.actor(), (step, name), applied.applied.id, after).await?;
            app.store.drafts().delete(writing.draft.id, visitor.account.id).await?;
            let next = match (applied.applied.created, applied.applied.changed) {
                (true, _) => Did::Saved.at(&format!("/items/{name}/plan")),
                (false, true) => Did::Saved.at(&format!("/items/{name}")),
                (false, false) => Did::Unchanged.at(&format!("/items/{name}")),
            };
            Ok(Redirect::to(&next).into_response())
        }
        Err(error) => refused(&app, shell, &visitor, (writing, Outcome::failed(error))).await,
    }
}

/// A new item must not take the place of one that is there; a changed one keeps its name.
async fn clash(app: &App, writing: &Writing, item: &ConnectedItem) -> Result<Vec<Found>, Trouble> {
    let said = |text: &str, hint: &str| Found {
        path: "name".to_owned(),
        bad: true,
        text: text.to_owned(),
        hint: hint.to_owned(),
    };
    let named = app.store.items().by_name(&item.name).await?;
    Ok(match (writing.draft.item, named) {
        (None, Some(_)) => vec![said("an item has this name already", "Choose another name.")],
        (Some((id, _)), Some(other)) if other.id == id => Vec::new(),
        (Some(_), _) => {
            let hint = "Duplicate the item under another name, and delete this one.";
            vec![said("the name of an item stays", hint)]
        }
        (None, None) => Vec::new(),
    })
}

async fn refused(
    app: &App,
    shell: Shell,
    visitor: &Visitor,
    (mut writing, outcome): (Writing, Outcome),
) -> Answer {
    writing.typed.checked = Some(outcome);
    writing.save(app, visitor).await?;
    let mut response = draw(&checked(app, shell, &writing).await?)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}
