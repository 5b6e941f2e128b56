//! What is wrong with a draft, each problem at the field that it is about.

use lockstep_model::validate::{Problem, Severity, field_ids, validate, validate_against};
use lockstep_model::{ConnectedItem, Schema};
use serde::{Deserialize, Serialize};

use super::pickers::Pickers;
use super::sheet::Sheet;
use crate::view::Remark;

/// A problem that was found when the draft was checked, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Found {
    pub(super) path: String,
    pub(super) bad: bool,
    pub(super) text: String,
    pub(super) hint: String,
}

impl From<Problem> for Found {
    fn from(problem: Problem) -> Self {
        let bad = problem.severity == Severity::Error;
        Self { path: problem.path, bad, text: problem.message, hint: problem.hint }
    }
}

impl Found {
    /// As it stands beside its field.
    pub(super) fn remark(&self) -> Remark {
        Remark { bad: self.bad, text: self.text.clone(), hint: self.hint.clone() }
    }

    /// The name of the field that it is about.
    pub(super) fn field(&self) -> String {
        home(&self.path)
    }
}

/// The field where a problem of this path is said.
fn home(path: &str) -> String {
    let whole = match path {
        "auto_create" | "rule" | "status" | "comments" | "files" | "associated" => ".enabled",
        "auto_create.from_jira" => ".jql",
        "auto_create.match" | "parent" => ".salesforce",
        _ => "",
    };
    if let Some(test) = super::rule::home(path) {
        return test;
    }
    for list in ["show[", "jira.projects[", "users["] {
        if path.starts_with(list) {
            return list.trim_end_matches('[').to_owned();
        }
    }
    if path.starts_with("status.map[") && path.ends_with(']') {
        return format!("{path}.salesforce");
    }
    format!("{path}{whole}")
}

/// What is wrong with a draft as far as the page's own metadata tell, without asking anybody.
pub(super) fn judged(sheet: &Sheet, item: Option<&ConnectedItem>, pickers: &Pickers) -> Vec<Found> {
    let Some(item) = item else {
        return Vec::new();
    };
    let mut problems = validate(item);
    if pickers.knows_both() {
        problems.extend(against(item, &pickers.schema(sheet.one("salesforce.object"))));
    }
    problems.into_iter().map(Found::from).collect()
}

fn against(item: &ConnectedItem, schema: &Schema) -> Vec<Problem> {
    let (ids, mut problems) = field_ids(item, &schema.jira);
    problems.extend(validate_against(&item.clone().with_field_ids(&ids), schema));
    problems.retain(|problem| !beyond(item, problem));
    problems
}

/// What these metadata do not tell: feeds, and fields of related records. The check asks for them.
fn beyond(item: &ConnectedItem, problem: &Problem) -> bool {
    if problem.path == "comments.enabled" {
        return true;
    }
    let related = |mapping: &&lockstep_model::item::Mapping| mapping.salesforce.contains('.');
    let numbered = problem.path.strip_prefix("mappings[").and_then(|rest| rest.split_once(']'));
    let index = numbered.and_then(|(number, _)| number.parse::<usize>().ok());
    let mapping = index.and_then(|index| item.mappings.get(index)).filter(related);
    let shown = problem.path.starts_with("show[") && problem.message.contains('.');
    mapping.is_some() || shown
}

/// Which of them are worth saying: while nothing was sent on yet, an empty field is no mistake.
pub(super) fn worth(sheet: &Sheet, tried: bool, found: Vec<Found>) -> Vec<Found> {
    let early =
        |one: &Found| !tried && (sheet.one(&one.field()).is_empty() || one.path == "jira.projects");
    found.into_iter().filter(|one| !early(one)).collect()
}

/// What is said beside a field.
pub(super) fn remarks(found: &[Found], name: &str) -> Vec<Remark> {
    let of = found.iter().filter(|one| one.field() == name);
    of.map(Found::remark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_a_field_to_stand_at() {
        for (path, field) in [
            ("mappings[2].jira", "mappings[2].jira"),
            ("auto_create", "auto_create.enabled"),
            ("rule.when.values[1]", "rule.tests[0].value"),
            ("rule.when.operator", "rule.tests[0].operator"),
            ("rule.when.any[2].field", "rule.tests[2].field"),
            ("rule.when.all[1].value", "rule.tests[1].value"),
            ("rule.when.all[1].any[0].field", "rule.enabled"),
            ("rule.when", "rule.enabled"),
            ("parent", "parent.salesforce"),
            ("show[3]", "show"),
            ("status.map[1]", "status.map[1].salesforce"),
            ("jira.projects[0]", "jira.projects"),
            ("auto_create.from_jira", "auto_create.from_jira.jql"),
        ] {
            assert_eq!(home(path), field);
        }
    }

    #[test]
    fn an_empty_field_is_no_mistake_before_the_form_is_sent_on() {
        let found = || {
            vec![Found {
                path: "name".to_owned(),
                bad: true,
                text: "is empty".to_owned(),
                hint: String::new(),
            }]
        };
        let mut sheet = Sheet::default();
        assert!(worth(&sheet, false, found()).is_empty());
        assert_eq!(worth(&sheet, true, found()).len(), 1);
        sheet.set("name", "Not A Name");
        assert_eq!(worth(&sheet, false, found()).len(), 1);
    }
}
