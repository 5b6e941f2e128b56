//! A value under the name that the other side has for it.

use super::shapes::{names, readable, truth};
use super::{ConvertError, excerpt};
use crate::catalogue::Code;
use crate::item::{Otherwise, ValueMap};
use crate::snapshot::Side;
use crate::value::FieldValue;

/// `value`, which `from` shows, with every name in it as the map has it for the other side. What the
/// map leaves alone is an error that says so.
pub(super) fn renamed(
    map: &ValueMap,
    from: Side,
    value: &FieldValue,
) -> Result<FieldValue, ConvertError> {
    match value {
        FieldValue::Empty => Ok(FieldValue::Empty),
        FieldValue::Choices(_) => {
            let all: Result<Vec<_>, _> =
                names(value).iter().map(|name| one(map, from, name)).collect();
            Ok(FieldValue::choices(all?.into_iter().filter(|name| !name.is_empty())))
        }
        _ => {
            let name = readable(value);
            let other = one(map, from, name.trim())?;
            Ok(if other == name.trim() { value.clone() } else { FieldValue::text(&other) })
        }
    }
}

fn one(map: &ValueMap, from: Side, name: &str) -> Result<String, ConvertError> {
    let to = from.other();
    if let Some(pair) = map.map.iter().find(|pair| same(pair.on(from), name)) {
        return Ok(pair.on(to).to_owned());
    }
    let other = match &map.otherwise {
        Otherwise::SameName => Some(name),
        Otherwise::LeaveAlone => None,
        Otherwise::Use(fallback) => fallback.on(to),
    };
    other.map(str::to_owned).ok_or_else(|| {
        let detail = format!("`{}` is in no pair of the mapping's `values`", excerpt(name));
        ConvertError::new(Code::ConvertUnmapped, detail)
    })
}

/// Names are the same but for case; what says yes or no may say it in either word.
fn same(written: &str, name: &str) -> bool {
    let (written, name) = (written.trim().to_lowercase(), name.to_lowercase());
    written == name || truth(&written).is_some_and(|on| truth(&name) == Some(on))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::{Fallback, ValuePair};

    fn map(pairs: &[(&str, &str)], otherwise: Otherwise) -> ValueMap {
        let pair = |(salesforce, jira): &(&str, &str)| ValuePair {
            salesforce: (*salesforce).to_owned(),
            jira: (*jira).to_owned(),
        };
        ValueMap { map: pairs.iter().map(pair).collect(), otherwise }
    }

    // F-315
    #[test]
    fn names_cross_by_their_pair_and_otherwise_as_the_map_says() {
        let pairs = [("High", "P1"), ("Urgent", "P1"), ("Low", "P3")];
        let choice = |name: &str| FieldValue::Choice(name.to_owned());
        let cross = |otherwise, from, name| renamed(&map(&pairs, otherwise), from, &choice(name));
        let text = |text: &str| Ok(FieldValue::text(text));
        assert_eq!(cross(Otherwise::SameName, Side::Salesforce, "urgent"), text("P1"));
        assert_eq!(cross(Otherwise::SameName, Side::Jira, "P1"), text("High"), "the first pair");
        assert_eq!(cross(Otherwise::SameName, Side::Jira, "P2"), Ok(choice("P2")));
        let refused = cross(Otherwise::LeaveAlone, Side::Jira, "P2").expect_err("left alone");
        assert_eq!(refused.code, Code::ConvertUnmapped);
        let fallback = Fallback { salesforce: Some("Low".to_owned()), jira: None };
        assert_eq!(cross(Otherwise::Use(fallback.clone()), Side::Jira, "P2"), text("Low"));
        assert!(cross(Otherwise::Use(fallback), Side::Salesforce, "Odd").is_err());
    }

    #[test]
    fn sets_and_checkboxes_are_mapped_too() {
        let map = map(&[("A", "x"), ("B", "y"), ("true", "Gold"), ("No", "")], Otherwise::SameName);
        let set = |names: &[&str]| FieldValue::choices(names.iter().map(|n| (*n).to_owned()));
        let cross = |value| renamed(&map, Side::Salesforce, &value);
        assert_eq!(cross(set(&["B", "A", "C"])), Ok(set(&["C", "x", "y"])));
        assert_eq!(cross(FieldValue::Bool(true)), Ok(FieldValue::text("Gold")));
        assert_eq!(cross(FieldValue::Bool(false)), Ok(FieldValue::Empty));
        assert_eq!(cross(FieldValue::Empty), Ok(FieldValue::Empty));
    }
}
