//! Linking by hand: looking for a record, and tying it to an issue.

use lockstep_jira::IssueQuery;
use lockstep_model::item::Mode;
use lockstep_model::object::{self, label};
use lockstep_model::{Code, CorrelationId, Fault, Issue, ItemId, RecordId};
use lockstep_salesforce::{RecordQuery, SearchIn};
use lockstep_store::{Link, Linked, NewAudit};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Engine;
use crate::apply::{MARKER, marker};
use crate::catalog::Scene;

/// Most records that a search gives.
const HITS_MAX: usize = 20;

/// The fewest characters that are worth a search.
const TEXT_MIN: usize = 2;

/// Who acts, and under which correlation id.
#[derive(Debug, Clone, Copy)]
pub struct ByHand<'a> {
    /// Ties the act to log, job and audit.
    pub correlation: &'a CorrelationId,
    /// The person, or the program that speaks for one.
    pub actor: &'a str,
}

/// A record that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Found {
    /// Its id.
    #[schema(value_type = String)]
    pub record: RecordId,
    /// `00001026 [Printer on fire]`.
    pub label: String,
}

impl Engine {
    /// The records of an item's object that fit what somebody typed: a fragment of a name or number,
    /// or a whole id.
    pub async fn search_records(&self, item: ItemId, text: &str) -> Result<Vec<Found>, Fault> {
        let scene = self.catalog.scene(item).await?;
        if let Ok(id) = RecordId::parse(text) {
            return scene.record_of_id(&id).await;
        }
        let text = text.trim();
        if text.chars().count() < TEXT_MIN {
            return Ok(Vec::new());
        }
        let object = scene.spec.salesforce.object.as_str();
        let standard = object::standard(object);
        let title = scene.resolved.name_field.as_str();
        let descriptor = standard.map(|known| known.descriptor);
        let by_title = [title];
        let search = SearchIn {
            object,
            title,
            descriptor: descriptor.filter(|field| *field != title),
            fields: standard.map_or(&by_title[..], |known| known.search),
        };
        let hits = scene.salesforce.client.search(&search, text, HITS_MAX).await?;
        let found = |hit: lockstep_salesforce::Hit| Found {
            label: label(&hit.title, hit.descriptor.as_deref()),
            record: hit.id,
        };
        Ok(hits.into_iter().map(found).collect())
    }

    /// Links a record with an issue by hand, and marks the issue where the item writes at all.
    pub async fn link_by_hand(
        &self,
        item: ItemId,
        (record, issue): (&RecordId, &str),
        by: ByHand<'_>,
    ) -> Result<Link, Fault> {
        let scene = self.catalog.scene(item).await?;
        let (record, issue) = tokio::try_join!(scene.own_record(record), scene.own_issue(issue))?;
        let made = self.store.links().link(item, &record, (&issue.id, &issue.key)).await?;
        let link = match made {
            Linked::Made(link) => link,
            Linked::Taken(link) => return Err(taken(&link, &record)),
        };
        if scene.writes() {
            let marker = marker(&scene, record.as_str(), link.origin);
            unmarked(scene.jira.client.set_property(&issue.id, MARKER, &marker).await);
        }
        self.note_by_hand("link", &link, by).await?;
        Ok(link)
    }

    /// Takes a link apart; record and issue stay as they are.
    pub async fn unlink(&self, link: &Link, by: ByHand<'_>) -> Result<(), Fault> {
        if !self.store.links().unlink(link.id).await? {
            return Err(kept(link));
        }
        let scene = self.catalog.scene(link.item).await?;
        if let Some(issue) = link.issue_id.as_deref().filter(|_| scene.writes()) {
            unmarked(scene.jira.client.delete_property(issue, MARKER).await);
        }
        self.note_by_hand("unlink", link, by).await
    }

    async fn note_by_hand(&self, step: &str, link: &Link, by: ByHand<'_>) -> Result<(), Fault> {
        let subject = link.issue_key.as_deref().unwrap_or_default();
        let row = NewAudit {
            link: Some(link.id),
            item: Some(link.item),
            after: json!({ "record": link.record, "issue": link.issue_id }),
            ..NewAudit::by_person(by.actor, by.correlation.clone(), step, subject)
        };
        self.store.audit().append(&[row]).await.map_err(Fault::from)
    }
}

impl Scene {
    /// Whether the item changes anything on either side.
    fn writes(&self) -> bool {
        self.spec.mode != Mode::DisplayOnly
    }

    fn title_query(&self) -> RecordQuery {
        RecordQuery { name_field: self.resolved.name_field.clone(), ..RecordQuery::default() }
    }

    /// The record, if the org has it and it is one of the item's object.
    async fn own_record(&self, id: &RecordId) -> Result<RecordId, Fault> {
        let object = &self.spec.salesforce.object;
        let read = self.salesforce.client.record(object, id, &self.title_query()).await;
        read.map(|record| record.id).map_err(|fault| match fault.code {
            // An id of another object is malformed in the eyes of this one.
            Code::SfBadRequest | Code::SfBadValue => {
                Fault::new(Code::OutOfScope, format!("`{id}` is not the id of a {object}"))
            }
            _ => fault,
        })
    }

    async fn record_of_id(&self, id: &RecordId) -> Result<Vec<Found>, Fault> {
        let object = &self.spec.salesforce.object;
        match self.salesforce.client.record(object, id, &self.title_query()).await {
            Ok(record) => Ok(vec![Found { label: label(&record.title, None), record: record.id }]),
            Err(fault) if fault.class() == lockstep_model::Class::Throttled => Err(fault),
            Err(fault) if matches!(fault.code, Code::SfRecordGone | Code::SfBadRequest) => {
                Ok(Vec::new())
            }
            Err(fault) => Err(fault),
        }
    }

    /// The issue, if the site has it and the item's scope covers it.
    async fn own_issue(&self, id_or_key: &str) -> Result<Issue, Fault> {
        let fields = ["project", "issuetype"].map(str::to_owned).to_vec();
        let query = IssueQuery { fields, ..IssueQuery::default() };
        let issue = self.jira.client.issue(id_or_key, &query).await?;
        let shows = |field: &str, part: &str| {
            issue.fields.get(field).and_then(|value| value[part].as_str()).unwrap_or_default()
        };
        let scope = &self.spec.jira;
        if !scope.covers(&issue.key) {
            let projects: Vec<&str> = scope.projects().collect();
            let why = format!("{} is not in {}", issue.key, projects.join(", "));
            return Err(Fault::new(Code::OutOfScope, why));
        }
        let kind = shows("issuetype", "name");
        if self.writes() && !kind.eq_ignore_ascii_case(&scope.issue_type) {
            let why = format!("{} is a {kind}, the item has {}", issue.key, scope.issue_type);
            return Err(Fault::new(Code::OutOfScope, why));
        }
        Ok(issue)
    }
}

/// The marker is for those who lose their database: a link stands without it.
fn unmarked(written: Result<(), Fault>) {
    if let Err(fault) = written {
        tracing::warn!("the issue's marker could not be written: {fault}");
    }
}

fn taken(link: &Link, record: &RecordId) -> Fault {
    let issue = link.issue_key.as_deref().unwrap_or("an issue that is about to be created");
    let why = if link.record == *record {
        format!("record {record} is linked with {issue} (link {})", link.id)
    } else {
        format!("{issue} is linked with record {} (link {})", link.record, link.id)
    };
    Fault::new(Code::LinkTaken, why)
}

fn kept(link: &Link) -> Fault {
    if link.is_removable() {
        return Fault::new(Code::NotLinked, format!("link {} is taken apart already", link.id));
    }
    Fault::new(Code::LinkAutoManaged, format!("link {} was made by its item", link.id))
}
