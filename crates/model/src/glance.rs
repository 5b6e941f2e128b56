//! An item at a glance: what a table of items shows of each, the same wherever it is shown.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::item::{ConnectedItem, Mapping, Mode, Owner};
use crate::object::{Group, standard};

/// What a table shows of an item as it is configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub struct Glance {
    /// Project keys.
    pub jira_scope: Vec<String>,
    /// The issue type; `manual link only` of a display-only item.
    pub issue_type: String,
    /// Group and object: `Service Cloud / Case`.
    pub salesforce_source: String,
    /// Each mapping with the way it flows, then what is only shown, then what the rule does.
    pub mappings: Vec<String>,
    /// Whether new records open issues.
    pub auto_create: bool,
    /// Whether comments are synced.
    pub comments: bool,
    /// Whether files are synced.
    pub attachments: bool,
    /// Whether statuses are synced.
    pub status: bool,
    /// Whether the records that hang on the record are shown.
    pub associations: bool,
}

impl Glance {
    /// What there is to see of `item`.
    pub fn of(item: &ConnectedItem) -> Self {
        let display = item.mode == Mode::DisplayOnly;
        let object = item.salesforce.object.as_str();
        let group = standard(object).map_or(Group::Custom, |known| known.group).title();
        let issue_type = if display { "manual link only" } else { &item.jira.issue_type };
        Self {
            jira_scope: item.jira.projects().map(str::to_owned).collect(),
            issue_type: issue_type.to_owned(),
            salesforce_source: format!("{group} / {object}"),
            mappings: mappings(item),
            auto_create: item.creates_issues(),
            comments: item.syncs_comments(),
            attachments: item.syncs_files(),
            status: item.syncs_status(),
            associations: item.associated.enabled,
        }
    }
}

fn mappings(item: &ConnectedItem) -> Vec<String> {
    let mapped = item.mappings.iter().map(|mapping| flow(item, mapping));
    let shown = item.show.iter().map(|field| format!("{field} (shown)"));
    mapped.chain(shown).chain(rule(item)).collect()
}

/// `Subject <-> summary`, with the owner's arrow.
fn flow(item: &ConnectedItem, mapping: &Mapping) -> String {
    let key = mapping.key();
    let (salesforce, jira) = key.split_once(':').unwrap_or((&key, ""));
    match item.owner(mapping) {
        None => format!("{salesforce} (shown)"),
        Some(Owner::Salesforce) => format!("{salesforce} -> {jira}"),
        Some(Owner::Jira) => format!("{salesforce} <- {jira}"),
        Some(Owner::Both) => format!("{salesforce} <-> {jira}"),
    }
}

/// Where the rule keeps issues, in a few words.
fn rule(item: &ConnectedItem) -> Option<String> {
    let rule = item.active_rule()?;
    let status = |status: &Option<String>| status.clone().unwrap_or_else(|| "as synced".to_owned());
    let (met, not_met) = (status(&rule.status_when_met), status(&rule.status_when_not_met));
    Some(format!("rule: {met} when met, {not_met} when not"))
}

/// How an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<'a> {
    /// Whether somebody has stopped it.
    pub paused: bool,
    /// When it was last swept.
    pub swept_at: Option<DateTime<Utc>>,
    /// What that sweep counted.
    pub counts: Option<&'a Value>,
    /// How many findings its links have.
    pub findings: i64,
}

/// What there is to say of an item's latest sweep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum LatestSync {
    /// It is never swept.
    DisplayOnly,
    /// Somebody has stopped it.
    Paused,
    /// Its first sweep is still to come.
    Waiting,
    /// The sweep met a fault, or links have findings.
    AttentionRequired {
        /// When it was swept.
        at: DateTime<Utc>,
        /// What needs somebody.
        why: String,
    },
    /// What the sweep counted.
    Swept {
        /// When.
        at: DateTime<Utc>,
        /// Records looked at.
        looked_at: u64,
        /// New records that were linked.
        created: u64,
        /// Links with news.
        news: u64,
    },
}

impl LatestSync {
    /// What there is to say of `item`, standing so.
    pub fn of(item: &ConnectedItem, standing: Standing<'_>) -> Self {
        let Standing { paused, swept_at, counts, findings } = standing;
        let at = match swept_at {
            _ if item.mode == Mode::DisplayOnly => return Self::DisplayOnly,
            _ if paused => return Self::Paused,
            None => return Self::Waiting,
            Some(at) => at,
        };
        let fault = counts.and_then(|counts| counts["faults"][0].as_str());
        let count =
            |name: &str| counts.and_then(|counts| counts[name].as_u64()).unwrap_or_default();
        match (fault, findings) {
            (Some(fault), _) => Self::AttentionRequired { at, why: fault.to_owned() },
            (None, 1..) => Self::AttentionRequired { at, why: format!("{findings} findings") },
            (None, _) => Self::Swept {
                at,
                looked_at: count("looked_at"),
                created: count("created"),
                news: count("published"),
            },
        }
    }

    /// As a cell of a table.
    pub fn text(&self) -> String {
        match self {
            Self::DisplayOnly => "display-only".to_owned(),
            Self::Paused => "paused".to_owned(),
            Self::Waiting => "waiting".to_owned(),
            Self::AttentionRequired { at, why } => {
                format!("attention required: {why} ({})", at.format("%F %T"))
            }
            Self::Swept { at, looked_at, created, news } => {
                let counts = format!("{looked_at} looked at, {created} new, {news} with news");
                format!("{counts} ({})", at.format("%F %T"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::item::Policy;
    use crate::laws::world::{World, at, mapping};
    use crate::rules::Rule;

    fn standing() -> Standing<'static> {
        Standing { paused: false, swept_at: Some(at(0)), counts: None, findings: 0 }
    }

    // F-45, F-46, F-47, F-117
    #[test]
    fn a_row_shows_type_source_owners_rule_and_switches() {
        let mut item = World::quiet().item;
        let owners = [
            ("Subject", "summary", Owner::Both),
            ("Priority", "priority", Owner::Salesforce),
            ("Tier__c", "customfield_1", Owner::Jira),
        ];
        item.mappings =
            owners.map(|(one, two, owner)| mapping(one, two, owner, Policy::Newest)).into();
        item.show = vec!["Origin".to_owned()];
        let rule = json!({
            "when": { "field": "Type", "operator": "equals", "value": "Problem" },
            "status_when_met": "In Progress",
        });
        item.rule = Some(serde_json::from_value::<Rule>(rule).expect("a rule"));
        (item.comments.enabled, item.auto_create.enabled) = (true, true);
        let glance = Glance::of(&item);
        assert_eq!((glance.issue_type.as_str(), glance.jira_scope.len()), ("Task", 1));
        assert_eq!(glance.salesforce_source, "Service Cloud / Case");
        assert_eq!(
            glance.mappings,
            [
                "Subject <-> summary",
                "Priority -> priority",
                "Tier__c <- customfield_1",
                "Origin (shown)",
                "rule: In Progress when met, as synced when not",
            ]
        );
        let switches = (glance.auto_create, glance.comments, glance.attachments, glance.status);
        assert_eq!(switches, (true, true, false, false));
        item.mode = Mode::DisplayOnly;
        let glance = Glance::of(&item);
        assert_eq!(glance.issue_type, "manual link only");
        assert!(!glance.auto_create && !glance.comments, "nothing is on that has no effect");
        assert_eq!(glance.mappings[0], "Subject (shown)");
    }

    // F-48
    #[test]
    fn the_latest_sweep_is_told_in_one_of_five_ways() {
        let mut item = World::quiet().item;
        let of = |item: &ConnectedItem, standing| LatestSync::of(item, standing).text();
        assert_eq!(of(&item, Standing { swept_at: None, ..standing() }), "waiting");
        assert_eq!(of(&item, Standing { paused: true, ..standing() }), "paused");
        let counts = json!({ "looked_at": 7, "created": 1, "published": 2, "faults": [] });
        let swept = Standing { counts: Some(&counts), ..standing() };
        assert_eq!(of(&item, swept), "7 looked at, 1 new, 2 with news (2026-11-22 10:00:00)");
        let found = of(&item, Standing { findings: 3, ..swept });
        assert!(found.starts_with("attention required: 3 findings"), "{found}");
        let counts = json!({ "faults": ["LS-SF-030: away"] });
        let fault = of(&item, Standing { counts: Some(&counts), ..standing() });
        assert!(fault.starts_with("attention required: LS-SF-030: away"), "{fault}");
        item.mode = Mode::DisplayOnly;
        assert_eq!(of(&item, standing()), "display-only");
    }
}
