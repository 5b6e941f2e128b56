//! The issues of parent records, before a plan that needs them: one query of our own, and no call.

use std::collections::BTreeMap;

use lockstep_model::Fault;
use lockstep_model::parent::ParentSight;

use crate::catalog::Scene;
use crate::gather::Sight;

impl Scene {
    /// Sees which issues the parents of these records have, where the item has a rule for parents.
    pub(crate) async fn see_parents(&self, sights: Vec<&mut Sight>) -> Result<(), Fault> {
        let Some(rule) = &self.spec.parent else {
            return Ok(());
        };
        let wanted = |sight: &Sight| rule.looked_up(&sight.record.fields).map(str::to_owned);
        let records: Vec<String> = sights.iter().filter_map(|sight| wanted(sight)).collect();
        if records.is_empty() {
            return Ok(());
        }
        let found = self.store.links().issues_of(&rule.item, &records).await?;
        let issues: BTreeMap<String, String> = found.into_iter().collect();
        for sight in sights {
            sight.extras.parent = wanted(sight).map(|record| {
                let issue = issues.get(&record).cloned();
                ParentSight { record, issue }
            });
        }
        Ok(())
    }
}
