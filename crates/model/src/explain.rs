//! Why a value is what it is: from the base of a link and what the audit trail tells of the value.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::{Base, Held, Refusal};
use crate::batch::Waiting;
use crate::field::Schema;
use crate::ids::CorrelationId;
use crate::item::{ConnectedItem, Mapping, Owner};
use crate::snapshot::Side;
use crate::value::FieldValue;

/// What the audit trail tells of one value, at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deed {
    /// When.
    pub at: DateTime<Utc>,
    /// Which step: `edit_issue`, `update_record`, `create_issue`, `hold`, `decide`, `refused`.
    pub step: String,
    /// The side that was written.
    pub side: Option<Side>,
    /// Whether a value was written.
    pub done: bool,
    /// What that side showed before.
    pub before: Value,
    /// What it showed after.
    pub after: Value,
    /// Why.
    pub reason: Value,
    /// What made the job: a webhook, a sweep, a person.
    pub cause: String,
    /// Ties it to job and log.
    pub correlation: CorrelationId,
    /// By which version of the item.
    pub item_version: Option<i32>,
    /// Who asked for it.
    pub actor: Option<String>,
}

/// Why a value is what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Key of the mapping, or `status`.
    pub subject: String,
    /// What both sides showed when they last agreed; none if they never did.
    pub agreed: Option<Held>,
    /// How it came about.
    pub origin: Origin,
    /// What lost a conflict, the latest first.
    pub lost: Vec<Lost>,
    /// A conflict that waits for a person.
    pub held: Option<Held>,
    /// A value that a side would not take, and why.
    pub refused: Option<Refusal>,
    /// Which way the item lets it flow; none of a status.
    pub flows: Option<Flow>,
    /// A difference that waits for the item's batch.
    #[serde(default)]
    pub waits: Option<Waiting>,
    /// Since an undo the two sides agree to differ, until one of them changes.
    #[serde(default)]
    pub apart: bool,
}

/// Which way the values of a mapping flow, and what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// Whose changes flow.
    pub owner: Owner,
    /// Sides that are to be written and cannot be.
    pub unwritable: Vec<Side>,
}

impl Flow {
    /// What the item and both sides' metadata say of a mapping; none in display-only mode.
    pub fn of(item: &ConnectedItem, schema: &Schema, mapping: &Mapping) -> Option<Self> {
        let owner = item.owner(mapping)?;
        let record = schema.salesforce.get(&mapping.salesforce);
        let issue = schema.jira.get(&mapping.jira);
        let sides = [
            (
                Side::Salesforce,
                Owner::Salesforce,
                !schema.rights.update || record.is_some_and(|field| !field.updateable),
            ),
            (Side::Jira, Owner::Jira, issue.is_some_and(|field| field.on_edit == Some(false))),
        ];
        let stuck = sides.into_iter().filter(|(_, own, locked)| owner != *own && *locked);
        Some(Self { owner, unwritable: stuck.map(|(side, ..)| side).collect() })
    }
}

/// How the present value came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "came", rename_all = "snake_case")]
pub enum Origin {
    /// Both sides showed it when they were first looked at, and nothing was written since.
    FoundAlike,
    /// Lockstep wrote it to one side, after it was changed on the other.
    Written {
        /// The write.
        deed: Box<Deed>,
    },
    /// Lockstep wrote another value last; both sides have come to show this one since.
    AgreedSince {
        /// The last write.
        deed: Box<Deed>,
    },
    /// The two sides never agreed.
    Never,
}

/// A value that lost a conflict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lost {
    /// When.
    pub at: DateTime<Utc>,
    /// The value.
    pub value: Value,
    /// The side that won.
    pub winner: Option<Side>,
    /// By which rule.
    pub rule: String,
    /// Who decided, where a person did.
    pub actor: Option<String>,
}

/// Explains a value from its base and its deeds, which come latest first. `agreed` is what both sides
/// showed when they last agreed.
pub fn explain(subject: &str, agreed: Option<Held>, base: &Base, deeds: &[Deed]) -> Explanation {
    let refused = base
        .fields
        .get(subject)
        .map_or_else(|| base.first_refused.get(subject).cloned(), |field| field.refused.clone());
    Explanation {
        subject: subject.to_owned(),
        origin: origin(agreed.as_ref(), deeds),
        agreed,
        lost: deeds.iter().filter_map(lost).collect(),
        held: base.held.get(subject).cloned(),
        refused,
        flows: None,
        waits: None,
        apart: base.apart.contains(subject),
    }
}

fn origin(agreed: Option<&Held>, deeds: &[Deed]) -> Origin {
    let last = deeds.iter().find(|deed| deed.done);
    match (agreed, last) {
        (None, None) => Origin::Never,
        (Some(_), None) => Origin::FoundAlike,
        (None, Some(deed)) => Origin::AgreedSince { deed: Box::new(deed.clone()) },
        (Some(agreed), Some(deed)) => {
            let deed = Box::new(deed.clone());
            let shown = deed.side.map(|side| agreed.of(side));
            if shown.is_some_and(|shown| reads_as(&deed.after, shown)) {
                Origin::Written { deed }
            } else {
                Origin::AgreedSince { deed }
            }
        }
    }
}

/// Whether what the trail keeps is this value; of statuses it keeps the name alone.
fn reads_as(kept: &Value, value: &FieldValue) -> bool {
    match (kept, value) {
        (Value::String(name), FieldValue::Text(text)) => name == text,
        _ => serde_json::from_value(kept.clone()).is_ok_and(|kept: FieldValue| kept == *value),
    }
}

/// What a deed says lost. A decision is told by the person's own row; the write that carried it out
/// would tell it twice.
fn lost(deed: &Deed) -> Option<Lost> {
    let reason = &deed.reason;
    let value = reason.get("lost")?.clone();
    let rule = reason["rule"].as_str()?.to_owned();
    if deed.done && rule == "person" {
        return None;
    }
    let winner = serde_json::from_value(reason["winner"].clone()).ok();
    Some(Lost { at: deed.at, value, winner, rule, actor: deed.actor.clone() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::item::Policy;
    use crate::laws::world::{World, at, mapping, schema};

    fn deed(minute: i64, after: &str, reason: Value) -> Deed {
        Deed {
            at: at(minute),
            step: "edit_issue".to_owned(),
            side: Some(Side::Jira),
            done: true,
            before: Value::Null,
            after: json!(FieldValue::text(after)),
            reason,
            cause: "sweep".to_owned(),
            correlation: CorrelationId("c-1".to_owned()),
            item_version: Some(2),
            actor: None,
        }
    }

    fn agreed(text: &str) -> Held {
        Held { salesforce: FieldValue::text(text), jira: FieldValue::text(text) }
    }

    fn came(agreed: Option<Held>, deeds: &[Deed]) -> Origin {
        explain("Subject:summary", agreed, &Base::default(), deeds).origin
    }

    // F-308
    #[test]
    fn the_last_write_explains_the_value_unless_both_sides_moved_on() {
        let deeds = [deed(2, "b", Value::Null), deed(1, "a", Value::Null)];
        let last = Box::new(deeds[0].clone());
        assert_eq!(came(Some(agreed("b")), &deeds), Origin::Written { deed: last.clone() });
        assert_eq!(came(Some(agreed("c")), &deeds), Origin::AgreedSince { deed: last });
        assert_eq!(came(Some(agreed("b")), &[]), Origin::FoundAlike);
        assert_eq!(came(None, &[]), Origin::Never);
    }

    // F-119
    #[test]
    fn a_flow_names_its_owner_and_the_side_that_cannot_be_written() {
        let (item, mut schema) = (World::quiet().item, schema());
        let of = |schema: &Schema, owner| {
            let mapping = mapping("Subject", "summary", owner, Policy::Newest);
            let flow = Flow::of(&item, schema, &mapping).expect("it flows");
            (flow.owner, flow.unwritable)
        };
        assert_eq!(of(&schema, Owner::Both), (Owner::Both, vec![]));
        schema.salesforce.get_mut("Subject").expect("a field").updateable = false;
        assert_eq!(of(&schema, Owner::Jira), (Owner::Jira, vec![Side::Salesforce]));
        assert_eq!(of(&schema, Owner::Salesforce), (Owner::Salesforce, vec![]), "it is only read");
        schema.jira.get_mut("summary").expect("a field").on_edit = Some(false);
        assert_eq!(of(&schema, Owner::Both).1, [Side::Salesforce, Side::Jira]);
    }

    // F-308
    #[test]
    fn what_lost_is_told_once_with_who_decided() {
        let reason = |rule: &str| json!({"because": "conflict", "rule": rule, "winner": "jira", "lost": "x"});
        let decided =
            Deed { done: false, actor: Some("ann".to_owned()), ..deed(2, "b", reason("person")) };
        let deeds = [deed(3, "b", reason("person")), decided, deed(1, "a", reason("newest"))];
        let lost = explain("Subject:summary", Some(agreed("b")), &Base::default(), &deeds).lost;
        let told: Vec<_> = lost.iter().map(|l| (l.rule.as_str(), l.actor.as_deref())).collect();
        assert_eq!(told, [("person", Some("ann")), ("newest", None)]);
        assert_eq!(lost[0].winner, Some(Side::Jira));
    }
}
