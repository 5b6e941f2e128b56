//! Conflicts that wait for a person: what was agreed, and what both sides say now, side by side.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use lockstep_model::base::Held;
use lockstep_model::{ItemId, JobKind, LinkId, Side};
use lockstep_store::{Link, LinkLine, Matter, Search};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::access::Visitor;
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Answer, Did, Pager, Shell, Time, page as draw, words};
use crate::{App, Console};

/// Links on a page; one link may hold several conflicts.
const LINKS: usize = 20;

#[derive(Template)]
#[template(path = "needs/conflicts.html")]
struct List {
    shell: Shell,
    conflicts: Vec<Conflict>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "needs/conflict.html")]
struct One {
    shell: Shell,
    conflict: Conflict,
}

/// One field that both sides changed.
struct Conflict {
    link: LinkId,
    /// What people call the record.
    record: String,
    issue: String,
    item: String,
    /// Key of the mapping.
    mapping: String,
    /// Where it is decided.
    path: String,
    /// What both sides last agreed on, if they ever did.
    base: Option<(String, String)>,
    salesforce: String,
    jira: String,
    synced: Option<Time>,
}

impl Conflict {
    /// Its fields, as people read them.
    fn name(&self) -> String {
        self.mapping.replacen(':', " ⇄ ", 1)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    after: String,
}

pub(super) async fn list(
    State(app): State<App>,
    shell: Shell,
    Query(asked): Query<Asked>,
) -> Answer {
    let names = app.store.items().names().await?;
    let limit = u32::try_from(LINKS + 1).unwrap_or_default();
    let only = Some(Matter::Held);
    let search = Search { only, after: asked.after.parse().ok(), limit, ..Search::default() };
    let mut lines = app.store.links().search(&search).await?;
    let more = lines.len() > LINKS;
    lines.truncate(LINKS);
    let last = lines.last().map(|line| line.link.id.to_string()).filter(|_| more);
    let after = Some(asked.after.as_str()).filter(|after| !after.is_empty());
    let pager = Pager::new("/needs/conflicts", &[], after, last);
    let conflicts = lines.iter().flat_map(|line| Conflict::all(line, &shell, &names)).collect();
    draw(&List { shell, conflicts, pager })
}

pub(super) async fn one(
    State(app): State<App>,
    shell: Shell,
    Path((id, mapping)): Path<(String, String)>,
) -> Answer {
    let line = held(&app, &id, &mapping).await?;
    let names = app.store.items().names().await?;
    let conflict = Conflict::all(&line, &shell, &names).find(|each| each.mapping == mapping);
    let conflict = conflict.ok_or(Trouble::NotFound(GONE))?;
    draw(&One { shell, conflict })
}

/// What a page says of a conflict that somebody else has decided meanwhile.
const GONE: &str = "conflict any more";

/// Takes one side's value; a worker writes it to the other.
pub(super) async fn decide(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, mapping)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let found = held(&app, &id, &mapping).await?;
    let take = match form.text("take") {
        "salesforce" => Side::Salesforce,
        "jira" => Side::Jira,
        _ => return Err(Trouble::Refused("Say which side's value to take".to_owned())),
    };
    let link = &found.link;
    let actor = visitor.actor().to_owned();
    let kind = JobKind::Decide { link: link.id, mapping: mapping.clone(), take, actor };
    app.ask(kind, visitor.by(&app.correlation())).await?;
    // On to the next one: whoever decides, decides several.
    let next = if form.ticked("next") { next(&app, link, &mapping).await? } else { None };
    let path = next.unwrap_or_else(|| "/needs/conflicts".to_owned());
    Ok(Redirect::to(&Did::Decided.at(&path)).into_response())
}

/// The link, if it holds a conflict of this mapping.
async fn held(app: &Console, id: &str, mapping: &str) -> Result<LinkLine, Trouble> {
    let missing = || Trouble::NotFound(GONE);
    let id: LinkId = id.parse().map_err(|_not_a_number| missing())?;
    let line = app.store.links().line(id).await?;
    line.filter(|line| line.link.base.held.contains_key(mapping)).ok_or_else(missing)
}

/// Where the conflict after this one is decided: the next of its link, or the first of another.
async fn next(app: &Console, link: &Link, mapping: &str) -> Result<Option<String>, Trouble> {
    let own = link.base.held.keys().find(|key| key.as_str() > mapping);
    if let Some(key) = own {
        return Ok(Some(path(link.id, key)));
    }
    let (only, after) = (Some(Matter::Held), Some(link.id));
    let search = Search { only, after, limit: 1, ..Search::default() };
    let lines = app.store.links().search(&search).await?;
    let first =
        lines.first().and_then(|line| Some((line.link.id, line.link.base.held.keys().next()?)));
    Ok(first.map(|(link, key)| path(link, key)))
}

fn path(link: LinkId, mapping: &str) -> String {
    format!("/needs/conflicts/{link}/{}", utf8_percent_encode(mapping, NON_ALPHANUMERIC))
}

impl Conflict {
    fn all<'a>(
        line: &'a LinkLine,
        shell: &'a Shell,
        names: &'a BTreeMap<ItemId, String>,
    ) -> impl Iterator<Item = Self> + 'a {
        line.link.base.held.iter().map(move |(mapping, held)| {
            Self::of(line, (mapping, held), shell, names.get(&line.link.item))
        })
    }

    fn of(
        found: &LinkLine,
        (mapping, held): (&str, &Held),
        shell: &Shell,
        item: Option<&String>,
    ) -> Self {
        let link = &found.link;
        let agreed = link.base.fields.get(mapping);
        let named =
            if found.title.is_empty() { link.record.to_string() } else { found.title.clone() };
        Self {
            link: link.id,
            record: named,
            issue: link.issue_key.clone().unwrap_or_default(),
            item: item.cloned().unwrap_or_default(),
            mapping: mapping.to_owned(),
            path: path(link.id, mapping),
            base: agreed.map(|base| (words::value(&base.salesforce), words::value(&base.jira))),
            salesforce: words::value(&held.salesforce),
            jira: words::value(&held.jira),
            synced: link.synced_at.map(|at| shell.time(&at)),
        }
    }
}
