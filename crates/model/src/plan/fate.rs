//! What became of the two sides themselves: an issue that was moved away, a lead that was converted.

use serde_json::Value;

use super::{Plan, Situation, Step};
use crate::catalogue::Code;
use crate::object::CONVERSION;
use crate::snapshot::{Issue, Side};

/// Tells of an issue that has left the item's project, and withholds every write from a converted
/// lead, which Salesforce would refuse. The link itself goes on.
pub(super) fn plan(situation: &Situation<'_>, issue: &Issue, plan: &mut Plan) {
    let scope = &situation.item.jira;
    if !scope.covers(&issue.key) {
        let projects: Vec<&str> = scope.projects().collect();
        let detail = format!("it is {} now, the item has {}", issue.key, projects.join(", "));
        plan.find(Code::IssueMoved, "issue", detail);
    }
    if let Some(detail) = converted(situation) {
        plan.steps.retain(|step| !writes_record(step));
        match &situation.extras.stays {
            None => plan.find(Code::SfConverted, "record", detail),
            Some(why) => plan.find(Code::SfConvertedStays, "record", format!("{detail}; {why}")),
        }
    }
}

/// What a converted lead became; none for any other record.
fn converted(situation: &Situation<'_>) -> Option<String> {
    let fields = &situation.record.fields;
    let [flag, targets @ ..] = CONVERSION;
    let is_lead = situation.item.salesforce.object == "Lead";
    (is_lead && fields.get(flag) == Some(&Value::Bool(true))).then(|| {
        let became = targets.iter().filter_map(|name| {
            let id = fields.get(*name)?.as_str()?;
            Some(format!("{} {id}", name.trim_start_matches("Converted").trim_end_matches("Id")))
        });
        format!("it became {}", became.collect::<Vec<_>>().join(", "))
    })
}

fn writes_record(step: &Step) -> bool {
    match step {
        Step::UpdateRecord { .. } | Step::NoteLink(_) => true,
        Step::CopyComment(copy) => copy.on == Side::Salesforce,
        Step::RewriteComment(rewrite) => rewrite.on == Side::Salesforce,
        Step::RemoveComment(removal) => removal.on == Side::Salesforce,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::item::{Owner, Policy};
    use crate::laws::world::World;
    use crate::plan::plan;

    // F-311
    #[test]
    fn a_moved_issue_is_told_and_goes_on() {
        let mut world = World::mapped(Owner::Both, Policy::Newest);
        world.issue.key = "OPS-7".to_owned();
        world.record.fields.insert("Subject".to_owned(), json!("Anew"));
        let plan = plan(&world.situation());
        assert!(plan.findings.iter().any(|finding| finding.code == Code::IssueMoved));
        assert!(plan.steps.iter().any(|step| matches!(step, Step::EditIssue { .. })), "{plan:?}");
    }

    // F-311
    #[test]
    fn nothing_is_written_to_a_converted_lead() {
        let mut world = World::mapped(Owner::Jira, Policy::Jira);
        "Lead".clone_into(&mut world.item.salesforce.object);
        world.issue.fields.insert("summary".to_owned(), json!("Renamed"));
        let writes = |world: &World| plan(&world.situation()).steps.iter().any(writes_record);
        assert!(writes(&world));
        world.record.fields.insert("IsConverted".to_owned(), json!(true));
        world.record.fields.insert("ConvertedContactId".to_owned(), json!("003xx"));
        assert!(!writes(&world));
        let found = plan(&world.situation()).findings;
        let finding = found.iter().find(|finding| finding.code == Code::SfConverted);
        assert!(finding.is_some_and(|finding| finding.detail == "it became Contact 003xx"));
        world.extras.stays = Some("Contact 003xx is linked already".to_owned());
        let found = plan(&world.situation()).findings;
        let finding = found.iter().find(|finding| finding.code == Code::SfConvertedStays);
        assert!(finding.is_some_and(|finding| finding.detail.ends_with("is linked already")));
    }
}
