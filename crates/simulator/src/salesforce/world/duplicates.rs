//! Duplicate rules: a new record that looks like another one.

use serde_json::{Value, json};

use super::write::text_of;
use super::{Actor, Origin, Row, SalesforceWorld, is_deleted};
use crate::salesforce::error::{Complaint, Refusal};
use crate::salesforce::schema::Object;
use crate::salesforce::soql::attributes;

/// Refuses a new record whose field equals that of another record.
#[derive(Clone, Debug)]
pub(crate) struct DuplicateRule {
    /// Object that it guards.
    pub(crate) object: String,
    /// Field that must differ.
    pub(crate) field: String,
    /// Whether the caller may save all the same.
    pub(crate) allow_save: bool,
}

impl SalesforceWorld {
    /// Runs the duplicate rules of the object on a new row.
    pub(super) fn run_duplicate_rules(
        &self,
        object: &Object,
        row: &Row,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        if actor.origin != Origin::Api {
            return Ok(());
        }
        let of_object = self.duplicate_rules.iter().filter(|rule| rule.object == object.name);
        for rule in of_object.filter(|rule| !(rule.allow_save && actor.allows_duplicates)) {
            let twins = self.twins(object, row, &rule.field);
            if !twins.is_empty() {
                return Err(detected(object, rule, &twins).into());
            }
        }
        Ok(())
    }

    fn twins(&self, object: &Object, row: &Row, field: &str) -> Vec<String> {
        let Some(value) = text_of(row, field) else {
            return Vec::new();
        };
        let is_twin = |other: &&Row| {
            !is_deleted(other)
                && text_of(other, "Id") != text_of(row, "Id")
                && text_of(other, field).is_some_and(|text| text.eq_ignore_ascii_case(value))
        };
        let ids = self.rows(object).filter(is_twin).filter_map(|twin| text_of(twin, "Id"));
        ids.map(str::to_owned).collect()
    }
}

fn detected(object: &Object, rule: &DuplicateRule, twins: &[String]) -> Complaint {
    let text = "Use one of these records?";
    let record = |id: &String| {
        json!({
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {"attributes": attributes("v67.0", &object.name, id), "Id": id},
        })
    };
    let records: Vec<Value> = twins.iter().map(record).collect();
    let duplicates = json!({
        "allowSave": rule.allow_save,
        "duplicateRule": format!("Standard_{}_Duplicate_Rule", object.name),
        "duplicateRuleEntityType": object.name,
        "errorMessage": text,
        "matchResults": [{
            "entityType": object.name,
            "errors": [],
            "matchEngine": "FuzzyMatchEngine",
            "matchRecords": records,
            "rule": format!("Standard_{}_Match_Rule_v1_0", object.name),
            "size": twins.len(),
            "success": true,
        }],
    });
    let plain = Complaint::plain("DUPLICATES_DETECTED", text);
    Complaint { duplicates: Some(duplicates), ..plain }
}
