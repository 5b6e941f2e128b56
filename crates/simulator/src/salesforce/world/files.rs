//! Files: a version, its document, and the links that show it on records.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::after::as_row;
use super::before::Saving;
use super::write::text_of;
use super::{Actor, Origin, Row, SalesforceWorld, is_deleted};
use crate::core::Blob;
use crate::salesforce::error::Refusal;

impl SalesforceWorld {
    /// Takes the bytes out of a new version and describes them.
    pub(super) fn content_version(&mut self, saving: &mut Saving<'_>) -> Result<(), Refusal> {
        if saving.old.is_some() {
            return Ok(());
        }
        let blob = match self.arrived.take() {
            Some(blob) => blob,
            None => encoded(saving.row)?,
        };
        let id = text_of(saving.row, "Id").unwrap_or_default().to_owned();
        let name = text_of(saving.row, "PathOnClient").unwrap_or_default().to_owned();
        let url = format!("/services/data/v67.0/sobjects/ContentVersion/{id}/VersionData");
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_owned());
        let kind = extension.as_deref().map_or("UNKNOWN".into(), str::to_ascii_uppercase);
        let number = self.versions_of(saving.row).len() + 1;
        let facts = json!({
            "VersionData": url,
            "VersionDataUrl": url,
            "VersionNumber": number.to_string(),
            "IsLatest": true,
            "ContentSize": blob.size(),
            "Checksum": blob.md5(),
            "FileExtension": extension,
            "FileType": kind,
            "ContentModifiedDate": saving.actor.stamp(),
        });
        saving.row.extend(as_row(facts));
        if saving.row.get("Title").is_none_or(Value::is_null) {
            let title = name.rsplit('/').next().unwrap_or(&name);
            let title = title.rsplit_once('.').map_or(title, |(stem, _)| stem);
            saving.row.insert("Title".into(), json!(title));
        }
        self.blobs.insert(id, blob);
        Ok(())
    }

    fn versions_of(&self, version: &Row) -> Vec<Row> {
        let document = text_of(version, "ContentDocumentId");
        let Some(object) = self.schema.object("ContentVersion") else {
            return Vec::new();
        };
        let same = |row: &&Row| document.is_some() && text_of(row, "ContentDocumentId") == document;
        self.rows(object).filter(same).cloned().collect()
    }

    /// Makes or moves on the document of a stored version, and links it where it was published.
    pub(super) fn publish_version(&mut self, version: &Row, actor: &Actor) -> Result<(), Refusal> {
        let platform = Actor { origin: Origin::Automation, assigns: false, ..actor.clone() };
        let id = text_of(version, "Id").unwrap_or_default().to_owned();
        let facts = as_row(json!({
            "Title": version["Title"],
            "FileExtension": version["FileExtension"],
            "FileType": version["FileType"],
            "ContentSize": version["ContentSize"],
            "ContentModifiedDate": version["ContentModifiedDate"],
            "PublishStatus": "P",
            "LatestPublishedVersionId": id,
            "OwnerId": actor.user,
        }));
        if let Some(document) = text_of(version, "ContentDocumentId") {
            for mut older in self.versions_of(version) {
                let older_id = text_of(&older, "Id").unwrap_or_default().to_owned();
                older.insert("IsLatest".into(), json!(older_id == id));
                self.put("ContentVersion", &older_id, older);
            }
            return self.update("ContentDocument", document, &facts, &platform);
        }
        let document = self.insert("ContentDocument", &facts, &platform)?;
        let mut stored = version.clone();
        stored.insert("ContentDocumentId".into(), json!(document));
        self.put("ContentVersion", &id, stored);
        let places = [Some(actor.user.as_str()), text_of(version, "FirstPublishLocationId")];
        for place in places.into_iter().flatten() {
            let link = json!({
                "LinkedEntityId": place,
                "ContentDocumentId": document,
                "ShareType": "I",
                "Visibility": "AllUsers",
            });
            self.insert("ContentDocumentLink", &as_row(link), &platform)?;
        }
        Ok(())
    }

    /// Refuses a second link between the same document and record.
    pub(super) fn content_link(&self, saving: &mut Saving<'_>) -> Result<(), Refusal> {
        let Some(object) = self.schema.object("ContentDocumentLink") else {
            return Ok(());
        };
        let same = |row: &Row, name: &str| row.get(name) == saving.row.get(name);
        let twin = self.rows(object).any(|row| {
            !is_deleted(row) && same(row, "LinkedEntityId") && same(row, "ContentDocumentId")
        });
        if saving.old.is_none() && twin {
            let text =
                "This document is already linked with the specified library, user, or record.";
            return Err(Refusal::field("DUPLICATE_VALUE", text, &["ContentDocumentId"]));
        }
        Ok(())
    }
}

/// The content that a JSON body carries.
fn encoded(version: &Row) -> Result<Blob, Refusal> {
    let text = text_of(version, "VersionData").unwrap_or_default();
    let bytes =
        STANDARD.decode(text).map_err(|_| Refusal::json("VersionData is not base64-encoded"))?;
    Blob::of(&bytes).map_err(|error| Refusal::new(400, "STORAGE_LIMIT_EXCEEDED", error.to_string()))
}
