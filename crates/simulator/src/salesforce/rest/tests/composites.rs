use serde_json::{Value, json};

use crate::salesforce::testing::Org;

fn step(method: &str, url: &str, reference: &str, body: impl Into<Value>) -> Value {
    let body = body.into();
    let url = format!("/services/data/v67.0{url}");
    json!({"method": method, "url": url, "referenceId": reference, "body": body})
}

#[tokio::test]
async fn references_carry_results_on() {
    let org = Org::start().await;
    let body = json!({"compositeRequest": [
        step("POST", "/sobjects/Case", "new", json!({"Subject": "Linked"})),
        step("POST", "/sobjects/CaseComment", "note", json!({"ParentId": "@{new.id}", "CommentBody": "a"})),
        step("GET", "/sobjects/Case/@{new.id}?fields=Subject,SystemModstamp", "after", Value::Null),
        step("GET", "/query?q=SELECT+Id+FROM+CaseComment+WHERE+ParentId='@{new.id}'", "all", Value::Null),
    ]});
    let answer = org.call("POST", "/composite", body).await;
    let parts = answer.json()["compositeResponse"].clone();
    let statuses: Vec<u64> = parts
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|part| part["httpStatusCode"].as_u64())
        .collect();
    assert_eq!(statuses, [201, 201, 200, 200], "{parts}");
    assert_eq!(parts[2]["body"]["Subject"], json!("Linked"));
    assert_eq!(parts[3]["body"]["totalSize"], json!(1));
    assert_eq!(answer.header("sforce-limit-info"), Some("api-usage=1/15000"));
    assert_eq!(org.calls.counters()["salesforce.sobject.create.sub"], 2);
}

#[tokio::test]
async fn all_or_none_leaves_nothing_behind() {
    let org = Org::start().await;
    let count = "SELECT COUNT() FROM Case WHERE Subject = 'Rolled'";
    let steps = json!([
        step("POST", "/sobjects/Case", "good", json!({"Subject": "Rolled"})),
        step("POST", "/sobjects/Case", "bad", json!({"Severity__c": "Awful"})),
        step("GET", "/sobjects/Case/@{good.id}", "later", Value::Null),
    ]);
    let body = json!({"allOrNone": true, "compositeRequest": steps});
    let parts = org.call("POST", "/composite", body).await.json()["compositeResponse"].clone();
    let code = |n: usize| parts[n]["body"][0]["errorCode"].clone();
    assert_eq!(code(0), json!("PROCESSING_HALTED"));
    assert_eq!(code(1), json!("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"));
    assert_eq!(code(2), json!("PROCESSING_HALTED"));
    assert_eq!(org.query(count).await.json()["totalSize"], json!(0));
    let body = json!({"allOrNone": false, "compositeRequest": steps});
    let parts = org.call("POST", "/composite", body).await.json()["compositeResponse"].clone();
    assert_eq!(parts[0]["httpStatusCode"], json!(201));
    assert_eq!(parts[2]["httpStatusCode"], json!(200));
    assert_eq!(org.query(count).await.json()["totalSize"], json!(1));
}

#[tokio::test]
async fn a_broken_reference_and_a_stale_guard_fail_alone() {
    let org = Org::start().await;
    let id = org.create("Case", json!({"Subject": "Guarded"})).await;
    let mut guarded =
        step("PATCH", &format!("/sobjects/Case/{id}"), "upd", json!({"Subject": "x"}));
    guarded["httpHeaders"] = json!({"If-Unmodified-Since": "Sun, 22 Nov 2020 09:30:00 GMT"});
    let orphan = step("GET", "/sobjects/Case/@{nobody.id}", "orphan", Value::Null);
    let body = json!({"compositeRequest": [guarded, orphan]});
    let parts = org.call("POST", "/composite", body).await.json()["compositeResponse"].clone();
    assert_eq!((&parts[0]["httpStatusCode"], &parts[0]["body"]), (&json!(412), &Value::Null));
    let text = "Invalid reference specified. No value for nobody.id found in nobody.";
    assert_eq!(parts[1]["body"][0]["message"], json!(text));
}

#[tokio::test]
async fn too_many_subrequests_are_refused_whole() {
    let org = Org::start().await;
    let many = |count: usize, url: &str| -> Value {
        let steps: Vec<Value> =
            (0..count).map(|n| step("GET", url, &format!("r{n}"), Value::Null)).collect();
        json!({"compositeRequest": steps})
    };
    assert_eq!(org.call("POST", "/composite", many(25, "/limits")).await.status, 200);
    assert_eq!(org.call("POST", "/composite", many(26, "/limits")).await.status, 400);
    let query = "/query?q=SELECT+Id+FROM+User";
    assert_eq!(org.call("POST", "/composite", many(5, query)).await.status, 200);
    assert_eq!(org.call("POST", "/composite", many(6, query)).await.status, 400);
}

#[tokio::test]
async fn collections_write_read_and_roll_back() {
    let org = Org::start().await;
    let rows = json!([
        {"attributes": {"type": "Case"}, "Subject": "C1"},
        {"attributes": {"type": "Case"}, "Severity__c": "Awful"},
    ]);
    let partial = org.call("POST", "/composite/sobjects", json!({"records": rows})).await.json();
    assert_eq!((&partial[0]["success"], &partial[1]["success"]), (&json!(true), &json!(false)));
    let code = &partial[1]["errors"][0]["statusCode"];
    assert_eq!(code, &json!("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"));
    let whole = json!({"allOrNone": true, "records": rows});
    let undone = org.call("POST", "/composite/sobjects", whole).await.json();
    assert_eq!(undone[0]["errors"][0]["statusCode"], json!("ALL_OR_NONE_OPERATION_ROLLED_BACK"));
    assert_eq!(org.rows("SELECT Id FROM Case WHERE Subject = 'C1'").await.len(), 1);
}

#[tokio::test]
async fn collections_change_read_and_delete() {
    let org = Org::start().await;
    let id = org.create("Case", json!({"Subject": "C1"})).await;
    let change = json!({"records": [{"attributes": {"type": "Case"}, "id": id, "Subject": "C2"}]});
    let changed = org.call("PATCH", "/composite/sobjects", change).await.json();
    assert_eq!(changed[0], json!({"id": id, "success": true, "errors": []}));
    let wanted = json!({"ids": [id, "500xx000000bZbZAAU", "junk"], "fields": ["Subject"]});
    let read = org.call("POST", "/composite/sobjects/Case", wanted).await.json();
    assert_eq!(read[0]["Subject"], json!("C2"));
    assert_eq!((&read[1], &read[2]), (&Value::Null, &Value::Null));
    let bad = json!({"ids": [id], "fields": ["Nope"]});
    assert_eq!(org.call("POST", "/composite/sobjects/Case", bad).await.code(), "INVALID_FIELD");
    let gone =
        org.call("DELETE", &format!("/composite/sobjects?ids={id}"), Value::Null).await.json();
    assert_eq!(gone[0]["success"], json!(true));
    let upsert = json!({"records": [
        {"attributes": {"type": "Case"}, "Jira_Key__c": "UP-1", "Subject": "u"},
        {"attributes": {"type": "Case"}, "Subject": "no key"}]});
    let upserted = org.call("PATCH", "/composite/sobjects/Case/Jira_Key__c", upsert).await.json();
    assert_eq!(upserted[0]["created"], json!(true));
    assert_eq!(upserted[1]["success"], json!(false));
}

#[tokio::test]
async fn batches_and_trees() {
    let org = Org::start().await;
    let batch = json!({"haltOnError": false, "batchRequests": [
        {"method": "GET", "url": "v67.0/sobjects/Case/500xx000000bZbZAAU"},
        {"method": "POST", "url": "v67.0/sobjects/Case", "richInput": {"Subject": "From a batch"}}]});
    let answer = org.call("POST", "/composite/batch", batch).await.json();
    assert_eq!(answer["hasErrors"], json!(true));
    assert_eq!(answer["results"][0]["statusCode"], json!(404));
    assert_eq!(answer["results"][1]["statusCode"], json!(201));
    let tree = |email: &str| {
        json!({"records": [{"attributes": {"type": "Account", "referenceId": "ref1"}, "Name": "Tree",
            "Contacts": {"records": [{"attributes": {"type": "Contact", "referenceId": "ref2"},
                "LastName": "Leaf", "Email": email}]}}]})
    };
    let bad = org.call("POST", "/composite/tree/Account", tree("123")).await;
    assert_eq!((bad.status, &bad.json()["results"][0]["referenceId"]), (400, &json!("ref2")));
    assert!(org.rows("SELECT Id FROM Account WHERE Name = 'Tree'").await.is_empty());
    let good = org.call("POST", "/composite/tree/Account", tree("leaf@example.com")).await;
    assert_eq!((good.status, &good.json()["hasErrors"]), (201, &json!(false)));
    let contacts = "SELECT (SELECT LastName FROM Contacts) FROM Account WHERE Name = 'Tree'";
    assert_eq!(org.rows(contacts).await[0]["Contacts"]["records"][0]["LastName"], json!("Leaf"));
}
