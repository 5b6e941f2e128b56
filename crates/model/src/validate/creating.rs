//! What auto-create compares before it creates.

use super::Problems;
use crate::field::{JiraKind, SalesforceType, Schema};
use crate::item::{ConnectedItem, ISSUE_KEY, Mapping, Owner};

/// What auto-create needs on both sides.
pub(super) fn against(item: &ConnectedItem, schema: &Schema, problems: &mut Problems) {
    keys(item, schema, problems);
    records(item, schema, problems);
}

/// Records are created where the Run As user may, and with every field that Salesforce requires.
fn records(item: &ConnectedItem, schema: &Schema, problems: &mut Problems) {
    const PATH: &str = "auto_create.from_jira";
    if item.auto_create.from_jira.is_none() {
        return;
    }
    if item.creates_records().is_none() {
        let message = "nothing flows to Salesforce in this mode, so no record is created";
        problems.error(PATH, message, "Use `mode: two-way` or `mode: custom`, or remove it.");
        return;
    }
    let object = &item.salesforce.object;
    if !schema.rights.create {
        let message = format!("the Run As user may not create records of `{object}`");
        problems.error(PATH, message, "Give it create rights on the object.");
    }
    let fills = |name: &str| {
        let flows = |mapping: &&Mapping| {
            mapping.salesforce == name && item.owner(mapping) != Some(Owner::Salesforce)
        };
        item.mappings.iter().any(|mapping| flows(&mapping))
            || (item.syncs_status() && item.status_field() == Some(name))
    };
    let required = schema.salesforce.values().filter(|field| {
        field.createable && !field.nillable && !field.defaulted_on_create && !fills(&field.name)
    });
    for field in required {
        let message = format!("Salesforce requires `{}` and nothing fills it", field.name);
        problems.error(PATH, message, "Map a Jira field to it that is always filled.");
    }
}

/// The two fields that hold the key must be there and be of one line.
fn keys(item: &ConnectedItem, schema: &Schema, problems: &mut Problems) {
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
    use crate::item::{FromJira, Match, Mode, Owner, Policy};
    use crate::laws::world::{item, mapping, schema};
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

    // F-314
    #[test]
    fn records_are_created_where_every_required_field_is_filled() {
        let found = |mode, create, owner| {
            let (mut item, mut schema) = (item(), schema());
            for field in schema.salesforce.values_mut() {
                (field.createable, field.nillable) = (true, field.name != "Subject");
            }
            schema.rights.create = create;
            item.mode = mode;
            item.mappings = vec![mapping("Subject", "summary", owner, Policy::Newest)];
            let jql = "labels = escalated".to_owned();
            let external_id = "Jira_Id__c".to_owned();
            item.auto_create.from_jira = Some(FromJira { jql, external_id });
            let problems = validate_against(&item, &schema).into_iter();
            problems.map(|problem| problem.path).collect::<Vec<_>>()
        };
        assert_eq!(found(Mode::Custom, true, Owner::Both), [""; 0]);
        assert_eq!(found(Mode::OneWay, true, Owner::Both), ["auto_create.from_jira"]);
        assert_eq!(found(Mode::Custom, false, Owner::Both), ["auto_create.from_jira"]);
        assert_eq!(found(Mode::Custom, true, Owner::Salesforce), ["auto_create.from_jira"]);
    }
}
