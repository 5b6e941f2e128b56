//! The connected item: what an administrator writes and `lockstep item apply` reads.

mod comments;
mod discovery;
mod status;
mod transform;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::activity::ActivityOptions;
use crate::associated::AssociatedOptions;
use crate::batch::{Schedule, When};
use crate::converted::Converted;
use crate::drift::DriftPolicy;
use crate::files::FileOptions;
use crate::object;
use crate::parent::{self, ParentRule};
use crate::rules::Rule;
use crate::snapshot::Side;
use crate::template;

pub use comments::{CommentOptions, Deletes, EditedCopies, Edits, Internal, LongComments};
pub use discovery::{AutoCreate, CreateFrom, FromJira, ISSUE_KEY, Match};
pub use status::{StatusOptions, StatusPair};
pub use transform::{Fallback, Otherwise, ValueMap, ValuePair};
pub use users::UserPair;

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
    /// Salesforce fields that are shown beside the issue, without being synced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub show: Vec<String>,
    /// Whether records that hang on the record are shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub associated: AssociatedOptions,
    /// Which record's issue is the parent of an issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ParentRule>,
    /// Whether the record is told, once for each link, which issue it is linked with.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub link_note: bool,
    /// Status sync.
    #[serde(default)]
    pub status: StatusOptions,
    /// Comment sync.
    #[serde(default)]
    pub comments: CommentOptions,
    /// Which activities of a record reach Jira, and as what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activities: Option<ActivityOptions>,
    /// File sync.
    #[serde(default)]
    pub files: FileOptions,
    /// Whether new records open issues.
    #[serde(default)]
    pub auto_create: AutoCreate,
    /// What becomes of the links of leads that are converted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub converted: Converted,
    /// What becomes of changes on the side that does not own a mapping.
    #[serde(default, skip_serializing_if = "is_default")]
    pub drift: DriftPolicy,
    /// The conditional rule, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// People whom an e-mail address does not pair.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<UserPair>,
    /// The time zone in which a date-time has its day; UTC where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<Tz>,
    /// When the mappings that wait for a batch are written.
    #[serde(default, skip_serializing_if = "is_default")]
    pub batch: Schedule,
    /// Seconds between two sweeps of this item.
    #[serde(default = "default_sweep_seconds")]
    pub sweep_seconds: u32,
}

/// Whether a part says what it would say if it were left out.
pub(crate) fn is_default<T: Default + PartialEq>(part: &T) -> bool {
    *part == T::default()
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
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub project: String,
    /// Project keys of a display-only item, instead of `project`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub projects: Vec<String>,
    /// Name of the issue type; a display-only item needs none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub issue_type: String,
}

impl JiraScope {
    /// The keys of its projects.
    pub fn projects(&self) -> impl Iterator<Item = &str> {
        let one = Some(self.project.as_str()).filter(|key| !key.is_empty());
        one.into_iter().chain(self.projects.iter().map(String::as_str))
    }

    /// Whether an issue of this key is in one of its projects.
    pub fn covers(&self, issue_key: &str) -> bool {
        let project = issue_key.rsplit_once('-').map_or(issue_key, |(project, _)| project);
        self.projects().any(|key| key.eq_ignore_ascii_case(project))
    }
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

/// One Salesforce field with one Jira field; or, of one of them, what it is always filled with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// API name of the Salesforce field; empty where the mapping makes its value up.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub salesforce: String,
    /// Id of the Jira field, such as `summary` or `customfield_10060`; empty where the mapping makes
    /// its value up.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub jira: String,
    /// Whose changes flow; only read in [`Mode::Custom`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Who wins when both sides changed it.
    #[serde(default)]
    pub policy: Policy,
    /// Whether its changes are written at once or with the item's batch.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: When,
    /// What becomes of a change on the side that does not own it, where the item's choice does not suit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<DriftPolicy>,
    /// Values of one side that belong with values of the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<ValueMap>,
    /// What the one field that is named always holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant: Option<String>,
    /// What the first value is where the source is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Joins several record fields into the issue's field ([`template`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Whether a text that is too long may be shortened.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncate: bool,
    /// Whether a number with too many digits after the point may be rounded.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub round: bool,
}

/// A value that a mapping makes up instead of reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made<'a> {
    /// Always the same.
    Constant(&'a str),
    /// Rendered from record fields.
    Template(&'a str),
}

impl Mapping {
    /// The key of this mapping in a link's base: a mapping that changes a side starts anew.
    pub fn key(&self) -> String {
        let made = |side| match self.made() {
            Some((of, Made::Constant(_))) if of == side => Some("(constant)"),
            Some((of, Made::Template(_))) if of == side => Some("(template)"),
            _ => None,
        };
        let salesforce = made(Side::Salesforce).unwrap_or(&self.salesforce);
        let jira = made(Side::Jira).unwrap_or(&self.jira);
        format!("{salesforce}:{jira}")
    }

    /// The side whose value the mapping makes up, and from what. Such a mapping flows one way only.
    pub fn made(&self) -> Option<(Side, Made<'_>)> {
        if let Some(source) = &self.template {
            return Some((Side::Salesforce, Made::Template(source)));
        }
        let constant = Made::Constant(self.constant.as_deref()?);
        Some((if self.jira.is_empty() { Side::Jira } else { Side::Salesforce }, constant))
    }

    /// The record fields that it reads.
    pub fn record_fields(&self) -> BTreeSet<String> {
        match self.made() {
            Some((_, Made::Template(source))) => template::variables(source).unwrap_or_default(),
            Some((Side::Salesforce, _)) => BTreeSet::new(),
            _ => [self.salesforce.clone()].into(),
        }
    }

    /// The issue field that it reads or writes, if there is one.
    pub fn issue_field(&self) -> Option<&str> {
        Some(self.jira.as_str()).filter(|field| !field.is_empty())
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
    /// Neither, until a person decides.
    Hold,
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
        let made = mapping.made().map(|(side, _)| match side {
            Side::Salesforce => Owner::Salesforce,
            Side::Jira => Owner::Jira,
        });
        match self.mode {
            Mode::DisplayOnly => None,
            _ if made.is_some() => made,
            Mode::OneWay => Some(Owner::Salesforce),
            Mode::TwoWay => Some(Owner::Both),
            Mode::Custom => Some(mapping.owner.unwrap_or(Owner::Both)),
        }
    }

    /// The record fields that the item reads, each once.
    pub fn record_fields(&self) -> BTreeSet<String> {
        let key = self.auto_create.matching.as_ref().map(|rule| &rule.salesforce);
        let parent = self.parent.as_ref().map(|rule| &rule.salesforce);
        let mapped = self.mappings.iter().flat_map(Mapping::record_fields);
        let tests = self.rule.iter().flat_map(|rule| rule.when.tests());
        let tested = tests.map(|(_, test)| &test.field);
        mapped.chain(tested.chain(&self.show).chain(key).chain(parent).cloned()).collect()
    }

    /// The mapping that a person means by its key, its Salesforce field or its Jira field.
    pub fn mapping_named(&self, name: &str) -> Option<&Mapping> {
        let same = |field: &str| field.eq_ignore_ascii_case(name);
        let by_key = self.mappings.iter().find(|mapping| same(&mapping.key()));
        by_key.or_else(|| self.mappings.iter().find(|m| same(&m.salesforce) || same(&m.jira)))
    }

    /// Whether comments are synced (never in display-only mode).
    pub fn syncs_comments(&self) -> bool {
        self.comments.enabled && self.mode != Mode::DisplayOnly
    }

    /// Whether the copies of deleted comments are marked or deleted (never in display-only mode).
    pub fn mirrors_deletes(&self) -> bool {
        self.syncs_comments() && self.comments.deletes != Deletes::Ignore
    }

    /// Whether status is synced (never in display-only mode).
    pub fn syncs_status(&self) -> bool {
        self.status.enabled && self.mode != Mode::DisplayOnly
    }

    /// Whether new records open issues (never in display-only mode).
    pub fn creates_issues(&self) -> bool {
        self.auto_create.enabled && self.mode != Mode::DisplayOnly
    }

    /// The conditional rule (never in display-only mode).
    pub fn active_rule(&self) -> Option<&Rule> {
        self.rule.as_ref().filter(|_| self.mode != Mode::DisplayOnly)
    }

    /// Whether issues are moved through their workflow: by status sync or by the rule.
    pub fn moves_issues(&self) -> bool {
        self.syncs_status() || self.active_rule().is_some()
    }

    /// The issue fields that are read besides status: the mapped ones, its parent where the item has a
    /// rule for that, and how the issue ended where the status map asks for that.
    pub fn issue_fields(&self) -> BTreeSet<&str> {
        let mapped = self.mappings.iter().filter_map(Mapping::issue_field);
        let mut pairs = self.status.map.iter();
        let ended = self.syncs_status() && pairs.any(|pair| pair.resolution.is_some());
        let parent = self.parent.as_ref().map(|_| parent::FIELD);
        mapped.chain(parent).chain(ended.then_some("resolution")).collect()
    }

    /// The record field that carries its status: the one that the item names, or the object's own.
    pub fn status_field(&self) -> Option<&str> {
        let own = || object::standard(&self.salesforce.object)?.status_field;
        self.status.field.as_deref().or_else(own)
    }

    /// Whether anything is ever written to the record.
    pub fn writes_records(&self) -> bool {
        let flows = |mapping| matches!(self.owner(mapping), Some(Owner::Jira | Owner::Both));
        self.syncs_status() || self.mappings.iter().any(flows)
    }
}
