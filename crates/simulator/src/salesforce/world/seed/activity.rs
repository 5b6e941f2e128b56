//! Tasks, events, feature requests, posts and a few files around accounts and cases.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::words::TROUBLES;
use super::{Garden, Household, pick};

/// Plants them.
pub(super) fn around(garden: &mut Garden<'_>, households: &[Household], cases: &[String]) {
    for n in 0..40 {
        task(garden, &households[n % households.len()], &cases[n * 3 % cases.len()], n);
    }
    for n in 0..15 {
        event(garden, &households[n % households.len()], n);
    }
    for n in 0..20 {
        request(garden, &households[n % households.len()], &cases[n * 5 % cases.len()], n);
    }
    for n in 0..10 {
        post(garden, &cases[n * 11 % cases.len()], n);
    }
    for n in 0..6 {
        let text = format!("2026-11-0{}T08:00:00Z request failed with status 502\n", n + 1);
        let file = json!({
            "Title": format!("trace-{n}"),
            "PathOnClient": format!("trace-{n}.log"),
            "VersionData": STANDARD.encode(text),
            "FirstPublishLocationId": cases[cases.len() - 1 - n],
        });
        garden.plant("ContentVersion", n, 12, file);
    }
}

fn task(garden: &mut Garden<'_>, household: &Household, case: &str, n: usize) {
    let fields = json!({
        "Subject": pick(&["Call back", "Send the logs to engineering", "Check the invoice"], n),
        "WhatId": if n.is_multiple_of(2) { case } else { household.account.as_str() },
        "WhoId": household.contacts[n % 3],
        "Status": pick(&["Not Started", "In Progress", "Completed"], n),
        "Priority": pick(&["Normal", "High", "Low"], n),
        "ActivityDate": garden.day(3),
    });
    garden.plant("Task", n, 300 - n * 3, fields);
}

fn event(garden: &mut Garden<'_>, household: &Household, n: usize) {
    let start = 24 * (1 + i64::try_from(n).unwrap_or(0));
    let fields = json!({
        "Subject": "Review of open cases",
        "WhatId": household.account,
        "WhoId": household.contacts[0],
        "StartDateTime": garden.moment(start),
        "EndDateTime": garden.moment(start + 1),
        "DurationInMinutes": 60,
    });
    garden.plant("Event", n, 200 - n, fields);
}

fn request(garden: &mut Garden<'_>, household: &Household, case: &str, n: usize) {
    let fields = json!({
        "Name": format!("Wish {}: {}", n + 1, TROUBLES[n % TROUBLES.len()].0),
        "Case__c": case,
        "Account__c": household.account,
        "Status__c": pick(&["Idea", "Planned", "In Progress", "Shipped"], n),
        "Votes__c": n * 4,
        "Target_Date__c": garden.day(60),
    });
    garden.plant("Feature_Request__c", 5, 250 - n, fields);
}

fn post(garden: &mut Garden<'_>, case: &str, n: usize) {
    let item = json!({"ParentId": case, "Type": "TextPost", "Body": "Who knows this part of the product?"});
    let item = garden.plant("FeedItem", n, 100 - n, item);
    let answer = json!({"FeedItemId": item, "CommentBody": "I do. I will look at it today."});
    garden.plant("FeedComment", n + 1, 99 - n, answer);
}
