//! Plans the record of an issue that has none.

use serde::{Deserialize, Serialize};

use super::{FieldChange, Finding, Plan, Reason, Situation, StatusChange, fields};
use crate::base::Base;
use crate::batch::Occasion;
use crate::field::Schema;
use crate::ids::RecordId;
use crate::item::ConnectedItem;
use crate::snapshot::{Extras, FeedSight, Issue, Record};
use crate::status::Matching;

/// A record to be created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewRecord {
    /// The external id that makes its create one act, however often it is tried: field and value.
    pub key: (String, String),
    /// The mapped fields.
    pub changes: Vec<FieldChange>,
    /// The status that belongs with the issue's.
    pub status: Option<StatusChange>,
    /// What cannot be carried over, and what to do about it.
    pub findings: Vec<Finding>,
}

/// Plans the record of an issue: every filled field that Jira may set, and the status that belongs
/// with the issue's. None where the item makes no records.
pub fn new_record(item: &ConnectedItem, schema: &Schema, issue: &Issue) -> Option<NewRecord> {
    let rule = item.creates_records()?;
    let (record, base, extras) = (blank(issue), Base::default(), Extras::default());
    let situation = Situation {
        item,
        schema,
        base: &base,
        pairs: &[],
        files: &[],
        record: &record,
        issue: Some(issue),
        extras: &extras,
        occasion: Occasion::Asked,
    };
    let mut plan = Plan::default();
    // An empty side takes the other one's value, as far as the owners permit.
    let changes = fields::plan(&situation, issue, &mut plan).record;
    Some(NewRecord {
        key: (rule.external_id.clone(), issue.id.clone()),
        changes,
        status: status(item, schema, issue),
        findings: plan.findings,
    })
}

/// The record before it is there: it shows nothing.
fn blank(issue: &Issue) -> Record {
    Record {
        id: RecordId::none(),
        title: issue.key.clone(),
        fields: [].into(),
        modified: issue.updated,
        created: issue.updated,
        status: None,
        comments: Vec::new(),
        files: Vec::new(),
        feed: FeedSight::Unasked,
        activities: FeedSight::Unasked,
    }
}

fn status(item: &ConnectedItem, schema: &Schema, issue: &Issue) -> Option<StatusChange> {
    let field = item.status_field().filter(|_| item.syncs_status())?;
    let partner = Matching::new(&item.status.map, schema).record_partner(&issue.status)?;
    Some(StatusChange {
        field: field.to_owned(),
        from: String::new(),
        to: partner.value.clone(),
        follows_id: issue.status.id.clone(),
        follows: issue.status.name.clone(),
        reason: Reason::Initial,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::item::{FromJira, Mode, Owner, Policy};
    use crate::laws::world::World;

    fn world(owner: Owner) -> World {
        let mut world = World::mapped(owner, Policy::Newest);
        world.item.auto_create.from_jira = Some(FromJira {
            jql: "labels = escalated".to_owned(),
            external_id: "Jira_Id__c".to_owned(),
        });
        world.issue.fields.insert("summary".to_owned(), json!("From Jira"));
        world
    }

    // F-314
    #[test]
    fn the_record_gets_what_jira_may_set_and_its_status() {
        let mut world = world(Owner::Both);
        world.item.status.enabled = true;
        world.issue.status = world.schema.issue_statuses[1].clone();
        let new = new_record(&world.item, &world.schema, &world.issue).expect("a record");
        assert_eq!(new.key, ("Jira_Id__c".to_owned(), world.issue.id.clone()));
        let written: Vec<_> =
            new.changes.iter().map(|change| (change.field.as_str(), &change.write)).collect();
        assert_eq!(written, [("Subject", &json!("From Jira"))]);
        assert_eq!(new.status.map(|status| status.to).as_deref(), Some("Working"));
    }

    // F-314
    #[test]
    fn what_salesforce_owns_is_not_set_and_one_way_makes_no_record() {
        let mut world = world(Owner::Salesforce);
        let new = new_record(&world.item, &world.schema, &world.issue).expect("a record");
        assert_eq!(new.changes, []);
        world.item.mode = Mode::OneWay;
        assert_eq!(new_record(&world.item, &world.schema, &world.issue), None);
    }
}
