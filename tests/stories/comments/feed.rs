//! Posts and replies of a record's feed, and threads of an issue.

use anyhow::{Context, Result};
use lockstep_testkit::eventually;
use serde_json::json;

use super::id;
use crate::world::{PATIENCE, Setting, World, find, full_case};

/// F-74, F-76, F-77: posts and replies of a case's feed reach the issue one after another, each reply with
/// the context of what it answers; so does a reply in the issue. What the system posts stays.
#[tokio::test(flavor = "multi_thread")]
async fn threads_are_flattened_with_their_context() -> Result<()> {
    let world = World::start().await?;
    let (case, key) = world.linked_case(&full_case("Threads")).await?;
    let post = json!({ "ParentId": case, "Body": "<p>Is it the <b>firmware</b>?</p>", "IsRichText": true });
    let post = id(&world.people.salesforce_create("FeedItem", post).await?);
    let tracked = json!({ "ParentId": case, "Type": "TrackedChange", "Body": "changed Status" });
    let tracked = json!({ "fields": tracked, "automation": true });
    world.people.salesforce_create("FeedItem", tracked).await?;
    world.issue_says(&key, &["[Lockstep]", " in Salesforce, ", "Is it the firmware?"]).await?;
    let reply = json!({ "FeedItemId": post, "CommentBody": "Most likely." });
    world.people.salesforce_create("FeedComment", reply).await?;
    let quoted = "[Lockstep] in reply to ";
    let reply =
        world.issue_says(&key, &[quoted, "\"Is it the firmware?\"", "Most likely."]).await?;

    let answer = json!({ "body": "Try 2.1.", "parentId": reply["id"] });
    world.people.jira_comment_with(&key, answer).await?;
    world.case_says(&case, &[quoted, " in Salesforce, ", "\"Most likely.\"", "Try 2.1."]).await?;
    world.let_it_settle().await?;
    assert_eq!(world.issue_comments(&key).await?.len(), 3);
    assert_eq!(world.case_comments(&case).await?.len(), 1);

    let edit = json!({ "Body": "<p>Is it the <b>driver</b>?</p>" });
    world.people.salesforce_edit("FeedItem", &post, edit).await?;
    world.issue_says(&key, &["[Lockstep]", "Is it the driver?"]).await?;
    world.end().await
}

const REQUESTS: &str = "name: support-bugs
salesforce: { connection: acme-org, object: Feature_Request__c }
jira: { connection: acme-site, project: SUP, issue_type: Bug }
mode: two-way
mappings:
  - { salesforce: Name, jira: summary }
comments: { enabled: true }
auto_create: { enabled: true }
sweep_seconds: 300
";

/// F-75: of an object that has no comments of its own the feed is used: posts for comments, replies for replies.
#[tokio::test(flavor = "multi_thread")]
async fn elsewhere_comments_are_posts_and_replies() -> Result<()> {
    let world = World::with(Setting { item: REQUESTS, ..Setting::default() }).await?;
    let request = json!({ "Name": "Dark mode" });
    let request = id(&world.people.salesforce_create("Feature_Request__c", request).await?);
    let created = || async { world.issues_of(&request).await.is_ok_and(|keys| keys.len() == 1) };
    eventually(PATIENCE, "the request has an issue", created).await;
    let key = world.issues_of(&request).await?.pop().context("a key")?;
    let first = world.people.jira_comment(&key, "Needed.").await?;
    let answer = json!({ "body": "By me too.", "parentId": first });
    world.people.jira_comment_with(&key, answer).await?;
    let feed = format!("/control/salesforce/records/FeedItem?ParentId={request}");
    let replies = format!("/control/salesforce/records/FeedComment?ParentId={request}");
    let says = async |path: &str, field: &str, words: &str| {
        let found = world.people.get(path).await.unwrap_or_default();
        find(&found["records"], field, &[words])
    };
    let answered = || async { says(&replies, "CommentBody", "By me too.").await.is_some() };
    eventually(PATIENCE, "the reply is there", answered).await;
    let post = says(&feed, "Body", "Needed.").await.context("the post")?;
    let reply = says(&replies, "CommentBody", "By me too.").await.context("the reply")?;
    assert_eq!(reply["FeedItemId"], post["Id"]);
    assert_eq!(post["Visibility"], "InternalUsers", "nothing is published unless the item says so");

    let theirs = json!({ "FeedItemId": post["Id"], "CommentBody": "Noted." });
    world.people.salesforce_create("FeedComment", theirs).await?;
    world.issue_says(&key, &["[Lockstep] in reply to Support Agent in Jira", "Noted."]).await?;
    world.let_it_settle().await?;
    assert_eq!(world.issue_comments(&key).await?.len(), 3);
    world.end().await
}
