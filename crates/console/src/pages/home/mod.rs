//! Home: in five seconds, whether all is in step, how late, what needs somebody, and what is left.

mod charts;
mod standing;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use chrono::{NaiveTime, TimeDelta};
use futures::try_join;
use lockstep_model::{ConnectionId, ItemId};
use lockstep_store::{
    Backlog, COUNT_MAX, CallUsage, Connection, ConnectionKind, ItemSummary, NeedGroup, NeedKind,
    Point, Series, StoreError,
};
use serde::Deserialize;

use self::charts::{DIRECTIONS, Measured, Span, spread};
use self::standing::{Facts, Standing};
use crate::pages::connections::state;
use crate::trouble::Trouble;
use crate::view::chart::Chart;
use crate::view::{Answer, Lozenge, Shell, Time, page as draw, words};
use crate::{App, Console};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    shell: Shell,
    /// The word for the whole.
    state: Lozenge,
    /// The same in a sentence.
    sentence: String,
    links: String,
    left: Option<String>,
    /// Since when the link waits that waits longest.
    oldest: Option<Time>,
    /// When the item was swept that was not for longest.
    swept: Option<Time>,
    needs: Vec<Need>,
    items: Vec<ItemLine>,
    connections: Vec<ConnectionLine>,
    /// How long changes took in the last hour, by direction.
    took: Vec<Took>,
    /// Whether the charts show the last hour.
    hour: bool,
    charts: Vec<Chart>,
}

/// How long changes of a direction took.
struct Took {
    direction: &'static str,
    half: String,
    most: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    /// `hour`: the charts show the last hour.
    of: String,
}

/// What needs somebody, in a line.
struct Need {
    text: String,
    path: &'static str,
}

struct ItemLine {
    name: String,
    state: Lozenge,
    note: String,
    links: String,
    swept: Option<Time>,
}

struct ConnectionLine {
    name: String,
    vendor: &'static str,
    state: Lozenge,
    note: String,
    code: Option<String>,
    /// Calls of today.
    calls: String,
    /// What is left of the vendor's own limit, where it tells.
    left: String,
    /// When it told.
    seen: Option<Time>,
}

/// What the page is made of.
struct Known {
    connections: Vec<Connection>,
    items: Vec<ItemSummary>,
    backlog: BTreeMap<ItemId, Backlog>,
    groups: Vec<NeedGroup>,
    usage: BTreeMap<ConnectionId, CallUsage>,
    latency: Vec<Point>,
}

impl Home {
    /// Whether there is nothing to tell of yet.
    fn is_new(&self) -> bool {
        self.items.is_empty() && self.connections.is_empty()
    }
}

pub(super) async fn page(
    State(app): State<App>,
    shell: Shell,
    Query(asked): Query<Asked>,
) -> Answer {
    let span = Span::of(&asked.of);
    let (known, measured) =
        try_join!(Known::read(&app), Measured::read(&app, span, shell.clock()))?;
    let named = known.connections.iter().map(|row| (row.id.to_string(), row.name.clone()));
    let charts = measured.charts(&named.collect());
    draw(&Home { hour: span == Span::Hour, charts, ..filled(shell, &known) })
}

impl Known {
    async fn read(app: &Console) -> Result<Self, Trouble> {
        let now = app.ambient.now();
        let midnight = now.date_naive().and_time(NaiveTime::MIN).and_utc();
        let hour_ago = now - TimeDelta::hours(1);
        let (items, connections) = (app.store.items(), app.store.connections());
        // What counts many links is asked at once; the rest is quick.
        let quick = async {
            let (usage, all) = (connections.usage(midnight).await?, connections.list().await?);
            let latency = app.store.measures().totals(Series::Latency, hour_ago).await?;
            let mut groups = app.store.needs().groups(None).await?;
            groups.retain(|group| group.snoozed_until.is_none());
            Ok::<_, StoreError>((usage, all, latency, groups))
        };
        let (backlog, items, (usage, connections, latency, groups)) =
            try_join!(items.backlog(None), items.list(), quick)?;
        Ok(Self {
            usage: usage.into_iter().map(|each| (each.connection, each)).collect(),
            latency,
            connections,
            items,
            backlog: backlog.into_iter().map(|each| (each.item, each)).collect(),
            groups,
        })
    }

    /// How many of a kind wait for somebody.
    fn count(&self, kind: NeedKind) -> i64 {
        let counts = self.groups.iter().filter(|g| g.kind == kind).map(|g| g.count);
        counts.sum::<i64>().min(COUNT_MAX)
    }

    fn is_paused(&self, id: ConnectionId) -> bool {
        let row = self.connections.iter().find(|row| row.id == id);
        row.is_some_and(|row| row.state != lockstep_store::ConnectionState::Active)
    }

    fn facts(&self, summary: &ItemSummary) -> Facts {
        let item = &summary.item;
        let backlog = self.backlog.get(&item.id);
        let of = |count: fn(&Backlog) -> i64| backlog.map_or(0, count);
        Facts {
            mode: item.document.mode,
            state: item.state,
            cut_off: self.is_paused(item.salesforce) || self.is_paused(item.jira),
            never_synced: of(|backlog| backlog.never_synced),
            findings: of(|backlog| backlog.with_findings),
            held: of(|backlog| backlog.held),
            swept_at: summary.swept_at,
            every: TimeDelta::from_std(item.sweep_interval()).unwrap_or(TimeDelta::MAX),
        }
    }
}

fn filled(shell: Shell, known: &Known) -> Home {
    let now = shell.now;
    let told = known.items.iter().map(|summary| standing::item(known.facts(summary), now));
    let items: Vec<(Standing, String)> = told.collect();
    let connections: Vec<_> =
        known.connections.iter().map(|row| standing::connection(row, now)).collect();
    let dead = known.count(NeedKind::DeadLetter);
    let given_up = (dead > 0).then_some(Standing::NeedsYou);
    let words = items.iter().map(|(word, _)| *word);
    let all = words.chain(connections.iter().map(|(word, _, _)| *word)).chain(given_up);
    let whole = all.max().unwrap_or(Standing::NotStarted);
    let backlog = || known.backlog.values();
    let left: i64 = backlog().map(|backlog| backlog.never_synced).sum();
    let links: i64 = backlog().map(|backlog| backlog.links).sum();
    Home {
        state: whole.lozenge(),
        sentence: whole.sentence().to_owned(),
        links: words::count(links),
        left: (left > 0).then(|| format!("{} left", words::many(left, "link"))),
        oldest: backlog().filter_map(|b| b.oldest_waiting).min().map(|at| shell.time(&at)),
        swept: known.items.iter().filter_map(|i| i.swept_at).min().map(|at| shell.time(&at)),
        needs: needs(known),
        took: took(&known.latency),
        hour: false,
        charts: Vec::new(),
        items: known.items.iter().zip(items).map(|(item, told)| line(&shell, item, told)).collect(),
        connections: known
            .connections
            .iter()
            .zip(connections)
            .map(|(row, (_, note, code))| {
                connection(&shell, row, (note, code), known.usage.get(&row.id))
            })
            .collect(),
        shell,
    }
}

fn needs(known: &Known) -> Vec<Need> {
    let kinds = [
        (NeedKind::Paused, "paused connection", "/needs#paused"),
        (NeedKind::Held, "link waiting for a decision", "/needs/conflicts"),
        (NeedKind::Finding, "thing left alone on links", "/needs#findings"),
        (NeedKind::DeadLetter, "dead letter", "/needs#dead"),
    ];
    let counted = kinds.into_iter().map(|(kind, what, path)| (known.count(kind), what, path));
    let some = counted.filter(|(count, _, _)| *count > 0);
    some.map(|(count, what, path)| Need { text: plural(count, what), path }).collect()
}

/// `2 links waiting for a decision`: the first noun takes the ending.
fn plural(count: i64, what: &str) -> String {
    if count == 1 {
        return format!("1 {what}");
    }
    let nouns = [("link waiting", "links waiting"), ("thing left", "things left")];
    let many = nouns.iter().find(|(one, _)| what.starts_with(one));
    let what = many.map_or_else(|| format!("{what}s"), |(one, many)| what.replacen(one, many, 1));
    format!("{} {what}", words::count(count))
}

fn line(shell: &Shell, summary: &ItemSummary, (word, note): (Standing, String)) -> ItemLine {
    ItemLine {
        name: summary.item.document.name.clone(),
        state: word.lozenge(),
        note,
        links: words::count(summary.links),
        swept: summary.swept_at.map(|at| shell.time(&at)),
    }
}

fn connection(
    shell: &Shell,
    row: &Connection,
    (note, code): (String, Option<lockstep_model::Code>),
    usage: Option<&CallUsage>,
) -> ConnectionLine {
    let limit = usage.and_then(|usage| usage.limit);
    ConnectionLine {
        name: row.name.clone(),
        vendor: match row.kind {
            ConnectionKind::Salesforce => "Salesforce",
            ConnectionKind::Jira => "Jira",
        },
        state: state(row, shell.now),
        note,
        code: code.map(|code| code.to_string()),
        calls: words::grouped(usage.map_or(0, |usage| usage.calls)),
        left: limit.map_or_else(String::new, |limit| {
            let left = words::grouped((limit.max - limit.used).max(0));
            format!("{left} of {} left", words::grouped(limit.max))
        }),
        seen: limit.map(|limit| shell.time(&limit.seen_at)),
    }
}

/// How long half and most changes of each direction took.
fn took(latency: &[Point]) -> Vec<Took> {
    let told = DIRECTIONS.into_iter().filter_map(|(label, direction)| {
        let (half, most) = spread(latency.iter().filter(|point| point.label == label))?;
        Some(Took { direction, half, most })
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::plural;

    #[test]
    fn what_needs_somebody_is_counted_in_words() {
        assert_eq!(plural(1, "dead letter"), "1 dead letter");
        assert_eq!(plural(2, "dead letter"), "2 dead letters");
        assert_eq!(plural(3, "link waiting for a decision"), "3 links waiting for a decision");
        assert_eq!(plural(1_200, "thing left alone on links"), "1,200 things left alone on links");
    }
}
