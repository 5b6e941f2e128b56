//! Looking for links.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect};
use futures::try_join;
use lockstep_model::{Code, ItemId, LinkId, RecordId};
use lockstep_store::{LinkLine, LinkState, Matter, Search};
use serde::Deserialize;

use super::some::SOME_MAX;
use crate::App;
use crate::view::{Answer, Lozenge, Pager, Shell, Time, page as draw, words};

/// Links on a page.
const ROWS: usize = SOME_MAX;

/// What a list can be narrowed to: the word in the address, and what people read.
const STATES: [(&str, &str); 7] = [
    ("", "Any"),
    ("active", "Kept in step"),
    ("findings", "With findings"),
    ("held", "Waits for a person"),
    ("not-started", "Not started"),
    ("unlinked", "Unlinked"),
    ("gone", "Gone"),
];

#[derive(Template)]
#[template(path = "links.html")]
struct Page {
    shell: Shell,
    asked: Asked,
    items: Vec<String>,
    states: [(&'static str, &'static str); 7],
    rows: Vec<Row>,
    count: String,
    all: bool,
    pager: Pager,
}

struct Row {
    id: LinkId,
    title: String,
    summary: String,
    record: String,
    issue: Option<String>,
    /// Keys that the issue had before.
    before: String,
    item: String,
    state: Lozenge,
    findings: usize,
    synced: Option<Time>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    text: String,
    item: String,
    state: String,
    code: String,
    after: String,
}

pub(super) async fn page(
    State(app): State<App>,
    shell: Shell,
    Query(asked): Query<Asked>,
) -> Answer {
    let names = app.store.items().names().await?;
    let Some(search) = asked.search(&names) else {
        return draw(&empty(shell, asked, names));
    };
    let store = app.store.links();
    let (mut lines, count) = try_join!(store.search(&search), store.search_count(&search))?;
    if search.after.is_none()
        && let Some(link) = meant(&lines, &asked.text)
    {
        return Ok(Redirect::to(&format!("/links/{link}")).into_response());
    }
    let more = lines.len() > ROWS;
    lines.truncate(ROWS);
    let last = lines.last().map(|line| line.link.id.to_string()).filter(|_| more);
    let after = Some(asked.after.as_str()).filter(|after| !after.is_empty());
    let pager = Pager::new("/links", &asked.pairs(), after, last);
    let rows = lines.into_iter().map(|line| Row::of(line, &shell, &names)).collect();
    draw(&Page { rows, pager, count: words::count(count), ..empty(shell, asked, names) })
}

fn empty(shell: Shell, asked: Asked, names: BTreeMap<ItemId, String>) -> Page {
    Page {
        shell,
        all: asked.pairs().iter().all(|(_, value)| value.trim().is_empty()),
        asked,
        items: names.into_values().collect(),
        states: STATES,
        rows: Vec::new(),
        count: "0".to_owned(),
        pager: Pager::default(),
    }
}

impl Asked {
    fn pairs(&self) -> [(&str, &str); 4] {
        [("text", &self.text), ("item", &self.item), ("state", &self.state), ("code", &self.code)]
    }

    /// What the store is asked; `None` where the filters name what is not there, so that nothing fits.
    fn search(&self, names: &BTreeMap<ItemId, String>) -> Option<Search> {
        let item = match self.item.as_str() {
            "" => None,
            name => Some(names.iter().find(|(_, known)| *known == name).map(|(id, _)| *id)?),
        };
        let code = match self.code.trim() {
            "" => None,
            id => Some(Code::from_id(&id.to_uppercase())?),
        };
        let (state, only) = match self.state.as_str() {
            "findings" => (None, Some(Matter::Findings)),
            "held" => (None, Some(Matter::Held)),
            "not-started" => (Some(LinkState::Active), Some(Matter::NeverSynced)),
            "" => (None, None),
            word => (Some(LinkState::from_name(word)?), None),
        };
        Some(Search {
            text: self.text.trim().to_owned(),
            item,
            state,
            only,
            code,
            after: self.after.parse().ok(),
            limit: u32::try_from(ROWS + 1).unwrap_or_default(),
        })
    }
}

/// The one link whose record, issue or number is exactly what was typed.
fn meant(lines: &[LinkLine], text: &str) -> Option<LinkId> {
    let text = text.trim();
    let record = RecordId::parse(text).ok();
    let bare = |title: &str| title.trim_start_matches('0').to_lowercase();
    let is_meant = |line: &&LinkLine| {
        let key = |key: &String| key.eq_ignore_ascii_case(text);
        let named = !line.title.is_empty() && bare(&line.title) == bare(text);
        record.as_ref() == Some(&line.link.record)
            || line.link.issue_key.as_ref().is_some_and(key)
            || line.old_keys.iter().any(key)
            || named
    };
    let mut fitting = lines.iter().filter(is_meant).filter(|_| !text.is_empty());
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => Some(one.link.id),
        _ => None,
    }
}

impl Row {
    fn of(line: LinkLine, shell: &Shell, names: &BTreeMap<ItemId, String>) -> Self {
        let LinkLine { link, title, summary, old_keys } = line;
        let findings = link.findings.len();
        let synced = link.synced_at.is_some();
        Self {
            id: link.id,
            record: link.record.to_string(),
            title,
            summary,
            issue: link.issue_key,
            before: old_keys.join(", "),
            item: names.get(&link.item).cloned().unwrap_or_default(),
            state: words::link(link.state, link.base.held.len(), findings, synced),
            findings,
            synced: link.synced_at.map(|at| shell.time(&at)),
        }
    }

    /// What the row is called: what people call the record, or its id until that is known.
    fn name(&self) -> &str {
        if self.title.is_empty() { &self.record } else { &self.title }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_that_name_nothing_find_nothing() {
        let names = BTreeMap::from([(ItemId(1), "support".to_owned())]);
        let search = |item: &str, state: &str, code: &str| {
            let (item, state, code) = (item.to_owned(), state.to_owned(), code.to_owned());
            Asked { item, state, code, ..Asked::default() }.search(&names)
        };
        assert!(search("nobody", "", "").is_none());
        assert!(search("", "<script>", "").is_none());
        assert!(search("", "", "LS-0").is_none());
        let found = search("support", "held", "ls-sf-001").expect("all there");
        assert_eq!((found.item, found.only), (Some(ItemId(1)), Some(Matter::Held)));
        assert_eq!(search("", "gone", "").expect("a state").state, Some(LinkState::Gone));
        for (word, _) in STATES {
            assert!(search("", word, "").is_some(), "{word}");
        }
    }
}
