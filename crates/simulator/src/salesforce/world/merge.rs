//! Merging duplicates and converting leads, as people do it in the browser.

use serde_json::json;

use super::write::text_of;
use super::{Actor, Origin, Row, SalesforceWorld, as_row, is_deleted};
use crate::salesforce::error::Refusal;
use crate::salesforce::schema::Object;

/// Objects whose records can be merged.
const MERGEABLE: [&str; 4] = ["Account", "Contact", "Lead", "Case"];

impl SalesforceWorld {
    /// Merges a record into the master: what points at it points at the master, and it goes into the
    /// recycle bin with the master's id.
    pub(crate) fn merge(
        &mut self,
        name: &str,
        (loser, master): (&str, &str),
        actor: &Actor,
    ) -> Result<(), Refusal> {
        self.transaction(|world| world.try_merge(name, (loser, master), actor), Result::is_ok)
    }

    fn try_merge(
        &mut self,
        name: &str,
        (loser, master): (&str, &str),
        actor: &Actor,
    ) -> Result<(), Refusal> {
        let schema = self.schema.clone();
        let object = schema.object(name).ok_or_else(Refusal::not_found)?;
        if !MERGEABLE.contains(&object.name.as_str()) {
            return Err(Refusal::json(format!("{name} cannot be merged")));
        }
        let (loser, master) = (self.locate(object, loser)?, self.locate(object, master)?);
        for relation in schema.children(&object.name) {
            if let Some(child) = schema.object(&relation.child) {
                self.repoint(child, &relation.field, (&loser, &master));
            }
        }
        let mut row = self.row(object, &loser).cloned().unwrap_or_default();
        row.insert("MasterRecordId".into(), json!(master));
        row.insert("IsDeleted".into(), json!(true));
        row.insert("SystemModstamp".into(), json!(actor.stamp()));
        self.put(object.table(), &loser, row);
        self.note_deletion(&object.name, &loser, actor.now);
        let mut kept = self.row(object, &master).cloned().unwrap_or_default();
        kept.insert("SystemModstamp".into(), json!(actor.stamp()));
        self.put(object.table(), &master, kept);
        Ok(())
    }

    fn repoint(&mut self, child: &Object, field: &str, (from, to): (&str, &str)) {
        let points = |row: &&Row| !is_deleted(row) && text_of(row, field) == Some(from);
        let rows: Vec<Row> = self.rows(child).filter(points).cloned().collect();
        for mut row in rows {
            let id = text_of(&row, "Id").unwrap_or_default().to_owned();
            row.insert(field.to_owned(), json!(to));
            self.put(child.table(), &id, row);
        }
    }

    /// Converts a lead into a contact of a new account; the lead is read-only from then on.
    pub(crate) fn convert(&mut self, id: &str, actor: &Actor) -> Result<(), Refusal> {
        self.transaction(|world| world.try_convert(id, actor), Result::is_ok)
    }

    fn try_convert(&mut self, id: &str, actor: &Actor) -> Result<(), Refusal> {
        let schema = self.schema.clone();
        let object = schema.object("Lead").ok_or_else(Refusal::not_found)?;
        let id = self.locate(object, id)?;
        let mut lead = self.row(object, &id).cloned().unwrap_or_default();
        let actor = Actor { origin: Origin::Automation, ..actor.clone() };
        let account = self.insert("Account", &as_row(json!({"Name": lead["Company"]})), &actor)?;
        let contact = json!({
            "FirstName": lead.get("FirstName"),
            "LastName": lead["LastName"],
            "Email": lead.get("Email"),
            "AccountId": account,
        });
        let contact = self.insert("Contact", &as_row(contact), &actor)?;
        let converted = json!({
            "IsConverted": true,
            "Status": "Closed - Converted",
            "ConvertedDate": actor.now.date_naive().to_string(),
            "ConvertedAccountId": account,
            "ConvertedContactId": contact,
            "LastModifiedDate": actor.stamp(),
            "SystemModstamp": actor.stamp(),
        });
        lead.extend(as_row(converted));
        self.put(object.table(), &id, lead);
        Ok(())
    }
}

/// A converted lead takes no change through the API.
pub(super) fn refuse_converted(object: &Object, row: &Row, actor: &Actor) -> Result<(), Refusal> {
    let converted = object.name == "Lead" && row.get("IsConverted") == Some(&json!(true));
    if converted && actor.origin == Origin::Api {
        let text = "cannot reference converted lead";
        return Err(Refusal::field("CANNOT_UPDATE_CONVERTED_LEAD", text, &[]));
    }
    Ok(())
}
