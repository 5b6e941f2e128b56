//! An issue that is there already: recognised by a key that both sides hold, before one is created.

use lockstep_jira::{Candidate, CreatedIssue, IssueQuery};
use lockstep_model::item::{ISSUE_KEY, Match};
use lockstep_model::{Code, Fault, JiraKind, convert};
use lockstep_store::LinkState;

use super::Act;
use super::create::MARKER;

impl Act<'_> {
    /// The one issue that holds the record's key and has no link under the item; none where the item
    /// compares no key or the record has none.
    pub(crate) async fn matched(&self) -> Result<Option<CreatedIssue>, Fault> {
        let Some(rule) = &self.scene.spec.auto_create.matching else {
            return Ok(None);
        };
        let shown = self.shown_by_record(&self.sight.record, &rule.salesforce);
        let Some(key) = shown.as_key() else {
            return Ok(None);
        };
        let mut found = self.holders(rule, &key).await?;
        let ids: Vec<String> = found.iter().map(|issue| issue.id.clone()).collect();
        let links = self.engine.store.links().by_issues(self.scene.id, &ids).await?;
        let linked = |id: &str| {
            let live = |link: &&lockstep_store::Seen| link.state != LinkState::Unlinked;
            links.iter().filter(live).any(|link| link.issue_id.as_deref() == Some(id))
        };
        found.retain(|issue| !linked(&issue.id));
        match found.as_slice() {
            [] => Ok(None),
            [_] => Ok(found.pop()),
            several => {
                let keys: Vec<&str> = several.iter().map(|issue| issue.key.as_str()).collect();
                let why = format!("`{key}` stands in {}", keys.join(", "));
                Err(Fault::new(Code::MatchAmbiguous, why))
            }
        }
    }

    /// The issues that hold the key.
    async fn holders(&self, rule: &Match, key: &str) -> Result<Vec<CreatedIssue>, Fault> {
        let (client, scope) = (&self.scene.jira.client, self.scene.scope());
        if rule.jira == ISSUE_KEY {
            let (keys, query) = ([key.to_owned()], IssueQuery::default());
            let named = client.issues(&keys, &query).await?;
            let covered = |issue: &lockstep_model::Issue| self.scene.spec.jira.covers(&issue.key);
            let found = named.into_iter().filter(covered);
            return Ok(found.map(|issue| CreatedIssue { id: issue.id, key: issue.key }).collect());
        }
        let Some(field) = self.scene.resolved.schema.jira.get(&rule.jira) else {
            return Ok(Vec::new());
        };
        let phrase = format!("\"{key}\"");
        let search = match field.kind {
            JiraKind::Text | JiraKind::Url => ("~", phrase.as_str()),
            _ => ("=", key),
        };
        let candidates = client.candidates(&scope, &field.id, search).await?;
        let holds = |candidate: &Candidate| {
            let shown = convert::read_jira(field, &candidate.value).unwrap_or_default();
            shown.as_key().is_some_and(|shown| shown.eq_ignore_ascii_case(key))
        };
        let found = candidates.into_iter().filter(holds);
        Ok(found.map(|issue| CreatedIssue { id: issue.id, key: issue.key }).collect())
    }

    /// Marks an issue that was there before, as a create would have.
    pub(crate) async fn mark(&self, issue: &CreatedIssue) -> Result<(), Fault> {
        self.scene.jira.client.set_property(&issue.id, MARKER, &self.marker()).await
    }
}
