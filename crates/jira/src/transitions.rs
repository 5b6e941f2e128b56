//! Moving an issue through its workflow.

use std::collections::BTreeMap;

use lockstep_model::Fault;
use lockstep_model::snapshot::Transition;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::changelog::our_mark;
use crate::client::JiraClient;
use crate::metadata::WireField;
use crate::wire::{Id, WireStatus, or_default};

#[derive(Deserialize)]
struct Transitions {
    #[serde(default, deserialize_with = "or_default")]
    transitions: Vec<WireTransition>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTransition {
    id: Id,
    #[serde(default)]
    name: String,
    to: WireStatus,
    #[serde(default)]
    is_available: Option<bool>,
    #[serde(default, deserialize_with = "or_default")]
    fields: BTreeMap<String, WireField>,
}

impl From<WireTransition> for Transition {
    fn from(wire: WireTransition) -> Self {
        let screen = wire.fields.into_iter().map(|(id, field)| field.on_screen(id)).collect();
        Self { id: wire.id.0, name: wire.name, to: wire.to.into(), screen }
    }
}

impl JiraClient {
    /// The transitions that this user may make now (`getTransitions`); none where the right to
    /// transition is missing.
    pub async fn transitions(&self, id: &str) -> Result<Vec<Transition>, Fault> {
        let request = self
            .get("transition.list", &["issue", id, "transitions"])
            .about_issue()
            .query("expand", "transitions.fields");
        let list: Transitions = self.json(request).await?;
        let open = list.transitions.into_iter().filter(|each| each.is_available != Some(false));
        Ok(open.map(Transition::from).collect())
    }

    /// Makes a transition (`doTransition`), filling fields of its screen. Never repeated by itself:
    /// the issue's status tells whether a lost one took effect.
    pub async fn transition(
        &self,
        id: &str,
        transition: &str,
        fields: Map<String, Value>,
    ) -> Result<(), Fault> {
        let mut body = json!({"transition": {"id": transition}, "historyMetadata": our_mark()});
        if !fields.is_empty() {
            body["fields"] = fields.into();
        }
        let request = self.post("transition.do", &["issue", id, "transitions"]).about_issue();
        self.send(request.body(body)).await.map(drop)
    }
}
