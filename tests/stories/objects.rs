//! One record of each object, kept in step with its issue.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use crate::world::{PATIENCE, Setting, World};

/// An object as an item may name it: its title, a text of its own, its fields when it is new, and two
/// values of its status.
struct Kind {
    object: &'static str,
    title: &'static str,
    text: &'static str,
    statuses: Option<(&'static str, &'static str)>,
    new: fn(&BTreeMap<&str, String>) -> Value,
}

/// In an order in which each finds what it refers to.
const KINDS: [Kind; 11] = [
    Kind {
        object: "Case",
        title: "Subject",
        text: "Description",
        statuses: Some(("New", "Working")),
        new: |_| json!({ "Subject": "A case" }),
    },
    Kind {
        object: "Account",
        title: "Name",
        text: "Description",
        statuses: None,
        new: |_| json!({ "Name": "An account" }),
    },
    Kind {
        object: "Contact",
        title: "LastName",
        text: "Description",
        statuses: None,
        new: |_| json!({ "LastName": "A contact" }),
    },
    Kind {
        object: "Lead",
        title: "Company",
        text: "Description",
        statuses: Some(("Open - Not Contacted", "Working - Contacted")),
        new: |_| json!({ "LastName": "Somebody", "Company": "A lead" }),
    },
    Kind {
        object: "Opportunity",
        title: "Name",
        text: "Description",
        statuses: Some(("Prospecting", "Qualification")),
        new: |_| json!({ "Name": "An opportunity", "StageName": "Prospecting", "CloseDate": "2027-01-31" }),
    },
    Kind {
        object: "Task",
        title: "Subject",
        text: "Description",
        statuses: Some(("Not Started", "In Progress")),
        new: |_| json!({ "Subject": "A task" }),
    },
    Kind {
        object: "Event",
        title: "Subject",
        text: "Description",
        statuses: Some(("Busy", "OutOfOffice")),
        new: |_| {
            json!({ "Subject": "An event", "StartDateTime": "2027-01-31T09:00:00Z",
                "EndDateTime": "2027-01-31T10:00:00Z", "DurationInMinutes": 60 })
        },
    },
    Kind {
        object: "Quote",
        title: "Name",
        text: "Description",
        statuses: Some(("Draft", "In Review")),
        new: |made| json!({ "Name": "A quote", "OpportunityId": made["Opportunity"] }),
    },
    Kind {
        object: "Order",
        title: "Name",
        text: "Description",
        statuses: None,
        new: |made| {
            json!({ "Name": "An order", "AccountId": made["Account"], "EffectiveDate": "2027-01-31",
                "Status": "Draft" })
        },
    },
    Kind {
        object: "Contract",
        title: "SpecialTerms",
        text: "Description",
        statuses: Some(("Draft", "In Approval Process")),
        new: |made| json!({ "SpecialTerms": "A contract", "AccountId": made["Account"] }),
    },
    Kind {
        object: "Feature_Request__c",
        title: "Name",
        text: "Details__c",
        statuses: Some(("Idea", "Planned")),
        new: |_| json!({ "Name": "A wish" }),
    },
];

impl Kind {
    fn item(&self) -> String {
        let Self { object, title, text, .. } = self;
        let name = object.to_lowercase().replace('_', "-");
        let status = self.statuses.map(|(first, second)| {
            let field = if object.ends_with("__c") { "\n  field: Status__c" } else { "" };
            format!(
                "status:\n  enabled: true{field}\n  map:\n    - {{ salesforce: {first}, jira: To Do }}\n    \
                 - {{ salesforce: {second}, jira: In Progress }}\n"
            )
        });
        format!(
            "name: each-{name}\nsalesforce: {{ connection: acme-org, object: {object} }}\n\
             jira: {{ connection: acme-site, project: SUP, issue_type: Task }}\nmode: custom\nmappings:\n  \
             - {{ salesforce: {title}, jira: summary, owner: salesforce }}\n  \
             - {{ salesforce: {text}, jira: description }}\n{}auto_create: {{ enabled: true }}\n\
             sweep_seconds: 1\n",
            status.unwrap_or_default()
        )
    }

    fn status_field(&self) -> &'static str {
        match self.object {
            "Opportunity" => "StageName",
            "Event" => "ShowAs",
            "Feature_Request__c" => "Status__c",
            _ => "Status",
        }
    }

    /// Both sides change, and each follows the other.
    async fn play(&self, world: &World, id: &str) -> Result<()> {
        let key = linked(world, id).await?;
        let issue = world.people.jira_issue(&key).await?;
        let title = &world.people.salesforce_record(self.object, id).await?[self.title];
        ensure!(issue["fields"]["summary"] == *title, "{}: {issue:#}", self.object);
        let from_salesforce = json!({ self.text: "Told in Salesforce." });
        world.people.salesforce_edit(self.object, id, from_salesforce).await?;
        let told = || async {
            let issue = world.people.jira_issue(&key).await.unwrap_or_default();
            issue["fields"]["description"].to_string().contains("Told in Salesforce.")
        };
        eventually(PATIENCE, &format!("{} tells its issue", self.object), told).await;
        let from_jira = json!({ "description": "Told in Jira." });
        world.people.jira_edit(&key, from_jira).await?;
        shows(world, (self.object, id), (self.text, "Told in Jira.")).await;
        if let Some((first, second)) = self.statuses {
            let field = self.status_field();
            let moved = json!({ field: second });
            world.people.salesforce_edit(self.object, id, moved).await?;
            world.issue_is(&key, "In Progress").await;
            world.people.jira_transition(&key, "To Do").await?;
            shows(world, (self.object, id), (field, first)).await;
        }
        Ok(())
    }
}

async fn linked(world: &World, id: &str) -> Result<String> {
    let made = || async { !world.issues_of(id).await.unwrap_or_default().is_empty() };
    eventually(PATIENCE, "the record has an issue", made).await;
    let keys = world.issues_of(id).await?;
    ensure!(keys.len() == 1, "{id} has {keys:?}");
    Ok(keys[0].clone())
}

async fn shows(world: &World, (object, id): (&str, &str), (field, value): (&str, &str)) {
    let holds = || async {
        let record = world.people.salesforce_record(object, id).await.unwrap_or_default();
        record[field] == value
    };
    eventually(PATIENCE, &format!("{object} shows {field} = {value}"), holds).await;
}

/// F-32, F-33, F-34, F-35, F-36: one record of each standard object and of a custom one, both ways.
#[tokio::test(flavor = "multi_thread")]
async fn one_record_of_each_object_is_kept_in_step() -> Result<()> {
    let world = World::with(Setting { workers: 2, ..Setting::default() }).await?;
    // The case has an item of its own here.
    world.cli(&["item", "pause", "support-bugs"]).await?;
    for kind in &KINDS {
        let (code, printed) = world.apply(&kind.item()).await?;
        assert_eq!(code, 0, "{}: {printed}", kind.object);
    }
    let mut made: BTreeMap<&str, String> = BTreeMap::new();
    for kind in &KINDS {
        let record = world.people.salesforce_create(kind.object, (kind.new)(&made)).await?;
        made.insert(kind.object, record["Id"].as_str().context("Id")?.to_owned());
    }
    for kind in &KINDS {
        kind.play(&world, &made[kind.object]).await?;
    }
    world.end().await
}

/// F-24, F-36, F-37: objects are listed in their groups, as far as the Run As user sees them; an item
/// that writes where it may not is refused with the remedy.
#[tokio::test(flavor = "multi_thread")]
async fn objects_are_listed_in_groups_and_rights_are_checked() -> Result<()> {
    let world = World::with(Setting { workers: 0, ..Setting::default() }).await?;
    let groups = world.cli(&["objects", "--connection", "acme-org"]).await?;
    let names = |group: &Value| {
        let objects = group["objects"].as_array().cloned().unwrap_or_default();
        objects.iter().filter_map(|o| Some(o["name"].as_str()?.to_owned())).collect::<Vec<_>>()
    };
    let listed: Vec<(String, Vec<String>)> = groups
        .as_array()
        .context("groups")?
        .iter()
        .map(|group| (group["group"].as_str().unwrap_or_default().to_owned(), names(group)))
        .collect();
    let expected = [
        ("Service Cloud", vec!["Case"]),
        ("CRM", vec!["Account", "Contact", "Lead", "Opportunity"]),
        ("Activities", vec!["Event", "Task"]),
        ("Revenue", vec!["Contract", "Order", "Quote"]),
        ("Custom", vec!["Feature_Request__c"]),
    ]
    .map(|(group, names)| {
        (group.to_owned(), names.into_iter().map(str::to_owned).collect::<Vec<_>>())
    });
    assert_eq!(listed, expected);

    world.people.salesforce_rights("Lead", json!({ "update": false })).await?;
    let lead = KINDS.iter().find(|kind| kind.object == "Lead").context("lead")?.item();
    let (code, printed) = world.apply(&lead).await?;
    assert_eq!(code, 3, "{printed}");
    assert!(printed.contains("salesforce.object") && printed.contains("edit rights"), "{printed}");
    world.people.salesforce_rights("Lead", json!({ "read": false })).await?;
    let (code, printed) = world.apply(&lead).await?;
    assert_eq!(code, 3, "{printed}");
    assert!(printed.contains("lockstep objects --connection acme-org"), "{printed}");
    let groups = world.cli(&["objects", "--connection", "acme-org"]).await?;
    assert!(!names(&groups[1]).contains(&"Lead".to_owned()), "{groups:#}");
    let (code, _) = world.cli_raw(&["objects", "--connection", "acme-site"]).await?;
    assert_eq!(code, 4, "a Jira connection has no objects");
    world.end().await
}
