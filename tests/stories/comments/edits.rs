//! Edits and deletes.

use anyhow::Result;
use lockstep_testkit::eventually;
use serde_json::{Value, json};

use super::{id, world};
use crate::world::{PATIENCE, World, full_case};

/// F-312: an edited comment changes its copy, both ways; where the copy was edited too, the comment wins
/// and the audit says what lost.
#[tokio::test(flavor = "multi_thread")]
async fn complaint_24_an_edit_reaches_the_copy_and_the_audit_says_what_lost() -> Result<()> {
    let mut world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Edited")).await?;
    let in_jira = world.people.jira_comment(&key, "It smokes.").await?;
    let in_org = id(&world.people.salesforce_comment(&case, "Since when?", false).await?);
    world.case_says(&case, &["It smokes."]).await?;
    let copy = id(&world.issue_says(&key, &["Since when?"]).await?);

    world.people.jira_edit_comment(&key, &in_jira, "It burns.").await?;
    world.case_says(&case, &["[Lockstep]", "It burns."]).await?;
    let edit = json!({ "CommentBody": "Since noon?" });
    world.people.salesforce_edit("CaseComment", &in_org, edit).await?;
    world.issue_says(&key, &["[Lockstep]", "Since noon?"]).await?;

    world.let_it_settle().await?;
    world.kill_workers().await?;
    world.people.jira_edit_comment(&key, &copy, "[Lockstep] my own words").await?;
    let edit = json!({ "CommentBody": "Since one?" });
    world.people.salesforce_edit("CaseComment", &in_org, edit).await?;
    world.add_worker().await?;
    world.issue_says(&key, &["[Lockstep]", "Since one?"]).await?;
    world.let_it_settle().await?;
    let link = world.link_of(&case).await?;
    let rows = link["audit"].as_array().cloned().unwrap_or_default();
    let edited =
        |row: &&Value| row["step"] == "rewrite_comment" && row["reason"]["because"] == "edited";
    let rewrites = rows.iter().filter(edited);
    let lost: Vec<_> = rewrites.map(|row| row["reason"]["lost"].clone()).collect();
    assert_eq!(lost, [json!("[Lockstep] my own words"), json!(null), json!(null)], "{link:#}");
    assert_eq!(world.issue_comments(&key).await?.len(), 2);
    assert_eq!(world.case_comments(&case).await?.len(), 2);
    world.end().await
}

/// F-310: a comment whose copy may not be changed is reported with a remedy and holds back no other.
#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_is_refused_holds_back_no_other_comment() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Locked")).await?;
    let comment = world.people.jira_comment(&key, "It smokes.").await?;
    world.case_says(&case, &["It smokes."]).await?;
    let rights = json!({ "modify_all_cases": false });
    world.people.post("/control/salesforce/permissions", &rights).await?;
    world.people.jira_edit_comment(&key, &comment, "It burns.").await?;
    world.people.jira_comment(&key, "And it stinks.").await?;
    world.case_says(&case, &["And it stinks."]).await?;
    let finding = world.link_finds(&case, "LS-MD-032").await?;
    assert_eq!(finding["subject"], format!("comment {comment}"));
    world.people.reset_calls().await?;
    world.people.jira_comment(&key, "And it hums.").await?;
    world.case_says(&case, &["And it hums."]).await?;
    let calls = world.calls("salesforce.sobject.update").await?;
    assert_eq!(calls, 0, "what was refused is offered once");
    world.end().await
}

/// F-81, F-312: the copy of a deleted comment is left alone, marked or deleted, as the item says, and never
/// where too many are gone at once, until a person lets them through.
#[tokio::test(flavor = "multi_thread")]
async fn deletes_follow_the_item_and_the_brake() -> Result<()> {
    let world = world("  deletes: mark\n").await?;
    let (case, key) = world.linked_case(&full_case("Deleted")).await?;
    let mut comments = Vec::new();
    for number in 1..=4 {
        let text = format!("Thought {number}.");
        comments.push(world.people.jira_comment(&key, &text).await?);
        world.case_says(&case, &[&text]).await?;
    }
    world.people.jira_delete_comment(&key, &comments[0]).await?;
    world.case_says(&case, &["[Lockstep] deleted in Jira", "Thought 1."]).await?;
    let in_org = id(&world.people.salesforce_comment(&case, "My mistake.", false).await?);
    world.issue_says(&key, &["My mistake."]).await?;
    world.people.salesforce_delete("CaseComment", &in_org).await?;
    world.issue_says(&key, &["[Lockstep] deleted in Salesforce", "My mistake."]).await?;

    let item = super::ITEM
        .replace("comments:\n  enabled: true\n", "comments:\n  enabled: true\n  deletes: mirror\n");
    let (code, printed) =
        world.apply(&item.replace("sweep_seconds: 300", "sweep_seconds: 1")).await?;
    assert_eq!(code, 0, "{printed}");
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    world.people.jira_delete_comment(&key, &comments[1]).await?;
    let deleted = || async {
        world.case_comments(&case).await.is_ok_and(|texts| {
            texts.len() == 3 && !texts.iter().any(|text| text.contains("Thought 2."))
        })
    };
    eventually(PATIENCE, "the copy is deleted", deleted).await;
    for number in 5..=6 {
        let text = format!("Thought {number}.");
        comments.push(world.people.jira_comment(&key, &text).await?);
        world.case_says(&case, &[&text]).await?;
    }
    // Three of four at once: rather a mistake.
    let link = world.link_of(&case).await?["link"].to_string();
    world.sweep_seldom().await?;
    let hook = world.people.get("/control/jira/webhooks").await?;
    world.people.jira_remove_webhook(hook[0]["id"].as_u64().unwrap_or_default()).await?;
    for comment in &comments[2..5] {
        world.people.jira_delete_comment(&key, comment).await?;
    }
    world.cli(&["sync", "link", &link]).await?;
    let finding = world.link_finds(&case, "LS-MD-031").await?;
    assert_eq!(finding["detail"], "3 of 4 comments are gone at once, more than 20 %");
    assert_eq!(world.case_comments(&case).await?.len(), 5);
    world.cli(&["item", "let-deletes", "support-bugs"]).await?;
    let through = || async { world.case_comments(&case).await.is_ok_and(|texts| texts.len() == 2) };
    eventually(PATIENCE, "a person lets them through", through).await;
    world.end().await
}
