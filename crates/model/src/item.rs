//! The connected item: what an administrator writes and `lockstep item apply` reads.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A saved configuration: which records and issues are kept in step, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectedItem {
    /// Unique, stable name: lower-case letters, digits and dashes.
    pub name: String,
    /// The Salesforce side.
    pub salesforce: SalesforceScope,
    /// The Jira side.
    pub jira: JiraScope,
    /// Which way things flow.
    pub mode: Mode,
    /// Which field belongs with which.
    #[serde(default)]
    pub mappings: Vec<Mapping>,
    /// Status sync.
    #[serde(default)]
    pub status: StatusOptions,
    /// Comment sync.
    #[serde(default)]
    pub comments: CommentOptions,
    /// Whether new records open issues.
    #[serde(default)]
    pub auto_create: AutoCreate,
    /// Seconds between two sweeps of this item.
    #[serde(default = "default_sweep_seconds")]
    pub sweep_seconds: u32,
}

fn default_sweep_seconds() -> u32 {
    300
}

/// The records of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SalesforceScope {
    /// Name of a Salesforce connection.
    pub connection: String,
    /// API name of the object, such as `Case`.
    pub object: String,
}

/// The issues of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JiraScope {
    /// Name of a Jira connection.
    pub connection: String,
    /// Project key.
    pub project: String,
    /// Name of the issue type.
    pub issue_type: String,
}

/// Which way an item's fields flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Records are shown beside issues; nothing is written on either side.
    DisplayOnly,
    /// Salesforce is the source of truth.
    OneWay,
    /// Both sides may change every mapped field.
    TwoWay,
    /// Each mapping names its owner.
    Custom,
}

/// One Salesforce field with one Jira field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// API name of the Salesforce field.
    pub salesforce: String,
    /// Id of the Jira field, such as `summary` or `customfield_10060`.
    pub jira: String,
    /// Whose changes flow; only read in [`Mode::Custom`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Who wins when both sides changed it.
    #[serde(default)]
    pub policy: Policy,
}

impl Mapping {
    /// The key of this mapping in a link's base: a mapping that changes a side starts anew.
    pub fn key(&self) -> String {
        format!("{}:{}", self.salesforce, self.jira)
    }
}

/// Whose changes of a mapping flow to the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// Salesforce to Jira only.
    Salesforce,
    /// Jira to Salesforce only.
    Jira,
    /// Both ways.
    Both,
}

/// Who wins when both sides changed the same field since they last agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// The later change.
    #[default]
    Newest,
    /// Salesforce.
    Salesforce,
    /// Jira.
    Jira,
}

/// Status sync of an item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusOptions {
    /// On or off.
    #[serde(default)]
    pub enabled: bool,
    /// Statuses that belong together, before names and categories are compared.
    #[serde(default)]
    pub map: Vec<StatusPair>,
    /// The resolution that a closing transition gets where its screen asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
}

/// A record status and the issue status that it belongs with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusPair {
    /// Value of the record's status field.
    pub salesforce: String,
    /// Name of the Jira status.
    pub jira: String,
}

/// Comment sync of an item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentOptions {
    /// On or off.
    #[serde(default)]
    pub enabled: bool,
    /// Whether comments copied from Jira are published to the customer (`CaseComment.IsPublished`).
    #[serde(default)]
    pub publish: bool,
}

/// Whether and from when new records open issues.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoCreate {
    /// On or off.
    #[serde(default)]
    pub enabled: bool,
    /// Which existing records count as new when the item is first applied.
    #[serde(default)]
    pub from: CreateFrom,
}

/// Which records count as new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CreateFrom {
    /// Those created after the item was applied.
    #[default]
    Now,
    /// Those created since an instant.
    Since(DateTime<Utc>),
    /// All of them.
    All,
}

impl ConnectedItem {
    /// The item with Jira fields by id, where it names them by their display names.
    #[must_use]
    pub fn with_field_ids(mut self, ids: &BTreeMap<String, String>) -> Self {
        for mapping in &mut self.mappings {
            if let Some(id) = ids.get(&mapping.jira) {
                mapping.jira.clone_from(id);
            }
        }
        self
    }

    /// Whose changes of `mapping` flow, by the item's mode; `None` in display-only mode.
    pub fn owner(&self, mapping: &Mapping) -> Option<Owner> {
        match self.mode {
            Mode::DisplayOnly => None,
            Mode::OneWay => Some(Owner::Salesforce),
            Mode::TwoWay => Some(Owner::Both),
            Mode::Custom => Some(mapping.owner.unwrap_or(Owner::Both)),
        }
    }

    /// Whether comments are synced (never in display-only mode).
    pub fn syncs_comments(&self) -> bool {
        self.comments.enabled && self.mode != Mode::DisplayOnly
    }

    /// Whether status is synced (never in display-only mode).
    pub fn syncs_status(&self) -> bool {
        self.status.enabled && self.mode != Mode::DisplayOnly
    }

    /// Whether new records open issues (never in display-only mode).
    pub fn creates_issues(&self) -> bool {
        self.auto_create.enabled && self.mode != Mode::DisplayOnly
    }

    /// The record field that carries its status, where this object has one (features 32-35, 69).
    pub fn status_field(&self) -> Option<&'static str> {
        match self.salesforce.object.as_str() {
            "Case" | "Lead" | "Task" | "Quote" | "Order" | "Contract" => Some("Status"),
            "Opportunity" => Some("StageName"),
            "Event" => Some("ShowAs"),
            _ => None,
        }
    }
}
