//! What auto-create compares before it creates.

use super::Problems;
use crate::field::{JiraKind, SalesforceType, Schema};
use crate::item::{ConnectedItem, ISSUE_KEY};

/// The two fields that hold the key must be there and be of one line.
pub(super) fn against(item: &ConnectedItem, schema: &Schema, problems: &mut Problems) {
    let Some(rule) = &item.auto_create.matching else {
        return;
    };
    let hint = "Name a field of one line, a number or a choice, on both sides.";
    let object = &item.salesforce.object;
    match schema.salesforce.get(&rule.salesforce).map(|field| field.kind) {
        Some(SalesforceType::LongText | SalesforceType::Checkbox | SalesforceType::Other) => {
            let message = format!("`{}` cannot be a key", rule.salesforce);
            problems.error("auto_create.match.salesforce", message, hint);
        }
        Some(_) => {}
        None => {
            let message = format!("{object} has no field `{}`", rule.salesforce);
            problems.error("auto_create.match.salesforce", message, hint);
        }
    }
    if rule.jira == ISSUE_KEY {
        return;
    }
    let kind = schema.jira.get(&rule.jira).map(|field| field.kind);
    let keys = [JiraKind::Text, JiraKind::Url, JiraKind::Number, JiraKind::Option];
    match kind {
        Some(kind) if keys.contains(&kind) => {}
        Some(_) => {
            let message = format!("`{}` cannot be a key", rule.jira);
            problems.error("auto_create.match.jira", message, hint);
        }
        None => {
            let message = format!("Jira has no field `{}`", rule.jira);
            problems.error("auto_create.match.jira", message, hint);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::item::Match;
    use crate::laws::world::{item, schema};
    use crate::validate::validate_against;

    #[test]
    fn a_key_is_of_one_line_on_both_sides() {
        let of = |salesforce: &str, jira: &str| {
            let mut item = item();
            let (salesforce, jira) = (salesforce.to_owned(), jira.to_owned());
            item.auto_create.matching = Some(Match { salesforce, jira });
            let problems = validate_against(&item, &schema()).into_iter();
            problems.map(|problem| problem.path).collect::<Vec<_>>()
        };
        assert_eq!(of("Subject", "summary"), [""; 0]);
        assert_eq!(of("Amount__c", "key"), [""; 0]);
        let both = ["auto_create.match.salesforce", "auto_create.match.jira"];
        assert_eq!(of("Description", "description"), both);
        assert_eq!(of("Gone__c", "gone"), both);
    }
}
