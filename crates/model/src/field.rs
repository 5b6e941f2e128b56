//! What each side says about its own fields: the metadata that decides how a value is written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::item::ConnectedItem;
use crate::object::ObjectRights;
use crate::people::Person;

/// Labels that fields of any object bear.
const GENERIC_LABELS: [&str; 9] =
    ["Description", "Email", "Name", "Number", "Phone", "Status", "Title", "Type", "Website"];

/// A field of a Salesforce object, from `GET /sobjects/{object}/describe`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "these are the vendor's own independent flags")]
pub struct SalesforceField {
    /// API name.
    pub name: String,
    /// Label, in the calling user's language.
    pub label: String,
    /// Type, as far as mappings care.
    pub kind: SalesforceType,
    /// Most characters it holds; 0 where length has no meaning.
    pub length: usize,
    /// Digits in all, for numbers.
    pub precision: u32,
    /// Digits after the point, for numbers.
    pub scale: u32,
    /// May be empty.
    pub nillable: bool,
    /// May be set on create.
    pub createable: bool,
    /// May be changed.
    pub updateable: bool,
    /// Filled by Salesforce when left out on create.
    pub defaulted_on_create: bool,
    /// Refuses values that are not in `picklist`.
    pub restricted: bool,
    /// Holds HTML.
    pub html: bool,
    /// Active picklist values (API names), in definition order.
    pub picklist: Vec<String>,
    /// Objects that a reference points to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// Name under which the related record is reached: `Account` of `AccountId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship: Option<String>,
}

impl SalesforceField {
    /// Its label with the object's before it, where the label alone does not say of what it is.
    pub fn full_label(&self, object: &str) -> String {
        if GENERIC_LABELS.contains(&self.label.as_str()) && !object.is_empty() {
            return format!("{object} {}", self.label);
        }
        self.label.clone()
    }

    /// Whether it refers to a user.
    pub fn is_user(&self) -> bool {
        self.references.iter().any(|object| object == "User")
    }

    /// A field that no org has: it stands for a value that a mapping makes up.
    pub fn made_up() -> Self {
        Self {
            name: "made up".to_owned(),
            label: String::new(),
            kind: SalesforceType::LongText,
            length: 0,
            precision: 0,
            scale: 0,
            nillable: true,
            createable: false,
            updateable: false,
            defaulted_on_create: false,
            restricted: false,
            html: false,
            picklist: Vec::new(),
            references: Vec::new(),
            relationship: None,
        }
    }
}

/// The Salesforce field types that a mapping tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SalesforceType {
    /// `string`, `combobox`: one line.
    Text,
    /// `textarea`: several lines, plain or HTML.
    LongText,
    /// `int`, `long`, `double`.
    Number,
    /// `currency`.
    Currency,
    /// `percent`.
    Percent,
    /// `boolean`.
    Checkbox,
    /// `date`.
    Date,
    /// `datetime`.
    DateTime,
    /// `picklist`.
    Picklist,
    /// `multipicklist`.
    MultiPicklist,
    /// `email`.
    Email,
    /// `phone`.
    Phone,
    /// `url`.
    Url,
    /// `reference` or `id`: another record.
    Reference,
    /// Anything else: shown, never written.
    Other,
}

impl SalesforceType {
    /// Every type with what people call it.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Text, "text"),
        (Self::LongText, "text area"),
        (Self::Number, "number"),
        (Self::Currency, "currency"),
        (Self::Percent, "percent"),
        (Self::Checkbox, "checkbox"),
        (Self::Date, "date"),
        (Self::DateTime, "date-time"),
        (Self::Picklist, "picklist"),
        (Self::MultiPicklist, "multi-select picklist"),
        (Self::Email, "e-mail"),
        (Self::Phone, "phone"),
        (Self::Url, "URL"),
        (Self::Reference, "reference"),
        (Self::Other, "anything else"),
    ];
}

/// A field of a Jira issue, from createmeta, editmeta or `GET /field`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JiraField {
    /// `summary`, `customfield_10060`. Names are not unique, ids are.
    pub id: String,
    /// Display name.
    pub name: String,
    /// What it holds.
    pub kind: JiraKind,
    /// Required on create, and Jira has no default for it.
    pub required: bool,
    /// On the create screen of the item's issue type.
    pub on_create: bool,
    /// On the edit screen of its issues, as far as one of them could be asked.
    #[serde(default)]
    pub on_edit: Option<bool>,
    /// Option values (or names) that it accepts; empty where it is open.
    pub allowed: Vec<String>,
}

impl JiraField {
    /// A field that no site has: it stands for a value that a mapping makes up.
    pub fn made_up() -> Self {
        Self {
            id: "made up".to_owned(),
            name: String::new(),
            kind: JiraKind::Text,
            required: false,
            on_create: false,
            on_edit: Some(false),
            allowed: Vec::new(),
        }
    }
}

/// The Jira field types that a mapping tells apart, from `schema.type`, `items`, `system`, `custom`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JiraKind {
    /// One line of text; at most 255 characters for `summary`.
    Text,
    /// An Atlassian Document Format document: description, environment, textarea custom fields.
    Document,
    /// `number`.
    Number,
    /// `date`.
    Date,
    /// `datetime`.
    DateTime,
    /// `option`, written `{"value": ..}`.
    Option,
    /// `array` of `option`.
    Options,
    /// `array` of `string`: labels, no blanks.
    Labels,
    /// `priority`, written `{"name": ..}`.
    Priority,
    /// A custom `url` field.
    Url,
    /// `option-with-child`, read as `Parent - Child`.
    Cascade,
    /// `array` of `component`.
    Components,
    /// `version`, written `{"name": ..}`.
    Version,
    /// `array` of `version`: fix versions, affected versions.
    Versions,
    /// `user`, by account id.
    User,
    /// `array` of `user`.
    Users,
    /// `resolution`: set by transitions only.
    Resolution,
    /// Anything else: shown, never written.
    Other,
}

impl JiraKind {
    /// Every kind with what people call it.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Text, "text"),
        (Self::Document, "paragraph"),
        (Self::Number, "number"),
        (Self::Date, "date"),
        (Self::DateTime, "date-time"),
        (Self::Option, "single option"),
        (Self::Options, "several options"),
        (Self::Cascade, "cascading option"),
        (Self::Labels, "labels"),
        (Self::Priority, "priority"),
        (Self::Components, "components"),
        (Self::Version, "version"),
        (Self::Versions, "versions"),
        (Self::User, "user"),
        (Self::Users, "users"),
        (Self::Url, "URL"),
        (Self::Resolution, "resolution"),
        (Self::Other, "anything else"),
    ];
}

/// What is known of the fields that an item maps: the part of both sides' metadata a plan needs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Schema {
    /// Salesforce fields by API name.
    pub salesforce: BTreeMap<String, SalesforceField>,
    /// Jira fields by id.
    pub jira: BTreeMap<String, JiraField>,
    /// The status field's values, in their sort order; empty where the object has none.
    pub record_statuses: Vec<RecordStatus>,
    /// The statuses of the item's issue type in its project.
    pub issue_statuses: Vec<IssueStatus>,
    /// Who is who, where a mapped field holds people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
    /// The ways of the issue type's workflow; empty where it may not be read.
    #[serde(default)]
    pub workflow: Vec<Way>,
    /// What the Run As user may do with the object's records.
    #[serde(default)]
    pub rights: ObjectRights,
    /// The object's feed, where it has one and the item syncs comments or notes links.
    #[serde(default)]
    pub feed: Option<Feed>,
    /// Where the object keeps the history of its fields, if it does.
    #[serde(default)]
    pub history: Option<History>,
    /// Where the object's activities name their record, if it has any and the item copies them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activities: Option<Activities>,
}

/// The activities of an object's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activities {
    /// Their field that names the record: `WhatId`, or `WhoId` for people.
    pub field: String,
}

/// The history of an object's fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The object that its rows are read from: `CaseHistory`, `Feature_Request__History`.
    pub object: String,
    /// Its field that names the record.
    pub field: String,
}

/// A way of a workflow: a transition from one status to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// Id of the status where it begins; none where it begins anywhere.
    pub from: Option<String>,
    /// Id of the status where it ends.
    pub to: String,
}

/// The feed of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// The object that its posts are read from: `CaseFeed`, `Feature_Request__Feed`.
    pub object: String,
    /// Whether a post says who may see it; only orgs with digital experiences have that field.
    pub visibility: bool,
}

impl Schema {
    /// Leaves out what an item does not use, unless Jira requires it.
    pub fn keep_used(&mut self, item: &ConnectedItem) {
        self.jira.retain(|id, field| field.required || item.uses_issue_field(id));
        let used = item.record_fields();
        self.salesforce.retain(|name, _| used.contains(name) || item.status_field() == Some(name));
    }
}

/// One value of the object's status field, from `CaseStatus` and its siblings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordStatus {
    /// The value that records hold (API name).
    pub value: String,
    /// Whether it closes the record.
    pub closed: bool,
    /// Whether new records get it.
    pub default: bool,
}

/// A Jira status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueStatus {
    /// Id, a number in a string. Names repeat, ids do not.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Its category.
    pub category: StatusCategory,
}

/// The category of a Jira status, by `statusCategory.key`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusCategory {
    /// `new`.
    New,
    /// `indeterminate`.
    InProgress,
    /// `done`.
    Done,
    /// `undefined`, or one that Atlassian added since.
    Undefined,
}

impl StatusCategory {
    /// Reads `statusCategory.key`.
    pub fn from_key(key: &str) -> Self {
        match key {
            "new" => Self::New,
            "indeterminate" => Self::InProgress,
            "done" => Self::Done,
            _ => Self::Undefined,
        }
    }

    /// Whether an issue in it counts as closed.
    pub fn is_closed(self) -> bool {
        self == Self::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // F-39
    #[test]
    fn a_generic_label_says_of_what_it_is() {
        let labelled =
            |label: &str| SalesforceField { label: label.to_owned(), ..SalesforceField::made_up() };
        assert_eq!(labelled("Name").full_label("Account"), "Account Name");
        assert_eq!(labelled("Account Name").full_label("Account"), "Account Name");
        assert_eq!(labelled("Subject").full_label("Case"), "Subject");
    }
}
