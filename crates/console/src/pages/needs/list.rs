//! What needs somebody, by its cause.

use askama::Template;
use axum::extract::{Query, State};
use lockstep_model::Code;
use lockstep_store::{ConnectionState, NeedGroup, NeedKind};
use serde::Deserialize;

use crate::App;
use crate::view::{Answer, DECIDE, Shell, Time, page as draw, words};

#[derive(Template)]
#[template(path = "needs.html")]
struct Page {
    shell: Shell,
    /// The one error that is looked at, or nothing.
    code: Option<Code>,
    paused: Vec<Paused>,
    held: Option<Group>,
    findings: Vec<Group>,
    dead: Vec<Group>,
}

/// A connection that is paused.
struct Paused {
    name: String,
    code: Code,
    title: &'static str,
    detail: String,
    remedy: &'static str,
    since: Time,
}

/// What waits for the same cause.
struct Group {
    code: String,
    title: &'static str,
    remedy: &'static str,
    count: String,
    one: bool,
    oldest: Option<Time>,
    newest: Option<Time>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    code: String,
}

impl Page {
    fn is_empty(&self) -> bool {
        self.paused.is_empty()
            && self.held.is_none()
            && self.findings.is_empty()
            && self.dead.is_empty()
    }
}

pub(super) async fn page(
    State(app): State<App>,
    shell: Shell,
    Query(asked): Query<Asked>,
) -> Answer {
    let code = Code::from_id(&asked.code.trim().to_uppercase());
    let wanted = |id: &str| code.is_none_or(|code| code.id() == id);
    let groups = app.store.needs().groups(None).await?;
    let of = |kind| {
        let fitting = groups.iter().filter(move |g| g.kind == kind && wanted(&g.code));
        fitting.map(|group| Group::of(group, &shell)).collect::<Vec<_>>()
    };
    let (findings, dead) = (of(NeedKind::Finding), of(NeedKind::DeadLetter));
    let held = of(NeedKind::Held).into_iter().next();
    let held = held.map(|group| Group { remedy: DECIDE, ..group });
    let connections = app.store.connections().list().await?;
    let paused = connections.into_iter().filter_map(|row| match row.state {
        ConnectionState::Paused { code, detail } if wanted(code.id()) => Some(Paused {
            name: row.name,
            code,
            title: code.title(),
            detail: words::clipped(&detail),
            remedy: code.remedy(),
            since: shell.time(&row.updated_at),
        }),
        _ => None,
    });
    let paused = paused.collect();
    draw(&Page { shell, code, paused, held, findings, dead })
}

impl Group {
    fn of(group: &NeedGroup, shell: &Shell) -> Self {
        let known = Code::from_id(&group.code);
        Self {
            code: group.code.clone(),
            title: known.map_or("An error of another version", Code::title),
            remedy: known.map_or("Upgrade every process to the same version.", Code::remedy),
            count: words::count(group.count),
            one: group.count == 1,
            oldest: group.oldest.map(|at| shell.time(&at)),
            newest: group.newest.map(|at| shell.time(&at)),
        }
    }
}
