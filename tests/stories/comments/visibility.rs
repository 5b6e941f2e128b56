//! What customers may see.

use anyhow::Result;
use serde_json::json;

use super::{id, world};
use crate::world::full_case;

/// F-120, F-319: internal comments stay internal on a service desk and in the org, whatever is edited, and a comment
/// that is withdrawn from customers takes its copy along.
#[tokio::test(flavor = "multi_thread")]
async fn internal_and_public_are_kept_apart() -> Result<()> {
    let world = world("  publish: true\n").await?;
    world.people.jira_settings(json!({ "service_desks": ["SUP"] })).await?;
    let (case, key) = world.linked_case(&full_case("Between us")).await?;
    world.people.salesforce_comment(&case, "They have not paid.", false).await?;
    let public = id(&world.people.salesforce_comment(&case, "We look into it.", true).await?);
    let secret = world.issue_says(&key, &["They have not paid."]).await?;
    let open = world.issue_says(&key, &["We look into it."]).await?;
    assert_eq!((&secret["jsdPublic"], &open["jsdPublic"]), (&json!(false), &json!(true)));

    let internal = json!([{ "key": "sd.public.comment", "value": { "internal": true } }]);
    let internal = json!({ "body": "Agents only.", "properties": internal });
    let internal = world.people.jira_comment_with(&key, internal).await?;
    world.people.jira_comment(&key, "Fixed in 2.1.").await?;
    let agents = world.case_says(&case, &["Agents only."]).await?;
    let fixed = world.case_says(&case, &["Fixed in 2.1."]).await?;
    assert_eq!((&agents["IsPublished"], &fixed["IsPublished"]), (&json!(false), &json!(true)));

    world.people.jira_edit_comment(&key, &internal, "Agents only, still.").await?;
    let agents = world.case_says(&case, &["Agents only, still."]).await?;
    assert_eq!(agents["IsPublished"], false);
    let withdrawn = json!({ "IsPublished": false, "CommentBody": "We looked into it." });
    world.people.salesforce_edit("CaseComment", &public, withdrawn).await?;
    let open = world.issue_says(&key, &["We looked into it."]).await?;
    assert_eq!(open["jsdPublic"], false);
    world.let_it_settle().await?;
    world.end().await
}
