//! Reading and writing issues.

use super::*;

#[tokio::test]
async fn an_issue_is_created_read_and_edited_each_in_one_call() {
    let world = World::start().await;
    let created = world.create("Printer on fire").await;
    let wanted = query(&["summary", "customfield_10060", "labels"], false);
    let issue = world.read(&created.key, &wanted).await;
    assert_eq!((&issue.id, &issue.key), (&created.id, &created.key));
    assert_eq!(issue.fields["summary"], "Printer on fire");
    assert_eq!(issue.fields.keys().collect::<Vec<_>>(), ["customfield_10060", "labels", "summary"]);
    assert_eq!(issue.status.category, StatusCategory::New);

    world.control.reset_calls().await.expect("reset");
    let change = map(&json!({"summary": "Out again", "customfield_10060": {"value": "Gold"}}));
    let edited = world.jira.edit_issue(&created.id, change, &wanted).await.expect("edited");
    assert_eq!(edited.fields["summary"], "Out again");
    assert_eq!(edited.fields["customfield_10060"]["value"], "Gold");
    assert!(edited.updated >= issue.updated);
    assert_eq!(
        (world.called("jira.issue.edit").await, world.called("jira.issue.get").await),
        (1, 0)
    );
    let cleared = map(&json!({"customfield_10060": null}));
    let cleared = world.jira.edit_issue(&created.id, cleared, &wanted).await.expect("cleared");
    assert_eq!(cleared.fields["customfield_10060"], Value::Null);
}

#[tokio::test]
async fn many_issues_are_read_a_hundred_a_call() {
    let world = World::start().await;
    let ids: Vec<String> = (1..=230).map(|number| format!("SUP-{number}")).collect();
    let issues = world.jira.issues(&ids, &query(&["summary"], true)).await.expect("issues");
    assert_eq!(issues.len(), 18, "those that exist");
    assert_eq!(world.called("jira.issue.bulk_fetch").await, 3);
    let talked = issues.iter().find(|issue| issue.key == "SUP-1").expect("SUP-1");
    assert_eq!(talked.comments.len(), 3);
    assert!(talked.comments.windows(2).all(|pair| pair[0].created <= pair[1].created));
}

#[tokio::test]
async fn comments_carry_their_marker_and_all_pages_are_read() {
    let world = World::start().await;
    let created = world.create("Talkative").await;
    let settings = json!({"per_issue_limits": false});
    world.control.patch("/control/jira/settings", &settings).await.expect("settings");
    let new = NewComment {
        body: document("Hello"),
        properties: vec![("lockstep.origin".to_owned(), json!({"sf": "00a"}))],
        internal: false,
    };
    let first = world.jira.add_comment(&created.id, &new).await.expect("comment");
    let marker = world.jira.comment_property(&first.id, "lockstep.origin").await.expect("property");
    assert_eq!(marker, Some(json!({"sf": "00a"})));
    let other = world.jira.comment_property(&first.id, "other").await.expect("no property");
    assert_eq!(other, None);
    let path = format!("/control/jira/issues/{}/comments", created.key);
    for number in 0..120 {
        world
            .control
            .post(&path, &json!({"body": format!("number {number}")}))
            .await
            .expect("said");
    }
    world.control.reset_calls().await.expect("reset");
    let issue = world.read(&created.id, &query(&[], true)).await;
    assert_eq!(issue.comments.len(), 121);
    assert_eq!(issue.comments[0], first);
    assert_eq!(
        (world.called("jira.issue.get").await, world.called("jira.comment.list").await),
        (1, 2)
    );
    let quiet = world.read(&created.id, &query(&[], false)).await;
    assert!(quiet.comments.is_empty());
}

#[tokio::test]
async fn an_issue_is_moved_through_its_workflow() {
    let world = World::start().await;
    let created = world.create("To be done").await;
    let offered = world.jira.transitions(&created.id).await.expect("transitions");
    let start = offered.iter().find(|each| each.to.name == "In Progress").expect("start");
    assert!(start.screen.is_empty());
    world.jira.transition(&created.id, &start.id, Map::new()).await.expect("started");
    let offered = world.jira.transitions(&created.id).await.expect("transitions");
    let resolve = offered.iter().find(|each| each.to.name == "Done").expect("resolve");
    let asked = &resolve.screen[0];
    assert_eq!((asked.id.as_str(), asked.required), ("resolution", true));
    assert!(asked.allowed.contains(&"Done".to_owned()));

    let refused =
        world.jira.transition(&created.id, &resolve.id, Map::new()).await.expect_err("asks");
    assert_eq!(refused.code, Code::JiraRequiredField, "{refused}");
    let fields = map(&json!({"resolution": {"name": "Done"}}));
    world.jira.transition(&created.id, &resolve.id, fields.clone()).await.expect("resolved");
    assert!(world.read(&created.id, &query(&[], false)).await.status.category.is_closed());
    let again = world.jira.transition(&created.id, &resolve.id, fields).await.expect_err("gone");
    assert!(matches!(again.code, Code::JiraConflict | Code::JiraRefused), "{again}");
}

#[tokio::test]
async fn a_refused_field_is_named() {
    let world = World::start().await;
    let created = world.create("Refused").await;
    let table = [
        (json!({"summary": "x".repeat(300)}), "summary", Code::JiraTooLong),
        (json!({"customfield_10075": "old"}), "customfield_10075", Code::JiraFieldNotOnScreen),
        (
            json!({"customfield_10060": {"value": "Platinum"}}),
            "customfield_10060",
            Code::JiraOption,
        ),
        (json!({"summary": null}), "summary", Code::JiraRequiredField),
        (json!({"labels": ["two words"]}), "labels", Code::JiraValue),
    ];
    for (change, field, code) in table {
        let edit = world.jira.edit_issue(&created.id, map(&change), &query(&[], false)).await;
        let fault = edit.expect_err("refused");
        assert_eq!((fault.code, fault.class()), (code, Class::Rejected), "{fault}");
        assert_eq!(fault.fields[0].field, field, "{fault}");
    }
}

#[tokio::test]
async fn what_is_gone_is_told_from_what_failed() {
    let world = World::start().await;
    let gone = world.jira.issue("SUP-999", &query(&[], false)).await.expect_err("gone");
    assert_eq!(gone.code, Code::JiraIssueGone);
    let created = world.create("Slow down").await;
    let throttled =
        FaultKind::Status { code: 429, body: None, headers: [].into(), retry_after: Some(30) };
    world.fault("jira.issue.get", throttled).await;
    let fault = world.jira.issue(&created.id, &query(&[], false)).await.expect_err("throttled");
    assert_eq!(
        (fault.code, fault.retry_after),
        (Code::JiraThrottled, Some(Duration::from_secs(30)))
    );
    world.fault("jira.issue.get", FaultKind::DropBefore).await;
    world.read(&created.id, &query(&[], false)).await;
}

// F-311
#[tokio::test]
async fn a_moved_issue_keeps_its_id() {
    let world = World::start().await;
    let created = world.create("On the move").await;
    let path = format!("/control/jira/issues/{}/move", created.key);
    world.control.post(&path, &json!({"project": "OPS"})).await.expect("moved");
    let issue = world.read(&created.key, &query(&[], false)).await;
    assert_eq!(issue.id, created.id);
    assert!(issue.key.starts_with("OPS-"), "{}", issue.key);
}

#[tokio::test]
async fn the_changelog_tells_when_each_field_was_changed_by_others() {
    let world = World::start().await;
    let created = world.create("To be started").await;
    let start = "11";
    world.jira.transition(&created.id, start, Map::new()).await.expect("started");
    let change = map(&json!({"labels": ["vip"]}));
    world.jira.edit_issue(&created.id, change, &query(&[], false)).await.expect("edited");
    let person = json!({"fields": {"customfield_10050": "warehouse"}});
    let path = format!("/control/jira/issues/{}", created.key);
    world.control.patch(&path, &person).await.expect("edited by a person");
    let times = world.jira.issue_times(&created.id).await.expect("times");
    assert!(times["customfield_10050"] >= world.now - TimeDelta::minutes(1), "{times:?}");
    assert!(!times.contains_key("summary"));
    let ours = chrono::DateTime::<chrono::Utc>::MIN_UTC;
    assert_eq!((times["status"], times["labels"]), (ours, ours), "what we wrote is no edit");
}

// F-318
#[tokio::test]
async fn a_parent_is_set_moved_and_taken_away() {
    let world = World::start().await;
    let of = async |kind: &str, parent: Option<&str>| {
        let types = world.jira.issue_types("SUP").await.expect("types");
        let found = types.iter().find(|each| each.name == kind).expect("known");
        let mut fields = map(&json!({"summary": format!("A {kind}")}));
        fields.extend(parent.map(|id| ("parent".to_owned(), json!({"id": id}))));
        let new = NewIssue {
            project: "SUP".to_owned(),
            issue_type_id: found.id.clone(),
            fields,
            ..NewIssue::default()
        };
        (world.jira.create_issue(&new).await, found.level)
    };
    let (epic, level) = of("Epic", None).await;
    let epic = epic.expect("created");
    assert_eq!(level, Some(1));
    let (story, level) = of("Story", Some(&epic.id)).await;
    let story = story.expect("created");
    assert_eq!(level, Some(0));
    let query = IssueQuery { fields: vec!["parent".to_owned()], ..IssueQuery::default() };
    let read = world.jira.issue(&story.id, &query).await.expect("read");
    assert_eq!(read.fields["parent"]["id"], epic.id);
    let away = map(&json!({"parent": null}));
    let read = world.jira.edit_issue(&story.id, away, &query).await.expect("edited");
    assert!(read.fields.get("parent").is_none_or(Value::is_null), "{read:?}");
    let (refused, _) = of("Story", Some(&story.id)).await;
    let fault = refused.expect_err("no story stands under a story");
    assert_eq!(fault.fields.first().map(|said| said.field.as_str()), Some("parent"), "{fault:?}");
}
