//! The list.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use lockstep_model::ItemId;
use lockstep_store::AuditFilter;

use super::filter::{Asked, Key, Mistakes, key, spelled};
use crate::trouble::Trouble;
use crate::view::trail::Deed;
use crate::view::{Answer, Pager, Shell, page as draw};
use crate::{App, Console};

/// Rows on a page.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "audit.html")]
struct Page {
    shell: Shell,
    asked: Asked,
    all: bool,
    mistakes: Mistakes,
    items: Vec<String>,
    deeds: Vec<Deed>,
    pager: Pager,
    csv: String,
    json_lines: String,
    /// The label of the first day: in whose zone it is one.
    from: String,
}

impl Page {
    /// The fields that are typed into: name, label, value and width.
    fn inputs(&self) -> [(&'static str, &str, &str, u8); 7] {
        let asked = &self.asked;
        [
            ("actor", "By", &asked.actor, 16),
            ("step", "Step", &asked.step, 12),
            ("code", "Error", &asked.code, 10),
            ("link", "Link", &asked.link, 6),
            ("correlation", "Correlation", &asked.correlation, 20),
            ("from", &self.from, &asked.from, 11),
            ("to", "To", &asked.to, 11),
        ]
    }

    /// Whether it shows what people did, and nothing else.
    fn of_people(&self) -> bool {
        self.asked.by == "people"
    }

    /// What is wrong with a field, for templates.
    fn mistake(&self, field: &str) -> Option<&'static str> {
        self.mistakes.get(field).copied()
    }
}

pub(super) async fn page(
    State(app): State<App>,
    shell: Shell,
    Query(asked): Query<Asked>,
) -> Answer {
    let items = app.store.items().names().await?;
    let (deeds, last, mistakes) = match asked.read(&items, shell.clock().zone) {
        Ok(filter) => {
            let (deeds, last) = deeds(&app, &shell, filter, &items).await?;
            (deeds, last, Mistakes::new())
        }
        Err(mistakes) => (Vec::new(), None, mistakes),
    };
    let after = Some(asked.after.as_str()).filter(|after| !after.is_empty());
    let address = |path| Pager::new(path, &asked.pairs(), Some(""), None).first.unwrap_or_default();
    let page = Page {
        pager: Pager::new("/audit", &asked.pairs(), after, last.map(spelled)),
        csv: address("/audit.csv"),
        json_lines: address("/audit.jsonl"),
        all: asked.is_all(),
        from: format!("From ({})", shell.clock().zone.name()),
        items: items.into_values().collect(),
        shell,
        asked,
        mistakes,
        deeds,
    };
    let mut answer = draw(&page)?;
    if !page.mistakes.is_empty() {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

/// A page of rows, and the last of them where more follow.
async fn deeds(
    app: &Console,
    shell: &Shell,
    filter: AuditFilter,
    items: &BTreeMap<ItemId, String>,
) -> Result<(Vec<Deed>, Option<Key>), Trouble> {
    let limit = u32::try_from(ROWS + 1).unwrap_or_default();
    let mut rows = app.store.audit().page(&AuditFilter { limit, ..filter }).await?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let last = rows.last().map(key).filter(|_| more);
    let deeds = rows.into_iter().map(|row| Deed::of(row, shell.clock(), items));
    Ok((deeds.collect(), last))
}
