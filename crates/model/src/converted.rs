//! What becomes of the link of a lead that was converted.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::RecordId;
use crate::item::{ConnectedItem, Mode};
use crate::object::CONVERSION;
use crate::snapshot::Record;

/// What becomes of the link of a lead that was converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Converted {
    /// It stays and says what the lead became.
    #[default]
    Tell,
    /// Its issue goes on with what the lead became, under the item that has that object.
    Follow,
}

/// What a lead becomes and where it says so; what is nearest to its issue's work comes first.
const HEIRS: [(&str, &str); 3] = [
    ("Opportunity", "ConvertedOpportunityId"),
    ("Contact", "ConvertedContactId"),
    ("Account", "ConvertedAccountId"),
];

/// The records that a converted lead became, with their objects, the one to follow first. Empty of any
/// other record.
pub fn heirs(item: &ConnectedItem, record: &Record) -> Vec<(&'static str, RecordId)> {
    let [flag, ..] = CONVERSION;
    let converted = record.fields.get(flag) == Some(&Value::Bool(true));
    if item.salesforce.object != "Lead" || !converted {
        return Vec::new();
    }
    let became = |(object, field): (&'static str, &str)| {
        let id = record.fields.get(field)?.as_str()?;
        Some((object, RecordId::parse(id).ok()?))
    };
    HEIRS.into_iter().filter_map(became).collect()
}

/// Whether `heir` may go on with the issues of `item`: it has the same connections, project and issue
/// type, and writes at all.
pub fn goes_on(heir: &ConnectedItem, item: &ConnectedItem) -> bool {
    let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    heir.mode != Mode::DisplayOnly
        && heir.salesforce.connection == item.salesforce.connection
        && heir.jira.connection == item.jira.connection
        && same(&heir.jira.project, &item.jira.project)
        && same(&heir.jira.issue_type, &item.jira.issue_type)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::laws::world::World;

    fn lead() -> World {
        let mut world = World::quiet();
        "Lead".clone_into(&mut world.item.salesforce.object);
        for (field, value) in [
            ("IsConverted", json!(true)),
            ("ConvertedAccountId", json!("001xx000003DHP0AAO")),
            ("ConvertedContactId", json!("003xx000004TmiQAAS")),
            ("ConvertedOpportunityId", json!("006xx000001SvogAAC")),
        ] {
            world.record.fields.insert(field.to_owned(), value);
        }
        world
    }

    fn objects(world: &World) -> Vec<&'static str> {
        heirs(&world.item, &world.record).into_iter().map(|(object, _)| object).collect()
    }

    // F-311
    #[test]
    fn an_opportunity_is_followed_before_a_contact_and_an_account() {
        let mut world = lead();
        assert_eq!(objects(&world), ["Opportunity", "Contact", "Account"]);
        world.record.fields.insert("ConvertedOpportunityId".to_owned(), Value::Null);
        assert_eq!(objects(&world), ["Contact", "Account"], "none was made");
        world.record.fields.insert("IsConverted".to_owned(), json!(false));
        assert_eq!(objects(&world), Vec::<&str>::new());
        let mut case = lead();
        "Case".clone_into(&mut case.item.salesforce.object);
        assert_eq!(objects(&case), Vec::<&str>::new());
    }

    // F-311
    #[test]
    fn only_an_item_of_the_same_issues_goes_on_with_them() {
        let item = lead().item;
        let heir = |change: fn(&mut ConnectedItem)| {
            let mut heir = item.clone();
            "Opportunity".clone_into(&mut heir.salesforce.object);
            change(&mut heir);
            goes_on(&heir, &item)
        };
        assert!(heir(|_| {}));
        assert!(!heir(|heir| heir.jira.project.push('X')));
        assert!(!heir(|heir| heir.jira.issue_type.push('X')));
        assert!(!heir(|heir| heir.jira.connection.push('x')));
        assert!(!heir(|heir| heir.salesforce.connection.push('x')));
        assert!(!heir(|heir| heir.mode = Mode::DisplayOnly));
    }
}
