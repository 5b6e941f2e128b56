use serde_json::{Value, json};

use crate::salesforce::testing::Org;

#[tokio::test]
async fn describe_is_complete_and_conditional() {
    let org = Org::start().await;
    let answer = org.get("/sobjects/Case/describe").await;
    let case = answer.json();
    assert_eq!((&case["keyPrefix"], &case["feedEnabled"]), (&json!("500"), &json!(true)));
    let fields = case["fields"].as_array().unwrap();
    assert!(fields.iter().all(|field| field.as_object().unwrap().len() == 57));
    let status = fields.iter().find(|field| field["name"] == json!("Status")).unwrap();
    assert_eq!(status["picklistValues"][0]["defaultValue"], json!(true));
    assert_eq!(status["defaultedOnCreate"], json!(true));
    let owner = fields.iter().find(|field| field["name"] == json!("OwnerId")).unwrap();
    assert_eq!(owner["referenceTo"], json!(["User", "Group"]));
    assert_eq!(case["recordTypeInfos"].as_array().unwrap().len(), 3);
    let tag = answer.header("etag").unwrap().to_owned();
    let since = answer.header("last-modified").unwrap().to_owned();
    for known in [("if-none-match", tag.as_str()), ("if-modified-since", since.as_str())] {
        let again = org.call_with("GET", "/sobjects/Case/describe", Value::Null, &[known]).await;
        assert_eq!((again.status, again.bytes.len()), (304, 0), "{known:?}");
    }
}

#[tokio::test]
async fn a_hidden_field_is_gone_for_the_integration() {
    let org = Org::start().await;
    let names = async || {
        let case = org.get("/sobjects/Case/describe").await.json();
        case["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field["name"].to_string())
            .collect::<Vec<_>>()
    };
    assert!(names().await.contains(&"\"Severity__c\"".to_owned()));
    let tag = org.get("/sobjects").await.header("etag").unwrap().to_owned();
    org.clock.advance_ms(1_000);
    let hide = json!({"object": "Case", "fields": ["Severity__c"]});
    assert_eq!(org.control("POST", "/fields/hide", hide.clone()).await.status, 204);
    assert!(!names().await.contains(&"\"Severity__c\"".to_owned()));
    assert_ne!(org.get("/sobjects").await.header("etag").unwrap(), tag);
    assert_eq!(org.query("SELECT Severity__c FROM Case").await.code(), "INVALID_FIELD");
    let write = org.call("POST", "/sobjects/Case", json!({"Severity__c": "Low"})).await;
    assert_eq!(write.code(), "INVALID_FIELD");
    let human = org.control("POST", "/records/Case", json!({"Severity__c": "Low"})).await;
    assert_eq!(human.json()["Severity__c"], json!("Low"));
    org.control("POST", "/fields/show", hide).await;
    assert!(names().await.contains(&"\"Severity__c\"".to_owned()));
}

#[tokio::test]
async fn all_objects_are_listed() {
    let org = Org::start().await;
    let all = org.get("/sobjects").await.json();
    let names: Vec<&str> = all["sobjects"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|object| object["name"].as_str())
        .collect();
    for name in ["Account", "Case", "CaseFeed", "Feature_Request__c", "Quote", "Order", "Contract"]
    {
        assert!(names.contains(&name), "{name}");
    }
    assert_eq!(org.get("/sobjects/Nothing/describe").await.code(), "NOT_FOUND");
    let counts = org.get("/limits/recordCount?sObjects=Case").await.json();
    assert_eq!(counts, json!({"sObjects": [{"count": 120, "name": "Case"}]}));
}
