use serde_json::{Value, json};

use crate::salesforce::testing::Org;

const MULTIPART: &str = "--b0\r\nContent-Disposition: form-data; name=\"entity_content\"\r\n\
    Content-Type: application/json\r\n\r\n{\"PathOnClient\":\"trace.log\",\"FirstPublishLocationId\":\"CASE\"}\r\n\
    --b0\r\nContent-Disposition: form-data; name=\"VersionData\"; filename=\"trace.log\"\r\n\
    Content-Type: application/octet-stream\r\n\r\nabc\r\n--b0--\r\n";

#[tokio::test]
async fn an_upload_makes_version_document_and_link() {
    let org = Org::start().await;
    let case = org.create("Case", json!({"Subject": "Files"})).await;
    let bearer = format!("Bearer {}", org.token());
    let headers =
        [("authorization", bearer.as_str()), ("content-type", "multipart/form-data; boundary=b0")];
    let body = MULTIPART.replace("CASE", &case);
    let path = "/services/data/v67.0/sobjects/ContentVersion";
    let made = org.send(("POST", path), &headers, body.as_bytes()).await;
    assert_eq!(made.status, 201, "{}", made.json());
    let version = made.json()["id"].as_str().unwrap().to_owned();
    let data = org.get(&format!("/sobjects/ContentVersion/{version}/VersionData")).await;
    assert_eq!(data.bytes, b"abc");
    let soql = format!(
        "SELECT ContentDocumentId, ContentDocument.Title, ContentDocument.LatestPublishedVersionId \
         FROM ContentDocumentLink WHERE LinkedEntityId = '{case}'"
    );
    let link = org.rows(&soql).await[0].clone();
    assert_eq!(link["ContentDocument"]["Title"], json!("trace"));
    assert_eq!(link["ContentDocument"]["LatestPublishedVersionId"], json!(version));
    let stored = org.get(&format!("/sobjects/ContentVersion/{version}")).await.json();
    assert_eq!(stored["Checksum"], json!("900150983cd24fb0d6963f7d28e17f72"));
    assert_eq!((&stored["ContentSize"], &stored["FileExtension"]), (&json!(3), &json!("log")));
    let second = json!({"PathOnClient": "trace.log", "VersionData": "YWJjZA==",
        "ContentDocumentId": link["ContentDocumentId"]});
    let newer = org.create("ContentVersion", second).await;
    assert_eq!(
        org.rows(&soql).await[0]["ContentDocument"]["LatestPublishedVersionId"],
        json!(newer)
    );
    let twin = json!({"ContentDocumentId": link["ContentDocumentId"], "LinkedEntityId": case});
    assert_eq!(
        org.call("POST", "/sobjects/ContentDocumentLink", twin).await.code(),
        "DUPLICATE_VALUE"
    );
}

#[tokio::test]
async fn a_multipart_body_needs_its_json() {
    let org = Org::start().await;
    let bearer = format!("Bearer {}", org.token());
    let headers =
        [("authorization", bearer.as_str()), ("content-type", "multipart/form-data; boundary=b0")];
    let path = "/services/data/v67.0/sobjects/ContentVersion";
    let answer = org.send(("POST", path), &headers, b"--b0--\r\n").await;
    assert_eq!(answer.code(), "INVALID_MULTIPART_REQUEST");
    assert_eq!(
        org.get("/sobjects/ContentVersion/068/VersionData").await.json()[0]["errorCode"],
        json!("NOT_FOUND")
    );
    assert_ne!(org.get("/limits").await.json(), Value::Null);
}
