//! What the author chooses from: live metadata of both sides, as far as they answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use lockstep_engine::{ApplyError, ObjectGroup, Project};
use lockstep_model::field::{
    IssueStatus, JiraField, RecordStatus, SalesforceField, SalesforceType,
};
use lockstep_model::object::ObjectRights;
use lockstep_model::{Fault, Schema};
use lockstep_store::{Connection, ConnectionKind};

use super::sheet::Sheet;
use crate::App;
use crate::trouble::Trouble;

/// What there is to choose from. What could not be asked is empty, and said in `away`.
#[derive(Default)]
pub(super) struct Pickers {
    pub(super) orgs: Vec<String>,
    pub(super) sites: Vec<String>,
    pub(super) objects: Arc<Vec<ObjectGroup>>,
    pub(super) record_fields: Arc<Vec<SalesforceField>>,
    pub(super) record_statuses: Arc<Vec<RecordStatus>>,
    pub(super) projects: Arc<Vec<Project>>,
    pub(super) issue_types: Arc<Vec<String>>,
    pub(super) issue_fields: Arc<Vec<JiraField>>,
    pub(super) issue_statuses: Arc<Vec<IssueStatus>>,
    /// What could not be asked: a title and what to do.
    pub(super) away: Vec<(String, String)>,
}

impl Pickers {
    /// Asks both sides for what fits what is chosen so far.
    pub(super) async fn load(app: &App, sheet: &Sheet) -> Result<Self, Trouble> {
        let all = app.store.connections().list().await?;
        let named = |kind: ConnectionKind| {
            let of_kind = all.iter().filter(move |row| row.kind == kind);
            of_kind.map(|row| row.name.clone()).collect::<Vec<_>>()
        };
        let chosen = |kind, name: &str| all.iter().find(|row| row.kind == kind && row.name == name);
        let mut pickers = Self {
            orgs: named(ConnectionKind::Salesforce),
            sites: named(ConnectionKind::Jira),
            ..Self::default()
        };
        if let Some(org) = chosen(ConnectionKind::Salesforce, sheet.one("salesforce.connection")) {
            pickers.salesforce(app, org, sheet).await;
        }
        if let Some(site) = chosen(ConnectionKind::Jira, sheet.one("jira.connection")) {
            pickers.jira(app, site, sheet).await;
        }
        Ok(pickers)
    }

    async fn salesforce(&mut self, app: &App, org: &Connection, sheet: &Sheet) {
        let (kept, engine) = (&app.metadata, &app.engine);
        let asked = kept.objects.get(&org.name, engine.objects(org.id)).await;
        self.objects = self.or_away(&org.name, asked.map_err(ApplyError::Fault));
        let object = sheet.one("salesforce.object");
        if object.is_empty() || !self.away.is_empty() {
            return;
        }
        let key = format!("{}/{object}", org.name);
        let asked = kept.record_fields.get(&key, engine.record_fields(org, object)).await;
        self.record_fields = self.or_away(&key, asked.map_err(ApplyError::Fault));
        let field = Some(sheet.one("status.field")).filter(|field| !field.is_empty());
        let key = format!("{key}/{}", field.unwrap_or_default());
        let asked = engine.record_statuses(org, object, field);
        let asked = kept.record_statuses.get(&key, asked).await;
        // An object without statuses is no fault: the field says so itself.
        self.record_statuses = asked.unwrap_or_default();
    }

    async fn jira(&mut self, app: &App, site: &Connection, sheet: &Sheet) {
        let (kept, engine) = (&app.metadata, &app.engine);
        let before = self.away.len();
        let asked = kept.projects.get(&site.name, engine.projects(site)).await;
        self.projects = self.or_away(&site.name, asked.map_err(ApplyError::Fault));
        let (project, kind) = (sheet.one("jira.project"), sheet.one("jira.issue_type"));
        if project.is_empty() || self.away.len() > before {
            return;
        }
        let key = format!("{}/{project}", site.name);
        let asked = kept.issue_types.get(&key, engine.issue_types(site, project)).await;
        self.issue_types = self.or_away(&key, asked);
        let known = self.issue_types.iter().any(|name| name.eq_ignore_ascii_case(kind));
        if !known {
            return;
        }
        let key = format!("{key}/{kind}");
        let asked = kept.issue_fields.get(&key, engine.issue_fields(site, project, kind)).await;
        self.issue_fields = self.or_away(&key, asked);
        let asked = kept.issue_statuses.get(&key, engine.issue_statuses(site, project, kind)).await;
        self.issue_statuses = self.or_away(&key, asked.map_err(ApplyError::Fault));
    }

    /// The answer, or nothing and a word about who could not be asked and why.
    fn or_away<T: Default>(&mut self, what: &str, asked: Result<Arc<T>, ApplyError>) -> Arc<T> {
        match asked {
            Ok(answer) => return answer,
            Err(ApplyError::Fault(fault)) => self.away.push(said(what, &fault)),
            Err(ApplyError::Problems(problems)) => {
                let said =
                    problems.into_iter().map(|one| (format!("{what}: {}", one.message), one.hint));
                self.away.extend(said);
            }
        }
        Arc::default()
    }

    /// The object's field of this name.
    pub(super) fn record_field(&self, name: &str) -> Option<&SalesforceField> {
        self.record_fields.iter().find(|field| field.name == name)
    }

    /// The issue's field of this id or display name.
    pub(super) fn issue_field(&self, name: &str) -> Option<&JiraField> {
        let by_id = self.issue_fields.iter().find(|field| field.id == name);
        let same = |field: &&JiraField| field.name.eq_ignore_ascii_case(name);
        by_id.or_else(|| self.issue_fields.iter().find(same))
    }

    /// The type of an object's field.
    pub(super) fn kind_of(&self, name: &str) -> Option<SalesforceType> {
        self.record_field(name).map(|field| field.kind)
    }

    /// Whether enough is known to judge an item by it.
    pub(super) fn knows_both(&self) -> bool {
        !self.record_fields.is_empty() && !self.issue_fields.is_empty()
    }

    /// What is known, as an item is judged by.
    pub(super) fn schema(&self, object: &str) -> Schema {
        let chosen = self.objects.iter().flat_map(|group| &group.objects);
        let chosen = chosen.into_iter().find(|choice| choice.name == object);
        let rights = chosen.map(|it| ObjectRights { create: it.create, update: it.update });
        let by_name = |field: &SalesforceField| (field.name.clone(), field.clone());
        let by_id = |field: &JiraField| (field.id.clone(), field.clone());
        Schema {
            salesforce: self.record_fields.iter().map(by_name).collect::<BTreeMap<_, _>>(),
            jira: self.issue_fields.iter().map(by_id).collect::<BTreeMap<_, _>>(),
            record_statuses: self.record_statuses.to_vec(),
            issue_statuses: self.issue_statuses.to_vec(),
            rights: rights.unwrap_or_default(),
            ..Schema::default()
        }
    }
}

fn said(what: &str, fault: &Fault) -> (String, String) {
    let code = fault.code;
    (format!("{what} cannot be asked: {} ({code})", code.title()), code.remedy().to_owned())
}
