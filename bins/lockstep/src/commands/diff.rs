//! A plan as a readable diff.

use lockstep_model::told::{self, Told, quoted};
use lockstep_model::{FieldValue, Finding, Plan};

pub use lockstep_model::told::{quoted as value, reason};

/// The plan's steps and findings, a line or two each.
pub fn plan(plan: &Plan) -> String {
    let mut lines: Vec<String> = plan.steps.iter().map(told::step).flat_map(step).collect();
    lines.extend(plan.findings.iter().map(finding));
    if lines.is_empty() {
        lines.push("  in step: nothing to do".to_owned());
    }
    lines.join("\n")
}

fn step(told: Told) -> Vec<String> {
    let why = told.why.map_or_else(String::new, |why| format!("  ({why})"));
    let mut lines = vec![format!("  {}{why}", told.what)];
    lines.extend(told.lost.map(|lost| format!("    lost: {}", quoted(&FieldValue::Text(lost)))));
    lines.extend(told.changes.iter().map(|change| {
        let (before, after) = (quoted(&change.before), quoted(&change.after));
        format!("    {}: {before} -> {after}  ({})", change.field, change.why)
    }));
    lines
}

fn finding(finding: &Finding) -> String {
    let code = finding.code;
    format!(
        "  ! {} {}: {} ({})\n      remedy: {}",
        code,
        finding.subject,
        code.title(),
        finding.detail,
        code.remedy()
    )
}
