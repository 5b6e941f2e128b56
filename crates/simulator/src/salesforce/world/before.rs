//! What the platform itself does to a row before it is stored.

use serde_json::{Value, json};

use super::write::{read_only, text_of};
use super::{Actor, Origin, Row, SalesforceWorld};
use crate::salesforce::error::Refusal;
use crate::salesforce::schema::Object;

/// Longest comment body, in bytes of UTF-8.
const COMMENT_BYTES_MAX: usize = 4_000;

/// A row on its way into its table.
pub(super) struct Saving<'a> {
    /// The row before an update.
    pub(super) old: Option<&'a Row>,
    /// The row to be stored.
    pub(super) row: &'a mut Row,
    /// What the caller gave.
    pub(super) given: &'a Row,
    /// Who writes.
    pub(super) actor: &'a Actor,
}

impl SalesforceWorld {
    /// Derives fields and applies the rules that are built into each object.
    pub(super) fn before_save(
        &mut self,
        object: &Object,
        mut saving: Saving<'_>,
    ) -> Result<(), Refusal> {
        let id = saving.old.and_then(|old| text_of(old, "Id"));
        if let Some(id) = id.map(str::to_owned) {
            self.take_lock(&id)?;
        }
        match object.name.as_str() {
            "Contact" => full_name(saving.row),
            "Lead" => return lead(&mut saving),
            "Case" => self.case(object, &mut saving),
            "CaseComment" => return self.case_comment(&mut saving),
            "Opportunity" => self.opportunity(&mut saving),
            "Task" => self.task(&mut saving),
            "Event" => return event(&mut saving),
            "Order" => return self.order(&mut saving),
            "Contract" => return self.contract(&mut saving),
            "FeedItem" => return feed_item(&mut saving),
            "FeedComment" => self.feed_comment(&mut saving),
            "ContentVersion" => return self.content_version(&mut saving),
            "ContentDocumentLink" => return self.content_link(&mut saving),
            _ => {}
        }
        Ok(())
    }

    fn case(&self, object: &Object, saving: &mut Saving<'_>) {
        if saving.old.is_none() && !saving.given.contains_key("AccountId") {
            let contact = text_of(saving.row, "ContactId").and_then(|id| self.live(id));
            if let Some(account) = contact.and_then(|contact| contact.get("AccountId")).cloned() {
                saving.row.insert("AccountId".into(), account);
            }
        }
        self.case_status(saving);
        self.run_assignment(object, saving.row, saving.actor);
    }

    fn case_comment(&mut self, saving: &mut Saving<'_>) -> Result<(), Refusal> {
        let edits_body = saving.old.is_some() && saving.given.contains_key("CommentBody");
        if edits_body && saving.actor.origin == Origin::Api && !self.permissions.modify_all_cases {
            return Err(read_only(&["CommentBody"]));
        }
        let body = text_of(saving.row, "CommentBody").unwrap_or_default();
        if body.len() > COMMENT_BYTES_MAX {
            let text =
                format!("Body: data value too large: {body} (max length={COMMENT_BYTES_MAX})");
            return Err(Refusal::field("STRING_TOO_LONG", text, &["CommentBody"]));
        }
        if let Some(case) = text_of(saving.row, "ParentId").map(str::to_owned) {
            self.take_lock(&case)?;
        }
        if saving.old.is_none() {
            let user = saving.row["CreatedById"].clone();
            let name = user.as_str().and_then(|id| self.live(id)).map(|user| user["Name"].clone());
            saving.row.insert("CreatorId".into(), user);
            saving.row.insert("CreatorName".into(), name.unwrap_or_default());
        }
        Ok(())
    }

    fn feed_comment(&self, saving: &mut Saving<'_>) {
        let item = text_of(saving.row, "FeedItemId").and_then(|id| self.live(id));
        if let Some(parent) = item.and_then(|item| item.get("ParentId")).cloned() {
            saving.row.insert("ParentId".into(), parent);
        }
        saving.row.insert("InsertedById".into(), saving.row["CreatedById"].clone());
        revise(saving, "CommentBody");
    }
}

/// Posts that people and clients make; all other types are the platform's own.
const POSTED: [&str; 4] = ["TextPost", "LinkPost", "ContentPost", "QuestionPost"];

fn feed_item(saving: &mut Saving<'_>) -> Result<(), Refusal> {
    if saving.old.is_none() {
        let kind = text_of(saving.row, "Type").unwrap_or_default();
        if saving.actor.origin != Origin::Automation && !POSTED.contains(&kind) {
            let text = format!("{kind} cannot be created");
            return Err(Refusal::field("FIELD_INTEGRITY_EXCEPTION", text, &["Type"]));
        }
        saving.row.insert("InsertedById".into(), json!(saving.actor.user));
        saving.row.insert("CommentCount".into(), json!(0));
        saving.row.insert("LikeCount".into(), json!(0));
    }
    revise(saving, "Body");
    Ok(())
}

/// Counts the revisions of a feed text and notes who made the last one.
fn revise(saving: &mut Saving<'_>, body: &str) {
    let revision = saving.old.and_then(|old| old.get("Revision")).and_then(Value::as_i64);
    match revision {
        None => {
            saving.row.insert("Revision".into(), json!(1));
        }
        Some(revision) if saving.given.contains_key(body) => {
            saving.row.insert("Revision".into(), json!(revision + 1));
            saving.row.insert("LastEditById".into(), json!(saving.actor.user));
            saving.row.insert("LastEditDate".into(), json!(saving.actor.stamp()));
        }
        Some(_) => {}
    }
}

/// `Name` of a person is first and last name.
fn full_name(row: &mut Row) {
    let parts = [text_of(row, "FirstName"), text_of(row, "LastName")];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    row.insert("Name".into(), json!(name));
}

fn lead(saving: &mut Saving<'_>) -> Result<(), Refusal> {
    let converted = saving.old.and_then(|old| old.get("IsConverted")) == Some(&json!(true));
    if converted && saving.actor.origin != Origin::Automation {
        return Err(Refusal::field(
            "CANNOT_UPDATE_CONVERTED_LEAD",
            "cannot reference converted lead",
            &[],
        ));
    }
    full_name(saving.row);
    Ok(())
}

fn event(saving: &mut Saving<'_>) -> Result<(), Refusal> {
    let has = |name: &str| saving.row.get(name).is_some_and(|value| !value.is_null());
    if has("StartDateTime") && (has("EndDateTime") || has("DurationInMinutes")) {
        return Ok(());
    }
    let fields = ["StartDateTime", "EndDateTime"];
    let text = format!("Required fields are missing: [{}]", fields.join(", "));
    Err(Refusal::field("REQUIRED_FIELD_MISSING", text, &fields))
}
