//! `lockstep fields …`.

use lockstep_engine::ApplyError;
use lockstep_model::field::{JiraField, SalesforceField};
use lockstep_store::Connection;
use serde::Serialize;
use serde_json::json;

use crate::args::FieldsArgs;
use crate::context::Context;
use crate::output::{Failure, Output, table};

/// Values of a field that its row shows at most.
const VALUES_SHOWN: usize = 6;

pub async fn run(args: &FieldsArgs, output: Output) -> Result<(), Failure> {
    let context = Context::from_environment()?;
    let name = &args.connection;
    let found = context.store().await?.connections().by_name(name).await?;
    let connection = found.ok_or_else(|| Failure::Missing(format!("connection named `{name}`")))?;
    let engine = context.engine().await?;
    match (&args.object, &args.project, &args.issue_type) {
        (Some(object), ..) => {
            let fields = engine.record_fields(&connection, object).await?;
            output.show(&fields, |fields| rows(fields.iter().map(record_row)));
        }
        (_, Some(project), Some(issue_type)) => {
            let fields = engine.issue_fields(&connection, project, issue_type).await;
            let fields = fields.map_err(|error| refused(&connection, error))?;
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

fn refused(connection: &Connection, error: ApplyError) -> Failure {
    match error {
        ApplyError::Problems(problems) => {
            Failure::Problems { of: format!("connection {}", connection.name), problems }
        }
        ApplyError::Fault(fault) => Failure::Fault(fault),
    }
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
