//! The dry run of a link: what would be done now, and why.

use askama::Template;
use axum::extract::{Path, State};
use lockstep_engine::Estimate;
use lockstep_model::told::{self, ToldChange};

use super::head::{Head, find};
use crate::App;
use crate::view::{Answer, Found, Shell, page as draw, words};

#[derive(Template)]
#[template(path = "links/plan.html")]
struct Page {
    shell: Shell,
    head: Head,
    steps: Vec<Step>,
    findings: Vec<Found>,
    cost: String,
}

/// A step as a diff.
pub(crate) struct Step {
    what: String,
    why: String,
    lost: Option<String>,
    changes: Vec<Change>,
}

struct Change {
    field: String,
    before: String,
    after: String,
    why: String,
}

impl Step {
    /// A step of a plan.
    pub(crate) fn of(step: &lockstep_model::Step) -> Self {
        let told = told::step(step);
        Self {
            what: sentence(&told.what),
            why: told.why.unwrap_or_default(),
            lost: told.lost.map(|lost| words::clipped(&lost)),
            changes: told.changes.iter().map(Change::of).collect(),
        }
    }
}

impl Change {
    fn of(change: &ToldChange) -> Self {
        Self {
            field: change.field.clone(),
            before: words::value(&change.before),
            after: words::value(&change.after),
            why: change.why.clone(),
        }
    }
}

/// With a capital at its beginning.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

pub(super) async fn page(State(app): State<App>, shell: Shell, Path(id): Path<String>) -> Answer {
    let known = find(&app, &id).await?;
    let planned = Box::pin(app.engine.preview_link(known.link.id)).await?;
    let plan = &planned.preview.plan;
    draw(&Page {
        shell,
        head: known.head,
        steps: plan.steps.iter().map(Step::of).collect(),
        findings: plan.findings.iter().map(Found::from).collect(),
        cost: cost(&planned.estimate),
    })
}

fn cost(estimate: &Estimate) -> String {
    let (org, site) = (estimate.calls.salesforce.total(), estimate.calls.jira.total());
    let calls = format!("It would take {org} Salesforce calls and {site} Jira calls");
    let time = format!("about {} s", estimate.seconds.max(1));
    match estimate.salesforce_left {
        Some(left) => format!("{calls}, {time}. The org has {left} calls left today."),
        None => format!("{calls}, {time}."),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_step_begins_with_a_capital() {
        assert_eq!(super::sentence("edit issue"), "Edit issue");
        assert_eq!(super::sentence(""), "");
    }
}
