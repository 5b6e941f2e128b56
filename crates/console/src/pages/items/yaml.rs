//! An item as YAML: what `lockstep item apply` reads, with the same checks.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use lockstep_engine::ApplyError;
use lockstep_model::ItemDocument;
use lockstep_model::document::write;
use lockstep_model::readiness::Checklist;
use lockstep_model::validate::{Problem, Severity};
use serde_json::json;

use super::{Head, counted, found};
use crate::App;
use crate::access::Visitor;
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Did, Shell, page as draw};

#[derive(Template)]
#[template(path = "item_yaml.html")]
struct Page {
    shell: Shell,
    /// None where a new item is written.
    head: Option<Head>,
    action: String,
    text: String,
    problems: Vec<Said>,
    /// What a check came to, where it held.
    checked: Option<String>,
    creates: Option<String>,
    readiness: Option<Checklist>,
    away: Option<(String, String)>,
}

/// A problem with its place.
struct Said {
    bad: bool,
    place: String,
    path: String,
    text: String,
    hint: String,
}

impl From<&Problem> for Said {
    fn from(problem: &Problem) -> Self {
        Self {
            bad: problem.severity == Severity::Error,
            place: problem.place.map(|place| place.to_string()).unwrap_or_default(),
            path: problem.path.clone(),
            text: problem.message.clone(),
            hint: problem.hint.clone(),
        }
    }
}

impl Page {
    fn new(shell: Shell, head: Option<Head>, text: String) -> Self {
        let action = match &head {
            Some(head) => format!("/items/{}/yaml", head.name),
            None => "/import".to_owned(),
        };
        Self {
            shell,
            head,
            action,
            text,
            problems: Vec::new(),
            checked: None,
            creates: None,
            readiness: None,
            away: None,
        }
    }
}

pub(super) async fn blank(shell: Shell) -> Answer {
    draw(&Page::new(shell, None, String::new()))
}

pub(super) async fn page(State(app): State<App>, shell: Shell, Path(name): Path<String>) -> Answer {
    let item = found(&app, &name).await?;
    let text = write(&item.document);
    draw(&Page::new(shell, Some(Head::of(&item, "yaml")), text))
}

pub(super) async fn import(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    form: Form,
) -> Answer {
    let page = Page::new(shell, None, form.raw("text").to_owned());
    settle(&app, &visitor, page, &form).await
}

pub(super) async fn change(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(name): Path<String>,
    form: Form,
) -> Answer {
    let item = found(&app, &name).await?;
    let head = Some(Head::of(&item, "yaml"));
    settle(&app, &visitor, Page::new(shell, head, form.raw("text").to_owned()), &form).await
}

/// Checks the text, or applies it.
async fn settle(app: &App, visitor: &Visitor, mut page: Page, form: &Form) -> Answer {
    let document = match ItemDocument::read(&page.text) {
        Ok(document) => document,
        Err(problem) => {
            page.problems = vec![Said::from(&problem)];
            return refused(&page);
        }
    };
    if let Some(head) = page.head.as_ref().filter(|head| head.name != document.item.name) {
        let message = format!("this page is about `{}`", head.name);
        let hint = "Keep the name; or import the text as a new item.";
        let mut problems = vec![Problem::error("name", message, hint)];
        document.locate(&mut problems);
        page.problems = problems.iter().map(Said::from).collect();
        return refused(&page);
    }
    if form.text("do") == "apply" {
        apply(app, visitor, page, &document).await
    } else {
        check(app, page, &document).await
    }
}

async fn check(app: &App, mut page: Page, document: &ItemDocument) -> Answer {
    match app.engine.check_item(&document.item).await {
        Ok(mut found) => {
            page.readiness = Some(std::mem::take(&mut found.readiness));
            if !found.can_be_applied() {
                return failed(page, document, ApplyError::Problems(found.problems));
            }
            document.locate(&mut found.problems);
            page.problems = found.problems.iter().map(Said::from).collect();
            let clock = page.shell.clock();
            page.creates = found.creates.as_ref().map(|creates| counted(creates, clock));
            page.checked =
                Some(format!("Item {} can be applied; nothing was saved.", document.item.name));
            draw(&page)
        }
        Err(error) => failed(page, document, error),
    }
}

async fn apply(app: &App, visitor: &Visitor, page: Page, document: &ItemDocument) -> Answer {
    let name = document.item.name.as_str();
    match app.engine.apply_item_paused(&document.item).await {
        Ok(applied) => {
            let applied = applied.applied;
            let after = json!({ "version": applied.version, "created": applied.created });
            let step = if applied.changed { "item_applied" } else { "item_unchanged" };
            app.note_item(visitor.actor(), (step, name), applied.id, after).await?;
            let next = match (applied.created, applied.changed) {
                (true, _) => Did::Saved.at(&format!("/items/{name}/plan")),
                (false, true) => Did::Saved.at(&format!("/items/{name}")),
                (false, false) => Did::Unchanged.at(&format!("/items/{name}")),
            };
            Ok(Redirect::to(&next).into_response())
        }
        Err(error) => failed(page, document, error),
    }
}

/// The page with what keeps the item from being applied.
fn failed(mut page: Page, document: &ItemDocument, error: ApplyError) -> Answer {
    match error {
        ApplyError::Problems(mut problems) => {
            document.locate(&mut problems);
            page.problems = problems.iter().map(Said::from).collect();
        }
        ApplyError::Fault(fault) => {
            let code = fault.code;
            page.away = Some((format!("{} ({code})", code.title()), code.remedy().to_owned()));
        }
    }
    refused(&page)
}

fn refused(page: &Page) -> Result<axum::response::Response, Trouble> {
    let mut response = draw(page)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}
