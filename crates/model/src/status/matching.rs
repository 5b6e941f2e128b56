//! Which statuses belong together.

use crate::field::{IssueStatus, RecordStatus, Schema};
use crate::item::StatusPair;
use crate::name::same;
use crate::snapshot::Side;

/// Whether a record's status and an issue's status belong together: by the item's map; where neither
/// is in the map, by name (case and blanks at the ends do not count); where neither has a partner by
/// map or name on the other side, both being closed or both being open.
pub fn belongs_together(
    map: &[StatusPair],
    schema: &Schema,
    record: &str,
    issue: &IssueStatus,
) -> bool {
    Matching::new(map, schema).together(record, issue)
}

/// The rules of one item over the statuses that both sides have.
#[derive(Debug, Clone, Copy)]
pub struct Matching<'a> {
    map: &'a [StatusPair],
    schema: &'a Schema,
}

impl<'a> Matching<'a> {
    /// The rules of a status map over the statuses of a schema.
    pub fn new(map: &'a [StatusPair], schema: &'a Schema) -> Self {
        Self { map, schema }
    }

    /// See [`belongs_together`].
    pub fn together(&self, record: &str, issue: &IssueStatus) -> bool {
        let alone = !self.has_issue_partner(record) && self.record_partner(issue).is_none();
        self.exact(record, issue) || (alone && self.alike(record, issue))
    }

    /// Whether the side across from `leader` need not move: the two are partners, or the leader's
    /// status has no partner and both are open or both are closed.
    pub fn follows(&self, leader: Side, record: &str, issue: &IssueStatus) -> bool {
        let alone = match leader {
            Side::Salesforce => !self.has_issue_partner(record),
            Side::Jira => self.record_partner(issue).is_none(),
        };
        self.exact(record, issue) || (alone && self.alike(record, issue))
    }

    /// Whether they are partners by map or by name.
    pub fn exact(&self, record: &str, issue: &IssueStatus) -> bool {
        let by_map =
            |pair: &StatusPair| same(&pair.salesforce, record) && same(&pair.jira, &issue.name);
        let mapped =
            |pair: &StatusPair| same(&pair.salesforce, record) || same(&pair.jira, &issue.name);
        self.map.iter().any(by_map) || (same(record, &issue.name) && !self.map.iter().any(mapped))
    }

    /// Whether both are closed or both are open; not where the record's status is unknown.
    pub fn alike(&self, record: &str, issue: &IssueStatus) -> bool {
        self.closed(record) == Some(issue.category.is_closed())
    }

    /// Whether a record's status closes it; `None` where Salesforce does not list it.
    pub fn closed(&self, record: &str) -> Option<bool> {
        let found = self.schema.record_statuses.iter().find(|each| same(&each.value, record));
        found.map(|status| status.closed)
    }

    /// Whether a record's status has a partner among the statuses of the issue type.
    pub fn has_issue_partner(&self, record: &str) -> bool {
        self.schema.issue_statuses.iter().any(|issue| self.exact(record, issue))
    }

    /// The first partner of an issue's status, in the order of the map and then of Salesforce.
    pub fn record_partner(&self, issue: &IssueStatus) -> Option<&'a RecordStatus> {
        let statuses = &self.schema.record_statuses;
        let mapped = self.map.iter().filter(|pair| same(&pair.jira, &issue.name));
        let by_map = mapped
            .filter_map(|pair| statuses.iter().find(|each| same(&each.value, &pair.salesforce)));
        by_map.chain(statuses.iter().filter(|each| self.exact(&each.value, issue))).next()
    }

    /// Whether the item's map says where the issue of such a record stands.
    pub fn is_mapped(&self, record: &str) -> bool {
        self.map.iter().any(|pair| same(&pair.salesforce, record))
    }

    /// The partner of an issue's status that goes with how the issue ended: of several pairs in the
    /// map the one with this resolution, else one that names none, else the first.
    pub fn record_partner_ended(
        &self,
        issue: &IssueStatus,
        resolution: Option<&str>,
    ) -> Option<&'a RecordStatus> {
        let pairs = || self.map.iter().filter(|pair| same(&pair.jira, &issue.name));
        let ended = |pair: &&StatusPair| match (&pair.resolution, resolution) {
            (Some(wanted), Some(shown)) => same(wanted, shown),
            _ => false,
        };
        let pair = pairs().find(ended).or_else(|| pairs().find(|pair| pair.resolution.is_none()));
        let statuses = &self.schema.record_statuses;
        let named =
            pair.and_then(|p| statuses.iter().find(|each| same(&each.value, &p.salesforce)));
        named.or_else(|| self.record_partner(issue))
    }

    /// The resolution that the map gives an issue that follows a record to a status.
    pub fn resolution(&self, record: &str, issue: &IssueStatus) -> Option<&'a str> {
        let mut pairs = self.map.iter();
        let pair =
            pairs.find(|pair| same(&pair.salesforce, record) && same(&pair.jira, &issue.name));
        pair?.resolution.as_deref()
    }

    /// The record's status for an issue whose status has no partner: the first closed one, or the
    /// default (or first) open one.
    pub fn record_stand_in(&self, issue: &IssueStatus) -> Option<&'a RecordStatus> {
        let closed = issue.category.is_closed();
        let fitting = || self.schema.record_statuses.iter().filter(|each| each.closed == closed);
        fitting().find(|each| !closed && each.default).or_else(|| fitting().next())
    }
}
