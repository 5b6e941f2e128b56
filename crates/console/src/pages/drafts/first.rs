//! The first step: which records, which issues, which way, and which fields belong together.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use lockstep_engine::ObjectGroup;

use super::judge::Found;
use super::mapping::{Row, Suggestion, choices, record_label, rows, suggestions};
use super::{Head, Step, Writing};
use crate::App;
use crate::access::Visitor;
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Choice, Choices, Did, Field, Kind, Shell, page as draw};

/// This step of the form.
const STEP: Step = Step {
    parts: &["name", "mode", "group", "salesforce", "jira", "mappings"],
    rows: "mappings",
    anchor: "mappings",
    path: "",
};

#[derive(Template)]
#[template(path = "draft_first.html")]
struct First {
    shell: Shell,
    head: Head,
    sections: Vec<Section>,
    /// Of a display-only item: the fields that are shown.
    show: Option<Field>,
    rows: Vec<Row>,
    suggestions: Vec<Suggestion>,
}

/// A part of the form.
struct Section {
    id: &'static str,
    title: &'static str,
    fields: Vec<Field>,
}

pub(super) async fn page(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let writing = Writing::open(&app, &visitor, &id).await?;
    draw(&first(&app, shell, &writing).await?)
}

async fn first(app: &App, shell: Shell, writing: &Writing) -> Result<First, Trouble> {
    let (sheet, pickers, found) = (&writing.typed.sheet, &writing.pickers, writing.found());
    let filled = |field: Field| writing.filled(field, &found);
    let show_only = sheet.one("mode") == "display-only";
    let rows = rows(sheet, pickers, &found);
    let section = |id, title, fields: Vec<Field>| Section {
        id,
        title,
        fields: fields.into_iter().map(&filled).collect(),
    };
    let mut sections = vec![
        section("about", "The item", about()),
        section("salesforce", "Salesforce", salesforce(writing)),
        section("jira", "Jira", jira(writing)),
    ];
    if show_only {
        sections.swap(1, 2);
    }
    let here = sections.iter().flat_map(|section| &section.fields).map(|field| field.name.clone());
    let in_rows = rows.iter().flat_map(|row| {
        let of_row = row.fields.iter().chain(&row.more).map(|field| field.name.clone());
        of_row.chain([format!("mappings[{}]", row.index)])
    });
    let here: Vec<String> = here.chain(in_rows).collect();
    let ours = |one: &&Found| super::check::step(&one.path) == 1;
    let of_step: Vec<Found> = found.iter().filter(ours).cloned().collect();
    let here: Vec<&str> = here.iter().map(String::as_str).collect();
    let mut head = writing.head(app, &of_step, &here).await?;
    head.saved = Some(shell.time(&writing.draft.updated_at));
    Ok(First {
        head,
        sections,
        show: show_only.then(|| filled(show_field(writing))),
        suggestions: if show_only { Vec::new() } else { suggestions(sheet, pickers) },
        rows,
        shell,
    })
}

fn about() -> Vec<Field> {
    let modes = [
        ("display-only", "Display-only: records are shown beside issues, nothing is written"),
        ("one-way", "One-way: Salesforce leads, Jira follows"),
        ("two-way", "Two-way: both sides may change every mapped field"),
        ("custom", "Custom: each mapping names its owner"),
    ];
    vec![
        Field::line("name", "Name").required().hint(
            "Lower-case letters, digits and dashes, such as support-bugs. It stays for good.",
        ),
        Field::new("mode", "Sync mode", choices(&modes)),
    ]
}

fn named(all: &[String], empty: &str) -> Kind {
    let all = all.iter().map(|name| Choice::new(name.clone(), name.clone()));
    let all = std::iter::once(Choice::new("", empty)).chain(all).collect();
    Kind::Choice(vec![Choices { heading: String::new(), all }])
}

fn salesforce(writing: &Writing) -> Vec<Field> {
    let (sheet, pickers) = (&writing.typed.sheet, &writing.pickers);
    let connection = Field::new(
        "salesforce.connection",
        "Salesforce connection",
        named(&pickers.orgs, "choose"),
    );
    if pickers.objects.is_empty() {
        let object = Field::line("salesforce.object", "Object").required();
        return vec![connection, object.hint("Its API name, such as Case.")];
    }
    let groups = pickers.objects.iter().map(|group| Choice::new(&group.group, &group.group));
    let groups = std::iter::once(Choice::new("", "all groups")).chain(groups).collect();
    let groups = Kind::Choice(vec![Choices { heading: String::new(), all: groups }]);
    vec![
        connection,
        Field::new("group", "Group of objects", groups).narrows("salesforce.object"),
        Field::new("salesforce.object", "Object", objects(&pickers.objects, sheet.one("group")))
            .required(),
    ]
}

/// The objects under their groups; of one group only where one is chosen.
fn objects(all: &[ObjectGroup], group: &str) -> Kind {
    let groups = all.iter().filter(|one| group.is_empty() || one.group == group);
    let listed = groups.map(|group| Choices {
        heading: group.group.clone(),
        all: group
            .objects
            .iter()
            .map(|object| {
                let fixed = if object.update { "" } else { ", read-only" };
                let label = format!("{} ({}){fixed}", object.label, object.name);
                Choice::new(object.name.clone(), label)
            })
            .collect(),
    });
    let none = Choices { heading: String::new(), all: vec![Choice::new("", "choose")] };
    Kind::Choice(std::iter::once(none).chain(listed).collect())
}

fn jira(writing: &Writing) -> Vec<Field> {
    let pickers = &writing.pickers;
    let mut fields =
        vec![Field::new("jira.connection", "Jira connection", named(&pickers.sites, "choose"))];
    let projects: Vec<Choice> = pickers
        .projects
        .iter()
        .map(|one| Choice::new(one.key.clone(), format!("{} ({})", one.name, one.key)))
        .collect();
    if writing.typed.sheet.one("mode") == "display-only" {
        let several = Kind::Several(vec![Choices { heading: String::new(), all: projects }]);
        fields.push(
            Field::new("jira.projects", "Projects", several)
                .hint("The record is shown in the issues of each of them."),
        );
        return fields;
    }
    let project = if projects.is_empty() {
        Kind::Line("text")
    } else {
        let all = std::iter::once(Choice::new("", "choose")).chain(projects).collect();
        Kind::Choice(vec![Choices { heading: String::new(), all }])
    };
    let kind = if pickers.issue_types.is_empty() {
        Kind::Line("text")
    } else {
        named(&pickers.issue_types, "choose")
    };
    fields.push(Field::new("jira.project", "Project", project).required());
    fields.push(Field::new("jira.issue_type", "Issue type", kind).required());
    fields
}

/// The fields that are shown beside the issue.
pub(super) fn show_field(writing: &Writing) -> Field {
    let fields = writing.pickers.record_fields.iter();
    let mut all: Vec<Choice> =
        fields.map(|field| Choice::new(field.name.clone(), record_label(field))).collect();
    for name in writing.typed.sheet.all("show").iter().filter(|name| !name.is_empty()) {
        if all.iter().all(|choice| choice.value != *name) {
            all.push(Choice::new(name.clone(), format!("{name} (as written)")));
        }
    }
    let several = Kind::Several(vec![Choices { heading: String::new(), all }]);
    Field::new("show", "Fields shown beside the issue", several)
        .hint("Without a choice the mapped ones are shown.")
}

/// What a button of the form asks for, besides keeping what was typed.
pub(super) async fn turn(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let mut writing = Writing::open(&app, &visitor, &id).await?;
    let here = format!("/drafts/{}", writing.draft.id);
    let next = match writing.press(&app, &STEP, &form) {
        Ok(next) => next,
        Err(("suggest", pair)) => {
            suggest(&mut writing, pair);
            format!("{here}#mappings")
        }
        Err(("next", _)) => return onward(&app, shell, &visitor, writing).await,
        Err(_) => Did::Saved.at(&here),
    };
    writing.save(&app, &visitor).await?;
    Ok(Redirect::to(&next).into_response())
}

/// Takes a suggestion, which names a field of each side, or all of them.
fn suggest(writing: &mut Writing, pair: &str) {
    let wanted = suggestions(&writing.typed.sheet, &writing.pickers);
    let is_meant =
        |one: &&Suggestion| pair == "all" || pair == format!("{}={}", one.salesforce, one.jira);
    for one in wanted.iter().filter(is_meant) {
        let path = writing.typed.sheet.add_row("mappings");
        writing.typed.sheet.set(&format!("{path}.salesforce"), &one.salesforce);
        writing.typed.sheet.set(&format!("{path}.jira"), &one.jira);
        writing.typed.sheet.set(&format!("{path}.policy"), "newest");
    }
}

/// Leads to the second step, unless something of this one must be mended first.
async fn onward(app: &App, shell: Shell, visitor: &Visitor, mut writing: Writing) -> Answer {
    writing.typed.tried = true;
    writing.save(app, visitor).await?;
    // What was chosen just now may have other fields to choose from.
    writing.pickers = super::Pickers::load(app, &writing.typed.sheet).await?;
    let wrong = writing.found().iter().any(|one| one.bad && super::check::step(&one.path) == 1);
    if wrong {
        let mut response = draw(&first(app, shell, &writing).await?)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    Ok(Redirect::to(&format!("/drafts/{}/options", writing.draft.id)).into_response())
}
