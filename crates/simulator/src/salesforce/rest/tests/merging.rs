use serde_json::{Value, json};

use crate::salesforce::testing::Org;

#[tokio::test]
async fn the_loser_of_a_merge_names_its_master() {
    let org = Org::start().await;
    let kept = org.create("Case", json!({"Subject": "Kept"})).await;
    let lost = org.create("Case", json!({"Subject": "Lost"})).await;
    let comment = json!({"ParentId": lost, "CommentBody": "Seen again."});
    let comment = org.create("CaseComment", comment).await;
    let path = format!("/records/Case/{lost}/merge");
    assert_eq!(org.control("POST", &path, json!({"into": kept})).await.status, 200);
    let gone = org.get(&format!("/sobjects/Case/{lost}")).await;
    assert_eq!((gone.status, gone.code().as_str()), (404, "ENTITY_IS_DELETED"));
    let soql = format!("SELECT+MasterRecordId+FROM+Case+WHERE+Id='{lost}'+AND+IsDeleted=true");
    let rows = org.get(&format!("/queryAll?q={soql}")).await.json();
    assert_eq!(rows["records"][0]["MasterRecordId"], json!(kept));
    let moved = org.get(&format!("/sobjects/CaseComment/{comment}")).await.json();
    assert_eq!(moved["ParentId"], json!(kept));
}

#[tokio::test]
async fn a_converted_lead_takes_no_change() {
    let org = Org::start().await;
    let lead = org.create("Lead", json!({"LastName": "Doe", "Company": "Doe & Co"})).await;
    let made = org.control("POST", &format!("/leads/{lead}/convert"), Value::Null).await.json();
    assert_eq!(made["IsConverted"], json!(true));
    assert!(made["ConvertedContactId"].is_string(), "{made}");
    let refused = org.call("PATCH", &format!("/sobjects/Lead/{lead}"), json!({"Title": "x"})).await;
    assert_eq!(refused.code(), "CANNOT_UPDATE_CONVERTED_LEAD");
}

#[tokio::test]
async fn rights_on_an_object_can_be_taken() {
    let org = Org::start().await;
    let lead = org.create("Lead", json!({"LastName": "Doe", "Company": "Doe & Co"})).await;
    let take = async |rights: Value| org.control("POST", "/objects/rights", rights).await.status;
    assert_eq!(take(json!({"object": "Lead", "update": false})).await, 204);
    let described = org.get("/sobjects/Lead/describe").await.json();
    assert_eq!((&described["updateable"], &described["createable"]), (&json!(false), &json!(true)));
    let refused = org.call("PATCH", &format!("/sobjects/Lead/{lead}"), json!({"Title": "x"})).await;
    assert_eq!(refused.code(), "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY");
    assert_eq!(take(json!({"object": "Lead", "read": false})).await, 204);
    assert_eq!(org.get("/sobjects/Lead/describe").await.status, 404);
    assert_eq!(org.get("/query?q=SELECT+Id+FROM+Lead").await.code(), "INVALID_TYPE");
    let listed = org.get("/sobjects").await.json();
    let named = |object: &Value| object["name"] == json!("Lead");
    assert!(!listed["sobjects"].as_array().unwrap().iter().any(named));
}
