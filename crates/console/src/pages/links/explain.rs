//! Why a value of a link is what it is.

use askama::Template;
use axum::extract::{Path, State};
use lockstep_model::Side;
use lockstep_model::explain::{Deed, Explanation, Origin};

use super::head::{Head, find};
use crate::App;
use crate::trouble::Trouble;
use crate::view::{Answer, Clock, Shell, Time, page as draw, words};

#[derive(Template)]
#[template(path = "links/explain.html")]
struct Page {
    shell: Shell,
    head: Head,
    subject: String,
    agreed: Option<(String, String)>,
    origin: &'static str,
    deed: Option<Written>,
    held: Option<(String, String)>,
    /// Until when it waits for the batch, in words.
    waits: String,
    /// Whether an undo left the two sides to differ.
    apart: bool,
    refused: Option<Refused>,
    lost: Vec<Lost>,
}

/// The write that the value came from.
struct Written {
    at: Time,
    side: &'static str,
    before: String,
    after: String,
    why: String,
    /// Which event.
    by: String,
    version: String,
    correlation: String,
}

struct Refused {
    by: &'static str,
    value: String,
    code: String,
    detail: String,
    remedy: &'static str,
}

struct Lost {
    at: Time,
    value: String,
    winner: &'static str,
    rule: String,
    actor: String,
}

pub(super) async fn page(
    State(app): State<App>,
    shell: Shell,
    Path((id, field)): Path<(String, String)>,
) -> Answer {
    let known = find(&app, &id).await?;
    let explained = Box::pin(app.engine.explain(known.link.id, &field)).await?;
    let explained = explained.ok_or(Trouble::NotFound("field of this link"))?;
    draw(&filled(shell, known.head, explained))
}

fn filled(shell: Shell, head: Head, explained: Explanation) -> Page {
    let clock = shell.clock();
    let both = |held: lockstep_model::base::Held| {
        (words::value(&held.salesforce), words::value(&held.jira))
    };
    let (origin, deed) = match explained.origin {
        Origin::FoundAlike => {
            ("Both sides showed it when they were first looked at; nothing was written.", None)
        }
        Origin::Written { deed } => ("Lockstep wrote it.", Some(deed)),
        Origin::AgreedSince { deed } => (
            "Both sides have come to show it since the last write, which was another one.",
            Some(deed),
        ),
        Origin::Never => ("The two sides never agreed on it.", None),
    };
    let refused = explained.refused.map(|refusal| Refused {
        by: refusal.by.name(),
        value: words::value(&refusal.value),
        code: refusal.code.to_string(),
        detail: refusal.detail,
        remedy: refusal.code.remedy(),
    });
    let lost = explained.lost.into_iter().map(|lost| Lost {
        at: clock.time(lost.at),
        value: words::kept(&lost.value),
        winner: lost.winner.map_or("the other side", Side::name),
        rule: lost.rule,
        actor: lost.actor.unwrap_or_default(),
    });
    Page {
        shell,
        head,
        subject: explained.subject,
        agreed: explained.agreed.map(both),
        origin,
        deed: deed.map(|deed| written(*deed, clock)),
        held: explained.held.map(both),
        apart: explained.apart,
        waits: explained.waits.map_or_else(String::new, |waits| waits.text()),
        refused,
        lost: lost.collect(),
    }
}

fn written(deed: Deed, clock: Clock) -> Written {
    let version = deed.item_version.map_or_else(|| "not known".to_owned(), |v| v.to_string());
    Written {
        at: clock.time(deed.at),
        side: deed.side.map_or("a side", Side::name),
        before: words::kept(&deed.before),
        after: words::kept(&deed.after),
        why: words::reason(&deed.reason),
        by: deed.actor.unwrap_or_else(|| words::cause(&deed.cause).to_owned()),
        version,
        correlation: deed.correlation.0,
    }
}
