//! Drafts: an item while somebody writes it. Two steps ask for it, a third one checks it against both
//! sides and applies it. What was typed is kept with every button, whatever becomes of it.

mod begin;
mod check;
mod first;
mod judge;
mod mapping;
mod paths;
mod pickers;
mod rule;
mod rule_fields;
mod second;
mod sheet;
#[cfg(test)]
mod tests;
mod values;

use lockstep_model::ConnectedItem;
use lockstep_store::Draft;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::App;
use crate::access::{Right, Visitor};
use crate::form::Form;
use crate::routes::Routes;
use crate::trouble::Trouble;
use crate::view::{Field, Time};
use judge::Found;
use pickers::Pickers;
use sheet::Sheet;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post(Right::Configure, "/drafts", begin::begin)
        .get(Right::Configure, "/drafts/{id}", first::page)
        .post(Right::Configure, "/drafts/{id}", first::turn)
        .get(Right::Configure, "/drafts/{id}/options", second::page)
        .post(Right::Configure, "/drafts/{id}/options", second::turn)
        .get(Right::Configure, "/drafts/{id}/check", check::page)
        .post(Right::Configure, "/drafts/{id}/check", check::again)
        .post(Right::Configure, "/drafts/{id}/apply", check::apply)
        .post(Right::Configure, "/drafts/{id}/discard", begin::discard)
}

/// What is kept of a draft besides the document that it began from.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    sheet: Sheet,
    /// Whether it was sent on: from then on what is missing is said.
    tried: bool,
    /// What the last check found, until something is typed.
    checked: Option<check::Outcome>,
}

/// The beginnings of a draft of this item: the document, and what is typed of it.
pub(super) fn of(item: &ConnectedItem) -> (Value, Value) {
    let base = begin::whole(item);
    let typed = Typed { sheet: Sheet::of(&base), ..Typed::default() };
    (base, json!(typed))
}

/// A draft being written.
struct Writing {
    draft: Draft,
    typed: Typed,
    pickers: Pickers,
}

/// A step of the form: what it asks for, and the rows that its buttons add and remove.
struct Step {
    /// The parts of the item that the form holds.
    parts: &'static [&'static str],
    /// Where the rows stand in the item.
    rows: &'static str,
    /// Where they stand on the page.
    anchor: &'static str,
    /// The path after the draft's own.
    path: &'static str,
}

/// What stands above each step.
struct Head {
    id: i64,
    title: String,
    /// What could not be asked, and what to do.
    away: Vec<(String, String)>,
    /// Somebody applied another version since the draft was begun.
    overtaken: Option<(i32, i32)>,
    /// What concerns no field of the page.
    elsewhere: Vec<Found>,
    saved: Option<Time>,
}

impl Writing {
    /// The visitor's draft of this number, with what there is to choose from.
    async fn open(app: &App, visitor: &Visitor, id: &str) -> Result<Self, Trouble> {
        let missing = Trouble::NotFound("draft");
        let Ok(number) = id.parse() else {
            return Err(missing);
        };
        let draft = app.store.drafts().get(number, visitor.account.id).await?.ok_or(missing)?;
        let typed = Typed::deserialize(&draft.typed).unwrap_or_default();
        let pickers = Pickers::load(app, &typed.sheet).await?;
        Ok(Self { draft, typed, pickers })
    }

    /// Takes what a step's form holds, and does what the buttons ask for that both steps have. Gives the
    /// address that follows, where it was one of those, and else what was asked for.
    fn press<'a>(
        &mut self,
        app: &App,
        step: &Step,
        form: &'a Form,
    ) -> Result<String, (&'a str, &'a str)> {
        let here = format!("/drafts/{}{}", self.draft.id, step.path);
        self.typed.sheet.turn(step.parts, form.pairs());
        self.typed.checked = None;
        let asked = form.text("do");
        match asked.split_once(':').unwrap_or((asked, "")) {
            ("add", _) => {
                let path = self.typed.sheet.add_row(step.rows);
                Ok(format!("{here}#{}", crate::view::field_id(&format!("{path}.salesforce"))))
            }
            ("remove", index) => {
                let index = index.parse().unwrap_or(usize::MAX);
                self.typed.sheet.remove_row(step.rows, index);
                Ok(format!("{here}#{}", step.anchor))
            }
            ("refresh", _) => {
                app.metadata.forget();
                Ok(here)
            }
            other => Err(other),
        }
    }

    /// Keeps what was typed.
    async fn save(&self, app: &App, visitor: &Visitor) -> Result<(), Trouble> {
        let typed = json!(self.typed);
        let kept = app.store.drafts().save(self.draft.id, visitor.account.id, &typed).await?;
        kept.then_some(()).ok_or(Trouble::NotFound("draft"))
    }

    /// The item that was typed, and what cannot be read of it.
    fn item(&self) -> (Option<ConnectedItem>, Vec<Found>) {
        let kind = |name: &str| self.pickers.kind_of(name);
        let (item, problems) = self.typed.sheet.item(&self.draft.base, &kind);
        (item, problems.into_iter().map(Found::from).collect())
    }

    /// What is wrong with it: what cannot be read, what the metadata tell, and what the check found.
    fn found(&self) -> Vec<Found> {
        let (item, mut found) = self.item();
        let sheet = &self.typed.sheet;
        found.extend(judge::judged(sheet, item.as_ref(), &self.pickers));
        let checked = self.typed.checked.iter().flat_map(|outcome| &outcome.found);
        let fresh: Vec<Found> = checked.filter(|one| !found.contains(one)).cloned().collect();
        found.extend(fresh);
        judge::worth(sheet, self.typed.tried, found)
    }

    /// A field with what was typed into it, and what is wrong with that.
    fn filled(&self, field: Field, found: &[Found]) -> Field {
        let (sheet, remarks) = (&self.typed.sheet, judge::remarks(found, &field.name));
        let (value, all) = (sheet.one(&field.name).to_owned(), sheet.all(&field.name).to_vec());
        field.with(value).with_all(&all).remark(remarks)
    }

    /// What stands above the page; `here` are the fields that it shows.
    async fn head(&self, app: &App, found: &[Found], here: &[&str]) -> Result<Head, Trouble> {
        let current = match self.draft.item {
            Some((item, _)) => app.store.items().get(item).await?,
            None => None,
        };
        let began = self.draft.item.map(|(_, version)| version);
        let overtaken = current.as_ref().map(|item| item.version).zip(began);
        let elsewhere = found.iter().filter(|one| !here.contains(&one.field().as_str()));
        Ok(Head {
            id: self.draft.id,
            title: match &current {
                Some(item) => format!("Change {}", item.document.name),
                None => "A new item".to_owned(),
            },
            away: self.pickers.away.clone(),
            overtaken: overtaken.filter(|(now, began)| now != began),
            elsewhere: elsewhere.cloned().collect(),
            saved: None,
        })
    }
}
