//! What a linked record shows: the selected fields, as they are now.

use lockstep_model::item::Mode;
use lockstep_model::plan::CommentPair;
use lockstep_model::{Fault, FieldValue, convert};
use lockstep_store::{AuditRow, Link};
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::catalog::Scene;

/// A linked record, as it is shown beside its issue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordView {
    /// What people call it.
    pub title: String,
    /// Its page in Salesforce.
    pub url: String,
    /// The selected fields.
    pub fields: Vec<ShownField>,
}

/// A field with its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ShownField {
    /// API name.
    pub field: String,
    /// Label.
    pub label: String,
    /// What it holds.
    #[schema(value_type = Object)]
    pub value: FieldValue,
}

/// A link with what belongs to it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LinkDetail {
    /// The link.
    pub link: Link,
    /// Its latest steps, newest first.
    pub audit: Vec<AuditRow>,
    /// Comments that are copies of one another.
    #[schema(value_type = Vec<Object>)]
    pub comments: Vec<CommentPair>,
    /// The record as it is now, where its item wants it shown.
    pub record: Option<RecordView>,
    /// Why the record cannot be shown.
    #[schema(value_type = Option<Object>)]
    pub record_fault: Option<Fault>,
}

impl Engine {
    /// A link with its latest steps, at most so many, and its record where that is shown.
    pub async fn link_detail(&self, link: Link, steps: i64) -> Result<LinkDetail, Fault> {
        let audit = self.store.audit().of_link(link.id, steps).await?;
        let comments = self.store.links().pairs(link.id).await?;
        let (mut record, mut record_fault) = (None, None);
        if self.shows_record(&link).await? {
            match self.view_record(&link).await {
                Ok(view) => record = Some(view),
                Err(fault) => record_fault = Some(fault),
            }
        }
        Ok(LinkDetail { link, audit, comments, record, record_fault })
    }

    /// The record of a link with the fields that its item selects: those of `show`, or the mapped
    /// ones. One call.
    pub async fn view_record(&self, link: &Link) -> Result<RecordView, Fault> {
        let scene = self.catalog.scene(link.item).await?;
        let mut query = scene.record_query();
        (query.comments, query.activities) = (false, None);
        query.fields = scene.shown();
        let object = &scene.spec.salesforce.object;
        let (scene, id) = (&scene, &link.record);
        let record = scene
            .without_hidden(query, |query| async move {
                scene.salesforce.client.record(object, id, &query).await
            })
            .await?;
        let known = |name: &String| scene.resolved.schema.salesforce.get(name);
        let shown = |name: String| {
            let field = known(&name)?;
            let value = convert::read_salesforce(field, record.fields.get(&name)?);
            Some(ShownField {
                label: field.label.clone(),
                value: value.unwrap_or_default(),
                field: name,
            })
        };
        let fields = scene.shown().into_iter().filter_map(shown).collect();
        Ok(RecordView { title: record.title.clone(), url: scene.record_url(id.as_str()), fields })
    }

    /// Whether a link's record is shown as it is now, because its item keeps no copy of it.
    pub async fn shows_record(&self, link: &Link) -> Result<bool, Fault> {
        let spec = &self.catalog.scene(link.item).await?.spec;
        Ok(spec.mode == Mode::DisplayOnly || !spec.show.is_empty())
    }
}

impl Scene {
    /// The Salesforce fields that are shown: the chosen ones, or those that are mapped.
    fn shown(&self) -> Vec<String> {
        let known = &self.resolved.schema.salesforce;
        let mapped = || self.spec.mappings.iter().map(|m| m.salesforce.clone()).collect();
        let chosen = &self.spec.show;
        let names: Vec<String> = if chosen.is_empty() { mapped() } else { chosen.clone() };
        names.into_iter().filter(|name| known.contains_key(name)).collect()
    }

    /// A record's page, under the address that the connection was made with.
    pub(crate) fn record_url(&self, id: &str) -> String {
        format!("{}/{id}", self.salesforce.row.base_url.trim_end_matches('/'))
    }
}
