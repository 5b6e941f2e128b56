//! Explaining one value of a link.

use lockstep_model::base::Held;
use lockstep_model::batch::Waiting;
use lockstep_model::explain::{Deed, Explanation, Flow, explain};
use lockstep_model::parent::{FIELD, PARENT};
use lockstep_model::status::SUBJECT as STATUS;
use lockstep_model::{Base, Code, Fault, FieldValue, LinkId, Schema};
use lockstep_store::{AuditRow, Outcome};

use crate::Engine;

/// Most rows of the trail that an explanation goes back.
const ROWS_MAX: i64 = 200;

impl Engine {
    /// Why a value of a link is what it is. `field` is a mapping's key, its field on either side, or
    /// `status`; `None` where the item maps no such field.
    pub async fn explain(&self, id: LinkId, field: &str) -> Result<Option<Explanation>, Fault> {
        let link = self.store.links().get(id).await?;
        let missing = || Fault::new(Code::NotLinked, format!("link {id}"));
        let link = link.ok_or_else(missing)?;
        let scene = self.catalog.scene(link.item).await?;
        let mapping = scene.spec.mapping_named(field);
        let named = mapping.map(lockstep_model::item::Mapping::key);
        let other = || match field {
            STATUS => Some(STATUS.to_owned()),
            FIELD | PARENT => scene.spec.parent.as_ref().map(|_| PARENT.to_owned()),
            _ => None,
        };
        let Some(subject) = named.or_else(other) else {
            return Ok(None);
        };
        let rows = self.store.audit().of_value(id, &subject, ROWS_MAX).await?;
        let deeds: Vec<Deed> = rows.into_iter().map(deed).collect();
        let schema = &scene.resolved.schema;
        let agreed = agreed(&subject, &link.base, schema);
        let flows = mapping.and_then(|mapping| Flow::of(&scene.spec, schema, mapping));
        let waits = link.base.batch.get(&subject).copied();
        let waits = waits.map(|until| Waiting { until, schedule: scene.spec.batch });
        Ok(Some(Explanation { flows, waits, ..explain(&subject, agreed, &link.base, &deeds) }))
    }
}

fn agreed(subject: &str, base: &Base, schema: &Schema) -> Option<Held> {
    if subject != STATUS {
        let field = base.fields.get(subject)?;
        return Some(Held { salesforce: field.salesforce.clone(), jira: field.jira.clone() });
    }
    let status = base.status.as_ref()?;
    let known = schema.issue_statuses.iter().find(|each| each.id == status.jira);
    let name = known.map_or(status.jira.as_str(), |known| known.name.as_str());
    Some(Held { salesforce: FieldValue::text(&status.salesforce), jira: FieldValue::text(name) })
}

fn deed(row: AuditRow) -> Deed {
    Deed {
        at: row.at,
        step: row.step,
        side: row.side,
        done: row.outcome == Outcome::Done,
        before: row.before,
        after: row.after,
        reason: row.reason,
        cause: row.cause,
        correlation: row.correlation,
        item_version: row.item_version,
        actor: row.actor,
    }
}
