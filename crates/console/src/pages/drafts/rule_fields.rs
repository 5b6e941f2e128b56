//! The fields of the conditional rule.

use lockstep_model::field::SalesforceType;

use super::Writing;
use super::mapping::{choices, record_kind};
use super::rule::JOINS;
use super::second::{issue_statuses, named, tick};
use crate::view::{Field, Kind};

/// The operators.
const OPERATORS: [(&str, &str); 10] = [
    ("equals", "equals"),
    ("not-equals", "does not equal"),
    ("is-empty", "is empty"),
    ("is-not-empty", "is not empty"),
    ("greater", "is more than"),
    ("less", "is less than"),
    ("at-least", "is at least"),
    ("at-most", "is at most"),
    ("contains", "contains"),
    ("one-of", "is one of (a line each)"),
];

/// Those that ask for a value.
const WITH_VALUE: &str = "equals,not-equals,greater,less,at-least,at-most,contains,one-of";

/// How several tests are joined.
pub(super) fn join() -> Field {
    Field::new("rule.join", "The condition is met when", choices(&JOINS))
}

/// One test: a field, an operator, and what it is compared with.
pub(super) fn test(writing: &Writing, row: &str) -> Vec<Field> {
    let operator = writing.typed.sheet.one(&format!("{row}.operator"));
    let mut fields = vec![
        Field::new(format!("{row}.field"), "If this field", record_kind(&writing.pickers)),
        Field::new(format!("{row}.operator"), "Comparison", choices(&OPERATORS)),
    ];
    if !matches!(operator, "is-empty" | "is-not-empty") {
        let when = format!("{row}.operator={WITH_VALUE}");
        fields.push(compared(writing, row, operator).when(when));
    }
    fields
}

/// What the field is compared with: one of its own values, where it has any.
fn compared(writing: &Writing, row: &str, operator: &str) -> Field {
    let field = writing.pickers.record_field(writing.typed.sheet.one(&format!("{row}.field")));
    let values = field.map(|field| field.picklist.clone()).unwrap_or_default();
    let name = format!("{row}.value");
    if operator == "one-of" {
        let hint = if values.is_empty() {
            "A value a line.".to_owned()
        } else {
            format!("A value a line. It may hold {}.", values.join(", "))
        };
        return Field::new(name, "These values", Kind::Lines).hint(hint);
    }
    let truth = field.is_some_and(|field| field.kind == SalesforceType::Checkbox);
    let values = if truth { vec!["true".to_owned(), "false".to_owned()] } else { values };
    Field::new(name, "This value", named(values, "choose"))
}

/// Whether there is a rule, and what it does.
pub(super) fn consequences(writing: &Writing) -> Vec<Field> {
    let stays = |none| issue_statuses(writing, none);
    vec![
        tick("rule.enabled", "A field of the record says where its issue stands"),
        Field::new(
            "rule.status_when_met",
            "While it is met, the issue stands at",
            stays("wherever it is"),
        ),
        Field::new("rule.status_when_not_met", "And else at", stays("wherever it is")),
        tick(
            "rule.create_when_not_met",
            "Auto-create opens issues also for records that do not meet it",
        ),
    ]
}
