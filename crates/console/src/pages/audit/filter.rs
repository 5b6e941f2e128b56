//! Which rows of the trail somebody asks for, as an address spells it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use lockstep_model::{Code, ItemId, LinkId};
use lockstep_store::{AuditFilter, AuditRow, Outcome};
use serde::Deserialize;

use crate::view::begin_of;

/// What was typed into the filters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) item: String,
    pub(super) link: String,
    pub(super) actor: String,
    /// `people`: what people did, and nothing else.
    pub(super) by: String,
    pub(super) step: String,
    pub(super) outcome: String,
    pub(super) code: String,
    pub(super) correlation: String,
    pub(super) from: String,
    pub(super) to: String,
    /// The last row of the page before.
    pub(super) after: String,
}

/// A row of the trail, as the store knows it again: when, and its number.
pub(super) type Key = (DateTime<Utc>, i64);

/// What of it cannot be meant, by the name of its field.
pub(super) type Mistakes = BTreeMap<&'static str, &'static str>;

impl Asked {
    /// The filters as an address has them, for the next page and the exports.
    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        vec![
            ("item", &self.item),
            ("link", &self.link),
            ("actor", &self.actor),
            ("by", &self.by),
            ("step", &self.step),
            ("outcome", &self.outcome),
            ("code", &self.code),
            ("correlation", &self.correlation),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }

    /// Whether nothing is asked for in particular.
    pub(super) fn is_all(&self) -> bool {
        self.pairs().iter().all(|(_, value)| value.trim().is_empty())
    }

    /// What the store is asked; a day is one of this zone.
    pub(super) fn read(
        &self,
        items: &BTreeMap<ItemId, String>,
        zone: Tz,
    ) -> Result<AuditFilter, Mistakes> {
        let mut mistakes = Mistakes::new();
        let named = |name: &str| items.iter().find(|(_, n)| *n == name).map(|(id, _)| *id);
        let filter = AuditFilter {
            item: read(&mut mistakes, ("item", "There is no such item."), &self.item, named),
            link: read(&mut mistakes, ("link", "A link has a number."), &self.link, |text| {
                text.parse::<LinkId>().ok()
            }),
            actor: given(&self.actor),
            step: given(&self.step).map(|step| step.replace(' ', "_")),
            outcome: read(
                &mut mistakes,
                ("outcome", "It is done, refused or noted."),
                &self.outcome,
                Outcome::from_name,
            ),
            code: read(&mut mistakes, ("code", "There is no such error."), &self.code, |text| {
                Code::from_id(&text.to_uppercase()).map(|code| code.id().to_owned())
            }),
            correlation: given(&self.correlation),
            by_people: self.by == "people",
            since: read(&mut mistakes, ("from", DATE), &self.from, |text| instant(text, 0, zone)),
            until: read(&mut mistakes, ("to", DATE), &self.to, |text| instant(text, 1, zone)),
            after: self.after(),
            limit: 0,
        };
        if mistakes.is_empty() { Ok(filter) } else { Err(mistakes) }
    }

    /// Where the page begins; at the start where the address is not whole.
    fn after(&self) -> Option<Key> {
        let (at, id) = self.after.split_once('-')?;
        let at = DateTime::from_timestamp_micros(at.parse().ok()?)?;
        Some((at, id.parse().ok()?))
    }
}

/// How a time is written.
pub(in crate::pages) const DATE: &str =
    "Write a day as 2026-11-25, or an instant as 2026-11-25T09:30:00Z.";

/// The address of a row, to go on after it.
pub(super) fn spelled((at, id): Key) -> String {
    format!("{}-{id}", at.timestamp_micros())
}

/// By what the store goes on after a row.
pub(super) fn key(row: &AuditRow) -> Key {
    (row.at, row.id)
}

fn given(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn read<T>(
    mistakes: &mut Mistakes,
    (field, mistake): (&'static str, &'static str),
    text: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let parsed = parse(text);
    if parsed.is_none() {
        mistakes.insert(field, mistake);
    }
    parsed
}

/// An instant, or the beginning of the day so many days after this one.
pub(in crate::pages) fn instant(text: &str, days: u64, zone: Tz) -> Option<DateTime<Utc>> {
    if let Ok(exact) = DateTime::parse_from_rfc3339(text) {
        return Some(exact.to_utc());
    }
    begin_of(text.parse().ok()?, days, zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items() -> BTreeMap<ItemId, String> {
        BTreeMap::from([(ItemId(3), "support".to_owned())])
    }

    // F-202
    #[test]
    fn filters_are_read_from_what_was_typed() {
        let text = |text: &str| text.to_owned();
        let asked = Asked {
            item: text("support"),
            link: text(" 12 "),
            step: text("edit issue"),
            outcome: text("refused"),
            code: text("ls-sf-001"),
            from: text("2026-11-25"),
            to: text("2026-11-25"),
            ..Asked::default()
        };
        let filter = asked.read(&items(), Tz::UTC).expect("good filters");
        assert_eq!((filter.item, filter.link), (Some(ItemId(3)), Some(LinkId(12))));
        assert_eq!(
            (filter.step.as_deref(), filter.code.as_deref()),
            (Some("edit_issue"), Some("LS-SF-001"))
        );
        let span = filter.until.expect("to") - filter.since.expect("from");
        assert_eq!(span.num_hours(), 24, "the last day counts whole");
        assert_eq!(filter.actor, None);
    }

    #[test]
    fn each_mistake_is_told_at_its_field() {
        let asked = Asked {
            item: "nobody".to_owned(),
            link: "<script>".to_owned(),
            from: "yesterday".to_owned(),
            to: "2026-11-25T09:30:00+01:00".to_owned(),
            ..Asked::default()
        };
        let mistakes = asked.read(&items(), Tz::UTC).expect_err("mistakes");
        assert_eq!(mistakes.keys().copied().collect::<Vec<_>>(), ["from", "item", "link"]);
    }

    #[test]
    fn a_page_goes_on_after_a_row_and_a_broken_address_begins_anew() {
        let at = DateTime::from_timestamp_micros(1_795_600_000_123_456).expect("a time");
        let key = (at, 9);
        let after = |after: &str| Asked { after: after.to_owned(), ..Asked::default() }.after();
        assert_eq!(after(&spelled(key)), Some(key));
        for broken in ["", "9", "x-9", "9-x", "99999999999999999999-1"] {
            assert_eq!(after(broken), None, "{broken}");
        }
    }
}
