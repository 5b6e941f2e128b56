//! Comments go both ways, with author and time, once.

use anyhow::Result;
use lockstep_testkit::eventually;

use crate::world::{PATIENCE, World, full_case};

/// F-32, F-59, F-72, F-73, F-101, F-313: a comment is copied with its author and time, and no copy comes back.
#[tokio::test(flavor = "multi_thread")]
async fn comments_go_both_ways_without_an_echo() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Talk")).await?;
    world.people.jira_comment(&key, "Rolled back the firmware.").await?;
    let copied = || async {
        world
            .case_comments(&case)
            .await
            .is_ok_and(|texts| texts.iter().any(|t| t.contains("Rolled back")))
    };
    eventually(PATIENCE, "the case has the comment", copied).await;
    world.people.salesforce_comment(&case, "Confirmed: no more smoke.", false).await?;
    let copied = || async {
        world
            .issue_comments(&key)
            .await
            .is_ok_and(|texts| texts.iter().any(|t| t.contains("no more smoke")))
    };
    eventually(PATIENCE, "the issue has the comment", copied).await;
    world.let_it_settle().await?;
    let (on_case, on_issue) =
        (world.case_comments(&case).await?, world.issue_comments(&key).await?);
    assert_eq!((on_case.len(), on_issue.len()), (2, 2), "{on_case:#?} {on_issue:#?}");
    let copy = on_case.iter().find(|text| text.contains("Rolled back")).map_or("", String::as_str);
    assert!(
        copy.starts_with("[Lockstep] ") && copy.contains(" in Jira, 20") && copy.contains(" UTC "),
        "{copy}"
    );
    let copy =
        on_issue.iter().find(|text| text.contains("no more smoke")).map_or("", String::as_str);
    assert!(copy.starts_with("[Lockstep] ") && copy.contains(" in Salesforce, 20"), "{copy}");
    world.end().await
}
