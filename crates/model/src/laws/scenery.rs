//! What a [`super::world::World`] is made of.

use std::collections::BTreeMap;

use super::world::at;
use crate::associated::AssociatedOptions;
use crate::batch::Schedule;
use crate::convert::samples::{jira, salesforce};
use crate::converted::Converted;
use crate::drift::DriftPolicy;
use crate::field::{
    IssueStatus, JiraField, JiraKind, RecordStatus, SalesforceField, SalesforceType, Schema,
    StatusCategory,
};
use crate::files::FileOptions;
use crate::ids::RecordId;
use crate::item::{
    AutoCreate, CommentOptions, ConnectedItem, JiraScope, Mapping, Mode, Owner, Policy,
    SalesforceScope, StatusOptions,
};
use crate::object::ObjectRights;
use crate::snapshot::{FeedSight, Issue, Record, Transition};

/// The mapped fields of `World::mapped`.
pub(crate) fn pairs() -> [(&'static str, &'static str); 5] {
    [
        ("Subject", "summary"),
        ("Description", "description"),
        ("Amount__c", "customfield_1"),
        ("Tier__c", "customfield_2"),
        ("Vip__c", "customfield_3"),
    ]
}

pub(crate) fn mapping(salesforce: &str, jira: &str, owner: Owner, policy: Policy) -> Mapping {
    Mapping {
        salesforce: salesforce.to_owned(),
        jira: jira.to_owned(),
        owner: Some(owner),
        policy,
        round: true,
        ..Mapping::default()
    }
}

pub(crate) fn item() -> ConnectedItem {
    ConnectedItem {
        name: "support".to_owned(),
        salesforce: SalesforceScope { connection: "org".to_owned(), object: "Case".to_owned() },
        jira: JiraScope {
            connection: "site".to_owned(),
            project: "SUP".to_owned(),
            projects: Vec::new(),
            issue_type: "Task".to_owned(),
        },
        mode: Mode::Custom,
        mappings: Vec::new(),
        show: Vec::new(),
        associated: AssociatedOptions::default(),
        parent: None,
        link_note: false,
        converted: Converted::default(),
        drift: DriftPolicy::default(),
        status: StatusOptions::default(),
        comments: CommentOptions::default(),
        activities: None,
        files: FileOptions::default(),
        auto_create: AutoCreate::default(),
        rule: None,
        users: Vec::new(),
        time_zone: None,
        batch: Schedule::default(),
        sweep_seconds: 300,
    }
}

pub(crate) fn schema() -> Schema {
    let tiers = ["Gold", "Silver"].map(str::to_owned).to_vec();
    let salesforce = [
        SalesforceField { length: 255, ..salesforce("Subject", SalesforceType::Text) },
        salesforce("Description", SalesforceType::LongText),
        SalesforceField { scale: 2, ..salesforce("Amount__c", SalesforceType::Currency) },
        SalesforceField {
            restricted: true,
            picklist: tiers.clone(),
            ..salesforce("Tier__c", SalesforceType::Picklist)
        },
        SalesforceField { nillable: false, ..salesforce("Vip__c", SalesforceType::Checkbox) },
    ];
    let jira = [
        jira("summary", JiraKind::Text),
        jira("description", JiraKind::Document),
        jira("customfield_1", JiraKind::Number),
        JiraField { allowed: tiers, ..jira("customfield_2", JiraKind::Option) },
        jira("customfield_3", JiraKind::Option),
    ];
    Schema {
        salesforce: salesforce.into_iter().map(|field| (field.name.clone(), field)).collect(),
        jira: jira.into_iter().map(|field| (field.id.clone(), field)).collect(),
        record_statuses: [
            ("New", false),
            ("Working", false),
            ("Escalated", false),
            ("Closed", true),
        ]
        .map(|(value, closed)| RecordStatus {
            value: value.to_owned(),
            closed,
            default: value == "New",
        })
        .to_vec(),
        issue_statuses: issue_statuses(),
        workflow: Vec::new(),
        rights: ObjectRights::default(),
        people: Vec::new(),
        feed: None,
        history: None,
        activities: None,
    }
}

pub(crate) fn issue_statuses() -> Vec<IssueStatus> {
    use StatusCategory as C;
    [
        ("1", "To Do", C::New),
        ("2", "Working", C::InProgress),
        ("3", "Waiting", C::InProgress),
        ("4", "Done", C::Done),
    ]
    .map(|(id, name, category)| IssueStatus { id: id.to_owned(), name: name.to_owned(), category })
    .to_vec()
}

/// A transition to every status.
pub(crate) fn transitions() -> Vec<Transition> {
    let all = issue_statuses().into_iter();
    all.map(|to| Transition {
        id: format!("1{}", to.id),
        name: format!("To {}", to.name),
        to,
        screen: Vec::new(),
    })
    .collect()
}

pub(crate) fn record() -> Record {
    Record {
        id: RecordId::parse("500xx000000bZbZAAU").expect("an id"),
        title: "00001026".to_owned(),
        fields: BTreeMap::new(),
        modified: at(10),
        created: at(0),
        status: Some("New".to_owned()),
        comments: Vec::new(),
        files: Vec::new(),
        feed: FeedSight::Unasked,
        activities: FeedSight::Unasked,
    }
}

pub(crate) fn issue() -> Issue {
    Issue {
        id: "10042".to_owned(),
        key: "SUP-1".to_owned(),
        fields: BTreeMap::new(),
        updated: at(20),
        status: issue_statuses()[0].clone(),
        comments: Vec::new(),
        files: Vec::new(),
    }
}
