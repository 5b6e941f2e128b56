//! Work logs of issues.

use lockstep_model::activity::{Estimate, read_work_log};
use lockstep_model::snapshot::Work;

use super::*;
use crate::NewWorkLog;

fn with_logs() -> IssueQuery {
    IssueQuery { work_logs: true, ..IssueQuery::default() }
}

fn new(seconds: u32) -> NewWorkLog {
    let started = chrono::DateTime::from_timestamp(1_795_342_530, 0).expect("time");
    NewWorkLog {
        body: document("On the phone"),
        work: Work { started, seconds, done: true },
        properties: vec![("lockstep.origin".to_owned(), json!({ "comment": "00Txx" }))],
        estimate: Estimate::Leave,
    }
}

// F-187, F-318
#[tokio::test]
async fn a_work_log_is_written_read_edited_and_deleted() {
    let world = World::start().await;
    let issue = world.create("Worked on").await;
    let added = world.jira.add_work_log(&issue.id, &new(600)).await.expect("logged");
    assert_eq!(added.work, Some(new(600).work));
    let read = world.read(&issue.id, &with_logs()).await.comments;
    assert_eq!(read, std::slice::from_ref(&added));
    let id = read_work_log(&added.id).expect("a work log");
    let (body, work) = (document("Longer"), new(1_200).work);
    let edited = world.jira.edit_work_log((&issue.id, id), (&body, &work), Estimate::Auto).await;
    let edited = edited.expect("edited");
    assert_eq!((edited.body, edited.work), (CommentBody::Document(body), Some(work.clone())));
    for _ in 0..2 {
        let deleted = world.jira.delete_work_log(&issue.id, id, Estimate::Leave).await;
        deleted.expect("deleted, once or twice");
    }
    let (body, gone) = (document("x"), (issue.id.as_str(), id));
    let gone = world.jira.edit_work_log(gone, (&body, &work), Estimate::Leave).await;
    assert_eq!(gone.expect_err("gone").code, Code::JiraNotFound);
}

// F-318
#[tokio::test]
async fn more_work_logs_than_an_issue_shows_are_read() {
    let world = World::start().await;
    let settings = json!({ "per_issue_limits": false });
    world.control.patch("/control/jira/settings", &settings).await.expect("settings");
    let issue = world.create("Worked on much").await;
    for _ in 0..21 {
        world.jira.add_work_log(&issue.id, &new(60)).await.expect("logged");
    }
    assert_eq!(world.read(&issue.id, &with_logs()).await.comments.len(), 21);
    let ids = std::slice::from_ref(&issue.id);
    let many = world.jira.issues(ids, &with_logs()).await.expect("issues");
    assert_eq!(many[0].comments.len(), 21);
}
