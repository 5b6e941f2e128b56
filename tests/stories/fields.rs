//! Fields and mappings: what an item may say, and what the fleet makes of it.

use anyhow::{Context, Result};
use serde_json::json;

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

/// F-62, F-192, F-211, F-217, F-335; complaint 28, required fields discovered at run time: an item that cannot work is
/// refused with the place in the file, what is wrong and what would be right, and nothing is saved.
#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_cannot_work_is_refused_in_its_place() -> Result<()> {
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
