//! What an org says about its objects (`GET /sobjects/{object}/describe`).

use lockstep_model::field::{Activities, Feed, History, SalesforceField, SalesforceType};
use lockstep_model::{Class, Fault};
use serde::Deserialize;

use crate::client::{Request, SalesforceClient};
use crate::soql;
use crate::wire::or_default;

/// An object as the Run As user may see it: a field that is hidden from the user is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// What people call one record of it: `Case`, `Account`.
    pub label: String,
    /// The field that names a record: `CaseNumber`, `Name`, `Subject`.
    pub name_field: String,
    /// Its fields.
    pub fields: Vec<SalesforceField>,
    /// Fields that hold a key of another system, each value once.
    pub unique_keys: Vec<String>,
    /// Whether the user may change records.
    pub updateable: bool,
    /// Whether the user may create records.
    pub createable: bool,
    /// Whether records have a feed.
    pub feed_enabled: bool,
    /// Where the history of its fields is kept, if it is.
    pub history: Option<History>,
    /// Where its activities name their record, if it may have any that the user sees.
    pub activities: Option<Activities>,
}

/// What describe calls the list of a record's field changes.
const HISTORIES: &str = "Histories";

/// What describe calls the lists of a record's activities, by their objects.
const ACTIVITIES: [(&str, &str); 2] = [("Task", "Tasks"), ("Event", "Events")];

impl Described {
    /// The object that a relationship leads to; of several that are possible a user, or the first.
    pub fn related(&self, relationship: &str) -> Option<&str> {
        let leads = |field: &&SalesforceField| field.relationship.as_deref() == Some(relationship);
        let references = &self.fields.iter().find(leads)?.references;
        let user = references.iter().find(|object| *object == "User");
        user.or(references.first()).map(String::as_str)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireObject {
    #[serde(default, deserialize_with = "or_default")]
    label: String,
    #[serde(default, deserialize_with = "or_default")]
    updateable: bool,
    #[serde(default, deserialize_with = "or_default")]
    createable: bool,
    #[serde(default, deserialize_with = "or_default")]
    feed_enabled: bool,
    pub(crate) fields: Vec<WireField>,
    #[serde(default, deserialize_with = "or_default")]
    child_relationships: Vec<WireChild>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireChild {
    #[serde(rename = "childSObject")]
    object: String,
    field: String,
    #[serde(default)]
    relationship_name: Option<String>,
}

impl WireObject {
    fn history(&self) -> Option<History> {
        let kept = |child: &&WireChild| child.relationship_name.as_deref() == Some(HISTORIES);
        let child = self.child_relationships.iter().find(kept)?;
        Some(History { object: child.object.clone(), field: child.field.clone() })
    }

    /// Tasks and events both: each field that names the record is the same.
    fn activities(&self) -> Option<Activities> {
        let [tasks, events] = ACTIVITIES.map(|(object, list)| {
            let named = |child: &&WireChild| child.relationship_name.as_deref() == Some(list);
            let of = |child: &&WireChild| child.object == object && named(child);
            self.child_relationships.iter().find(of)
        });
        let field = tasks?.field.clone();
        (events?.field == field).then_some(Activities { field })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the vendor's own independent flags")]
pub(crate) struct WireField {
    pub(crate) name: String,
    #[serde(default, deserialize_with = "or_default")]
    label: String,
    #[serde(default, rename = "type", deserialize_with = "or_default")]
    kind: String,
    #[serde(default, deserialize_with = "or_default")]
    length: usize,
    #[serde(default, deserialize_with = "or_default")]
    precision: u32,
    #[serde(default, deserialize_with = "or_default")]
    scale: u32,
    #[serde(default, deserialize_with = "or_default")]
    nillable: bool,
    #[serde(default, deserialize_with = "or_default")]
    createable: bool,
    #[serde(default, deserialize_with = "or_default")]
    updateable: bool,
    #[serde(default, deserialize_with = "or_default")]
    defaulted_on_create: bool,
    #[serde(default, deserialize_with = "or_default")]
    restricted_picklist: bool,
    #[serde(default, deserialize_with = "or_default")]
    html_formatted: bool,
    #[serde(default, deserialize_with = "or_default")]
    name_field: bool,
    #[serde(default, deserialize_with = "or_default")]
    external_id: bool,
    #[serde(default, deserialize_with = "or_default")]
    unique: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) picklist_values: Vec<WireOption>,
    #[serde(default, deserialize_with = "or_default")]
    reference_to: Vec<String>,
    #[serde(default)]
    relationship_name: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireOption {
    pub(crate) value: String,
    #[serde(default = "yes")]
    pub(crate) active: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) default_value: bool,
}

fn yes() -> bool {
    true
}

/// A field type by its describe name (`fieldType` of the partner WSDL).
fn kind(name: &str) -> SalesforceType {
    match name {
        "string" | "combobox" => SalesforceType::Text,
        "textarea" => SalesforceType::LongText,
        "int" | "long" | "double" => SalesforceType::Number,
        "currency" => SalesforceType::Currency,
        "percent" => SalesforceType::Percent,
        "boolean" => SalesforceType::Checkbox,
        "date" => SalesforceType::Date,
        "datetime" => SalesforceType::DateTime,
        "picklist" => SalesforceType::Picklist,
        "multipicklist" => SalesforceType::MultiPicklist,
        "email" => SalesforceType::Email,
        "phone" => SalesforceType::Phone,
        "url" => SalesforceType::Url,
        "reference" | "id" => SalesforceType::Reference,
        _ => SalesforceType::Other,
    }
}

impl From<WireField> for SalesforceField {
    fn from(wire: WireField) -> Self {
        let active = wire.picklist_values.into_iter().filter(|option| option.active);
        Self {
            kind: kind(&wire.kind),
            name: wire.name,
            label: wire.label,
            length: wire.length,
            precision: wire.precision,
            scale: wire.scale,
            nillable: wire.nillable,
            createable: wire.createable,
            updateable: wire.updateable,
            defaulted_on_create: wire.defaulted_on_create,
            restricted: wire.restricted_picklist,
            html: wire.html_formatted,
            picklist: active.map(|option| option.value).collect(),
            references: wire.reference_to,
            relationship: wire.relationship_name,
        }
    }
}

impl SalesforceClient {
    /// An object's fields and rights. One call.
    pub async fn describe(&self, object: &str) -> Result<Described, Fault> {
        let wire = self.wire_describe(object).await?;
        let (history, activities) = (wire.history(), wire.activities());
        let named = wire.fields.iter().find(|field| field.name_field);
        let unique_keys = wire.fields.iter().filter(|field| field.external_id && field.unique);
        Ok(Described {
            label: wire.label,
            unique_keys: unique_keys.map(|field| field.name.clone()).collect(),
            name_field: named.map_or_else(|| "Id".to_owned(), |field| field.name.clone()),
            updateable: wire.updateable,
            createable: wire.createable,
            feed_enabled: wire.feed_enabled,
            history,
            activities,
            fields: wire.fields.into_iter().map(SalesforceField::from).collect(),
        })
    }

    /// The feed of an object that has one, or `None` where the org shows none. One call.
    pub async fn feed(&self, object: &str) -> Result<Option<Feed>, Fault> {
        let name = match object.strip_suffix("__c") {
            Some(stem) => format!("{stem}__Feed"),
            None => format!("{object}Feed"),
        };
        match self.wire_describe(&name).await {
            Ok(wire) => {
                let visibility = wire.fields.iter().any(|field| field.name == "Visibility");
                Ok(Some(Feed { object: name, visibility }))
            }
            Err(fault) if fault.class() == Class::Rejected => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    pub(crate) async fn wire_describe(&self, object: &str) -> Result<WireObject, Fault> {
        let path = self.path(&format!("sobjects/{}/describe", soql::name(object)?));
        self.json(Request::get("describe", path)).await
    }
}
