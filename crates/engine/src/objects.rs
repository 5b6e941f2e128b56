//! The objects of an org that an item may name, in their groups.

use lockstep_model::object::{Group, group};
use lockstep_model::{ConnectionId, Fault};
use serde::{Deserialize, Serialize};

use crate::Engine;

/// A group with its objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ObjectGroup {
    /// Which group.
    pub group: String,
    /// Its objects; those of the org itself are sorted by label.
    pub objects: Vec<ObjectChoice>,
}

/// An object that an item may name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ObjectChoice {
    /// API name, as the item writes it.
    pub name: String,
    /// As people call one record.
    pub label: String,
    /// Whether the Run As user may create records.
    pub create: bool,
    /// Whether it may change them.
    pub update: bool,
}

impl Engine {
    /// The objects that the Run As user sees and an item may name.
    pub async fn objects(&self, connection: ConnectionId) -> Result<Vec<ObjectGroup>, Fault> {
        let org = self.catalog.salesforce(connection).await?;
        let mut seen = org.client.objects().await?;
        seen.sort_by(|a, b| a.label.cmp(&b.label));
        let of = |wanted: Group| ObjectGroup {
            group: wanted.title().to_owned(),
            objects: seen
                .iter()
                .filter(|object| group(&object.name, object.custom) == Some(wanted))
                .map(|object| ObjectChoice {
                    name: object.name.clone(),
                    label: object.label.clone(),
                    create: object.createable,
                    update: object.updateable,
                })
                .collect(),
        };
        let groups = Group::ALL.into_iter().map(of);
        Ok(groups.filter(|group| !group.objects.is_empty()).collect())
    }
}
