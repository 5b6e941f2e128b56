//! Statuses decide more than themselves: closedness, probability, activation.

use serde_json::{Value, json};

use super::before::Saving;
use super::write::text_of;
use super::{Origin, Row, SalesforceWorld};
use crate::salesforce::error::Refusal;

impl SalesforceWorld {
    /// The row of a status table (`CaseStatus`) for a value.
    fn status_row(&self, table: &str, value: &str) -> Option<&Row> {
        let object = self.schema.object(table)?;
        self.rows(object).find(|row| text_of(row, "ApiName") == Some(value))
    }

    fn status_says(&self, table: &str, row: &Row, status: &str, column: &str) -> Value {
        let value = text_of(row, status).and_then(|value| self.status_row(table, value));
        value.and_then(|row| row.get(column)).cloned().unwrap_or_default()
    }

    /// `IsClosed` and `ClosedDate` follow the status.
    pub(super) fn case_status(&self, saving: &mut Saving<'_>) {
        let closed =
            self.status_says("CaseStatus", saving.row, "Status", "IsClosed") == json!(true);
        let was = saving.old.and_then(|old| old.get("IsClosed")) == Some(&json!(true));
        saving.row.insert("IsClosed".into(), json!(closed));
        if closed && !was {
            saving.row.insert("ClosedDate".into(), json!(saving.actor.stamp()));
        } else if !closed {
            saving.row.insert("ClosedDate".into(), Value::Null);
        }
    }

    /// `IsClosed` and `CompletedDateTime` follow the status.
    pub(super) fn task(&self, saving: &mut Saving<'_>) {
        let closed =
            self.status_says("TaskStatus", saving.row, "Status", "IsClosed") == json!(true);
        let was = saving.old.and_then(|old| old.get("IsClosed")) == Some(&json!(true));
        let high = text_of(saving.row, "Priority") == Some("High");
        saving.row.insert("IsHighPriority".into(), json!(high));
        saving.row.insert("IsClosed".into(), json!(closed));
        if closed != was {
            let at = if closed { json!(saving.actor.stamp()) } else { Value::Null };
            saving.row.insert("CompletedDateTime".into(), at);
        }
    }

    /// The stage sets flags, probability and forecast category; the last two may be overridden.
    pub(super) fn opportunity(&self, saving: &mut Saving<'_>) {
        let stage = |row: &Row| text_of(row, "StageName").map(str::to_owned);
        if saving.old.and_then(&stage) != stage(saving.row) {
            let columns = [
                ("IsClosed", "IsClosed"),
                ("IsWon", "IsWon"),
                ("Probability", "DefaultProbability"),
                ("ForecastCategoryName", "ForecastCategoryName"),
            ];
            for (field, column) in columns {
                let value = self.status_says("OpportunityStage", saving.row, "StageName", column);
                if !saving.given.contains_key(field) && !value.is_null() {
                    saving.row.insert(field.into(), value);
                }
            }
        }
        let number = |name: &str| saving.row.get(name).and_then(Value::as_f64);
        if let (Some(amount), Some(probability)) = (number("Amount"), number("Probability")) {
            saving.row.insert("ExpectedRevenue".into(), json!(amount * probability / 100.0));
        }
    }

    /// An order is made as a draft; the update that activates it may change only the status.
    pub(super) fn order(&self, saving: &mut Saving<'_>) -> Result<(), Refusal> {
        self.activation(saving, "OrderStatus")
    }

    /// A contract is made as a draft; activation is for ever.
    pub(super) fn contract(&self, saving: &mut Saving<'_>) -> Result<(), Refusal> {
        let was = saving.old.and_then(|old| text_of(old, "StatusCode")) == Some("Activated");
        let code = self.status_says("ContractStatus", saving.row, "Status", "StatusCode");
        if was && code != json!("Activated") {
            let text = "Activated contracts can't be changed back to a non-activated status.";
            return Err(Refusal::field("INVALID_STATUS", text, &["Status"]));
        }
        self.activation(saving, "ContractStatus")
    }

    fn activation(&self, saving: &mut Saving<'_>, table: &str) -> Result<(), Refusal> {
        let code = self.status_says(table, saving.row, "Status", "StatusCode");
        let was = saving.old.and_then(|old| text_of(old, "StatusCode")) == Some("Activated");
        let activates = code == json!("Activated") && !was;
        if activates && saving.actor.origin != Origin::Automation {
            let alone = saving.given.len() == 1 && saving.given.contains_key("Status");
            if saving.old.is_none() || !alone {
                let text =
                    "An activation can change no other field, and nothing is created activated.";
                return Err(Refusal::field("FAILED_ACTIVATION", text, &["Status"]));
            }
        }
        if activates {
            saving.row.insert("ActivatedDate".into(), json!(saving.actor.stamp()));
        }
        saving.row.insert("StatusCode".into(), code);
        Ok(())
    }
}
