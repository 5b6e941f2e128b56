use serde_json::{Value, json};

use crate::salesforce::testing::Org;

#[tokio::test]
async fn people_write_under_their_own_name_and_late() {
    let org = Org::start().await;
    let body = json!({
        "fields": {"Subject": "Late", "Description": "a\nb"},
        "stamp": "2026-01-02T03:04:05Z",
        "user": "Product Owner",
    });
    let made = org.control("POST", "/records/Case", body).await;
    let case = made.json();
    assert_eq!(made.status, 201, "{case}");
    assert_eq!(case["SystemModstamp"], json!("2026-01-02T03:04:05.000+0000"));
    assert_eq!(case["Description"], json!("a\r\nb"));
    let id = case["Id"].as_str().unwrap();
    let soql = format!("SELECT CreatedBy.Name FROM Case WHERE Id = '{id}'");
    assert_eq!(org.rows(&soql).await[0]["CreatedBy"]["Name"], json!("Product Owner"));
    let comment = json!({"body": "Hello", "published": true});
    let comment = org.control("POST", &format!("/cases/{id}/comments"), comment).await.json();
    assert_eq!(comment["CreatorName"], json!("Support Agent"));
    let listed = org.control("GET", "/records/Case?Subject=Late", Value::Null).await.json();
    assert_eq!(listed["total"], json!(1));
    let record = format!("/records/Case/{id}");
    assert_eq!(org.control("DELETE", &record, Value::Null).await.status, 204);
    let back = org.control("POST", &format!("{record}/undelete"), Value::Null).await.json();
    assert_eq!(back["IsDeleted"], json!(false));
}

#[tokio::test]
async fn automation_moves_only_the_system_stamp() {
    let org = Org::start().await;
    let id = org.create("Case", json!({"Subject": "Auto"})).await;
    let before = org.get(&format!("/sobjects/Case/{id}")).await.json();
    org.clock.advance_ms(5_000);
    let body = json!({"fields": {"Environment__c": "Staging"}, "automation": true});
    let after = org.control("PATCH", &format!("/records/Case/{id}"), body).await.json();
    assert_eq!(before["LastModifiedDate"], after["LastModifiedDate"]);
    assert!(before["SystemModstamp"].as_str() < after["SystemModstamp"].as_str());
}

#[tokio::test]
async fn rules_and_locks_refuse_writes() {
    let org = Org::start().await;
    let id = org.create("Case", json!({"Subject": "Ruled"})).await;
    let path = format!("/sobjects/Case/{id}");
    let rule = json!({
        "when": "Status = 'Closed' AND Severity__c = null",
        "message": "Closed cases need a severity.",
        "field": "Severity__c",
    });
    assert_eq!(org.control("POST", "/validation_rules", rule).await.status, 201);
    let refused = org.call("PATCH", &path, json!({"Status": "Closed"})).await;
    let expected = json!([{"message": "Closed cases need a severity.",
        "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "fields": ["Severity__c"]}]);
    assert_eq!(refused.json(), expected);
    let both = json!({"Status": "Closed", "Severity__c": "Low"});
    assert_eq!(org.call("PATCH", &path, both).await.status, 204);
    org.control("POST", "/locks", json!({"ids": [id], "times": 1})).await;
    assert_eq!(
        org.call("PATCH", &path, json!({"Subject": "x"})).await.code(),
        "UNABLE_TO_LOCK_ROW"
    );
    assert_eq!(org.call("PATCH", &path, json!({"Subject": "x"})).await.status, 204);
    assert_eq!(org.control("POST", "/assignment_rules", json!([])).await.status, 204);
    let created = org.call("POST", "/sobjects/Case", json!({"Priority": "High"})).await.json();
    let soql =
        format!("SELECT Owner.Name FROM Case WHERE Id = '{}'", created["id"].as_str().unwrap());
    assert_eq!(org.rows(&soql).await[0]["Owner"]["Name"], json!("Lockstep Integration"));
}

#[tokio::test]
async fn a_person_sees_the_record_as_a_page() {
    let org = Org::start().await;
    let id = org.create("Case", json!({"Subject": "A <b>bold</b> claim"})).await;
    let page = org.send(("GET", &format!("/{id}")), &[], b"").await;
    let html = String::from_utf8_lossy(&page.bytes).into_owned();
    assert!(html.contains("A &lt;b&gt;bold&lt;/b&gt; claim"));
    assert_eq!(page.header("content-type"), Some("text/html;charset=UTF-8"));
    assert_eq!(org.send(("GET", "/500xx000000bZbZAAU"), &[], b"").await.status, 404);
    let org_info = org.control("GET", "/org", Value::Null).await.json();
    assert_eq!(org_info["records"]["Case"], json!(121));
}

#[tokio::test]
async fn duplicate_rules_warn_or_block() {
    let org = Org::start().await;
    let rules = |allow| json!([{"object": "Account", "field": "Name", "allow_save": allow}]);
    let twin = json!({"Name": "copper kettle foods"});
    org.control("POST", "/duplicate_rules", rules(true)).await;
    let refused = org.call("POST", "/sobjects/Account", twin.clone()).await;
    assert_eq!(refused.code(), "DUPLICATES_DETECTED");
    let found = &refused.json()[0]["duplicateResut"]["matchResults"][0];
    assert_eq!(found["size"], json!(1));
    let save = [("sforce-duplicate-rule-header", "allowSave=true; includeRecordDetails=false")];
    let saved = org.call_with("POST", "/sobjects/Account", twin.clone(), &save).await;
    assert_eq!(saved.status, 201);
    org.control("POST", "/duplicate_rules", rules(false)).await;
    let blocked = org.call_with("POST", "/sobjects/Account", twin, &save).await;
    assert_eq!(blocked.code(), "DUPLICATES_DETECTED");
}

#[tokio::test]
async fn a_refreshed_sandbox_is_another_org() {
    let mut org = Org::start().await;
    let id = async |org: &Org| org.rows("SELECT Id FROM Organization").await[0]["Id"].clone();
    let before = id(&org).await;
    let fresh = org.control("POST", "/org/refresh", Value::Null).await.json();
    assert_eq!(org.get("/limits").await.status, 401);
    org.sign_in().await;
    let after = id(&org).await;
    assert_ne!(before, after);
    assert_eq!(after, fresh["organization_id"]);
    assert!(org.token().starts_with(&after.as_str().unwrap()[..15]));
}
