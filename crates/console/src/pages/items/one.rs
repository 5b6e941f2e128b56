//! An item: what it is, how it stands, and what can be done with it.

use askama::Template;
use axum::extract::{Path, State};
use lockstep_engine::Resolved;
use lockstep_model::ConnectedItem;
use lockstep_model::activity::ActivityForm;
use lockstep_model::item::{Owner, Policy};
use lockstep_store::{HeldDeletes, ItemSummary};
use serde::Deserialize;

use super::deletes::Braked;
use super::look::{Latest, Row};
use super::{Head, found};
use crate::App;
use crate::trouble::Trouble;
use crate::view::{Answer, Shell, Time, page as draw};

#[derive(Template)]
#[template(path = "item.html")]
struct One {
    shell: Shell,
    head: Head,
    row: Row,
    latest: Latest,
    connections: [String; 2],
    version: i32,
    applied: Time,
    next: Option<Time>,
    findings: i64,
    braked: Braked,
    mappings: Vec<Mapped>,
    shown: Vec<String>,
    switches: Vec<(&'static str, String)>,
}

/// A mapping, as it is read.
struct Mapped {
    salesforce: String,
    jira: String,
    way: &'static str,
    policy: &'static str,
    extras: String,
}

pub(super) async fn page(State(app): State<App>, shell: Shell, Path(name): Path<String>) -> Answer {
    let deletes = app.store.items().held_deletes(found(&app, &name).await?.id).await?;
    let all = app.store.items().list().await?;
    let summary = all.into_iter().find(|one| one.item.document.name == name);
    let summary = summary.ok_or(Trouble::NotFound("item"))?;
    draw(&one(shell, &summary, deletes))
}

fn one(shell: Shell, summary: &ItemSummary, deletes: HeldDeletes) -> One {
    let (item, spec) = (&summary.item, &summary.item.document);
    let resolved = Resolved::deserialize(&item.extra).unwrap_or_default();
    let head = Head::of(item, "overview");
    One {
        row: Row::of(&shell, summary),
        latest: Latest::of(&shell, summary),
        connections: [spec.salesforce.connection.clone(), spec.jira.connection.clone()],
        version: item.version,
        applied: shell.time(&item.updated_at),
        next: (!head.paused).then(|| shell.time(&summary.next_sweep_at)),
        findings: summary.findings,
        braked: Braked::of(&shell, deletes),
        mappings: spec.mappings.iter().map(|mapping| mapped(spec, mapping, &resolved)).collect(),
        shown: spec.show.clone(),
        switches: switches(spec),
        head,
        shell,
    }
}

fn mapped(
    spec: &ConnectedItem,
    mapping: &lockstep_model::item::Mapping,
    resolved: &Resolved,
) -> Mapped {
    let id = resolved.jira_names.get(&mapping.jira).unwrap_or(&mapping.jira);
    let name = resolved.schema.jira.get(id).map(|field| field.name.clone());
    let jira = match name {
        Some(name) if name != mapping.jira => format!("{name} ({})", mapping.jira),
        _ => mapping.jira.clone(),
    };
    let label = resolved.schema.salesforce.get(&mapping.salesforce).map(|field| &field.label);
    let salesforce = match label {
        Some(label) if *label != mapping.salesforce => format!("{label} ({})", mapping.salesforce),
        _ => mapping.salesforce.clone(),
    };
    let mut extras = Vec::new();
    extras.extend(mapping.values.as_ref().map(|map| format!("{} values", map.map.len())));
    extras.extend(mapping.constant.as_ref().map(|text| format!("always {text}")));
    extras.extend(mapping.template.as_ref().map(|text| format!("joined as {text}")));
    extras.extend(mapping.default.as_ref().map(|text| format!("first {text}")));
    extras.extend(mapping.truncate.then(|| "may be shortened".to_owned()));
    extras.extend(mapping.round.then(|| "may be rounded".to_owned()));
    Mapped {
        salesforce,
        jira,
        way: match spec.owner(mapping) {
            None => "shown only",
            Some(Owner::Salesforce) => "Salesforce to Jira",
            Some(Owner::Jira) => "Jira to Salesforce",
            Some(Owner::Both) => "both ways",
        },
        policy: match mapping.policy {
            Policy::Newest => "newest wins",
            Policy::Salesforce => "Salesforce wins",
            Policy::Jira => "Jira wins",
            Policy::Hold => "held for a person",
        },
        extras: extras.join(", "),
    }
}

fn switches(spec: &ConnectedItem) -> Vec<(&'static str, String)> {
    let on = |yes: bool, how: String| if yes { how } else { "off".to_owned() };
    let status = spec.status_field().unwrap_or_default();
    let pairs = spec.status.map.len();
    vec![
        ("Status", on(spec.syncs_status(), format!("{status}, {pairs} pairs of statuses"))),
        ("Comments", on(spec.syncs_comments(), "both ways".to_owned())),
        (
            "Activities",
            match spec.active_activities().map(|options| options.form) {
                None => "off".to_owned(),
                Some(ActivityForm::Worklog) => "become work logs".to_owned(),
                Some(ActivityForm::Comment) => "become comments".to_owned(),
            },
        ),
        ("Files", on(spec.syncs_files(), format!("up to {} MB", spec.files.max_mb))),
        ("Auto-create", on(spec.creates_issues(), "new records open issues".to_owned())),
        (
            "Records from issues",
            spec.creates_records().map_or_else(|| "off".to_owned(), |rule| rule.jql.clone()),
        ),
        (
            "Associated records",
            on(spec.associated.enabled, format!("up to {} of a group", spec.associated.limit)),
        ),
        ("Swept every", format!("{} s", spec.sweep_seconds)),
    ]
}
