//! `lockstep item check`: what is wrong with an item, and everything that it needs on both sides.

use std::path::Path;
use std::process::ExitCode;

use lockstep_engine::{ApplyError, CheckedItem};
use lockstep_model::readiness::Checklist;
use serde_json::json;

use super::{counted, read_item, refused};
use crate::context::Context;
use crate::output::{Failure, Output, problem_line};

/// Checks an item; nothing is saved. Ends with 3 where it cannot be applied, or a check fails.
pub async fn run(context: &Context, file: &Path, output: Output) -> Result<ExitCode, Failure> {
    let document = read_item(file)?;
    let checked = context.engine().await?.check_item(&document.item).await;
    let mut checked = checked.map_err(|error| refused(&document, error, "cannot be applied"))?;
    let name = &document.item.name;
    if !checked.can_be_applied() {
        let problems = std::mem::take(&mut checked.problems);
        let failure = refused(&document, ApplyError::Problems(problems), "cannot be applied");
        if !output.json {
            output.show(&checked.readiness, told);
            return Err(failure);
        }
        let mut result = failure.as_json();
        result["item"] = json!(name);
        result["readiness"] = json!(checked.readiness);
        output.show(&result, |_| String::new());
        return Ok(ExitCode::from(3));
    }
    document.locate(&mut checked.problems);
    let CheckedItem { problems, creates, readiness } = checked;
    let result = json!({
        "item": name, "warnings": problems.iter().map(problem_line).collect::<Vec<_>>(),
        "creates": creates, "ready": readiness.is_ready(), "readiness": readiness,
    });
    output.show(&result, |_| {
        let mut lines = vec![told(&readiness)];
        lines.push(format!("item {name} can be applied; nothing was saved"));
        lines.extend(problems.iter().map(problem_line));
        lines.extend(creates.as_ref().map(counted));
        lines.join("\n")
    });
    Ok(if readiness.is_ready() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

/// The checklist, a line a check, with what to do where one does not hold.
fn told(readiness: &Checklist) -> String {
    let mut lines = Vec::new();
    for check in &readiness.checks {
        lines.push(format!("  {}  {}: {}", check.state.name(), check.name, check.detail));
        lines.extend(check.remedy.as_ref().map(|remedy| format!("        {remedy}")));
    }
    lines.push(readiness.summary());
    lines.join("\n")
}
