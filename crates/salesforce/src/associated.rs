//! Records that hang on a record, by the org's own relationship metadata.

use lockstep_model::associated::Relation;
use lockstep_model::{Fault, RecordId};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::client::{Request, SalesforceClient};
use crate::composite::Part;
use crate::errors::About;
use crate::org::Page;
use crate::records::field;
use crate::search::Hit;
use crate::soql;
use crate::wire::{or_default, record_id};

/// Queries that one composite call takes.
const QUERIES_MAX: usize = 5;

/// The names of the parts of a call.
const PARTS: [&str; QUERIES_MAX] = ["first", "second", "third", "fourth", "fifth"];

impl SalesforceClient {
    /// The lists of records that an object's records have. One call.
    pub async fn relations(&self, object: &str) -> Result<Vec<Relation>, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Described {
            #[serde(default, deserialize_with = "or_default")]
            child_relationships: Vec<Child>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Child {
            #[serde(rename = "childSObject")]
            object: String,
            field: String,
            /// Without a name the list is the platform's own.
            #[serde(default)]
            relationship_name: Option<String>,
            #[serde(default, deserialize_with = "or_default")]
            deprecated_and_hidden: bool,
        }
        let path = self.path(&format!("sobjects/{}/describe", soql::name(object)?));
        let described: Described = self.json(Request::get("relations", path)).await?;
        let named = |child: &Child| child.relationship_name.is_some();
        let shown = described.child_relationships.into_iter().filter(named);
        let shown = shown.filter(|child| !child.deprecated_and_hidden);
        Ok(shown.map(|child| Relation { object: child.object, field: child.field }).collect())
    }

    /// The records of several groups, newest first, up to `limit` each; a group that the user may not
    /// read has its refusal. One call for five groups.
    pub async fn related(
        &self,
        parent: &RecordId,
        groups: &[Relation],
        limit: usize,
    ) -> Result<Vec<Result<Vec<Hit>, Fault>>, Fault> {
        let mut all = Vec::with_capacity(groups.len());
        for groups in groups.chunks(QUERIES_MAX) {
            let paths = groups.iter().map(|group| self.related_path(parent, group, limit));
            let parts: Vec<Part> = PARTS
                .iter()
                .zip(paths)
                .map(|(name, path)| Ok(Part::get(*name, path?)))
                .collect::<Result<_, Fault>>()?;
            let mut answers = self.composite("related", &parts).await?;
            for (name, group) in PARTS.iter().zip(groups) {
                let page = answers.read::<Page<Map<String, Value>>>(About::Org, name);
                all.push(
                    page.and_then(|page| page.records.iter().map(|r| hit(group, r)).collect()),
                );
            }
        }
        Ok(all)
    }

    fn related_path(
        &self,
        parent: &RecordId,
        group: &Relation,
        limit: usize,
    ) -> Result<String, Fault> {
        let shown = ["Id", group.title_field()].into_iter().chain(group.descriptor());
        Ok(self.query_path(&format!(
            "SELECT {} FROM {} WHERE {} = {} ORDER BY SystemModstamp DESC LIMIT {limit}",
            soql::list(shown)?,
            soql::name(&group.object)?,
            soql::name(&group.field)?,
            soql::string(parent.as_str()),
        )))
    }
}

fn hit(group: &Relation, row: &Map<String, Value>) -> Result<Hit, Fault> {
    let text = |name: &str| field(row, name).and_then(Value::as_str);
    let id = record_id(text("Id").unwrap_or_default())?;
    Ok(Hit {
        title: text(group.title_field()).unwrap_or(id.as_str()).to_owned(),
        descriptor: group.descriptor().and_then(text).map(str::to_owned),
        id,
    })
}
