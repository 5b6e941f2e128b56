//! The page of one link.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use lockstep_engine::LinkNow;
use lockstep_model::files::{FilePair, megabytes};
use lockstep_model::plan::CommentPair;
use lockstep_model::{Code, Fault, Side};
use lockstep_store::{LinkState, Origin};
use serde::Deserialize;

use super::fields::{Fields, Row};
use super::head::{Head, Known, find};
use crate::trouble::Trouble;
use crate::view::trail::{Deed, Event, events};
use crate::view::{Answer, Found, Lozenge, Shell, Time, page as draw, words};
use crate::{App, Console};

/// How many rows of the trail the page goes back; the audit has the rest.
const ROWS: i64 = 60;

#[derive(Template)]
#[template(path = "link.html")]
struct Page {
    shell: Shell,
    head: Head,
    state: Lozenge,
    origin: &'static str,
    synced: Option<Time>,
    created: Time,
    rows: Vec<Row>,
    /// Whether both sides were read for this page.
    live: bool,
    /// Why they could not be.
    away: Option<Found>,
    /// What a plan on what was read would do.
    steps: usize,
    findings: Vec<Found>,
    events: Vec<Event>,
    more: bool,
    comments: Vec<Pair>,
    files: Vec<Pair>,
    unlink: Unlink,
}

/// A comment or file with its copy.
struct Pair {
    what: String,
    from: &'static str,
    to: &'static str,
    source: String,
    copy: String,
    note: String,
}

/// Whether the link may be taken apart here.
enum Unlink {
    May,
    /// It may not, and this is why.
    Not(String),
}

impl Unlink {
    fn why(&self) -> &str {
        match self {
            Self::May => "",
            Self::Not(why) => why,
        }
    }

    fn may(&self) -> bool {
        matches!(self, Self::May)
    }
}

#[derive(Deserialize)]
pub(super) struct Asked {
    /// Whether to read both sides.
    #[serde(default)]
    now: String,
}

pub(super) async fn page(
    State(app): State<App>,
    shell: Shell,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let known = find(&app, &id).await?;
    let now = match asked.now.as_str() {
        "" => None,
        _ => Some(app.engine.look_at_link(known.link.id).await),
    };
    draw(&filled(&app, shell, known, now).await?)
}

async fn filled(
    app: &Console,
    shell: Shell,
    known: Known,
    now: Option<Result<LinkNow, Fault>>,
) -> Result<Page, Trouble> {
    let Known { link, spec, schema, head } = known;
    let mut trail = app.store.audit().of_link(link.id, ROWS + 1).await?;
    let more = trail.len() > usize::try_from(ROWS).unwrap_or(usize::MAX);
    trail.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let items = BTreeMap::from([(link.item, spec.name.clone())]);
    let deeds = trail.into_iter().map(|row| Deed::of(row, shell.clock(), &items)).collect();
    let (live, away) = match &now {
        None => (None, None),
        Some(Ok(now)) => (Some(now), None),
        Some(Err(fault)) => (None, Some(Found::from(fault))),
    };
    let (base, findings) = (&link.base, &link.findings[..]);
    let fields = Fields { spec: &spec, schema: &schema, base, findings, now: live };
    let pairs = app.store.links().pairs(link.id).await?;
    let files = app.store.files().of_link(link.id).await?;
    let held = link.base.held.len();
    Ok(Page {
        state: words::link(link.state, held, link.findings.len(), link.synced_at.is_some()),
        origin: match link.origin {
            Origin::Manual => "linked by hand",
            Origin::Auto => "made by its item",
        },
        synced: link.synced_at.map(|at| shell.time(&at)),
        created: shell.time(&link.created_at),
        rows: fields.rows(),
        live: live.is_some(),
        steps: live.map_or(0, |now| now.plan.steps.len()),
        away,
        findings: link.findings.iter().map(Found::from).collect(),
        events: events(deeds),
        more,
        comments: pairs.iter().map(comment).collect(),
        files: files.iter().map(file).collect(),
        unlink: match link.state {
            LinkState::Unlinked => Unlink::Not("It is taken apart already.".to_owned()),
            _ if link.is_removable() => Unlink::May,
            _ => Unlink::Not(Code::LinkAutoManaged.remedy().to_owned()),
        },
        shell,
        head,
    })
}

fn comment(pair: &CommentPair) -> Pair {
    let part = if pair.part > 0 { format!(", part {}", pair.part + 1) } else { String::new() };
    Pair {
        what: format!("comment{part}"),
        from: pair.origin.name(),
        to: pair.origin.other().name(),
        source: pair.source().to_owned(),
        copy: pair.copy().to_owned(),
        note: match (pair.closed, pair.public) {
            (true, _) => "the comment is gone",
            (false, true) => "customers may see it",
            (false, false) => "internal",
        }
        .to_owned(),
    }
}

fn file(pair: &FilePair) -> Pair {
    let id = |side: Side| pair.on(side).unwrap_or("none of its own").to_owned();
    Pair {
        what: pair.name.clone(),
        from: pair.origin.name(),
        to: pair.origin.other().name(),
        source: id(pair.origin),
        copy: id(pair.origin.other()),
        note: megabytes(pair.size),
    }
}
