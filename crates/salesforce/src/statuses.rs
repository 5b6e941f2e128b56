//! The values of an object's status field, and which of them close a record.

use lockstep_model::field::RecordStatus;
use lockstep_model::object::standard;
use lockstep_model::{Class, Fault};
use serde::Deserialize;
use serde_json::Value;

use crate::client::SalesforceClient;
use crate::errors::bad_answer;
use crate::wire::or_default;

/// A setup table that lists an object's statuses.
struct Table {
    name: &'static str,
    /// The column that says whether a status closes.
    closes: &'static str,
    /// Whether it has `IsDefault`.
    has_default: bool,
}

/// The table of an object's status field; quotes, events, custom objects and chosen fields have none.
fn table_of(object: &str, field: &str) -> Option<Table> {
    if standard(object)?.status_field != Some(field) {
        return None;
    }
    let (name, closes, has_default) = match object {
        "Case" => ("CaseStatus", "IsClosed", true),
        "Lead" => ("LeadStatus", "IsConverted", true),
        "Opportunity" => ("OpportunityStage", "IsClosed", false),
        "Task" => ("TaskStatus", "IsClosed", true),
        "Order" => ("OrderStatus", "StatusCode", true),
        "Contract" => ("ContractStatus", "StatusCode", true),
        _ => return None,
    };
    Some(Table { name, closes, has_default })
}

impl Table {
    fn soql(&self) -> String {
        let default = if self.has_default { ",IsDefault" } else { "" };
        let active = if self.has_default { "" } else { "WHERE IsActive = true " };
        let Self { name, closes, .. } = self;
        format!(
            "SELECT ApiName,MasterLabel,{closes}{default} FROM {name} {active}ORDER BY SortOrder"
        )
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    #[serde(default)]
    api_name: Option<String>,
    #[serde(default)]
    master_label: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    is_default: bool,
    /// The column that closes, among the rest.
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

impl Row {
    fn status(self, column: &str) -> Result<RecordStatus, Fault> {
        let closed = match self.rest.get(column) {
            Some(Value::Bool(closed)) => *closed,
            // Of orders and contracts.
            Some(Value::String(code)) => matches!(code.as_str(), "Activated" | "Superseded"),
            _ => false,
        };
        let value = self.api_name.or(self.master_label);
        let value = value.ok_or_else(|| bad_answer("a status without a name"))?;
        Ok(RecordStatus { value, closed, default: self.is_default })
    }
}

impl SalesforceClient {
    /// The values of an object's status field `field` in their sort order, from its setup table
    /// (`CaseStatus` and its siblings). Where it has none, or the user may not read it, they come
    /// from describe, which does not tell which of them close. One call, or two in that case.
    pub async fn statuses(&self, object: &str, field: &str) -> Result<Vec<RecordStatus>, Fault> {
        if let Some(table) = table_of(object, field) {
            match self.query::<Row>("statuses", &table.soql()).await {
                Ok(rows) if !rows.is_empty() => {
                    return rows.into_iter().map(|row| row.status(table.closes)).collect();
                }
                Err(fault) if fault.class() != Class::Rejected => return Err(fault),
                Ok(_) | Err(_) => {}
            }
        }
        self.picklist_statuses(object, field).await
    }

    async fn picklist_statuses(
        &self,
        object: &str,
        field: &str,
    ) -> Result<Vec<RecordStatus>, Fault> {
        let described = self.wire_describe(object).await?;
        let field = described.fields.iter().find(|known| known.name == field);
        let options = field.map(|field| field.picklist_values.clone()).unwrap_or_default();
        Ok(options
            .into_iter()
            .filter(|option| option.active)
            .map(|option| RecordStatus {
                value: option.value,
                closed: false,
                default: option.default_value,
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn status(closes: &str, row: Value) -> RecordStatus {
        Row::deserialize(row).expect("row").status(closes).expect("status")
    }

    // F-32, F-33, F-34, F-35, F-70
    #[test]
    fn rows_tell_what_closes() {
        let closed = status(
            "IsClosed",
            json!({"ApiName": "Closed", "MasterLabel": "Done", "IsClosed": true, "IsDefault": false}),
        );
        assert_eq!(closed, RecordStatus { value: "Closed".into(), closed: true, default: false });
        let draft = status(
            "StatusCode",
            json!({"ApiName": "Draft", "StatusCode": "Draft", "IsDefault": true}),
        );
        assert_eq!(draft, RecordStatus { value: "Draft".into(), closed: false, default: true });
        assert!(status("StatusCode", json!({"ApiName": "Live", "StatusCode": "Activated"})).closed);
        assert!(
            status(
                "IsConverted",
                json!({"ApiName": null, "MasterLabel": "Qualified", "IsConverted": true})
            )
            .closed
        );
    }

    #[test]
    fn each_table_is_asked_for_what_it_has() {
        let soql = |object, field| table_of(object, field).expect("table").soql();
        assert_eq!(
            soql("Case", "Status"),
            "SELECT ApiName,MasterLabel,IsClosed,IsDefault FROM CaseStatus ORDER BY SortOrder"
        );
        assert_eq!(
            soql("Opportunity", "StageName"),
            "SELECT ApiName,MasterLabel,IsClosed FROM OpportunityStage WHERE IsActive = true ORDER BY SortOrder"
        );
        assert!(table_of("Quote", "Status").is_none());
        assert!(table_of("Case", "Severity__c").is_none());
    }
}
