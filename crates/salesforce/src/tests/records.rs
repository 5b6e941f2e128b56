//! Reading and writing records.

use super::*;

#[tokio::test]
async fn a_record_comes_with_its_comments_in_one_call() {
    let world = World::start().await;
    let id = world.new_case("Printer on fire").await;
    for (body, published) in [("first", true), ("second\nline", false)] {
        let comment = json!({"body": body, "published": published});
        world.act(&format!("/cases/{id}/comments"), comment).await;
    }
    world.org.organization().await.expect("logged in");
    world.control.reset_calls().await.expect("reset");
    let record = world.read(&id, true).await;
    assert_eq!(world.control.calls(&CallFilter::default()).await.expect("calls").len(), 1);
    assert_eq!((&record.id, record.status.as_deref()), (&id, Some("New")));
    assert_eq!(record.fields["Subject"], "Printer on fire");
    assert_eq!(record.fields["Severity__c"], Value::Null);
    assert!(record.title.chars().all(|c| c.is_ascii_digit()), "{}", record.title);
    let said: Vec<_> = record.comments.iter().map(|c| (c.body.clone(), c.public)).collect();
    let text = |text: &str| CommentBody::Text(text.to_owned());
    assert_eq!(said, [(text("first"), true), (text("second\nline"), false)]);
    assert!(!record.comments[0].author.is_empty());

    let plain = world.read(&id, false).await;
    assert!(plain.comments.is_empty());
    assert_eq!(world.calls("salesforce.sobject.get").await.len(), 1);
}

#[tokio::test]
async fn an_update_reads_back_in_one_call() {
    let world = World::start().await;
    let id = world.new_case("Before").await;
    world.org.organization().await.expect("logged in");
    world.control.reset_calls().await.expect("reset");
    let record =
        world.update(&id, json!({"Subject": "After", "Status": "Closed"})).await.expect("updated");
    assert_eq!(record.fields["Subject"], "After");
    assert_eq!(record.status.as_deref(), Some("Closed"));
    let calls = world.control.calls(&CallFilter::default()).await.expect("calls");
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].request_headers["sforce-auto-assign"], "FALSE");
    assert_eq!(calls[0].request_headers["sforce-call-options"], "client=Lockstep");
    let sent: Value = serde_json::from_str(&calls[0].request_body).expect("json");
    assert_eq!(sent["compositeRequest"][0]["httpHeaders"]["sforce-auto-assign"], "FALSE");
}

#[tokio::test]
async fn complaint_43_a_record_that_changed_meanwhile_is_not_written() {
    let world = World::start().await;
    let id = world.new_case("Seen").await;
    let seen = world.read(&id, false).await.modified;
    let update = async |subject: &str, since: DateTime<Utc>| {
        let fields = map(json!({"Subject": subject}));
        let change = Change { fields, unmodified_since: Some(since) };
        world.org.update("Case", &id, change, &query(false)).await
    };
    update("Written", seen).await.expect("unchanged since");
    world.control.advance_clock(5_000).await.expect("clock");
    let path = format!("/control/salesforce/records/Case/{id}");
    world
        .control
        .call(Method::PATCH, &path, Some(&json!({"Subject": "By a person"})))
        .await
        .expect("patched");
    let fault = update("Too late", seen).await.expect_err("changed");
    assert_eq!((fault.code, fault.class()), (Code::SfChangedMeanwhile, Class::Transient));
    assert_eq!(world.read(&id, false).await.fields["Subject"], "By a person");
}

#[tokio::test]
async fn a_refused_write_names_field_and_reason() {
    let world = World::start().await;
    let id = world.new_case("Refused").await;
    let rule = json!({"object": "Case", "when": "Status = 'Closed'", "message": "Closed cases need a resolution.",
        "field": "Resolution__c"});
    world.act("/validation_rules", rule).await;
    let table = [
        (json!({"Subject": "x".repeat(256)}), "Subject", Code::SfTooLong),
        (json!({"Severity__c": "Awful"}), "Severity__c", Code::SfPicklist),
        (json!({"Status": "Closed"}), "Resolution__c", Code::SfValidation),
        (json!({"Reporter_Email__c": "nobody"}), "Reporter_Email__c", Code::SfBadValue),
        (json!({"Headline__c": "x"}), "Headline__c", Code::SfReadOnlyField),
    ];
    for (change, field, code) in table {
        let fault = world.update(&id, change).await.expect_err("refused");
        assert_eq!((fault.code, fault.class()), (code, Class::Rejected), "{fault}");
        assert_eq!(fault.fields[0].field, field, "{fault}");
    }
    let fault = world.update(&id, json!({"Nothing__c": 1})).await.expect_err("refused");
    assert_eq!(fault.code, Code::SfUnknownField, "{fault}");
    world.act("/locks", json!({"ids": [id]})).await;
    let locked = world.update(&id, json!({"Subject": "x"})).await.expect_err("locked");
    assert_eq!((locked.code, locked.class()), (Code::SfRowLocked, Class::Transient));
}

#[tokio::test]
async fn a_deleted_record_is_gone() {
    let world = World::start().await;
    let id = world.new_case("Short-lived").await;
    world.control.delete(&format!("/control/salesforce/records/Case/{id}")).await.expect("deleted");
    for comments in [false, true] {
        let fault = world.org.record("Case", &id, &query(comments)).await.expect_err("gone");
        assert_eq!(fault.code, Code::SfRecordGone);
    }
    assert_eq!(
        world.update(&id, json!({"Subject": "x"})).await.expect_err("gone").code,
        Code::SfRecordGone
    );
}

#[tokio::test]
async fn a_comment_is_written_once_even_if_the_answer_is_lost() {
    let world = World::start().await;
    let id = world.new_case("Commented").await;
    let written = world.comment(&id, "Größe: 5", true).await.expect("comment");
    assert!(written.starts_with("00a"), "{written}");
    let spec = FaultSpec::new(FaultKind::DropAfter).operation("salesforce.sobject.create").times(1);
    world.control.add_fault(&spec).await.expect("fault");
    let lost = world.comment(&id, "lost", false).await.expect_err("lost");
    assert_eq!((lost.code, lost.class()), (Code::SfUnavailable, Class::Transient));
    let record = world.read(&id, true).await;
    let said: Vec<_> = record.comments.iter().map(|c| (c.body.clone(), c.public)).collect();
    let text = |text: &str| CommentBody::Text(text.to_owned());
    assert_eq!(said, [(text("Größe: 5"), true), (text("lost"), false)]);
}

// F-323
#[tokio::test]
async fn changes_come_in_keyset_pages_with_comment_parents() {
    let world = World::start().await;
    world.control.advance_clock(60_000).await.expect("clock");
    let start = world.now + TimeDelta::seconds(30);
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(world.new_case(&format!("case {number}")).await);
    }
    let hello = json!({"body": "hello"});
    let comment = world.act(&format!("/cases/{}/comments", ids[0]), hello).await;
    let comment = comment["Id"].as_str().expect("id").to_owned();
    world.org.organization().await.expect("logged in");
    world.control.reset_calls().await.expect("reset");

    let mut cursor = Cursor { stamp: start, id: None };
    let mut seen = Vec::new();
    loop {
        let changed = world.org.changed_since("Case", &cursor, &query(true), 2).await;
        let changed = changed.expect("changed");
        let parents: Vec<_> =
            changed.comments.iter().map(|each| (&each.record, &each.comment.id)).collect();
        assert_eq!(parents, [(&ids[0], &comment)]);
        assert!(changed.server_time >= start, "{}", changed.server_time);
        seen.extend(changed.records.clone());
        let Some(last) = changed.records.last().filter(|_| changed.more) else {
            break;
        };
        cursor = Cursor { stamp: last.modified, id: Some(last.id.to_string()) };
    }
    assert_eq!(seen[0].fields["Subject"], "case 0");
    let quiet = world.org.changed_since("Case", &cursor, &query(false), 2).await;
    assert!(quiet.expect("changed").comments.is_empty());
    assert_eq!(world.calls("salesforce.composite").await.len(), 4);
    assert!(
        seen.windows(2)
            .all(|pair| (pair[0].modified, &pair[0].id) < (pair[1].modified, &pair[1].id))
    );
    let mut found: Vec<_> = seen.into_iter().map(|record| record.id).collect();
    found.sort();
    ids.sort();
    assert_eq!(found, ids);
}

// F-323
#[tokio::test]
async fn many_records_come_with_their_comments_in_one_call() {
    let world = World::start().await;
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(world.new_case(&format!("case {number}")).await);
    }
    for (id, body) in [(&ids[0], "first"), (&ids[1], "other"), (&ids[0], "second")] {
        world.act(&format!("/cases/{id}/comments"), json!({"body": body})).await;
    }
    let gone = world.new_case("Short-lived").await;
    world.control.delete(&format!("/control/salesforce/records/Case/{gone}")).await.expect("gone");
    ids.push(gone);
    world.org.organization().await.expect("logged in");
    world.control.reset_calls().await.expect("reset");
    let records = world.org.records("Case", &ids, &query(true)).await.expect("records");
    assert_eq!(world.control.calls(&CallFilter::default()).await.expect("calls").len(), 1);
    assert_eq!(records.len(), 3, "those that exist");
    for record in &records {
        assert_eq!(*record, world.read(&record.id, true).await, "read alone or with others");
    }
}

// F-310, F-323
#[tokio::test]
async fn many_records_change_in_one_call_and_each_stands_for_itself() {
    let world = World::start().await;
    let mut ids = Vec::new();
    for number in 0..4 {
        ids.push(world.new_case(&format!("case {number}")).await);
    }
    let seen = world.read(&ids[0], false).await.modified;
    world.control.advance_clock(5_000).await.expect("clock");
    let path = format!("/control/salesforce/records/Case/{}", ids[3]);
    let person = json!({"Subject": "By a person"});
    world.control.call(Method::PATCH, &path, Some(&person)).await.expect("patched");
    world.control.reset_calls().await.expect("reset");
    let change = |fields: Value| Change { fields: map(fields), unmodified_since: Some(seen) };
    let changes = vec![
        (ids[0].clone(), change(json!({"Subject": "After"}))),
        (ids[1].clone(), change(json!({"Severity__c": "Awful"}))),
        (ids[2].clone(), change(json!({"Status": "Closed"}))),
        (ids[3].clone(), change(json!({"Subject": "Too late"}))),
    ];
    let written = world.org.update_many("Case", changes, &query(false)).await.expect("answered");
    assert_eq!(world.control.calls(&CallFilter::default()).await.expect("calls").len(), 1);
    let [first, refused, closed, late] = &written[..] else { panic!("{written:?}") };
    assert_eq!(first.as_ref().expect("written").fields["Subject"], "After");
    let refused = refused.as_ref().expect_err("refused");
    assert_eq!((refused.code, refused.fields[0].field.as_str()), (Code::SfPicklist, "Severity__c"));
    assert_eq!(closed.as_ref().expect("written").status.as_deref(), Some("Closed"));
    assert_eq!(late.as_ref().expect_err("changed").code, Code::SfChangedMeanwhile);
    assert_eq!(world.read(&ids[3], false).await.fields["Subject"], "By a person");
}

// F-300
#[tokio::test]
async fn the_history_of_tracked_fields_dates_them() {
    let world = World::start().await;
    let id = world.new_case("Dated").await;
    let history = world.org.describe("Case").await.expect("described").history.expect("kept");
    assert_eq!((history.object.as_str(), history.field.as_str()), ("CaseHistory", "CaseId"));
    world.act("/fields/track", json!({"object": "Case", "fields": ["Subject"]})).await;
    let untouched = world.org.record_times(&history, &world.read(&id, false).await).await;
    assert!(untouched.expect("times").is_empty());
    world.update(&id, json!({"Subject": "Dated anew"})).await.expect("updated");
    let record = world.update(&id, json!({"Severity__c": "High"})).await.expect("updated");
    let times = world.org.record_times(&history, &record).await.expect("times");
    assert_eq!(times.keys().collect::<Vec<_>>(), ["Subject"], "nothing else is tracked");
    assert!(times["Subject"] <= record.modified);
    world.act("/objects/rights", json!({"object": "CaseHistory", "read": false})).await;
    let hidden = world.org.record_times(&history, &record).await.expect("no fault");
    assert!(hidden.is_empty(), "who may not read it goes by the record");
    let custom = world.org.describe("Feature_Request__c").await.expect("described").history;
    assert_eq!(custom.map(|kept| kept.object).as_deref(), Some("Feature_Request__History"));
    assert_eq!(world.org.describe("Account").await.expect("described").history, None);
}
