//! Notes of ours on a record: case comments where the object has them, else posts of its feed.

use lockstep_model::{Fault, RecordId};
use serde::Deserialize;
use serde_json::json;

use crate::client::{Request, SalesforceClient};
use crate::comments::NewComment;
use crate::soql;
use crate::wire::or_default;

/// Posts that are looked through for one of ours, newest first.
const POSTS_MAX: usize = 200;

impl SalesforceClient {
    /// Puts a note on a record, for colleagues only, and gives its id. Never repeated by itself.
    pub async fn note(&self, object: &str, record: &RecordId, text: &str) -> Result<String, Fault> {
        #[derive(Deserialize)]
        struct Saved {
            id: String,
        }
        if object == "Case" {
            let note = NewComment { body: text, public: false, answers: None };
            return self.add_comment(object, record, None, &note).await;
        }
        let post = json!({ "ParentId": record.as_str(), "Type": "TextPost", "Body": text });
        let request = Request::post("note.add", self.path("sobjects/FeedItem"), post);
        Ok(self.json::<Saved>(request).await?.id)
    }

    /// Ids and texts of what stands where notes are put, newest first. One call.
    pub async fn notes(
        &self,
        object: &str,
        record: &RecordId,
    ) -> Result<Vec<(String, String)>, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Row {
            id: String,
            #[serde(default, alias = "CommentBody", deserialize_with = "or_default")]
            body: String,
        }
        let (field, table) = match object {
            "Case" => ("CommentBody", "CaseComment".to_owned()),
            _ => ("Body", feed(object)),
        };
        let soql = format!(
            "SELECT Id,{field} FROM {} WHERE ParentId = {} ORDER BY CreatedDate DESC,Id DESC LIMIT {POSTS_MAX}",
            soql::name(&table)?,
            soql::string(record.as_str())
        );
        let rows: Vec<Row> = self.query("notes", &soql).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.body.replace("\r\n", "\n"))).collect())
    }
}

/// The feed of an object: `AccountFeed`, `Feature_Request__Feed`.
fn feed(object: &str) -> String {
    match object.strip_suffix("__c") {
        Some(stem) => format!("{stem}__Feed"),
        None => format!("{object}Feed"),
    }
}
