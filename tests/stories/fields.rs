//! Fields and mappings: what an item may say, and what the fleet makes of it.

use anyhow::Result;

use crate::world::{Setting, World};

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
    let (case, key) = world.linked_case(&crate::world::full_case("By name")).await?;
    let issue = world.people.jira_issue(&key).await?;
    assert_eq!(issue["fields"]["summary"], "By name");
    assert_eq!(issue["fields"]["customfield_10055"]["value"], "Critical");
    world.people.jira_edit(&key, serde_json::json!({ "summary": "By name, renamed" })).await?;
    world.case_shows(&case, "Subject", "By name, renamed").await;
    let shown = world.cli(&["item", "show", "support-bugs"]).await?;
    assert_eq!(shown["mappings"][0]["jira"], "Summary", "the item stays as it was written");
    world.end().await
}
