//! The records that hang on a linked record, as they are shown under it. Bounded in groups, records
//! and time; nothing is ever made of them.

use std::time::Duration;

use lockstep_model::associated::{Relation, groups};
use lockstep_model::object::label;
use lockstep_model::{Fault, RecordId};
use lockstep_salesforce::Hit;
use lockstep_store::Link;
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::catalog::Scene;

/// How long a person waits for all groups.
const BUDGET: Duration = Duration::from_secs(8);

/// The associated records of a link's record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Associated {
    /// Groups with records, useful ones first.
    pub groups: Vec<AssociatedGroup>,
    /// What is not shown, and why.
    pub missing: Vec<Missing>,
}

/// Records of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AssociatedGroup {
    /// API name of their object.
    pub object: String,
    /// Their field that names the linked record.
    pub field: String,
    /// The records, newest first.
    pub records: Vec<AssociatedRecord>,
    /// Whether there are more.
    pub more: bool,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AssociatedRecord {
    /// Its id.
    #[schema(value_type = String)]
    pub record: RecordId,
    /// `00001026 [Printer on fire]`.
    pub label: String,
    /// Its page in Salesforce.
    pub url: String,
}

/// A group that is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Missing {
    /// API name of its object; none where nothing is shown at all.
    pub object: Option<String>,
    /// Why, and what to do about it.
    pub reason: String,
}

const OFF: &str = "the item does not show associated records; set `associated.enabled: true` in it";
const NO_ACCESS: &str =
    "the Run As user may not read it; give it read rights on the object and its fields";
const LIMIT: &str = "the limit of groups was reached; open the record in Salesforce to see it";
const TIME: &str = "Salesforce took too long; ask again, or open the record in Salesforce";

impl Engine {
    /// The records that hang on a link's record.
    pub async fn associated(&self, link: &Link) -> Result<Associated, Fault> {
        let scene = self.catalog.scene(link.item).await?;
        if !scene.spec.associated.enabled {
            let missing = vec![Missing { object: None, reason: OFF.to_owned() }];
            return Ok(Associated { groups: Vec::new(), missing });
        }
        let org = &scene.salesforce.client;
        let relations = org.relations(&scene.spec.salesforce.object).await?;
        let (wanted, left_out) = groups(relations);
        let mut all = Associated::default();
        let limit = scene.spec.associated.limit;
        let found = org.related(&link.record, &wanted, limit + 1);
        match tokio::time::timeout(BUDGET, found).await {
            Ok(found) => {
                for (group, hits) in wanted.iter().zip(found?) {
                    all.add(&scene, group, hits)?;
                }
            }
            Err(_) => all.leave_out(&wanted, TIME),
        }
        all.leave_out(&left_out, LIMIT);
        Ok(all)
    }
}

impl Associated {
    fn add(
        &mut self,
        scene: &Scene,
        group: &Relation,
        hits: Result<Vec<Hit>, Fault>,
    ) -> Result<(), Fault> {
        let mut hits = match hits {
            Ok(hits) => hits,
            Err(fault) if fault.class() == lockstep_model::Class::Rejected => {
                self.leave_out(std::slice::from_ref(group), NO_ACCESS);
                return Ok(());
            }
            Err(fault) => return Err(fault),
        };
        let limit = scene.spec.associated.limit;
        let more = hits.len() > limit;
        hits.truncate(limit);
        if hits.is_empty() {
            return Ok(());
        }
        let shown = |hit: Hit| AssociatedRecord {
            label: label(&hit.title, hit.descriptor.as_deref()),
            url: scene.record_url(hit.id.as_str()),
            record: hit.id,
        };
        self.groups.push(AssociatedGroup {
            object: group.object.clone(),
            field: group.field.clone(),
            records: hits.into_iter().map(shown).collect(),
            more,
        });
        Ok(())
    }

    fn leave_out(&mut self, groups: &[Relation], reason: &str) {
        let missing = groups
            .iter()
            .map(|group| Missing { object: Some(group.object.clone()), reason: reason.to_owned() });
        self.missing.extend(missing);
    }
}
