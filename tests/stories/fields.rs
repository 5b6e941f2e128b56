//! Fields and mappings: what an item may say, and what the fleet makes of it.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::world::{Setting, World, full_case};

const ITEM: &str = include_str!("../../deploy/examples/support-bugs.yaml");

/// What is replaced in the item by what, and of the refusal the place, what is wrong and what would be right.
const MISTAKES: &[(&str, &str, &str, &str, &str)] = &[
    ("mode: two-way", "mood: two-way", "line 11, column 1", "no key `mood`", "`mode`"),
    ("mode: two-way", "mode: twoway", "line 11, column 7", "`twoway` is no choice", "`two-way`"),
    (
        "Subject, jira",
        "Subjct, jira",
        "line 13, column 19",
        "no field `Subjct`",
        "Did you mean `Subject`?",
    ),
    (
        "jira: summary",
        "jira: sumary",
        "line 13, column 34",
        "no field `sumary`",
        "Did you mean `Summary`?",
    ),
    (
        "jira: summary",
        "jira: Legacy Reference",
        "line 13, column 34",
        "on no screen",
        "Put the field",
    ),
    ("Affected_Users__c", "ClosedDate", "line 17, column 37", "do not convert", "types"),
    ("Subject, jira", "CaseNumber, jira", "line 13, column 19", "read-only", "other side own"),
    (
        "issue_type: Bug",
        "issue_type: Bugs",
        "line 10, column 15",
        "no issue type `Bugs`",
        "Did you mean `Bug`?",
    ),
    (
        "issue_type: Bug",
        "issue_type: Sub-task",
        "line 34, column 3",
        "requires `Parent`",
        "another issue type",
    ),
];

/// F-62, F-71, F-83, F-192, F-211, F-217, F-335; complaint 28, required fields discovered at run time: an item that cannot work is
/// refused with the place in the file, what is wrong and what would be right, and nothing is saved.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_28_an_item_that_cannot_work_is_refused_in_its_place() -> Result<()> {
    let world = World::with(Setting { workers: 0, ..Setting::default() }).await?;
    for (from, to, place, wrong, right) in MISTAKES {
        let item = ITEM.replace(from, to);
        for command in ["apply", "check"] {
            let (code, printed) = world.item(command, &item).await?;
            assert_eq!(code, 3, "{to}: {printed}");
            for expected in [place, wrong, right] {
                assert!(printed.contains(expected), "{command} {to}: {expected} in {printed}");
            }
        }
    }
    let kept = world.cli(&["item", "show", "support-bugs"]).await?;
    assert_eq!(kept["mode"], "two-way");
    let (code, printed) = world.item("check", ITEM).await?;
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("can be applied; nothing was saved"), "{printed}");
    assert!(printed.contains(" 0 fail") && !printed.contains("  fail  "), "{printed}");
    let lacking = json!({ "lacking": ["ADD_COMMENTS", "TRANSITION_ISSUES"] });
    world.people.jira_settings(lacking).await?;
    world.people.salesforce_rights("CaseComment", json!({ "create": false })).await?;
    let (code, printed) = world.item("check", ITEM).await?;
    assert_eq!(code, 3, "{printed}");
    for name in [
        "Comments: Add comments in Jira",
        "Comments: CaseComment in Salesforce",
        "Issues: Transition issues in Jira",
    ] {
        assert!(printed.contains(&format!("  fail  {name}: ")), "{name} in {printed}");
    }
    assert!(printed.contains("(ADD_COMMENTS) in the permission scheme"), "{printed}");
    world.end().await
}

/// F-191: a Jira field may be named by its display name; F-63: the refusal ends when the mapping is right.
#[tokio::test(flavor = "multi_thread")]
async fn a_jira_field_may_be_named_as_people_call_it() -> Result<()> {
    let by_name = ITEM
        .replace("jira: summary", "jira: Summary")
        .replace("jira: customfield_10055", "jira: Severity");
    let item: &'static str = Box::leak(by_name.into_boxed_str());
    let world = World::with(Setting { item, ..Setting::default() }).await?;
    let (case, key) = world.linked_case(&full_case("By name")).await?;
    let issue = world.people.jira_issue(&key).await?;
    assert_eq!(issue["fields"]["summary"], "By name");
    assert_eq!(issue["fields"]["customfield_10055"]["value"], "Critical");
    world.people.jira_edit(&key, json!({ "summary": "By name, renamed" })).await?;
    world.case_shows(&case, "Subject", "By name, renamed").await;
    let shown = world.cli(&["item", "show", "support-bugs"]).await?;
    assert_eq!(shown["mappings"][0]["jira"], "Summary", "the item stays as it was written");
    world.end().await
}

/// The example's two sides, with mappings that say what becomes of their values.
fn item_with(mappings: &str) -> &'static str {
    let (head, rest) = ITEM.split_once("mappings:").unwrap_or_default();
    let (_, tail) = rest.split_once("status:").unwrap_or_default();
    let head = head.replace("mode: two-way", "mode: custom");
    Box::leak(format!("{head}mappings:\n{mappings}status:{tail}").into_boxed_str())
}

const TRANSFORMS: &str = r#"
  - { jira: summary, template: "{{ CaseNumber }}: {{ Subject }}" }
  - salesforce: Priority
    jira: priority
    values:
      map:
        - { salesforce: High, jira: Highest }
        - { salesforce: Low, jira: Lowest }
      otherwise: leave-alone
  - { salesforce: Severity__c, jira: Severity, default: Medium }
  - { jira: Channel, constant: Web }
  - { salesforce: Environment__c, jira: Steps to Reproduce, owner: jira, truncate: true }
  - { salesforce: Affected_Users__c, jira: Impact Score, round: true }
"#;

/// F-302, F-310, F-315: a template, a value map, a default, a constant, shortening and rounding, each in its field; what the
/// map leaves alone is reported and holds up nothing else; nothing oscillates.
#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_says_what_becomes_of_its_values() -> Result<()> {
    let world = World::with(Setting { item: item_with(TRANSFORMS), ..Setting::default() }).await?;
    let fields = json!({ "Subject": "Printer", "Priority": "High" });
    let case = world.people.salesforce_create("Case", fields).await?;
    let id = case["Id"].as_str().context("Id")?.to_owned();
    world.created(&id).await;
    let key = world.issues_of(&id).await?.remove(0);
    world
        .issue_shows(
            &key,
            "summary",
            format!("{}: Printer", case["CaseNumber"].as_str().context("number")?),
        )
        .await;
    world.issue_shows_name(&key, "priority", "Highest").await;
    let issue = world.people.jira_issue(&key).await?;
    assert_eq!(issue["fields"]["customfield_10055"]["value"], "Medium");
    assert_eq!(issue["fields"]["customfield_10056"]["value"], "Web");
    let steps = json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [
        { "type": "text", "text": "step ".repeat(30) }] }] });
    let edit = json!({ "customfield_10052": 2.5, "customfield_10051": steps, "priority": { "name": "Lowest" } });
    world.people.jira_edit(&key, edit).await?;
    world.case_shows(&id, "Affected_Users__c", 2.0).await;
    world.case_shows(&id, "Priority", "Low").await;
    let shown = world.people.salesforce_record("Case", &id).await?;
    let short = shown["Environment__c"].as_str().unwrap_or_default();
    assert!(short.ends_with('…') && short.chars().count() <= 80, "{short}");
    world.people.jira_edit(&key, json!({ "priority": { "name": "Medium" } })).await?;
    world.people.salesforce_edit("Case", &id, json!({ "Subject": "Printer, renamed" })).await?;
    let number = case["CaseNumber"].as_str().context("number")?;
    world.issue_shows(&key, "summary", format!("{number}: Printer, renamed")).await;
    world.people.reset_calls().await?;
    world.let_it_settle().await?;
    assert_eq!(world.calls("jira.issue.edit").await?, 0, "something oscillates");
    let issue = world.people.jira_issue(&key).await?;
    assert_eq!(issue["fields"]["customfield_10052"].as_f64(), Some(2.5));
    let link = world.link_of(&id).await?;
    let codes: Vec<_> =
        link["findings"].as_array().into_iter().flatten().map(|f| f["code"].clone()).collect();
    assert_eq!(codes, ["LS-MD-011", "LS-MD-013"], "{link:#}");
    assert_eq!(world.people.salesforce_record("Case", &id).await?["Priority"], "Low");
    world.end().await
}

/// One mapping of every kind that goes both ways, and one of a related record.
const KINDS: &str = r#"
  - { salesforce: Subject, jira: summary }
  - { salesforce: Origin, jira: Channel, values: { map: [{ salesforce: Email, jira: E-mail }] } }
  - salesforce: Product_Areas__c
    jira: components
    values: { map: [{ salesforce: Billing, jira: Portal }, { salesforce: Search, jira: Backend }] }
  - { salesforce: Channel__c, jira: Product Area }
  - { salesforce: SuppliedCompany, jira: Target Release }
  - { salesforce: Environment__c, jira: fixVersions }
  - { salesforce: Revenue_at_Risk__c, jira: Impact Score }
  - { salesforce: Regression__c, jira: Tier, values: { map: [{ salesforce: Yes, jira: Gold }, { salesforce: No, jira: "" }] } }
  - { salesforce: Due_Date__c, jira: duedate }
  - { salesforce: Occurred_At__c, jira: Target Date }
  - { salesforce: OwnerId, jira: assignee }
  - { salesforce: Reporter_Email__c, jira: Account Owner }
  - { salesforce: Reporter_Phone__c, jira: environment }
  - { salesforce: Reference_URL__c, jira: Runbook }
  - { salesforce: Account.Name, jira: Steps to Reproduce, owner: salesforce }
time_zone: America/Los_Angeles
users:
  - { salesforce: support.agent@acme.example.com, jira: agent@example.com }
  - { salesforce: senior.agent@acme.example.com, jira: "557058:developer-one" }
"#;

/// The first record of an object that shows this.
async fn first(world: &World, filter: &str) -> Result<Value> {
    let found = world.people.get(&format!("/control/salesforce/records/{filter}")).await?;
    Ok(found["records"][0].clone())
}

async fn user(world: &World, name: &str) -> Result<String> {
    let row = first(world, &format!("User?Email={name}@acme.example.com")).await?;
    Ok(row["Id"].as_str().context("a user")?.to_owned())
}

/// A case with a value of every kind; gives its id, its issue and the name of its account.
async fn case_of_every_kind(world: &World) -> Result<(String, String, Value)> {
    let (account, owner) = (first(world, "Account").await?, user(world, "support.agent").await?);
    let fields = json!({
        "Subject": "Every kind", "Origin": "Email", "Product_Areas__c": "Search;Billing",
        "Channel__c": "Hardware - Printer", "SuppliedCompany": "2.0", "Environment__c": "1.0; 1.1",
        "Revenue_at_Risk__c": 1200.5, "Regression__c": true, "Due_Date__c": "2026-12-24",
        "Occurred_At__c": "2026-11-22T07:30:00Z", "OwnerId": owner, "AccountId": account["Id"],
        "Reporter_Email__c": "senior.agent@acme.example.com", "Reporter_Phone__c": "+49 30 1234",
        "Reference_URL__c": "https://status.example.com/7",
    });
    let case = world.people.salesforce_create("Case", fields).await?;
    let id = case["Id"].as_str().context("Id")?.to_owned();
    world.created(&id).await;
    let key = world.issues_of(&id).await?.remove(0);
    Ok((id, key, account["Name"].clone()))
}

/// F-106, F-180, F-186, F-188, F-212: a field of each kind crosses both ways; who is not known on the other side leaves it
/// alone (complaint 30); days do not move (complaint 31).
#[tokio::test(flavor = "multi_thread")]
async fn a_field_of_each_kind_crosses_both_ways() -> Result<()> {
    let world = World::with(Setting { item: item_with(KINDS), ..Setting::default() }).await?;
    let (id, key, account) = case_of_every_kind(&world).await?;
    world.issue_shows(&key, "customfield_10052", 1200.5).await;
    let issue = world.people.jira_issue(&key).await?;
    let fields = &issue["fields"];
    let names = |field: &str| -> Vec<Value> {
        fields[field].as_array().into_iter().flatten().map(|each| each["name"].clone()).collect()
    };
    assert_eq!(fields["customfield_10056"]["value"], "E-mail", "{issue:#}");
    assert_eq!(names("components"), ["Backend", "Portal"]);
    assert_eq!(fields["customfield_10059"]["value"], "Hardware");
    assert_eq!(fields["customfield_10059"]["child"]["value"], "Printer");
    assert_eq!(fields["customfield_10065"]["name"], "2.0");
    assert_eq!(names("fixVersions"), ["1.0", "1.1"]);
    assert_eq!(fields["customfield_10060"]["value"], "Gold");
    assert_eq!(
        (&fields["duedate"], &fields["customfield_10053"]),
        (&json!("2026-12-24"), &json!("2026-11-21"))
    );
    assert_eq!(fields["assignee"]["accountId"], "557058:support-agent");
    assert_eq!(fields["customfield_10062"]["accountId"], "557058:developer-one");
    assert!(fields["environment"].to_string().contains("+49 30 1234"));
    assert!(fields["customfield_10051"].to_string().contains(account.as_str().context("Name")?));
    people_edit_every_kind(&world, &id, &key).await?;
    world
        .people
        .jira_edit(&key, json!({ "assignee": { "accountId": "557058:team-lead" } }))
        .await?;
    world.people.reset_calls().await?;
    world.let_it_settle().await?;
    assert_eq!(world.calls("jira.issue.edit").await?, 0, "an echo was written");
    let case = world.people.salesforce_record("Case", &id).await?;
    assert_eq!(case["OwnerId"], user(&world, "senior.agent").await?, "nobody took the case away");
    let link = world.link_of(&id).await?;
    assert_eq!(link["findings"][0]["code"], "LS-MD-014", "{link:#}");
    assert_eq!(link["findings"].as_array().map(Vec::len), Some(1), "{link:#}");
    world.end().await
}

async fn people_edit_every_kind(world: &World, id: &str, key: &str) -> Result<()> {
    let edit = json!({
        "customfield_10056": { "value": "Phone" }, "components": [{ "name": "Portal" }],
        "customfield_10059": { "value": "Software", "child": { "value": "Client" } },
        "customfield_10065": null, "fixVersions": [{ "name": "2.0" }], "customfield_10052": 7.25,
        "customfield_10060": null, "duedate": "2026-12-31", "customfield_10053": "2026-07-04",
        "assignee": { "accountId": "557058:developer-one" },
        "customfield_10062": { "accountId": "557058:support-agent" },
    });
    world.people.jira_edit(key, edit).await?;
    world.case_shows(id, "Revenue_at_Risk__c", 7.25).await;
    let case = world.people.salesforce_record("Case", id).await?;
    for (field, value) in [
        ("Origin", json!("Phone")),
        ("Product_Areas__c", json!("Billing")),
        ("Channel__c", json!("Software - Client")),
        ("SuppliedCompany", Value::Null),
        ("Environment__c", json!("2.0")),
        ("Regression__c", json!(false)),
        ("Due_Date__c", json!("2026-12-31")),
        ("Occurred_At__c", json!("2026-07-04T07:00:00.000+0000")),
        ("OwnerId", json!(user(world, "senior.agent").await?)),
        ("Reporter_Email__c", json!("support.agent@acme.example.com")),
    ] {
        assert_eq!(case[field], value, "{field} in {case:#}");
    }
    Ok(())
}

/// F-38, F-39, F-40: the fields of both sides are listed as they are, for whoever writes an item.
#[tokio::test(flavor = "multi_thread")]
async fn the_fields_of_both_sides_are_listed() -> Result<()> {
    let world = World::with(Setting { workers: 0, ..Setting::default() }).await?;
    let named = |rows: &Value, key: &str, name: &str| {
        let mut rows = rows.as_array().into_iter().flatten();
        rows.find(|row| row[key] == name).cloned().unwrap_or_default()
    };
    let rows = world.cli(&["fields", "--connection", "acme-org", "--object", "Account"]).await?;
    assert_eq!(named(&rows, "name", "Name")["label"], "Account Name");
    let rows = world.cli(&["fields", "--connection", "acme-org", "--object", "Case"]).await?;
    assert_eq!(named(&rows, "name", "Severity__c")["picklist"][0], "Low");
    let bug = ["fields", "--connection", "acme-site", "--project", "SUP", "--issue-type", "Bug"];
    let rows = world.cli(&bug).await?;
    assert_eq!(named(&rows, "id", "customfield_10059")["allowed"][1], "Hardware - Printer");
    assert_eq!(named(&rows, "id", "customfield_10075"), Value::Null, "it is on no screen");
    let (code, printed) = world.cli_raw(&bug).await?;
    assert_eq!(code, 0);
    assert!(
        printed.contains("customfield_10055") && printed.contains("Critical, High"),
        "{printed}"
    );
    let (code, _) =
        world.cli_raw(&["fields", "--connection", "nobody", "--object", "Case"]).await?;
    assert_eq!(code, 4);
    world.end().await
}
