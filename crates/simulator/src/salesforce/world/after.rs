//! What the platform does once a row is stored.

use serde_json::{Value, json};

use super::write::text_of;
use super::{Actor, Origin, Row, SalesforceWorld};
use crate::salesforce::error::Refusal;
use crate::salesforce::schema::Object;

impl SalesforceWorld {
    /// Consequences of a create.
    pub(super) fn after_create(
        &mut self,
        object: &Object,
        id: &str,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        let row = self.row(object, id).cloned().unwrap_or_default();
        match object.name.as_str() {
            "Case" => self.internal_comment(object, id, &row, actor),
            "CaseComment" => self.comment_post(&row, actor),
            "FeedComment" => {
                self.count_comment(&row);
                Ok(())
            }
            "ContentVersion" => self.publish_version(&row, actor),
            _ => Ok(()),
        }
    }

    /// Consequences of an update.
    pub(super) fn after_update(
        &mut self,
        object: &Object,
        id: &str,
        given: &Row,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        if object.name == "Case" && given.contains_key("Comments") {
            return self.internal_comment(object, id, given, actor);
        }
        Ok(())
    }

    /// `Case.Comments` is write-only: what is written there becomes a comment.
    fn internal_comment(
        &mut self,
        object: &Object,
        id: &str,
        given: &Row,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        let Some(body) = text_of(given, "Comments").map(str::to_owned) else {
            return Ok(());
        };
        let mut row = self.row(object, id).cloned().unwrap_or_default();
        row.remove("Comments");
        self.put(object.table(), id, row);
        let comment = json!({"ParentId": id, "CommentBody": body, "IsPublished": false});
        self.insert("CaseComment", &as_row(comment), actor).map(drop)
    }

    /// Each comment shows in the feed of its case.
    fn comment_post(&mut self, comment: &Row, actor: &Actor) -> Result<(), Refusal> {
        let published = comment.get("IsPublished") == Some(&json!(true));
        let item = json!({
            "ParentId": comment["ParentId"],
            "Type": "CaseCommentPost",
            "Body": comment.get("CommentBody"),
            "RelatedRecordId": comment["Id"],
            "Visibility": if published { "AllUsers" } else { "InternalUsers" },
        });
        let actor = Actor { origin: Origin::Automation, assigns: false, ..actor.clone() };
        self.insert("FeedItem", &as_row(item), &actor).map(drop)
    }

    /// A feed comment changes its item's count and no stamp.
    fn count_comment(&mut self, comment: &Row) {
        let Some(id) = text_of(comment, "FeedItemId").map(str::to_owned) else {
            return;
        };
        let Some(mut item) = self.live(&id).cloned() else {
            return;
        };
        let count = item.get("CommentCount").and_then(Value::as_i64).unwrap_or(0);
        item.insert("CommentCount".into(), json!(count + 1));
        self.put("FeedItem", &id, item);
    }
}

/// The members of a JSON object.
pub(crate) fn as_row(value: Value) -> Row {
    match value {
        Value::Object(row) => row,
        _ => Row::new(),
    }
}
