//! What needs somebody, by its cause.

use askama::Template;
use axum::extract::{Query, State};
use lockstep_model::Code;
use lockstep_store::{ConnectionState, NeedGroup, NeedKind};
use serde::Deserialize;

use super::arrange::Arranged;
use crate::access::{Right, Visitor};
use crate::trouble::Trouble;
use crate::view::{Answer, Shell, Time, page as draw, remedy, words};
use crate::{App, Console};

#[derive(Template)]
#[template(path = "needs.html")]
struct Page {
    shell: Shell,
    /// The one error that is looked at, or nothing.
    code: Option<Code>,
    show: Show,
    /// How many groups are put off.
    snoozed: usize,
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
    arranged: Arranged,
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
    arranged: Arranged,
}

/// Which groups are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Show {
    /// All that are not put off.
    All,
    /// Those of them that whoever asks looks after.
    Mine,
    /// Those that are put off.
    Snoozed,
}

impl Show {
    fn of(word: &str) -> Self {
        match word {
            "mine" => Self::Mine,
            "snoozed" => Self::Snoozed,
            _ => Self::All,
        }
    }

    fn takes(self, group: &NeedGroup, own: Option<&str>) -> bool {
        match self {
            Self::All => group.snoozed_until.is_none(),
            Self::Mine => group.snoozed_until.is_none() && group.assignee.as_deref() == own,
            Self::Snoozed => group.snoozed_until.is_some(),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    code: String,
    /// `mine` or `snoozed`; else all that are not put off.
    show: String,
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
    let (show, own) = (Show::of(&asked.show), shell.visitor.as_ref().map(Visitor::actor));
    let wanted = |id: &str| code.is_none_or(|code| code.id() == id);
    let all = app.store.needs().groups(None).await?;
    let people = people(&app, &shell).await?;
    let snoozed = all.iter().filter(|group| group.snoozed_until.is_some()).count();
    let groups: Vec<&NeedGroup> =
        all.iter().filter(|group| wanted(&group.code) && show.takes(group, own)).collect();
    let of = |kind| {
        let fitting = groups.iter().filter(move |group| group.kind == kind);
        fitting.map(|group| Group::of(group, &people, &shell)).collect::<Vec<_>>()
    };
    let (findings, dead) = (of(NeedKind::Finding), of(NeedKind::DeadLetter));
    let held = of(NeedKind::Held).into_iter().next();
    let connections = app.store.connections().list().await?;
    let paused = connections.into_iter().filter_map(|row| {
        let ConnectionState::Paused { code, detail } = row.state else {
            return None;
        };
        let of_cause =
            |group: &&&NeedGroup| group.kind == NeedKind::Paused && group.code == code.id();
        let group = groups.iter().find(of_cause)?;
        Some(Paused {
            name: row.name,
            code,
            title: code.title(),
            detail: words::clipped(&detail),
            remedy: code.remedy(),
            since: shell.time(&row.updated_at),
            arranged: Arranged::of(group, code.title(), &people, &shell),
        })
    });
    let paused = paused.collect();
    draw(&Page { shell, code, show, snoozed, paused, held, findings, dead })
}

/// Whom a group can be given to, where whoever asks may give it.
async fn people(app: &Console, shell: &Shell) -> Result<Vec<(String, String)>, Trouble> {
    if !shell.may_operate() {
        return Ok(Vec::new());
    }
    let all = app.store.accounts().list().await?;
    let able = all.into_iter().filter(|one| !one.disabled && Right::Operate.of(one.role));
    Ok(able.map(|one| (one.name, one.display_name)).collect())
}

impl Group {
    fn of(group: &NeedGroup, people: &[(String, String)], shell: &Shell) -> Self {
        let known = Code::from_id(&group.code);
        let title = known.map_or("An error of another version", Code::title);
        Self {
            code: group.code.clone(),
            title,
            remedy: known.map_or("Upgrade every process to the same version.", remedy),
            count: words::count(group.count),
            one: group.count == 1,
            oldest: group.oldest.map(|at| shell.time(&at)),
            newest: group.newest.map(|at| shell.time(&at)),
            arranged: Arranged::of(group, title, people, shell),
        }
    }
}
