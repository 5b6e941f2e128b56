//! Comments of issues.

use super::*;

impl World {
    async fn said(&self, key: &str, comment: Value) -> String {
        let path = format!("/control/jira/issues/{key}/comments");
        let made = self.control.post(&path, &comment).await.expect("said");
        made["id"].as_str().expect("id").to_owned()
    }

    async fn settings(&self, settings: Value) {
        self.control.patch("/control/jira/settings", &settings).await.expect("settings");
    }
}

// F-312
#[tokio::test]
async fn a_comment_is_edited_and_deleted_once_and_for_all() {
    let world = World::start().await;
    let issue = world.create("Talkative").await;
    let new = NewComment { body: document("Hello"), properties: Vec::new(), internal: false };
    let comment = world.jira.add_comment(&issue.id, &new).await.expect("comment");
    let body = document("Hello again");
    let edited = world.jira.edit_comment(&issue.id, &comment.id, (&body, false)).await;
    assert_eq!(edited.expect("edited").body, CommentBody::Document(body.clone()));
    for _ in 0..2 {
        world.jira.delete_comment(&issue.id, &comment.id).await.expect("deleted");
    }
    let gone = world.jira.edit_comment(&issue.id, &comment.id, (&body, false)).await;
    assert_eq!(gone.expect_err("gone").code, Code::JiraNotFound);
}

#[tokio::test]
async fn who_may_not_change_a_comment_is_told_so() {
    let world = World::start().await;
    let issue = world.create("Locked").await;
    let new = NewComment { body: document("Hello"), properties: Vec::new(), internal: false };
    let comment = world.jira.add_comment(&issue.id, &new).await.expect("comment");
    world.settings(json!({"own_comments": false})).await;
    let edited = world.jira.edit_comment(&issue.id, &comment.id, (&document("x"), false)).await;
    assert_eq!(edited.expect_err("refused").code, Code::CommentLocked);
    let deleted = world.jira.delete_comment(&issue.id, &comment.id).await;
    assert_eq!(deleted.expect_err("refused").code, Code::CommentLocked);
}

// F-319
#[tokio::test]
async fn on_a_service_desk_a_comment_is_internal_by_its_property() {
    let world = World::start().await;
    let issue = world.create("Between us").await;
    let new = |internal| NewComment { body: document("x"), properties: Vec::new(), internal };
    let ignored = world.jira.add_comment(&issue.id, &new(true)).await.expect("comment");
    assert!(ignored.public, "elsewhere the property means nothing");
    world.settings(json!({"service_desks": ["SUP"]})).await;
    let secret = world.jira.add_comment(&issue.id, &new(true)).await.expect("comment");
    let open = world.jira.add_comment(&issue.id, &new(false)).await.expect("comment");
    assert_eq!((secret.public, open.public), (false, true));
    let hidden = world.jira.edit_comment(&issue.id, &open.id, (&document("x"), true)).await;
    assert!(!hidden.expect("hidden").public);
}

// F-76
#[tokio::test]
async fn a_reply_names_what_it_answers() {
    let world = World::start().await;
    let issue = world.create("Threads").await;
    let first = world.said(&issue.key, json!({"body": "first"})).await;
    world.said(&issue.key, json!({"body": "second", "parentId": first})).await;
    let comments = world.read(&issue.id, &query(&[], true)).await.comments;
    let parents: Vec<_> = comments.iter().map(|comment| comment.parent.clone()).collect();
    assert_eq!(parents, [None, Some(first)]);
}
