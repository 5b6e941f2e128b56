//! Creating many issues in one call.

use super::*;

/// F-310, F-323: one bad issue holds back no other, and each is known by its mark.
#[tokio::test]
async fn many_issues_are_created_in_one_call_and_known_by_their_marks() {
    let world = World::start().await;
    let mut new = Vec::new();
    for number in 0..4 {
        let mark = json!({"record": number});
        new.push(world.new_issue(&format!("issue {number}"), &mark).await);
    }
    new[2].fields.insert("summary".to_owned(), json!("x".repeat(300)));
    world.control.reset_calls().await.expect("reset");
    let created = world.jira.create_issues(&new).await.expect("answered");
    assert_eq!(created.issues.len(), 3);
    let [(2, fault)] = &created.refused[..] else { panic!("{:?}", created.refused) };
    assert_eq!((fault.code, fault.fields[0].field.as_str()), (Code::JiraTooLong, "summary"));

    let ids: Vec<String> = created.issues.iter().map(|issue| issue.id.clone()).collect();
    let read = world.jira.marked_issues(&ids, &query(&["summary"], false), MARKER).await;
    for (issue, mark) in read.expect("read") {
        let number = mark["record"].as_i64().expect("marked");
        assert_eq!(issue.fields["summary"], format!("issue {number}"));
    }
    let calls = world.control.counters().await.expect("counters");
    assert_eq!(calls.values().sum::<u64>(), 2, "{calls:?}");
}

#[tokio::test]
async fn a_call_whose_issues_are_all_refused_is_refused() {
    let world = World::start().await;
    let bad = world.new_issue(&"x".repeat(300), &json!({})).await;
    let fault = world.jira.create_issues(&[bad]).await.expect_err("refused");
    assert_eq!(fault.class(), Class::Rejected, "{fault}");
}
