//! The second step: status, the rule, comments, files, auto-create, associated records, and the rest.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use lockstep_model::field::SalesforceType;

use super::first::show_field;
use super::judge::Found;
use super::mapping::{STRAYED, choices, record_kind};
use super::{Head, Step, Writing, rule, rule_fields};
use crate::App;
use crate::access::Visitor;
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Choice, Choices, Did, Field, Kind, Shell, page as draw};

/// This step of the form.
const STEP: Step = Step {
    parts: &[
        "status",
        "rule",
        "comments",
        "files",
        "auto_create",
        "associated",
        "parent",
        "drift",
        "link_note",
        "users",
        "time_zone",
        "sweep_seconds",
    ],
    rows: "status.map",
    anchor: "statuses",
    path: "/options",
};

#[derive(Template)]
#[template(path = "draft_second.html")]
struct Second {
    shell: Shell,
    head: Head,
    writes: bool,
    status: Vec<Field>,
    pairs: Vec<Pair>,
    rule: Vec<Field>,
    /// How several tests are joined.
    join: Option<Field>,
    tests: Vec<Pair>,
    /// A condition within a condition, which the form leaves alone.
    several: Option<String>,
    comments: Vec<Field>,
    files: Vec<Field>,
    create: Vec<Field>,
    create_more: Vec<Field>,
    associated: Vec<Field>,
    parent: Vec<Field>,
    rest: Vec<Field>,
}

/// A row: of the status map, or of the tests of the rule.
struct Pair {
    number: usize,
    index: usize,
    fields: Vec<Field>,
}

pub(super) async fn page(
    State(app): State<App>,
    shell: Shell,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let writing = Writing::open(&app, &visitor, &id).await?;
    draw(&second(&app, shell, &writing).await?)
}

async fn second(app: &App, shell: Shell, writing: &Writing) -> Result<Second, Trouble> {
    let (sheet, found) = (&writing.typed.sheet, writing.found());
    let filled = |field: Field| writing.filled(field, &found);
    let filled_all = |fields: Vec<Field>| fields.into_iter().map(&filled).collect::<Vec<_>>();
    let writes = sheet.one("mode") != "display-only";
    let numbered = |path: &str, fields: fn(&Writing, &str) -> Vec<Field>| {
        let rows = sheet.rows(path);
        let rows = rows.iter().enumerate().map(|(at, index)| Pair {
            number: at + 1,
            index: *index,
            fields: filled_all(fields(writing, &format!("{path}[{index}]"))),
        });
        rows.collect::<Vec<Pair>>()
    };
    let (pairs, tests) = (numbered("status.map", pair), numbered(rule::TESTS, rule_fields::test));
    let several = sheet.one("rule.several");
    let several = (!several.is_empty()).then(|| several.to_owned());
    let mut rest = rest();
    if writes {
        rest.insert(0, show_field(writing));
    }
    let mut second = Second {
        head: writing.head(app, &[], &[]).await?,
        writes,
        status: filled_all(status(writing)),
        rule: filled_all(rule_fields::consequences(writing)),
        join: (tests.len() > 1).then(|| filled(rule_fields::join())),
        tests,
        several,
        comments: filled_all(comments()),
        files: filled_all(files()),
        create: filled_all(create()),
        create_more: filled_all(create_more(writing)),
        associated: filled_all(associated()),
        parent: filled_all(parent(app, writing).await?),
        rest: filled_all(rest),
        pairs,
        shell,
    };
    let here = second.names();
    let of_step = found.iter().filter(|one| super::check::step(&one.path) == 2);
    let lost = of_step.filter(|one| !here.contains(&one.field())).cloned();
    second.head.elsewhere = lost.collect::<Vec<Found>>();
    second.head.saved = Some(second.shell.time(&writing.draft.updated_at));
    Ok(second)
}

impl Second {
    /// The fields that are on the page.
    fn names(&self) -> Vec<String> {
        let parts = [
            &self.status,
            &self.rule,
            &self.comments,
            &self.files,
            &self.create,
            &self.create_more,
            &self.associated,
            &self.parent,
            &self.rest,
        ];
        let plain = parts.into_iter().flatten().chain(&self.join);
        let rows = self.pairs.iter().chain(&self.tests).flat_map(|row| &row.fields);
        plain.chain(rows).map(|field| field.name.clone()).collect()
    }
}

pub(super) fn tick(name: &'static str, label: &'static str) -> Field {
    Field::new(name, label, Kind::Tick)
}

/// Names to choose from; a line to type in where none are known.
pub(super) fn named(names: Vec<String>, none: &str) -> Kind {
    if names.is_empty() {
        return Kind::Line("text");
    }
    let all = names.into_iter().map(|name| Choice::new(name.clone(), name));
    let all = std::iter::once(Choice::new("", none)).chain(all).collect();
    Kind::Choice(vec![Choices { heading: String::new(), all }])
}

pub(super) fn issue_statuses(writing: &Writing, none: &str) -> Kind {
    let names = writing.pickers.issue_statuses.iter().map(|status| status.name.clone()).collect();
    named(names, none)
}

fn status(writing: &Writing) -> Vec<Field> {
    let picklists = writing.pickers.record_fields.iter();
    let picklists = picklists.filter(|field| field.kind == SalesforceType::Picklist);
    let names = picklists.map(|field| field.name.clone()).collect();
    vec![
        tick("status.enabled", "Keep the statuses in step, both ways"),
        Field::new("status.field", "Status field of the record", named(names, "the object's own"))
            .hint("A picklist; for a custom object, or where another one than the object's own is meant."),
        Field::line("status.resolution", "Resolution of a closing transition")
            .hint("Given where its screen asks for one. Without a choice: Done, if it is offered."),
    ]
}

fn pair(writing: &Writing, path: &str) -> Vec<Field> {
    let statuses = writing.pickers.record_statuses.iter();
    let names = statuses.map(|status| status.value.clone()).collect();
    vec![
        Field::new(format!("{path}.salesforce"), "In Salesforce", named(names, "choose")),
        Field::new(format!("{path}.jira"), "In Jira", issue_statuses(writing, "choose")),
        Field::line(format!("{path}.resolution"), "Resolution"),
    ]
}

fn comments() -> Vec<Field> {
    let internal =
        [("copy", "copy them; the copies are internal too"), ("skip", "leave them where they are")];
    let edits = [("mirror", "changes its copy"), ("ignore", "leaves its copy as it is")];
    let copies =
        [("leave", "stays until the comment itself is edited"), ("restore", "is put back")];
    let deletes =
        [("ignore", "stays"), ("mark", "gains a line that says so"), ("mirror", "is deleted too")];
    let long = [("split", "comes in numbered parts"), ("cut", "ends with a note")];
    vec![
        tick("comments.enabled", "Copy comments both ways"),
        tick("comments.publish", "Customers see copies of public Jira comments"),
        Field::new("comments.internal", "Comments that customers do not see", choices(&internal)),
        Field::new("comments.edits", "An edited comment", choices(&edits)),
        Field::new("comments.edited_copies", "A copy that somebody edited", choices(&copies)),
        Field::new("comments.deletes", "The copy of a deleted comment", choices(&deletes)),
        Field::new("comments.brake_percent", "Brake, in percent", Kind::Line("number"))
            .hint("If more of a link's comments are gone at once, no copy is touched."),
        Field::new("comments.long", "A comment that is too long", choices(&long)),
    ]
}

fn files() -> Vec<Field> {
    vec![
        tick("files.enabled", "Copy files both ways"),
        Field::new("files.max_mb", "Ceiling in megabytes", Kind::Line("number"))
            .hint("A larger file is reported and left where it is."),
        tick("files.notes", "Each side gets a note that says which files came from the other one"),
    ]
}

fn create() -> Vec<Field> {
    let from = [
        ("now", "those created from now on"),
        ("since", "those created since the time below"),
        ("all", "all of them"),
    ];
    vec![
        tick("auto_create.enabled", "A new record opens an issue"),
        Field::new("auto_create.from", "Which records count as new", choices(&from)),
        Field::line("auto_create.since", "Since")
            .when("auto_create.from=since")
            .hint("Such as 2026-11-01T00:00:00Z."),
    ]
}

fn create_more(writing: &Writing) -> Vec<Field> {
    vec![
        Field::new(
            "auto_create.match.salesforce",
            "Key field of the record",
            record_kind(&writing.pickers),
        )
        .hint("An issue that holds the record's key is taken instead of making one."),
        Field::line("auto_create.match.jira", "Key field of the issue")
            .hint("The id of a field, or key for the issue's own."),
        Field::line("auto_create.from_jira.jql", "Issues that get a record (JQL)")
            .hint("Such as labels = escalated. Two-way and custom items only."),
        Field::line("auto_create.from_jira.external_id", "Unique external id of the object")
            .hint("It holds the issue's id, so that there is never a second record."),
    ]
}

fn associated() -> Vec<Field> {
    vec![
        tick("associated.enabled", "Show the records that hang on the record (read-only)"),
        Field::new("associated.limit", "Most records of a group", Kind::Line("number")),
    ]
}

/// Which record's issue is the parent of an issue.
async fn parent(app: &App, writing: &Writing) -> Result<Vec<Field>, Trouble> {
    let lookups = writing.pickers.record_fields.iter();
    let lookups = lookups.filter(|field| field.kind == SalesforceType::Reference);
    let names = lookups.map(|field| field.name.clone()).collect();
    let items = app.store.items().names().await?.into_values().collect();
    Ok(vec![
        Field::new("parent.salesforce", "Lookup field of the record", named(names, "none")).hint(
            "The record that it names has an issue: that issue is the parent, such as an epic.",
        ),
        Field::new(
            "parent.item",
            "Item under which that record has its issue",
            named(items, "none"),
        ),
    ])
}

fn rest() -> Vec<Field> {
    vec![
        Field::new(
            "drift",
            "A change on the side that does not own a field",
            choices(&STRAYED[1..]),
        ),
        tick("link_note", "Each record gets a note, once, that names its issue"),
        Field::new("sweep_seconds", "Seconds between two sweeps", Kind::Line("number")),
        Field::line("time_zone", "Time zone in which a date-time has its day")
            .hint("Such as Europe/Berlin; without one UTC."),
        Field::new("users", "People whom no e-mail address pairs", Kind::Lines)
            .hint("A line each, Salesforce first: ada@acme.example = 557058:0b1c."),
    ]
}

/// What a button of the form asks for, besides keeping what was typed.
pub(super) async fn turn(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let mut writing = Writing::open(&app, &visitor, &id).await?;
    let start = format!("/drafts/{}", writing.draft.id);
    let next = match writing.press(&app, &STEP, &form) {
        Ok(next) => next,
        Err(("test-add", _)) => {
            let path = rule::add(&mut writing.typed.sheet);
            format!("{start}/options#{}", crate::view::field_id(&format!("{path}.field")))
        }
        Err(("test-remove", index)) => {
            rule::remove(&mut writing.typed.sheet, index.parse().unwrap_or(usize::MAX));
            format!("{start}/options#tests")
        }
        Err(("back", _)) => start,
        Err(("next", _)) => {
            super::check::run(&app, &mut writing).await;
            format!("{start}/check")
        }
        Err(_) => Did::Saved.at(&format!("{start}/options")),
    };
    writing.save(&app, &visitor).await?;
    Ok(Redirect::to(&next).into_response())
}
