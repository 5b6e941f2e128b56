use serde_json::{Value, json};

use crate::salesforce::testing::Org;

#[tokio::test]
async fn long_results_come_in_pages() {
    let org = Org::start().await;
    for n in 0..3 {
        let records: Vec<Value> = (0..150)
            .map(
                |k| json!({"attributes": {"type": "Task"}, "Subject": format!("T{}", n * 150 + k)}),
            )
            .collect();
        let body = json!({"records": records});
        assert_eq!(org.call("POST", "/composite/sobjects", body).await.status, 200);
    }
    let soql = "/query?q=SELECT+Id+FROM+Task+WHERE+Subject+LIKE+'T%25'+ORDER+BY+Id";
    let options = [("sforce-query-options", "batchSize=200")];
    let first = org.call_with("GET", soql, Value::Null, &options).await.json();
    assert_eq!((&first["totalSize"], &first["done"]), (&json!(450), &json!(false)));
    assert_eq!(first["records"].as_array().unwrap().len(), 200);
    let mut seen = 200;
    let mut next = first["nextRecordsUrl"].as_str().map(str::to_owned);
    while let Some(url) = next {
        let page = org.get(url.strip_prefix("/services/data/v67.0").unwrap()).await.json();
        seen += page["records"].as_array().unwrap().len();
        next = page["nextRecordsUrl"].as_str().map(str::to_owned);
    }
    assert_eq!(seen, 450);
    org.control("POST", "/cursors/close", Value::Null).await;
    let url = first["nextRecordsUrl"].as_str().unwrap();
    let gone = org.get(url.strip_prefix("/services/data/v67.0").unwrap()).await;
    assert_eq!(gone.code(), "INVALID_QUERY_LOCATOR");
}

#[tokio::test]
async fn relationships_go_up_and_down() {
    let org = Org::start().await;
    let soql = "SELECT Id, Account.Name, CreatedBy.Name, Parent.Subject, Owner.Type, \
                (SELECT Id, CommentBody FROM CaseComments ORDER BY CreatedDate LIMIT 1) \
                FROM Case WHERE CaseNumber IN ('00001001', '00001002') ORDER BY CaseNumber";
    let rows = org.rows(soql).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["CaseComments"], Value::Null);
    assert_eq!(rows[0]["Parent"], Value::Null);
    assert_eq!(rows[0]["Owner"]["Type"], json!("User"));
    assert_eq!(rows[0]["Account"]["attributes"]["type"], json!("Account"));
    assert!(rows[0]["CreatedBy"]["Name"].is_string());
    assert_eq!(rows[1]["CaseComments"]["totalSize"], json!(1));
    let feed = "SELECT Id, (SELECT Id, CommentBody FROM FeedComments) FROM CaseFeed WHERE CommentCount > 0";
    assert_eq!(org.rows(feed).await[0]["FeedComments"]["totalSize"], json!(1));
}

/// Statement, error code, and a piece of the message.
const FAULTS: [(&str, &str, &str); 10] = [
    ("SELECT Id, Foo FROM Case", "INVALID_FIELD", "ERROR at Row:1:Column:12"),
    ("SELECT Id FROM Foo", "INVALID_TYPE", "ERROR at Row:1:Column:16"),
    ("SELECT Id FORM Case", "MALFORMED_QUERY", "unexpected token: 'FORM'"),
    ("SELECT Id FROM Case WHERE Subject = 'a\\q'", "MALFORMED_QUERY", "Illegal character"),
    ("SELECT Id FROM Case WHERE Description = 'x'", "INVALID_FIELD", "can not be filtered"),
    (
        "SELECT Id FROM Case WHERE CreatedDate > '2026-01-01'",
        "INVALID_FIELD",
        "must be of type dateTime",
    ),
    (
        "SELECT Id FROM FeedItem WHERE SystemModstamp > TODAY",
        "INVALID_FIELD",
        "can not be filtered",
    ),
    ("SELECT Id FROM ContentDocumentLink", "MALFORMED_QUERY", "Implementation restriction"),
    ("SELECT Id FROM Case OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000"),
    ("SELECT Wrong.Name FROM Case", "INVALID_FIELD", "Didn't understand relationship"),
];

#[tokio::test]
async fn errors_point_at_their_place() {
    let org = Org::start().await;
    for (soql, code, text) in FAULTS {
        let answer = org.query(soql).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{soql}");
        let message = answer.json()[0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(text), "{soql}: {message}");
    }
}

#[tokio::test]
async fn the_recycle_bin_shows_in_query_all_only() {
    let org = Org::start().await;
    let id = org.create("Case", json!({"Subject": "Gone"})).await;
    org.call("DELETE", &format!("/sobjects/Case/{id}"), Value::Null).await;
    assert!(org.rows("SELECT Id FROM Case WHERE Subject = 'Gone'").await.is_empty());
    let all =
        org.get("/queryAll?q=SELECT+Id,IsDeleted+FROM+Case+WHERE+IsDeleted=true").await.json();
    assert_eq!(all["records"][0]["IsDeleted"], json!(true));
    assert_eq!(
        org.query("SELECT COUNT() FROM Case").await.json(),
        json!({"totalSize": 120, "done": true, "records": []})
    );
    let groups = org.rows("SELECT Status, COUNT(Id) total FROM Case GROUP BY Status").await;
    assert_eq!(groups.iter().filter_map(|row| row["total"].as_u64()).sum::<u64>(), 120);
}

#[tokio::test]
async fn searches_find_words() {
    let org = Org::start().await;
    let found = org
        .get("/search?q=FIND+%7Bkettle*%7D+IN+ALL+FIELDS+RETURNING+Account(Id,Name+LIMIT+5)")
        .await;
    assert_eq!(found.json()["searchRecords"][0]["Name"], json!("Copper Kettle Foods"));
    assert_eq!(org.get("/search?q=FIND+kettle").await.code(), "MALFORMED_SEARCH");
    let body = json!({"q": "webhook", "fields": ["Id"], "overallLimit": 3,
        "sobjects": [{"name": "Case", "fields": ["Id", "Subject"], "where": "IsClosed = false"}]});
    let found = org.call("POST", "/parameterizedSearch", body).await.json();
    assert_eq!(found["searchRecords"].as_array().unwrap().len(), 3);
    assert_eq!(found["searchRecords"][0]["Subject"], json!("Webhook deliveries arrive twice"));
}
