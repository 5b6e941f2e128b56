//! The first run, step by step. Where it stands follows from what is there, so it goes on where it was
//! left, by whoever comes next.

use askama::Template;
use axum::extract::State;
use lockstep_store::{Connection, ConnectionKind, ConnectionState, Draft, ItemState, ItemSummary};

use crate::App;
use crate::access::{Right, Visitor};
use crate::routes::Routes;
use crate::view::{Answer, Shell, page as draw};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(Right::See, "/setup", page)
}

#[derive(Template)]
#[template(path = "setup.html")]
struct Page {
    shell: Shell,
    steps: Vec<Step>,
    done: usize,
}

/// A step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    title: &'static str,
    done: bool,
    /// The first one that is not done.
    now: bool,
    text: String,
    /// Where it is done.
    next: Option<(String, &'static str)>,
    /// Begins a draft instead of leading somewhere.
    begins: bool,
}

/// What the steps follow from.
struct Known<'a> {
    connections: &'a [Connection],
    items: &'a [ItemSummary],
    drafts: &'a [Draft],
}

async fn page(State(app): State<App>, shell: Shell, visitor: Visitor) -> Answer {
    let connections = app.store.connections().list().await?;
    let items = app.store.items().list().await?;
    let drafts = app.store.drafts().list(visitor.account.id).await?;
    let steps = steps(&Known { connections: &connections, items: &items, drafts: &drafts });
    let done = steps.iter().filter(|step| step.done).count();
    draw(&Page { shell, steps, done })
}

fn steps(known: &Known<'_>) -> Vec<Step> {
    let mut steps = vec![
        connected(known, ConnectionKind::Salesforce),
        tested(known, ConnectionKind::Salesforce),
        connected(known, ConnectionKind::Jira),
        tested(known, ConnectionKind::Jira),
        first_item(known),
        planned(known),
        live(known),
    ];
    if let Some(next) = steps.iter_mut().find(|step| !step.done) {
        next.now = true;
    }
    // What comes later is not begun yet.
    for later in steps.iter_mut().filter(|step| !step.done && !step.now) {
        (later.next, later.begins) = (None, false);
    }
    steps
}

fn step(title: &'static str, done: bool, text: impl Into<String>) -> Step {
    Step { title, done, now: false, text: text.into(), next: None, begins: false }
}

impl Step {
    fn to(mut self, href: impl Into<String>, words: &'static str) -> Self {
        self.next = Some((href.into(), words));
        self
    }
}

fn connected(known: &Known<'_>, kind: ConnectionKind) -> Step {
    let names: Vec<&str> = of_kind(known, kind).map(|row| row.name.as_str()).collect();
    let (title, href) = match kind {
        ConnectionKind::Salesforce => ("Connect Salesforce", "/connections/new/salesforce"),
        ConnectionKind::Jira => ("Connect Jira", "/connections/new/jira"),
    };
    match names.as_slice() {
        [] => step(
            title,
            false,
            "Its address and its credentials. They are tested before anything is saved.",
        )
        .to(href, title),
        names => step(title, true, names.join(", ")),
    }
}

fn tested(known: &Known<'_>, kind: ConnectionKind) -> Step {
    let title = match kind {
        ConnectionKind::Salesforce => "Test Salesforce",
        ConnectionKind::Jira => "Test Jira",
    };
    let works = |row: &&Connection| row.state == ConnectionState::Active;
    let mut all = of_kind(known, kind);
    match (all.clone().find(works), all.next()) {
        (Some(row), _) => step(title, true, format!("{} works.", row.name))
            .to(format!("/connections/{}", row.name), "See the connection"),
        (None, Some(row)) => {
            step(title, false, format!("{} is paused: mend what it says.", row.name))
                .to(format!("/connections/{}", row.name), "Open it")
        }
        (None, None) => {
            step(title, false, "Each thing that Lockstep needs is checked by its name.")
        }
    }
}

fn of_kind<'a>(
    known: &Known<'a>,
    kind: ConnectionKind,
) -> impl Iterator<Item = &'a Connection> + Clone {
    known.connections.iter().filter(move |row| row.kind == kind)
}

fn first_item(known: &Known<'_>) -> Step {
    const TITLE: &str = "Make the first item";
    if !known.items.is_empty() {
        return step(TITLE, true, names(known.items));
    }
    let text = "An item says which records and which issues belong together, and how.";
    match known.drafts.first() {
        Some(draft) => step(TITLE, false, "A draft is there; nothing that was typed is lost.")
            .to(format!("/drafts/{}", draft.id), "Go on with the draft"),
        None => Step { begins: true, ..step(TITLE, false, text) },
    }
}

fn names(items: &[ItemSummary]) -> String {
    let names: Vec<&str> = items.iter().map(|one| one.item.document.name.as_str()).collect();
    names.join(", ")
}

fn has_begun(one: &ItemSummary) -> bool {
    one.item.state == ItemState::Active || one.swept_at.is_some()
}

fn planned(known: &Known<'_>) -> Step {
    const TITLE: &str = "Look at its plan";
    let text = "What it would create and change, counted, before anything is written.";
    match known.items {
        [] => step(TITLE, false, text),
        items if items.iter().any(has_begun) => step(TITLE, true, "Seen."),
        [first, ..] => step(TITLE, false, text)
            .to(format!("/items/{}/plan", first.item.document.name), "See the plan"),
    }
}

fn live(known: &Known<'_>) -> Step {
    const TITLE: &str = "Let it begin";
    match known.items.iter().find(|one| has_begun(one)) {
        Some(one) => {
            step(TITLE, true, format!("{} is at work.", one.item.document.name)).to("/", "Home")
        }
        None => step(TITLE, false, "With the number that the plan counts, typed."),
    }
}
