//! Jira fields that an item names by their display name.

use std::collections::BTreeMap;

use super::{Problem, did_you_mean};
use crate::field::JiraField;
use crate::item::ConnectedItem;
use crate::name::same;

/// The id of every Jira field that the item names by its display name, by that name. Names are not
/// unique: one that several fields bear is a problem, unless only one of them is on the create screen.
pub fn field_ids(
    item: &ConnectedItem,
    fields: &BTreeMap<String, JiraField>,
) -> (BTreeMap<String, String>, Vec<Problem>) {
    let (mut ids, mut problems) = (BTreeMap::new(), Vec::new());
    for (index, mapping) in item.mappings.iter().enumerate() {
        let name = mapping.jira.as_str();
        if name.is_empty() || fields.contains_key(name) {
            continue;
        }
        let path = format!("mappings[{index}].jira");
        match bearers(name, fields)[..] {
            [only] => drop(ids.insert(name.to_owned(), only.id.clone())),
            [] => problems.push(unknown(path, item, name, fields)),
            ref several => problems.push(ambiguous(path, name, several)),
        }
    }
    (ids, problems)
}

fn bearers<'a>(name: &str, fields: &'a BTreeMap<String, JiraField>) -> Vec<&'a JiraField> {
    let all: Vec<_> = fields.values().filter(|field| same(&field.name, name)).collect();
    let on_screen: Vec<_> = all.iter().copied().filter(|field| field.on_create).collect();
    if on_screen.is_empty() { all } else { on_screen }
}

fn unknown(
    path: String,
    item: &ConnectedItem,
    name: &str,
    fields: &BTreeMap<String, JiraField>,
) -> Problem {
    let names = fields.values().filter(|field| field.on_create).map(|field| field.name.as_str());
    let message = format!("{} has no field `{name}`", item.jira.issue_type);
    Problem::error(path, message, &did_you_mean(name, names))
}

fn ambiguous(path: String, name: &str, several: &[&JiraField]) -> Problem {
    let ids: Vec<String> = several.iter().map(|field| format!("`{}`", field.id)).collect();
    let hint = format!("Name the one that is meant by its id: {}.", ids.join(", "));
    Problem::error(path, format!("several fields are called `{name}`"), &hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::samples::jira;
    use crate::field::JiraKind;
    use crate::item::{Owner, Policy};
    use crate::laws::world::{item, mapping};

    fn resolved(name: &str) -> Result<Option<String>, (String, String)> {
        let named = |id: &str, name: &str, on_create| JiraField {
            name: name.to_owned(),
            on_create,
            ..jira(id, JiraKind::Text)
        };
        let fields = [
            named("summary", "Summary", true),
            named("customfield_1", "Severity", true),
            named("customfield_2", "Severity", false),
            named("customfield_3", "Tier", true),
            named("customfield_4", "Tier", true),
        ];
        let fields = fields.into_iter().map(|field| (field.id.clone(), field)).collect();
        let mut item = item();
        item.mappings = vec![mapping("Subject", name, Owner::Both, Policy::Newest)];
        let (ids, problems) = field_ids(&item, &fields);
        match problems.into_iter().next() {
            Some(problem) => Err((problem.message, problem.hint)),
            None => Ok(ids.get(name).cloned()),
        }
    }

    // F-191
    #[test]
    fn a_field_may_be_named_by_its_name_where_that_is_clear() {
        assert_eq!(resolved("summary"), Ok(None), "an id stays");
        assert_eq!(resolved("Summary"), Ok(Some("summary".to_owned())));
        assert_eq!(resolved("severity"), Ok(Some("customfield_1".to_owned())), "on the screen");
        let (message, hint) = resolved("Tier").expect_err("ambiguous");
        assert!(message.contains("several"), "{message}");
        assert!(hint.contains("`customfield_3`, `customfield_4`"), "{hint}");
        let (_, hint) = resolved("Sevrity").expect_err("unknown");
        assert!(hint.starts_with("Did you mean `Severity`?"), "{hint}");
    }
}
