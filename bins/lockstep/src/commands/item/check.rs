//! `lockstep item check`: what is wrong with an item, and everything that it needs on both sides.

use std::process::ExitCode;

use lockstep_engine::CheckedItem;
use lockstep_model::readiness::Checklist;
use serde_json::json;

use super::counted;
use crate::output::{Failure, Output, problem_line};

/// Shows what a check found. Ends with 3 where the item cannot be applied, or a check fails.
pub fn show(checked: CheckedItem, output: Output) -> Result<ExitCode, Failure> {
    let can_be_applied = checked.can_be_applied();
    let CheckedItem { item, problems, creates, readiness } = checked;
    if !can_be_applied {
        let failure = Failure::Problems { of: format!("item {item} cannot be applied"), problems };
        if !output.json {
            output.show(&readiness, told);
            return Err(failure);
        }
        let mut result = failure.as_json();
        result["item"] = json!(item);
        result["readiness"] = json!(readiness);
        output.show(&result, |_| String::new());
        return Ok(ExitCode::from(3));
    }
    let result = json!({
        "item": item, "warnings": problems.iter().map(problem_line).collect::<Vec<_>>(),
        "creates": creates, "ready": readiness.is_ready(), "readiness": readiness,
    });
    output.show(&result, |_| {
        let mut lines = vec![told(&readiness)];
        lines.push(format!("item {item} can be applied; nothing was saved"));
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
