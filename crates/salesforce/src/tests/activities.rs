//! Tasks and events of records.

use lockstep_model::field::Activities;
use lockstep_model::snapshot::FeedSight;

use super::*;

fn of_what() -> Activities {
    Activities { field: "WhatId".to_owned() }
}

impl World {
    async fn activity(&self, kind: &str, fields: Value) -> String {
        let made = self.act(&format!("/records/{kind}"), fields).await;
        made["Id"].as_str().expect("id").to_owned()
    }

    /// A completed call of ten minutes, and a meeting of an hour that is over.
    async fn call_and_meeting(&self, case: &RecordId) -> (String, String) {
        let call = json!({ "WhatId": case.as_str(), "Subject": "Call", "Status": "Completed",
            "CallDurationInSeconds": 600 });
        let meeting = json!({ "WhatId": case.as_str(), "Subject": "Meeting", "DurationInMinutes": 60,
            "StartDateTime": "2026-01-05T10:00:00Z", "EndDateTime": "2026-01-05T11:00:00Z" });
        (self.activity("Task", call).await, self.activity("Event", meeting).await)
    }
}

// F-187, F-318
#[tokio::test]
async fn activities_come_in_the_call_of_the_record() {
    let world = World::start().await;
    let case = world.new_case("Called about").await;
    let (call, meeting) = world.call_and_meeting(&case).await;
    for private in [json!({ "IsPrivate": true }), json!({ "IsRecurrence": true })] {
        let mut event = json!({ "WhatId": case.as_str(), "Subject": "Not for others",
            "StartDateTime": "2026-01-05T10:00:00Z", "EndDateTime": "2026-01-05T11:00:00Z" });
        event.as_object_mut().expect("map").extend(private.as_object().expect("map").clone());
        world.activity("Event", event).await;
    }
    let described = world.org.describe("Case").await.expect("described");
    assert_eq!(described.activities, Some(of_what()));
    assert_eq!(world.org.describe("Task").await.expect("described").activities, None);

    world.control.reset_calls().await.expect("reset");
    let with = RecordQuery { activities: Some(of_what()), ..query(true) };
    let record = world.org.record("Case", &case, &with).await.expect("record");
    assert_eq!(world.control.calls(&CallFilter::default()).await.expect("calls").len(), 1);
    assert_eq!(record.activities, FeedSight::Whole);
    let took = |id: &str| {
        let found = record.comments.iter().find(|each| each.id == id).expect("an activity");
        found.work.as_ref().map(|work| (work.seconds, work.done))
    };
    assert_eq!(record.comments.len(), 2, "{:#?}", record.comments);
    assert_eq!((took(&call), took(&meeting)), (Some((600, true)), Some((3600, true))));
    let many = world.org.records("Case", &[case], &with).await.expect("records");
    assert_eq!(many[0].comments, record.comments);
}

// F-318
#[tokio::test]
async fn changed_deleted_and_ended_activities_are_found() {
    let world = World::start().await;
    let case = world.new_case("Called about").await;
    let (call, meeting) = world.call_and_meeting(&case).await;
    let account = world.act("/records/Account", json!({ "Name": "Acme" })).await;
    world
        .activity("Task", json!({ "WhatId": account["Id"], "Subject": "Of another object" }))
        .await;
    world.control.salesforce_delete("Task", &call).await.expect("deleted");
    let found = |since: chrono::DateTime<chrono::Utc>| {
        let world = &world;
        async move {
            let changed = world.org.changed_activities("Case", &of_what(), since).await;
            let mut ids: Vec<(String, bool)> = changed
                .expect("changed")
                .into_iter()
                .map(|one| (one.comment.id, one.deleted))
                .collect();
            ids.sort();
            ids
        }
    };
    let recent = found(world.now - chrono::TimeDelta::minutes(5)).await;
    assert_eq!(recent, [(call, true), (meeting.clone(), false)]);
    let later = found(world.now + chrono::TimeDelta::hours(1)).await;
    assert_eq!(later, [], "nothing ended since");
}

// F-318
#[tokio::test]
async fn activities_that_may_not_be_read_hold_back_no_record() {
    let world = World::start().await;
    let case = world.new_case("Hidden").await;
    world.call_and_meeting(&case).await;
    world.control.salesforce_rights("Task", json!({ "read": false })).await.expect("hidden");
    let with = RecordQuery { activities: Some(of_what()), ..query(true) };
    let record = world.org.record("Case", &case, &with).await.expect("record");
    assert!(matches!(record.activities, FeedSight::Refused { .. }), "{:?}", record.activities);
    assert_eq!(record.comments, []);
}
