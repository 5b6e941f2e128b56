//! The workflow of an issue type, where the integration user may read it.

use lockstep_model::field::Way;
use lockstep_model::{Class, Fault};
use serde::Deserialize;
use serde_json::json;

use crate::client::JiraClient;
use crate::wire::{Id, or_default};

#[derive(Deserialize)]
struct Preview {
    #[serde(default, deserialize_with = "or_default")]
    workflows: Vec<Workflow>,
    #[serde(default, deserialize_with = "or_default")]
    statuses: Vec<Status>,
}

#[derive(Deserialize)]
struct Workflow {
    #[serde(default, deserialize_with = "or_default")]
    transitions: Vec<Transition>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Transition {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    to_status_reference: String,
    #[serde(default, deserialize_with = "or_default")]
    links: Vec<Link>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    #[serde(default)]
    from_status_reference: String,
}

/// References hold within one answer only; ids hold for good.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    id: Id,
    status_reference: String,
}

impl JiraClient {
    /// The ways of an issue type's workflow in a project (`readWorkflowPreviews`). Empty where the
    /// user lacks *View (read-only) workflow* in it, or a token its scope: what Jira offers for each
    /// issue has to do then.
    pub async fn workflow(&self, project: &str, issue_type_id: &str) -> Result<Vec<Way>, Fault> {
        #[derive(Deserialize)]
        struct Project {
            id: Id,
        }
        let project: Project = self.json(self.get("project.get", &["project", project])).await?;
        let body = json!({"projectId": project.id.0, "issueTypeIds": [issue_type_id]});
        let request = self.post("workflow.preview", &["workflows", "preview"]).body(body);
        match self.json::<Preview>(request.idempotent()).await {
            Ok(preview) => Ok(ways(&preview)),
            Err(fault) if matches!(fault.class(), Class::Rejected | Class::Unauthorized) => {
                Ok(Vec::new())
            }
            Err(fault) => Err(fault),
        }
    }
}

fn ways(preview: &Preview) -> Vec<Way> {
    let id = |reference: &str| {
        let status = preview.statuses.iter().find(|each| each.status_reference == reference);
        status.map(|status| status.id.0.clone())
    };
    let transitions = preview.workflows.iter().take(1).flat_map(|each| &each.transitions);
    let mut ways = Vec::new();
    for transition in transitions {
        let Some(to) = id(&transition.to_status_reference) else {
            continue;
        };
        match transition.kind.as_str() {
            "GLOBAL" => ways.push(Way { from: None, to }),
            "DIRECTED" => {
                let from = transition.links.iter();
                let known = from.filter_map(|link| id(&link.from_status_reference));
                ways.extend(known.map(|from| Way { from: Some(from), to: to.clone() }));
            }
            _ => {}
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    // F-316
    #[test]
    fn ways_are_told_by_the_ids_of_statuses() {
        let preview = json!({
            "statuses": [{"id": "10", "statusReference": "a"}, {"id": "11", "statusReference": "b"}],
            "workflows": [{"transitions": [
                {"type": "INITIAL", "toStatusReference": "a", "links": []},
                {"type": "GLOBAL", "toStatusReference": "a"},
                {"type": "DIRECTED", "toStatusReference": "b",
                    "links": [{"fromStatusReference": "a"}, {"fromStatusReference": "gone"}]},
            ]}],
        });
        let preview: Preview = serde_json::from_value(preview).expect("shape");
        let way =
            |from: Option<&str>, to: &str| Way { from: from.map(str::to_owned), to: to.to_owned() };
        assert_eq!(ways(&preview), [way(None, "10"), way(Some("10"), "11")]);
    }
}
