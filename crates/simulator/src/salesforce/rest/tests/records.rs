use serde_json::{Value, json};

use crate::salesforce::testing::Org;

#[tokio::test]
async fn a_case_lives_from_create_to_delete() {
    let org = Org::start().await;
    let id = org
        .create("Case", json!({"Subject": "Broken  ", "Product_Areas__c": "Mobile;Billing"}))
        .await;
    let path = format!("/sobjects/Case/{id}");
    let case = org.get(&path).await.json();
    assert_eq!(case["Subject"], json!("Broken"));
    assert_eq!(case["Product_Areas__c"], json!("Billing;Mobile"));
    assert_eq!(case["Status"], json!("New"));
    assert_eq!(case["CaseNumber"].as_str().unwrap().len(), 8);
    assert!(case["SystemModstamp"].as_str().unwrap().ends_with(".000+0000"));
    assert_eq!(org.call("PATCH", &path, json!({"Status": "Closed"})).await.status, 204);
    let short = format!("/sobjects/Case/{}?fields=IsClosed,ClosedDate,Headline__c", &id[..15]);
    let closed = org.get(&short).await.json();
    assert_eq!(closed["IsClosed"], json!(true));
    assert!(closed["ClosedDate"].is_string());
    assert!(closed["Headline__c"].as_str().unwrap().ends_with(": Broken"));
    assert_eq!(closed["attributes"]["type"], json!("Case"));
    assert_eq!(org.call("DELETE", &path, Value::Null).await.status, 204);
    let again = org.call("DELETE", &path, Value::Null).await;
    assert_eq!((again.status, again.code().as_str()), (404, "ENTITY_IS_DELETED"));
}

#[tokio::test]
async fn posts_are_made_edited_and_gone_for_good() {
    let org = Org::start().await;
    let case = org.create("Case", json!({"Subject": "x"})).await;
    let post = org.create("FeedItem", json!({"ParentId": case, "Body": "one"})).await;
    let path = format!("/sobjects/FeedItem/{post}");
    assert_eq!(org.get(&path).await.json()["Type"], "TextPost");
    assert_eq!(org.call("PATCH", &path, json!({"Body": "two"})).await.status, 204);
    let edited = org.get(&path).await.json();
    assert_eq!((&edited["Revision"], &edited["Visibility"]), (&json!(2), &json!("AllUsers")));
    assert!(edited["LastEditDate"].is_string());
    let tracked = json!({"ParentId": case, "Type": "TrackedChange", "Body": "x"});
    let refused = org.call("POST", "/sobjects/FeedItem", tracked).await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "FIELD_INTEGRITY_EXCEPTION"));
    let long = json!({"ParentId": case, "Body": "é".repeat(10_001)});
    let refused = org.call("POST", "/sobjects/FeedItem", long).await;
    assert_eq!(refused.code(), "STRING_TOO_LONG");
    let reply = org.create("FeedComment", json!({"FeedItemId": post, "CommentBody": "r"})).await;
    assert_eq!(org.call("DELETE", &path, Value::Null).await.status, 204);
    let gone = org.get(&format!("/sobjects/FeedComment/{reply}")).await;
    assert_eq!(gone.status, 404, "replies go with their post");
    let all = format!("/queryAll?q=SELECT+Id+FROM+CaseFeed+WHERE+ParentId='{case}'");
    assert_eq!(org.get(&all).await.json()["totalSize"], json!(0), "no recycle bin");
}

#[tokio::test]
async fn each_bad_value_has_its_code() {
    let org = Org::start().await;
    let cases = [
        (json!({"Subject": "x".repeat(256)}), "STRING_TOO_LONG"),
        (json!({"Severity__c": "Awful"}), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (json!({"Product_Areas__c": "Billing;Nowhere"}), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (json!({"Reporter_Email__c": "nobody"}), "INVALID_EMAIL_ADDRESS"),
        (json!({"Due_Date__c": "tomorrow"}), "JSON_PARSER_ERROR"),
        (json!({"Affected_Users__c": "many"}), "JSON_PARSER_ERROR"),
        (json!({"Revenue_at_Risk__c": 1e17}), "NUMBER_OUTSIDE_VALID_RANGE"),
        (json!({"IsClosed": true}), "INVALID_FIELD_FOR_INSERT_UPDATE"),
        (json!({"Headline__c": "x"}), "INVALID_FIELD_FOR_INSERT_UPDATE"),
        (json!({"Nonsense__c": 1}), "INVALID_FIELD"),
        (json!({"Id": "500"}), "INVALID_FIELD"),
        (json!({"AccountId": "nope"}), "MALFORMED_ID"),
        (json!({"AccountId": "500xx000000bZbZAAU"}), "MALFORMED_ID"),
        (
            json!({"AccountId": "001xx000003DGb2AAG"}),
            "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        ),
        (json!({"RecordTypeId": "012800000000001AAA"}), "INVALID_CROSS_REFERENCE_KEY"),
    ];
    for (fields, code) in cases {
        let answer = org.call("POST", "/sobjects/Case", fields.clone()).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, code),
            "{fields}: {}",
            answer.json()
        );
    }
}

#[tokio::test]
async fn required_fields_and_loose_values() {
    let org = Org::start().await;
    let missing = org.call("POST", "/sobjects/Account", json!({"Phone": "1"})).await.json();
    assert_eq!(missing[0]["message"], json!("Required fields are missing: [Name]"));
    assert_eq!(missing[0]["fields"], json!(["Name"]));
    // An unrestricted picklist takes anything, and a number takes its text.
    org.create("Case", json!({"Channel__c": "Pigeon", "Affected_Users__c": "12"})).await;
}

#[tokio::test]
async fn a_stale_update_is_refused_with_412() {
    let org = Org::start().await;
    let id = org.create("Case", json!({"Subject": "First"})).await;
    let path = format!("/sobjects/Case/{id}");
    let seen = org.get(&path).await.header("last-modified").unwrap().to_owned();
    let guard = [("if-unmodified-since", seen.as_str())];
    assert_eq!(
        org.call_with("PATCH", &path, json!({"Subject": "Second"}), &guard).await.status,
        204
    );
    org.clock.advance_ms(2_000);
    let record = format!("/records/Case/{id}");
    org.control("PATCH", &record, json!({"Subject": "Human"})).await;
    let stale = org.call_with("PATCH", &path, json!({"Subject": "Third"}), &guard).await;
    assert_eq!((stale.status, stale.bytes.len()), (412, 0));
    assert_eq!(org.get(&path).await.json()["Subject"], json!("Human"));
    let bad = [("if-unmodified-since", "yesterday")];
    assert_eq!(org.call_with("PATCH", &path, json!({"Subject": "x"}), &bad).await.status, 400);
    let now = org.get(&path).await.header("last-modified").unwrap().to_owned();
    let fresh = [("if-modified-since", now.as_str())];
    assert_eq!(org.call_with("GET", &path, Value::Null, &fresh).await.status, 304);
}

#[tokio::test]
async fn external_ids_upsert_and_find() {
    let org = Org::start().await;
    let path = "/sobjects/Case/Jira_Key__c/SUP%2F1";
    let made = org.call("PATCH", path, json!({"Subject": "One"})).await;
    assert_eq!((made.status, &made.json()["created"]), (201, &json!(true)));
    let again = org.call("PATCH", path, json!({"Subject": "Two"})).await;
    assert_eq!((again.status, &again.json()["created"]), (200, &json!(false)));
    assert_eq!(org.get(path).await.json()["Subject"], json!("Two"));
    let twin = org.call("POST", "/sobjects/Case", json!({"Jira_Key__c": "SUP/1"})).await;
    assert_eq!(twin.code(), "DUPLICATE_VALUE");
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert!(twin.json()[0]["message"].as_str().unwrap().ends_with(&id[..15]));
    let absent =
        org.call("PATCH", "/sobjects/Case/Jira_Key__c/SUP-9?updateOnly=true", json!({})).await;
    assert_eq!(absent.status, 404);
    assert_eq!(org.get("/sobjects/Contact/Legacy_Id__c/L1").await.status, 300);
    let by_key = json!({"Subject": "x", "Account": {"External_Id__c": "ERP-70000"}});
    let child = org.create("Case", by_key).await;
    let account = org.get(&format!("/sobjects/Case/{child}/Account?fields=Name")).await;
    assert_eq!(account.json()["Name"], json!("Copper Kettle Foods"));
}

#[tokio::test]
async fn assignment_rules_run_unless_the_header_says_no() {
    let org = Org::start().await;
    let owner = async |id: &str| {
        let soql = format!("SELECT Owner.Name FROM Case WHERE Id = '{id}'");
        org.rows(&soql).await[0]["Owner"]["Name"].clone()
    };
    let quiet = org.create("Case", json!({"Priority": "High"})).await;
    assert_eq!(owner(&quiet).await, json!("Lockstep Integration"));
    let answer = org.call("POST", "/sobjects/Case", json!({"Priority": "High"})).await.json();
    assert_eq!(owner(answer["id"].as_str().unwrap()).await, json!("Escalations"));
    org.call("PATCH", &format!("/sobjects/Case/{quiet}"), json!({"Priority": "Low"})).await;
    assert_eq!(owner(&quiet).await, json!("Support Queue"));
}

#[tokio::test]
async fn comments_are_capped_in_bytes_and_show_in_the_feed() {
    let org = Org::start().await;
    let case = org.create("Case", json!({"Subject": "Talk"})).await;
    let long = json!({"ParentId": case, "CommentBody": "é".repeat(2_001)});
    assert_eq!(org.call("POST", "/sobjects/CaseComment", long).await.code(), "STRING_TOO_LONG");
    let fits = json!({"ParentId": case, "CommentBody": "é".repeat(2_000)});
    let comment = org.create("CaseComment", fits).await;
    let feed = format!("SELECT Type, Body FROM CaseFeed WHERE ParentId = '{case}'");
    assert_eq!(org.rows(&feed).await[0]["Type"], json!("CaseCommentPost"));
    let path = format!("/sobjects/CaseComment/{comment}");
    assert_eq!(org.call("PATCH", &path, json!({"CommentBody": "new"})).await.status, 204);
    org.control("POST", "/permissions", json!({"modify_all_cases": false})).await;
    let edit = org.call("PATCH", &path, json!({"CommentBody": "newer"})).await;
    assert_eq!(edit.code(), "INVALID_FIELD_FOR_INSERT_UPDATE");
    assert_eq!(org.call("PATCH", &path, json!({"IsPublished": true})).await.status, 204);
    assert_eq!(org.call("DELETE", &path, Value::Null).await.status, 403);
    org.call("PATCH", &format!("/sobjects/Case/{case}"), json!({"Comments": "inside"})).await;
    let all = format!("SELECT Id FROM CaseComment WHERE ParentId = '{case}'");
    assert_eq!(org.rows(&all).await.len(), 2);
}

#[tokio::test]
async fn activation_changes_only_the_status() {
    let org = Org::start().await;
    let account = org.create("Account", json!({"Name": "Acorn"})).await;
    let early = json!({"AccountId": account, "EffectiveDate": "2026-12-01", "Status": "Activated"});
    assert_eq!(org.call("POST", "/sobjects/Order", early).await.code(), "FAILED_ACTIVATION");
    let draft = json!({"AccountId": account, "EffectiveDate": "2026-12-01", "Status": "Draft"});
    let order = org.create("Order", draft).await;
    let path = format!("/sobjects/Order/{order}");
    let both = json!({"Status": "Activated", "PoNumber": "7"});
    assert_eq!(org.call("PATCH", &path, both).await.code(), "FAILED_ACTIVATION");
    assert_eq!(org.call("PATCH", &path, json!({"Status": "Activated"})).await.status, 204);
    assert_eq!(org.get(&path).await.json()["StatusCode"], json!("Activated"));
    assert_eq!(org.call("DELETE", &path, Value::Null).await.code(), "DELETE_FAILED");
}

#[tokio::test]
async fn updated_and_deleted_tell_what_happened() {
    let org = Org::start().await;
    let id = org.create("Case", json!({"Subject": "x"})).await;
    org.call("DELETE", &format!("/sobjects/Case/{id}"), Value::Null).await;
    let kept = org.create("Case", json!({"Subject": "y"})).await;
    let minute = |ahead: i64| {
        let at = org.clock.now() + chrono::TimeDelta::minutes(ahead);
        at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    };
    let span = format!("start={}&end={}", minute(-5), minute(5));
    let updated = org.get(&format!("/sobjects/Case/updated/?{span}")).await.json();
    assert_eq!(updated["ids"], json!([kept]));
    let deleted = org.get(&format!("/sobjects/Case/deleted/?{span}")).await.json();
    assert_eq!(deleted["deletedRecords"][0]["id"], json!(id));
    let backwards = format!("/sobjects/Case/updated/?start={}&end={}", minute(5), minute(-5));
    assert_eq!(org.get(&backwards).await.code(), "INVALID_REPLICATION_DATE");
}
