//! What each side says about its own fields: the metadata that decides how a value is written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::item::ConnectedItem;
use crate::object::ObjectRights;

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
}

impl SalesforceField {
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
    /// Anything else: shown, never written.
    Other,
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
    /// The ways of the issue type's workflow; empty where it may not be read.
    #[serde(default)]
    pub workflow: Vec<Way>,
    /// What the Run As user may do with the object's records.
    #[serde(default)]
    pub rights: ObjectRights,
}

/// A way of a workflow: a transition from one status to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// Id of the status where it begins; none where it begins anywhere.
    pub from: Option<String>,
    /// Id of the status where it ends.
    pub to: String,
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
