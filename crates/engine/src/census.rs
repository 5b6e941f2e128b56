//! The census: which issues carry the mark of a record already, so that neither a second installation
//! nor a lost database makes them anew.

use lockstep_jira::Marked;
use lockstep_model::{ConnectedItem, Fault, ItemId, RecordId};
use lockstep_store::Origin;
use serde_json::Value;

use crate::Engine;
use crate::apply::MARKER;

/// An issue that belongs to a record, by its mark.
pub(crate) struct Belongs {
    record: RecordId,
    origin: Origin,
    issue: Marked,
}

impl Belongs {
    /// Reads a mark; one of another item is none of ours.
    fn read(spec: &ConnectedItem, issue: Marked) -> Option<Self> {
        let says = |name: &str| issue.mark.get(name).and_then(Value::as_str);
        let ours = says("item") == Some(spec.name.as_str())
            && says("object") == Some(spec.salesforce.object.as_str());
        let record = RecordId::parse(says("record").filter(|_| ours)?).ok()?;
        let origin = says("origin").and_then(Origin::from_name).unwrap_or(Origin::Auto);
        Some(Self { record, origin, issue })
    }
}

impl Engine {
    /// The issues of the item's scope that carry its mark. One call for each hundred issues.
    pub(crate) async fn census(
        &self,
        spec: &ConnectedItem,
        site: &lockstep_jira::JiraClient,
    ) -> Result<Vec<Belongs>, Fault> {
        let marked = site.marked(&crate::gather::scope(spec), MARKER).await?;
        Ok(marked.into_iter().filter_map(|issue| Belongs::read(spec, issue)).collect())
    }

    /// Links the records that have an issue already; says how many links are new.
    pub(crate) async fn link_found(&self, item: ItemId, found: &[Belongs]) -> Result<usize, Fault> {
        let mut made = 0;
        for Belongs { record, origin, issue } in found {
            let (id, key) = (issue.id.as_str(), issue.key.as_str());
            let known = self.store.links().by_issues(item, &[id.to_owned()]).await?;
            if known.is_empty() {
                let link = self.store.links().create(item, record, *origin, Some((id, key))).await;
                made += usize::from(link?.1);
            }
        }
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn spec() -> ConnectedItem {
        serde_json::from_value(json!({
            "name": "support",
            "salesforce": { "connection": "org", "object": "Case" },
            "jira": { "connection": "site", "project": "SUP", "issue_type": "Bug" },
            "mode": "two-way",
        }))
        .expect("an item")
    }

    fn read(mark: Value) -> Option<(String, Origin)> {
        let issue = Marked { id: "1".to_owned(), key: "SUP-1".to_owned(), mark };
        Belongs::read(&spec(), issue).map(|found| (found.record.to_string(), found.origin))
    }

    #[test]
    fn only_the_items_own_marks_count() {
        let id = "500xx000000bZbZAAU";
        let mark = |item: &str, object: &str, record: &str| json!({ "item": item, "object": object, "record": record });
        assert_eq!(read(mark("support", "Case", id)), Some((id.to_owned(), Origin::Auto)));
        assert_eq!(read(mark("other", "Case", id)), None);
        assert_eq!(read(mark("support", "Lead", id)), None);
        assert_eq!(read(mark("support", "Case", "SUP-1")), None);
        assert_eq!(read(json!("scribble")), None);
        let by_hand =
            json!({ "item": "support", "object": "Case", "record": id, "origin": "manual" });
        assert_eq!(read(by_hand), Some((id.to_owned(), Origin::Manual)));
    }
}
