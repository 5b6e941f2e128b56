//! What a transition's screen gets.

use serde_json::{Map, Value, json};

use crate::convert::{Crossing, to_jira, write_jira};
use crate::field::{JiraField, SalesforceField};
use crate::item::Owner;
use crate::name::same;
use crate::plan::Situation;
use crate::snapshot::{Side, Transition};
use crate::value::FieldValue;

/// The field that says how an issue ended.
pub(super) const RESOLUTION: &str = "resolution";

/// The fields that a transition's screen gets, or which required one nothing fills. Only what is on
/// the screen is sent: Jira refuses a transition for anything else.
pub(super) fn fill(
    situation: &Situation<'_>,
    transition: &Transition,
    resolution: Option<&str>,
) -> Result<Map<String, Value>, String> {
    let mut filled = Map::new();
    for field in &transition.screen {
        let wanted = field.required || (field.id == RESOLUTION && resolution.is_some());
        match wanted.then(|| value(situation, field, resolution)) {
            None => {}
            Some(Ok(value)) => {
                filled.insert(field.id.clone(), value);
            }
            Some(Err(why)) => {
                let name = &transition.name;
                return Err(format!("`{name}` requires `{}`{}{why}", field.id, choices(field)));
            }
        }
    }
    Ok(filled)
}

/// The resolution that the item names; a mapped field's value; a text that the item gives.
fn value(
    situation: &Situation<'_>,
    field: &JiraField,
    resolution: Option<&str>,
) -> Result<Value, String> {
    if field.id == RESOLUTION {
        return resolve(field, resolution)
            .map(|name| json!({"name": name}))
            .ok_or_else(String::new);
    }
    let mapped = mapped(situation, field);
    let given = || {
        let text = situation.item.status.fields.get(&field.id)?;
        Some(to_jira(&SalesforceField::made_up(), &FieldValue::text(text), field))
    };
    let found = mapped.filter(|value| !matches!(value, Ok(FieldValue::Empty))).or_else(given);
    match found {
        Some(Ok(value)) => Ok(write_jira(field, &value)),
        Some(Err(why)) => Err(format!(": {}", why.detail)),
        None => Err(String::new()),
    }
}

fn mapped(
    situation: &Situation<'_>,
    field: &JiraField,
) -> Option<Result<FieldValue, crate::convert::ConvertError>> {
    let mut mappings = situation.item.mappings.iter();
    let mapping = mappings.find(|mapping| {
        let owner = situation.item.owner(mapping);
        mapping.jira == field.id && owner.is_some_and(|owner| owner != Owner::Jira)
    })?;
    let crossing = Crossing::of(situation.item, situation.schema, mapping).ok()?;
    let shown = crossing.read(Side::Salesforce, &situation.record.fields)?;
    let carried = shown.and_then(|value| crossing.first_across(Side::Salesforce, &value));
    Some(carried.map(|carried| carried.value))
}

/// The wanted resolution in the spelling that is offered; without one, `Done` where that is offered.
fn resolve(field: &JiraField, wanted: Option<&str>) -> Option<String> {
    let offered = |name: &str| field.allowed.iter().find(|each| same(each, name));
    match wanted {
        Some(name) if field.allowed.is_empty() => Some(name.to_owned()),
        Some(name) => offered(name).cloned(),
        None => offered("Done").cloned(),
    }
}

fn choices(field: &JiraField) -> String {
    if field.allowed.is_empty() {
        String::new()
    } else {
        format!(" (one of {})", field.allowed.join(", "))
    }
}
