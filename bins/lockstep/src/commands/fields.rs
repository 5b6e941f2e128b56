//! `lockstep fields …`.

use lockstep_model::field::{JiraField, SalesforceField};
use serde::Serialize;
use serde_json::json;

use crate::args::FieldsArgs;
use crate::operations::Connections;
use crate::output::{Failure, Output, table};

/// Values of a field that its row shows at most.
const VALUES_SHOWN: usize = 6;

pub async fn run(
    args: &FieldsArgs,
    operations: &impl Connections,
    output: Output,
) -> Result<(), Failure> {
    let connection = &args.connection;
    match (&args.object, &args.project, &args.issue_type) {
        (Some(object), ..) => {
            let fields = operations.record_fields(connection, object).await?;
            output.show(&fields, |fields| rows(fields.iter().map(record_row)));
        }
        (_, Some(project), Some(issue_type)) => {
            let fields = operations.issue_fields(connection, (project, issue_type)).await?;
            output.show(&fields, |fields| rows(fields.iter().map(issue_row)));
        }
        _ => {
            return Err(Failure::Plain(
                "name an --object, or a --project and --issue-type".to_owned(),
            ));
        }
    }
    Ok(())
}

fn rows(rows: impl Iterator<Item = Vec<String>>) -> String {
    table(&["FIELD", "LABEL", "TYPE", "MAY BE", "VALUES"], rows.collect(), "no fields are visible")
}

fn record_row(field: &SalesforceField) -> Vec<String> {
    let rights = if field.updateable { "read, written" } else { "read" };
    let label = field.label.clone();
    vec![field.name.clone(), label, word(&field.kind), rights.to_owned(), values(&field.picklist)]
}

fn issue_row(field: &JiraField) -> Vec<String> {
    let rights = match (field.required, field.on_create, field.on_edit) {
        (true, ..) => "read, written; required",
        (false, _, Some(true)) | (false, true, None) => "read, written",
        (false, true, Some(false)) => "read, written on create",
        (false, false, _) => "read",
    };
    let name = field.name.clone();
    vec![field.id.clone(), name, word(&field.kind), rights.to_owned(), values(&field.allowed)]
}

/// A kind as its JSON has it.
fn word(kind: &impl Serialize) -> String {
    json!(kind).as_str().unwrap_or_default().to_owned()
}

fn values(all: &[String]) -> String {
    let shown = all.iter().take(VALUES_SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if all.len() > VALUES_SHOWN { format!("{shown}, …") } else { shown }
}
