//! A record's update before its answer: what is about to be written is kept with the link, so that whoever
//! comes after a crash knows our own write from a person's edit.

use std::collections::BTreeMap;

use lockstep_model::item::Owner;
use lockstep_model::plan::{FieldChange, StatusChange};
use lockstep_model::{Class, Code, Fault, FieldValue, status};
use lockstep_store::Writing;
use serde_json::json;

use super::Act;
use crate::lease;

/// Whether a fault leaves it open what became of a write.
pub(crate) fn is_open(fault: &Fault) -> bool {
    fault.class() == Class::Transient && fault.code != Code::SfChangedMeanwhile
}

impl Act<'_> {
    /// Keeps what is about to be written to the record.
    pub(crate) async fn about_to_write(
        &mut self,
        changes: &[FieldChange],
        status: Option<&StatusChange>,
    ) -> Result<(), Fault> {
        let Some(writing) = self.writing(changes, status) else {
            return Ok(());
        };
        let kept = self.engine.store.links().about_to_write(&[writing]).await?;
        if kept { Ok(()) } else { Err(lease::lost(self.progress.link.id)) }
    }

    /// What is about to be written, of what the side may change too; none if that is nothing.
    pub(crate) fn writing(
        &mut self,
        changes: &[FieldChange],
        status: Option<&StatusChange>,
    ) -> Option<Writing> {
        let spec = &self.scene.spec;
        let both = |change: &&FieldChange| {
            let mapping = spec.mappings.iter().find(|mapping| mapping.key() == change.mapping);
            mapping.is_some_and(|mapping| spec.owner(mapping) == Some(Owner::Both))
        };
        let fields = changes.iter().filter(both);
        let fields = fields.map(|change| (change.mapping.clone(), change.after.clone()));
        let status = status.map(|it| (status::SUBJECT.to_owned(), FieldValue::text(&it.to)));
        let writing: BTreeMap<String, FieldValue> = fields.chain(status).collect();
        let link = &mut self.progress.link;
        link.base.writing.clone_from(&writing);
        let fence = self.fence;
        (!writing.is_empty()).then(|| Writing { link: link.id, fence, fields: json!(writing) })
    }
}
