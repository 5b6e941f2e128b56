//! Values as the history shows them.

use super::catalog;
use super::fields::{Field, Kind};
use super::issue::{ChangeItem, FieldValue};
use super::site::Site;
use crate::jira::adf;

/// An id and a text, either of which may be absent.
type Shown = (Option<String>, Option<String>);

impl Site {
    /// The changes of one field from one value to another; none when they are alike.
    pub(super) fn change_items(
        &self,
        field: &'static Field,
        from: Option<&FieldValue>,
        to: Option<&FieldValue>,
    ) -> Vec<ChangeItem> {
        if from == to {
            return Vec::new();
        }
        if matches!(field.kind, Kind::Components | Kind::Versions) && field.custom.is_none() {
            return element_items(field, from, to);
        }
        let shown = |value: Option<&FieldValue>| match value {
            Some(value) => self.shown(field, value),
            None => (None, None),
        };
        vec![item(field, shown(from), shown(to))]
    }

    fn shown(&self, field: &'static Field, value: &FieldValue) -> Shown {
        match value {
            FieldValue::Text(text) => (None, Some(text.clone())),
            FieldValue::Document(document) => (None, Some(adf::wiki(document))),
            FieldValue::Number(number) => (None, Some(number.to_string())),
            FieldValue::Date(date) => (Some(date.to_string()), Some(date.to_string())),
            FieldValue::Moment(moment) => {
                let text = moment.format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string();
                (Some(text.clone()), Some(text))
            }
            FieldValue::One(id) => (Some(id.clone()), Some(name_of(field, id))),
            FieldValue::Many(words) if field.kind == Kind::Words => (None, Some(words.join(" "))),
            FieldValue::Many(ids) => {
                let names: Vec<String> = ids.iter().map(|id| name_of(field, id)).collect();
                (Some(format!("[{}]", ids.join(", "))), Some(names.join(",")))
            }
            FieldValue::Cascade(parent, child) => {
                let parent_name = name_of(field, parent);
                let text = child.as_ref().map_or(parent_name.clone(), |child| {
                    format!("{parent_name} - {}", name_of(field, child))
                });
                (Some(child.as_ref().unwrap_or(parent).clone()), Some(text))
            }
            FieldValue::Parent(id) => {
                let key = self.issue(*id).map(|issue| issue.key.clone());
                (Some(id.to_string()), key)
            }
        }
    }
}

/// Components and versions come one item an element.
fn element_items(
    field: &'static Field,
    from: Option<&FieldValue>,
    to: Option<&FieldValue>,
) -> Vec<ChangeItem> {
    let (old, new) = (ids(from), ids(to));
    let shown = |id: &String| (Some(id.clone()), Some(name_of(field, id)));
    let removed = old.iter().filter(|id| !new.contains(id));
    let added = new.iter().filter(|id| !old.contains(id));
    removed
        .map(|id| item(field, shown(id), (None, None)))
        .chain(added.map(|id| item(field, (None, None), shown(id))))
        .collect()
}

/// The text shown for an id (or word) of a field.
pub(in crate::jira) fn name_of(field: &'static Field, id: &str) -> String {
    let pair = |list: &'static [(&'static str, &'static str)]| {
        catalog::named(list, id).map(|(_, name)| name)
    };
    let name = match field.kind {
        Kind::Choice | Kind::Choices | Kind::Cascade => {
            field.choice_by_id(id).map(|choice| choice.value)
        }
        Kind::User | Kind::Users => catalog::user_by_id(id).map(|user| user.display_name),
        Kind::Priority => pair(catalog::PRIORITIES),
        Kind::Resolution => pair(catalog::RESOLUTIONS),
        Kind::Components => catalog::PROJECTS.iter().find_map(|project| pair(project.components)),
        Kind::Version | Kind::Versions => {
            catalog::PROJECTS.iter().find_map(|project| pair(project.versions))
        }
        _ => None,
    };
    name.unwrap_or(id).to_owned()
}

/// What the history calls a field: a custom field by its display name, a system field by its id.
fn name_in_history(field: &Field) -> &str {
    match field.id {
        _ if field.custom.is_some() => field.name,
        "components" => "Component",
        "versions" => "Version",
        "fixVersions" => "Fix Version",
        id => id,
    }
}

fn item(field: &Field, from: Shown, to: Shown) -> ChangeItem {
    ChangeItem {
        field: name_in_history(field).to_owned(),
        field_id: field.id.to_owned(),
        from: from.0,
        from_string: from.1,
        to: to.0,
        to_string: to.1,
    }
}

fn ids(value: Option<&FieldValue>) -> &[String] {
    match value {
        Some(FieldValue::Many(ids)) => ids,
        _ => &[],
    }
}
