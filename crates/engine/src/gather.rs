//! Gather: both sides as they are now, at one call a side.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use lockstep_jira::{IssueQuery, Scope};
use lockstep_model::batch::Occasion;
use lockstep_model::item::Mode;
use lockstep_model::object::CONVERSION;
use lockstep_model::plan::{CommentPair, FilePair, Situation, Want};
use lockstep_model::snapshot::Extras;
use lockstep_model::{Base, Code, ConnectedItem, Fault, Issue, Plan, Record, RecordId, comments};
use lockstep_salesforce::RecordQuery;
use tokio::time::Instant;

use crate::catalog::Scene;

/// Both sides as they are now.
#[derive(Debug, Clone)]
pub struct Sight {
    /// The record.
    pub record: Record,
    /// The issue; `None` where it is still to be created.
    pub issue: Option<Issue>,
    /// What a plan asked for besides.
    pub extras: Extras,
    /// When the reading began.
    pub read: Instant,
}

/// The issues of an item.
pub(crate) fn scope(spec: &ConnectedItem) -> Scope {
    Scope { project: spec.jira.project.clone(), issue_type: spec.jira.issue_type.clone() }
}

/// What is remembered of a link.
#[derive(Debug, Clone, Copy)]
pub struct Remembered<'a> {
    /// What both sides were last seen to agree on.
    pub base: &'a Base,
    /// Comments known to be copies of one another.
    pub pairs: &'a [CommentPair],
    /// Files that need no copy anymore.
    pub files: &'a [FilePair],
    /// What makes the look.
    pub occasion: Occasion,
}

/// How often a plan may ask for more before it must do with what it has.
const WANTS_MAX: usize = 3;

impl Scene {
    /// What is asked of a record: the fields that the item uses and no other.
    pub fn record_query(&self) -> RecordQuery {
        let known = &self.resolved.schema.salesforce;
        let mut fields: Vec<String> = self.spec.record_fields().into_iter().collect();
        fields.retain(|field| known.contains_key(field));
        if self.spec.salesforce.object == "Lead" && self.spec.mode != Mode::DisplayOnly {
            fields.extend(CONVERSION.map(str::to_owned));
        }
        RecordQuery {
            fields,
            name_field: self.resolved.name_field.clone(),
            status_field: self
                .spec
                .status_field()
                .filter(|_| self.spec.syncs_status())
                .map(str::to_owned),
            comments: self.spec.syncs_comments(),
            feed: self.resolved.schema.feed.clone(),
            activities: self.resolved.schema.activities.clone(),
            files: self.spec.syncs_files(),
        }
    }

    /// The issues of the item.
    pub fn scope(&self) -> Scope {
        scope(&self.spec)
    }

    /// What is asked of an issue.
    pub fn issue_query(&self) -> IssueQuery {
        IssueQuery {
            fields: self.spec.issue_fields().into_iter().map(str::to_owned).collect(),
            comments: self.spec.syncs_comments() || self.spec.active_activities().is_some(),
            work_logs: self.spec.logs_work(),
            files: self.spec.syncs_files(),
        }
    }

    /// Reads both sides, at once.
    pub async fn gather(&self, record: &RecordId, issue: Option<&str>) -> Result<Sight, Fault> {
        let (record_query, issue_query) = (self.record_query(), self.issue_query());
        let read = Instant::now();
        let object = &self.spec.salesforce.object;
        let record = self.without_hidden(record_query, |query| async move {
            self.salesforce.client.record(object, record, &query).await
        });
        let issue = async {
            match issue {
                Some(id) => self.jira.client.issue(id, &issue_query).await.map(Some),
                None => Ok(None),
            }
        };
        let (record, issue) = tokio::try_join!(record, issue)?;
        let mut sight = Sight { record, issue, extras: Extras::default(), read };
        self.see_parents(vec![&mut sight]).await?;
        Ok(sight)
    }

    /// Reads from Salesforce, leaving out the fields that it does not know (any more): hidden from
    /// the Run As user or deleted. The plan reports them; the others are synced.
    pub(crate) async fn without_hidden<T, F>(
        &self,
        mut query: RecordQuery,
        read: impl Fn(RecordQuery) -> F,
    ) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        loop {
            let fault = match read(query.clone()).await {
                Err(fault) if fault.code == Code::SfUnknownField => fault,
                other => return other,
            };
            let before = query.fields.len();
            let unknown = |field: &String| fault.fields.iter().any(|f| f.field == *field);
            query.fields.retain(|field| !unknown(field));
            if query.fields.len() == before {
                return Err(fault);
            }
        }
    }

    /// Plans, reading what the plan asks for on the way.
    pub async fn plan(&self, sight: &mut Sight, known: Remembered<'_>) -> Result<Plan, Fault> {
        let mut plan = self.plan_once(sight, known);
        for _ in 0..WANTS_MAX {
            if plan.wants.is_empty() {
                break;
            }
            self.fetch(&plan, sight, known).await?;
            plan = self.plan_once(sight, known);
        }
        Ok(plan)
    }

    /// Plans on what is in sight; the plan may want to see more.
    pub(crate) fn plan_once(&self, sight: &Sight, known: Remembered<'_>) -> Plan {
        lockstep_model::plan::plan(&self.situation(sight, known))
    }

    pub(crate) fn situation<'a>(
        &'a self,
        sight: &'a Sight,
        known: Remembered<'a>,
    ) -> Situation<'a> {
        Situation {
            item: &self.spec,
            schema: &self.resolved.schema,
            base: known.base,
            pairs: known.pairs,
            files: known.files,
            record: &sight.record,
            issue: sight.issue.as_ref(),
            extras: &sight.extras,
            occasion: known.occasion,
        }
    }

    async fn record_times(
        &self,
        record: &Record,
    ) -> Result<BTreeMap<String, DateTime<Utc>>, Fault> {
        match &self.resolved.schema.history {
            Some(history) => self.salesforce.client.record_times(history, record).await,
            None => Ok(BTreeMap::new()),
        }
    }

    async fn fetch(
        &self,
        plan: &Plan,
        sight: &mut Sight,
        known: Remembered<'_>,
    ) -> Result<(), Fault> {
        let Some(issue) = &sight.issue else {
            return Ok(());
        };
        for want in &plan.wants {
            match want {
                Want::Transitions => {
                    sight.extras.transitions = Some(self.jira.client.transitions(&issue.id).await?);
                }
                Want::IssueTimes => {
                    sight.extras.issue_times = Some(self.jira.client.issue_times(&issue.id).await?);
                }
                Want::RecordTimes => {
                    sight.extras.record_times = Some(self.record_times(&sight.record).await?);
                }
                Want::DeleteTally => {
                    let here = comments::gone(&self.situation(sight, known)).len();
                    let links = self.store.links();
                    let tally = links.gone_of_item(self.id, &sight.record.id, here).await?;
                    sight.extras.deletes = Some(tally);
                }
                Want::FileHashes => {
                    let hashes = self.file_hashes(&self.situation(sight, known)).await?;
                    sight.extras.file_hashes.extend(hashes);
                }
            }
        }
        Ok(())
    }
}
