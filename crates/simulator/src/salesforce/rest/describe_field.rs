//! One field of a describe result, with every key that the platform gives.

use serde_json::{Value, json};

use crate::salesforce::schema::{Field, Flag, Kind, Object, Source};
use crate::salesforce::world::{SalesforceWorld, as_row};

/// The describe entry of a field.
pub(super) fn field(world: &SalesforceWorld, object: &Object, field: &Field) -> Value {
    let mut entry = as_row(nature(field));
    entry.extend(as_row(rights(world, object, field)));
    entry.extend(as_row(constants()));
    entry.extend(as_row(relations(field)));
    Value::Object(entry)
}

/// Type, size and default.
fn nature(field: &Field) -> Value {
    let text = field.kind.is_text();
    let sized = text || matches!(field.kind, Kind::Id | Kind::Reference);
    let bytes = if text { field.length * 3 } else { field.length };
    let number = field.kind.is_number() && field.kind != Kind::Int;
    json!({
        "name": field.name,
        "label": field.label,
        "type": field.kind.api_type(),
        "soapType": field.kind.soap_type(),
        "length": if sized { field.length } else { 0 },
        "byteLength": if sized { bytes } else { 0 },
        "precision": if number { field.length } else { 0 },
        "scale": if number { field.scale } else { 0 },
        "digits": if field.kind == Kind::Int { field.length } else { 0 },
        "defaultValue": default(field),
        "picklistValues": values(field),
        "restrictedPicklist": field.has(Flag::Restricted),
        "htmlFormatted": field.kind == Kind::Html || matches!(field.source, Some(Source::Formula(_))) && text,
        "extraTypeInfo": match field.kind {
            Kind::Html => json!("richtextarea"),
            Kind::Area => json!("plaintextarea"),
            _ => Value::Null,
        },
        "calculated": field.source.is_some(),
        "calculatedFormula": match &field.source {
            Some(Source::Formula(template)) => json!(template),
            _ => Value::Null,
        },
        "autoNumber": field.has(Flag::AutoNumber),
        "custom": field.name.ends_with("__c"),
        "nameField": field.has(Flag::Name),
    })
}

fn default(field: &Field) -> Value {
    match (&field.default, field.kind) {
        (Some(default), _) => json!(default),
        (None, Kind::Bool) => json!(false),
        _ => Value::Null,
    }
}

fn values(field: &Field) -> Vec<Value> {
    let is_default = |value: &String| field.default.as_ref() == Some(value);
    let entry = |value: &String| {
        json!({
            "active": true, "defaultValue": is_default(value), "label": value,
            "validFor": null, "value": value,
        })
    };
    field.values.iter().map(entry).collect()
}

/// What may be done with the field.
fn rights(world: &SalesforceWorld, object: &Object, field: &Field) -> Value {
    let long = field.has(Flag::NotFilterable);
    let comment = object.name == "CaseComment" && field.name == "CommentBody";
    let withheld = comment && !world.permissions.modify_all_cases;
    json!({
        "createable": object.can("create") && field.createable(),
        "updateable": object.can("update") && field.updateable() && !withheld,
        "nillable": field.nillable(),
        "defaultedOnCreate": field.defaulted(),
        "filterable": !long,
        "sortable": !long && field.kind != Kind::Multi,
        "groupable": !long && !field.kind.is_number() && field.kind != Kind::DateTime,
        "aggregatable": !long && field.kind != Kind::Bool,
        "unique": field.has(Flag::Unique),
        "externalId": field.has(Flag::External),
        "idLookup": field.has(Flag::IdLookup),
        "permissionable": field.createable() && !field.has(Flag::Required),
    })
}

fn relations(field: &Field) -> Value {
    json!({
        "referenceTo": field.refers,
        "relationshipName": field.relation,
        "polymorphicForeignKey": field.polymorphic(),
        "namePointing": field.polymorphic(),
    })
}

/// Keys that have one value for all fields of this org.
fn constants() -> Value {
    json!({
        "aiPredictionField": false,
        "cascadeDelete": false,
        "caseSensitive": false,
        "compoundFieldName": null,
        "controllerName": null,
        "defaultValueFormula": null,
        "dependentPicklist": false,
        "deprecatedAndHidden": false,
        "displayLocationInDecimal": false,
        "encrypted": false,
        "filteredLookupInfo": null,
        "formulaTreatNullNumberAsZero": false,
        "highScaleNumber": false,
        "inlineHelpText": null,
        "mask": null,
        "maskType": null,
        "queryByDistance": false,
        "referenceTargetField": null,
        "relationshipOrder": null,
        "restrictedDelete": false,
        "searchPrefilterable": false,
        "writeRequiresMasterRead": false,
    })
}
