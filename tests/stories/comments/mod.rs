//! Comments go both ways, with author and time, once; and what becomes of them becomes of their copies.

mod edits;
mod feed;
mod visibility;

use anyhow::Result;
use lockstep_simulator::core::{FaultKind, FaultSpec};
use serde_json::Value;

use crate::world::{Setting, World, full_case};

const ITEM: &str = include_str!("../../../deploy/examples/support-bugs.yaml");

/// A world whose item has these options for comments, each on a line of its own.
async fn world(options: &str) -> Result<World> {
    let all = format!("comments:\n  enabled: true\n{options}");
    let item = ITEM.replace("comments:\n  enabled: true\n", &all);
    World::with(Setting { item: item.leak(), ..Setting::default() }).await
}

fn id(value: &Value) -> String {
    let id = if value["Id"].is_string() { &value["Id"] } else { &value["id"] };
    id.as_str().unwrap_or_default().to_owned()
}

/// F-32, F-59, F-72, F-73, F-101, F-313: a comment is copied with its author and time, and no copy comes back.
#[tokio::test(flavor = "multi_thread")]
async fn comments_go_both_ways_without_an_echo() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Talk")).await?;
    world.people.jira_comment(&key, "Rolled back the firmware.").await?;
    let copy = world.case_says(&case, &["Rolled back"]).await?;
    let copy = copy["CommentBody"].as_str().unwrap_or_default();
    let named = copy.starts_with("[Lockstep] Support Agent in Jira, 20");
    assert!(named && copy.contains(" UTC "), "{copy}");
    world.people.salesforce_comment(&case, "Confirmed: no more smoke.", false).await?;
    let copy = world.issue_says(&key, &["no more smoke"]).await?;
    let copy = copy["text"].as_str().unwrap_or_default();
    assert!(copy.starts_with("[Lockstep] ") && copy.contains(" in Salesforce, 20"), "{copy}");
    // Notes of ours are no comments, whoever left them there.
    world.people.jira_comment(&key, "[Lockstep] Attachment sync comment: log.txt").await?;
    world.people.salesforce_comment(&case, "[Lockstep] Linked with SUP-1", false).await?;
    world.let_it_settle().await?;
    let (on_case, on_issue) =
        (world.case_comments(&case).await?, world.issue_comments(&key).await?);
    assert_eq!((on_case.len(), on_issue.len()), (3, 3), "{on_case:#?} {on_issue:#?}");
    world.end().await
}

/// F-211, F-306: a comment that is longer than the other side takes comes in numbered parts, each once,
/// although an answer is lost on the way.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_comment_is_split_and_each_part_is_written_once() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Much to say")).await?;
    let fault =
        FaultSpec::new(FaultKind::DropAfter).operation("salesforce.sobject.create").times(1);
    world.people.add_fault(&fault).await?;
    let text = "All work and no play makes a dull day. ".repeat(250);
    world.people.jira_comment(&key, &text).await?;
    world.case_says(&case, &[", part 3 of 3\n"]).await?;
    world.let_it_settle().await?;
    let mut parts = world.case_comments(&case).await?;
    parts.sort_by_key(|part| part.lines().next().map(str::to_owned));
    assert_eq!(parts.len(), 3, "{parts:#?}");
    let words = parts.iter().map(|part| part.split_once('\n').map_or("", |(_, words)| words));
    let joined: String = words.collect::<Vec<_>>().join(" ");
    let dense = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(dense(&joined), dense(&text));
    world.end().await
}
