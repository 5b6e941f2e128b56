//! The plan of an item: what it would do, counted, with samples, and what that costs. Nothing is
//! written.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use lockstep_engine::{Extent, ItemPreview, LinkPreview};
use lockstep_model::item::Mode;
use lockstep_model::told;
use lockstep_store::Item;
use serde::Deserialize;

use super::{Head, found};
use crate::App;
use crate::view::{Answer, Field, Remark, Shell, page as draw, words};

/// Links and new records that are looked at without being asked for more.
const LOOKED_AT: u64 = 200;
/// Most that a page looks at: beyond, the command line has the patience.
const LOOKED_AT_MAX: u64 = 5_000;
/// Plans of a kind that are shown.
const SAMPLES: usize = 5;

#[derive(Template)]
#[template(path = "item_plan.html")]
struct Page {
    shell: Shell,
    head: Head,
    shows_only: bool,
    counts: Vec<(&'static str, u64)>,
    more: bool,
    looked_at: u64,
    further: Option<u64>,
    countable: Option<u64>,
    cost: Vec<(&'static str, String)>,
    links: Vec<Sample>,
    new: Vec<Sample>,
    unread: Vec<(String, String)>,
    unread_count: u64,
    /// What must be typed before the item begins to write.
    typed: Option<Field>,
    writes: u64,
}

/// A link's plan, as a sample.
struct Sample {
    title: String,
    issue: String,
    href: Option<String>,
    steps: Vec<Told>,
    findings: Vec<(String, &'static str, String)>,
}

struct Told {
    what: String,
    why: String,
    changes: Vec<Wrote>,
}

struct Wrote {
    field: String,
    before: String,
    after: String,
    why: String,
}

/// How much is looked at.
#[derive(Deserialize)]
pub(super) struct Asked {
    limit: Option<String>,
}

impl Asked {
    fn limit(&self) -> u64 {
        let asked = self.limit.as_deref().and_then(|limit| limit.parse().ok());
        asked.unwrap_or(LOOKED_AT).clamp(1, LOOKED_AT_MAX)
    }
}

pub(super) async fn page(
    State(app): State<App>,
    shell: Shell,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let item = found(&app, &name).await?;
    drawn(&app, shell, &item, (asked.limit(), None)).await
}

/// The page, with what was typed and is wrong.
pub(super) async fn drawn(
    app: &App,
    shell: Shell,
    item: &Item,
    (limit, wrong): (u64, Option<(String, Remark)>),
) -> Answer {
    let extent = Extent { limit, samples: SAMPLES, new_records: true };
    let preview = Box::pin(app.engine.preview_item(item.id, extent, &mut |_| {})).await?;
    let failed = wrong.is_some();
    let mut response = draw(&of(shell, item, &preview, (limit, wrong)))?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// How many links and records an item begins to write to.
fn writes(preview: &ItemPreview) -> u64 {
    preview.counts.create + preview.counts.update
}

fn of(
    shell: Shell,
    item: &Item,
    preview: &ItemPreview,
    (limit, wrong): (u64, Option<(String, Remark)>),
) -> Page {
    let (head, writes) = (Head::of(item, "plan"), writes(preview));
    let counts = preview.counts;
    let field = || {
        let hint = "So that nobody begins by a slip.";
        let field =
            Field::line("typed", format!("Type {writes} to let it begin")).required().hint(hint);
        match wrong {
            Some((typed, remark)) => field.with(typed).remark([remark]),
            None => field,
        }
    };
    Page {
        shows_only: item.document.mode == Mode::DisplayOnly,
        typed: head.paused.then(field),
        counts: vec![
            ("looked at", counts.looked_at),
            ("to create", counts.create),
            ("to update", counts.update),
            ("in step", counts.skip),
            ("with a conflict", counts.conflict),
            ("with something refused", counts.refused),
        ],
        more: preview.more,
        looked_at: counts.looked_at,
        further: (preview.more && limit < LOOKED_AT_MAX).then(|| (limit * 5).min(LOOKED_AT_MAX)),
        countable: preview.countable,
        cost: cost(preview),
        links: preview.links.iter().map(sample).collect(),
        new: preview.new.iter().map(sample).collect(),
        unread: preview
            .unread
            .iter()
            .map(|(what, fault)| (what.clone(), fault.to_string()))
            .collect(),
        unread_count: preview.unread_count,
        writes,
        head,
        shell,
    }
}

fn cost(preview: &ItemPreview) -> Vec<(&'static str, String)> {
    let estimate = &preview.estimate;
    let minutes = match estimate.seconds {
        0 | 1 => "about a second of one worker".to_owned(),
        seconds @ 2..=119 => format!("about {seconds} s of one worker"),
        seconds => format!("about {} min of one worker", seconds.div_ceil(60)),
    };
    let mut cost = vec![
        ("Salesforce calls", words::grouped(estimate.calls.salesforce.total().cast_signed())),
        ("Jira calls", words::grouped(estimate.calls.jira.total().cast_signed())),
        ("Time", minutes),
    ];
    if let Some(left) = estimate.salesforce_left {
        cost.push(("Calls the org has left today", words::grouped(left.cast_signed())));
    }
    cost
}

fn sample(preview: &LinkPreview) -> Sample {
    Sample {
        title: format!("{} ({})", preview.title, preview.record),
        issue: preview.issue.clone().unwrap_or_else(|| "a new issue".to_owned()),
        href: preview.link.map(|link| format!("/links/{link}")),
        steps: preview.plan.steps.iter().map(|step| told_step(&told::step(step))).collect(),
        findings: preview
            .plan
            .findings
            .iter()
            .map(|one| (one.code.to_string(), one.code.title(), one.detail.clone()))
            .collect(),
    }
}

fn told_step(told: &told::Told) -> Told {
    Told {
        what: told.what.clone(),
        why: told.why.clone().unwrap_or_default(),
        changes: told
            .changes
            .iter()
            .map(|change| Wrote {
                field: change.field.clone(),
                before: words::value(&change.before),
                after: words::value(&change.after),
                why: change.why.clone(),
            })
            .collect(),
    }
}
