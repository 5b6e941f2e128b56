//! Organization, people, queues, record types, status tables and rules.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::raw;
use crate::salesforce::soql;
use crate::salesforce::world::{AssignmentRule, SalesforceWorld};

const PEOPLE: [(&str, &str, &str); 8] = [
    ("Support", "Agent", "Support Agent"),
    ("Senior", "Agent", "Senior Support Agent"),
    ("Support", "Lead", "Support Lead"),
    ("Account", "Manager", "Account Manager"),
    ("Sales", "Engineer", "Sales Engineer"),
    ("Product", "Owner", "Product Owner"),
    ("Quality", "Engineer", "Quality Engineer"),
    ("Org", "Administrator", "Administrator"),
];

const QUEUES: [(&str, &str); 3] = [
    ("Support Queue", "Support_Queue"),
    ("Escalations", "Escalations"),
    ("Web Leads", "Web_Leads"),
];

const RECORD_TYPES: [(&str, &str); 2] =
    [("Customer Issue", "Customer_Issue"), ("Internal Problem", "Internal_Problem")];

/// Sets the org up and gives the ids of the people who work in it.
pub(super) fn org(world: &mut SalesforceWorld, now: DateTime<Utc>) -> Vec<String> {
    world.run_as = raw(world, "User", now, person("Lockstep", "Integration", "Integration User"));
    world.org_id = raw(world, "Organization", now, organization());
    let people: Vec<String> = PEOPLE
        .iter()
        .map(|(first, last, title)| raw(world, "User", now, person(first, last, title)))
        .collect();
    world.human.clone_from(&people[0]);
    queues(world, now);
    for (name, developer) in RECORD_TYPES {
        let row = json!({"Name": name, "DeveloperName": developer, "SobjectType": "Case", "IsActive": true});
        raw(world, "RecordType", now, row);
    }
    statuses(world, now);
    people
}

fn organization() -> Value {
    json!({
        "Name": "Acme",
        "OrganizationType": "Developer Edition",
        "InstanceName": "SIM1",
        "IsSandbox": false,
        "LanguageLocaleKey": "en_US",
        "DefaultLocaleSidKey": "en_US",
        "TimeZoneSidKey": "GMT",
    })
}

fn person(first: &str, last: &str, title: &str) -> Value {
    let address = format!("{}.{}@acme.example.com", first.to_lowercase(), last.to_lowercase());
    let alias: String = format!("{first}{last}").to_lowercase().chars().take(8).collect();
    json!({
        "Username": address,
        "Email": address,
        "FirstName": first,
        "LastName": last,
        "Name": format!("{first} {last}"),
        "Alias": alias,
        "Title": title,
        "IsActive": true,
        "UserType": "Standard",
        "TimeZoneSidKey": "GMT",
        "LocaleSidKey": "en_US",
        "LanguageLocaleKey": "en_US",
    })
}

/// The queues, and the rule that sends urgent cases to the second and all others to the first.
fn queues(world: &mut SalesforceWorld, now: DateTime<Utc>) {
    let mut ids = Vec::new();
    for (name, developer) in QUEUES {
        let row = json!({"Name": name, "DeveloperName": developer, "Type": "Queue"});
        let id = raw(world, "Group", now, row);
        let of = if name == "Web Leads" { "Lead" } else { "Case" };
        raw(world, "QueueSobject", now, json!({"QueueId": id, "SobjectType": of}));
        ids.push(id);
    }
    world.default_queue.clone_from(&ids[0]);
    let schema = world.schema.clone();
    let case = schema.object("Case");
    let urgent = case.and_then(|case| soql::condition(world, case, "Priority = 'High'", now).ok());
    let rule = AssignmentRule { object: "Case".into(), when: urgent, owner: ids[1].clone() };
    world.assignment_rules.push(rule);
}

fn statuses(world: &mut SalesforceWorld, now: DateTime<Utc>) {
    table(
        world,
        now,
        ("CaseStatus", "Case", "Status"),
        |value| json!({"IsClosed": value == "Closed"}),
    );
    table(
        world,
        now,
        ("LeadStatus", "Lead", "Status"),
        |value| json!({"IsConverted": value == "Closed - Converted"}),
    );
    table(
        world,
        now,
        ("TaskStatus", "Task", "Status"),
        |value| json!({"IsClosed": value == "Completed"}),
    );
    table(world, now, ("OrderStatus", "Order", "Status"), |value| json!({"StatusCode": value}));
    table(world, now, ("ContractStatus", "Contract", "Status"), |value| {
        let code = if value == "In Approval Process" { "InApproval" } else { value };
        json!({"StatusCode": code})
    });
    table(world, now, ("OpportunityStage", "Opportunity", "StageName"), stage);
}

fn stage(value: &str) -> Value {
    let (probability, category) = match value {
        "Closed Won" => (100.0, "Closed"),
        "Closed Lost" => (0.0, "Omitted"),
        "Negotiation/Review" => (90.0, "Commit"),
        "Proposal/Price Quote" => (75.0, "Best Case"),
        "Prospecting" => (10.0, "Pipeline"),
        _ => (30.0, "Pipeline"),
    };
    json!({
        "IsActive": true,
        "IsClosed": value.starts_with("Closed"),
        "IsWon": value == "Closed Won",
        "DefaultProbability": probability,
        "ForecastCategoryName": category,
    })
}

/// One row of a status table for each value of the picklist.
fn table(
    world: &mut SalesforceWorld,
    now: DateTime<Utc>,
    (table, object, field): (&str, &str, &str),
    more: impl Fn(&str) -> Value,
) {
    let schema = world.schema.clone();
    let field = schema.object(object).and_then(|object| object.field(field));
    for (place, value) in field.iter().flat_map(|field| field.values.iter().enumerate()) {
        let mut row = more(value);
        row["MasterLabel"] = json!(value);
        row["ApiName"] = json!(value);
        row["SortOrder"] = json!(place + 1);
        row["IsDefault"] = json!(field.and_then(|field| field.default.as_ref()) == Some(value));
        raw(world, table, now, row);
    }
}
