//! Acting on the Salesforce org as a human.

use serde_json::{Value, json};

use super::client::{ControlClient, Result};

impl ControlClient {
    /// Creates a record as a human and returns what the control API tells about it.
    pub async fn salesforce_create(&self, object: &str, fields: Value) -> Result<Value> {
        self.post(&path(object, ""), &fields).await
    }

    /// Sets fields of a record as a human.
    pub async fn salesforce_edit(&self, object: &str, id: &str, fields: Value) -> Result<Value> {
        self.patch(&path(object, &format!("/{id}")), &fields).await
    }

    /// Sets fields of a record as the user with this id, user name or full name.
    pub async fn salesforce_edit_as(
        &self,
        object: &str,
        id: &str,
        user: &str,
        fields: Value,
    ) -> Result<Value> {
        let body = json!({ "fields": fields, "user": user });
        self.patch(&path(object, &format!("/{id}")), &body).await
    }

    /// Deletes a record into the recycle bin.
    pub async fn salesforce_delete(&self, object: &str, id: &str) -> Result<()> {
        self.delete(&path(object, &format!("/{id}"))).await.map(drop)
    }

    /// Takes a record out of the recycle bin.
    pub async fn salesforce_undelete(&self, object: &str, id: &str) -> Result<()> {
        self.post(&path(object, &format!("/{id}/undelete")), &json!({})).await.map(drop)
    }

    /// Merges a record into the one that stays.
    pub async fn salesforce_merge(&self, object: &str, id: &str, into: &str) -> Result<()> {
        let body = json!({ "into": into });
        self.post(&path(object, &format!("/{id}/merge")), &body).await.map(drop)
    }

    /// Converts a lead and returns it.
    pub async fn salesforce_convert(&self, lead: &str) -> Result<Value> {
        self.post(&format!("/control/salesforce/leads/{lead}/convert"), &json!({})).await
    }

    /// Gives or takes the integration user's rights on an object: `read`, `create`, `update`.
    pub async fn salesforce_rights(&self, object: &str, rights: Value) -> Result<()> {
        let mut body = rights;
        body["object"] = json!(object);
        self.post("/control/salesforce/objects/rights", &body).await.map(drop)
    }

    /// Every field of a record.
    pub async fn salesforce_record(&self, object: &str, id: &str) -> Result<Value> {
        self.get(&path(object, &format!("/{id}"))).await
    }

    /// Adds a case comment as a human and returns the comment.
    pub async fn salesforce_comment(
        &self,
        case_id: &str,
        text: &str,
        is_published: bool,
    ) -> Result<Value> {
        let body = json!({ "body": text, "published": is_published });
        self.post(&format!("/control/salesforce/cases/{case_id}/comments"), &body).await
    }

    /// Puts a file with this text on a record as a human, and returns its version.
    pub async fn salesforce_attach(&self, record: &str, name: &str, text: &str) -> Result<Value> {
        let body = json!({ "record": record, "name": name, "text": text });
        self.post("/control/salesforce/files", &body).await
    }

    /// Puts a file of so many bytes that are made up on a record.
    pub async fn salesforce_attach_made_up(
        &self,
        record: &str,
        name: &str,
        size: u64,
    ) -> Result<Value> {
        let body = json!({ "record": record, "name": name, "size": size });
        self.post("/control/salesforce/files", &body).await
    }

    /// Ends every session: each access token is refused from now on.
    pub async fn salesforce_expire_sessions(&self) -> Result<()> {
        self.post("/control/salesforce/sessions/expire", &json!({})).await.map(drop)
    }
}

fn path(object: &str, rest: &str) -> String {
    format!("/control/salesforce/records/{object}{rest}")
}
