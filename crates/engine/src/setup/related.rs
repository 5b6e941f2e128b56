//! Fields of related records, as in `Account.Name`.

use std::collections::BTreeMap;

use lockstep_model::Fault;
use lockstep_model::field::SalesforceField;
use lockstep_salesforce::{Described, SalesforceClient};

/// Objects that are described on the way to related fields.
pub(super) struct Related<'a> {
    org: &'a SalesforceClient,
    described: BTreeMap<String, Described>,
}

impl<'a> Related<'a> {
    /// Starts from an object that is described already.
    pub(super) fn new(org: &'a SalesforceClient, object: &str, described: Described) -> Self {
        Self { org, described: [(object.to_owned(), described)].into() }
    }

    /// The field at the end of a path of relationships, under the path as its name; it is only read.
    /// `None` where the path leads nowhere.
    pub(super) async fn field(
        &mut self,
        object: &str,
        path: &str,
    ) -> Result<Option<SalesforceField>, Fault> {
        let mut steps: Vec<&str> = path.split('.').collect();
        let Some(last) = steps.pop() else {
            return Ok(None);
        };
        let mut object = object.to_owned();
        for step in steps {
            let Some(next) = self.describe(&object).await?.related(step) else {
                return Ok(None);
            };
            object = next.to_owned();
        }
        let described = self.describe(&object).await?;
        let field = described.fields.iter().find(|field| field.name == last);
        Ok(field.map(|field| SalesforceField {
            name: path.to_owned(),
            label: format!("{}: {}", described.label, field.label),
            createable: false,
            updateable: false,
            ..field.clone()
        }))
    }

    /// The object that it started from.
    pub(super) fn into_first(mut self, object: &str) -> Option<Described> {
        self.described.remove(object)
    }

    async fn describe(&mut self, object: &str) -> Result<&Described, Fault> {
        if !self.described.contains_key(object) {
            let described = self.org.describe(object).await?;
            self.described.insert(object.to_owned(), described);
        }
        Ok(&self.described[object])
    }
}
