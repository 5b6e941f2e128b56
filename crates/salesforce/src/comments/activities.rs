//! Tasks and events of records, read beside their comments.

use chrono::{DateTime, Utc};
use lockstep_model::field::Activities;
use lockstep_model::{Class, Comment, Fault, RecordId};
use serde::de::DeserializeOwned;

use super::activity_rows::{Activity, Changed, EventRow, ParentRow, TaskRow};
use super::changes::ChangedComment;
use crate::client::SalesforceClient;
use crate::composite::{Part, Parts};
use crate::errors::About;
use crate::org::Page;
use crate::wire::record_id;
use crate::{soql, time};

/// What both kinds of activities have.
const COMMON: &str = "Id,Subject,Description,Owner.Name,CreatedDate";

impl SalesforceClient {
    /// The part of a composite call that reads the activities of these records, archived ones too:
    /// after a year Salesforce keeps them from an ordinary query.
    pub(crate) fn activities_path(&self, object: &str, ids: &[RecordId]) -> Result<String, Fault> {
        let (tasks, events) = (list::<TaskRow>("Tasks"), list::<EventRow>("Events"));
        let (object, ids) = (soql::name(object)?, soql::ids(ids));
        Ok(self
            .all_path(&format!("SELECT Id,({tasks}),({events}) FROM {object} WHERE Id IN {ids}")))
    }

    /// Reads what that part brought.
    pub(crate) async fn read_activities(
        &self,
        parts: &mut Parts,
    ) -> Result<Vec<(RecordId, Comment)>, Fault> {
        let now = parts.date;
        let page: Page<ParentRow> = parts.read(About::Org, "activities")?;
        let mut found = Vec::new();
        for parent in self.all_pages("activity.page", page).await? {
            let id = record_id(&parent.id)?;
            let mut comments = self.each_of(parent.tasks, now).await?;
            comments.extend(self.each_of(parent.events, now).await?);
            found.extend(comments.into_iter().map(|comment| (id.clone(), comment)));
        }
        Ok(found)
    }

    async fn each_of<T: Activity + DeserializeOwned>(
        &self,
        page: Option<Page<T>>,
        now: Option<DateTime<Utc>>,
    ) -> Result<Vec<Comment>, Fault> {
        let Some(page) = page else {
            return Ok(Vec::new());
        };
        let rows = self.all_pages("activity.page", page).await?;
        rows.into_iter().map(|row| row.comment(now)).collect()
    }

    /// The activities of an object's records that changed since an instant, were deleted, or came to
    /// their end. One call; more only where Salesforce cuts its pages short. Activities that may not
    /// be read bring nothing here: whoever looks at a link reports it.
    pub async fn changed_activities(
        &self,
        object: &str,
        activities: &Activities,
        since: DateTime<Utc>,
    ) -> Result<Vec<ChangedComment>, Fault> {
        let changed = soql::after(since, None);
        let since = time::literal(since);
        // Nothing is stamped when an event is over.
        let ended = format!("({changed} OR (EndDateTime >= {since} AND EndDateTime < TOMORROW))");
        let tasks = self.changed_path::<TaskRow>("Task", (object, activities), &changed)?;
        let events = self.changed_path::<EventRow>("Event", (object, activities), &ended)?;
        let parts = [Part::get("tasks", tasks), Part::get("events", events)];
        let mut parts = self.composite("activity.changes", &parts).await?;
        let mut found = self.changed_of::<TaskRow>(&mut parts, "tasks").await?;
        found.extend(self.changed_of::<EventRow>(&mut parts, "events").await?);
        Ok(found)
    }

    fn changed_path<T: Activity>(
        &self,
        kind: &str,
        (object, activities): (&str, &Activities),
        since: &str,
    ) -> Result<String, Fault> {
        let field = soql::name(&activities.field)?;
        let relation = field.strip_suffix("Id").unwrap_or(field);
        let (fields, object) = (T::FIELDS, soql::string(object));
        Ok(self.all_path(&format!(
            "SELECT {COMMON},{fields},{field},IsDeleted FROM {kind} WHERE {relation}.Type = {object} \
             AND {} AND {since} ORDER BY SystemModstamp,Id",
            T::OWN,
        )))
    }

    async fn changed_of<T: Activity + DeserializeOwned>(
        &self,
        parts: &mut Parts,
        reference: &str,
    ) -> Result<Vec<ChangedComment>, Fault> {
        let now = parts.date;
        let page: Page<Changed<T>> = match parts.read(About::Org, reference) {
            Ok(page) => page,
            Err(fault) if fault.class() == Class::Rejected => return Ok(Vec::new()),
            Err(fault) => return Err(fault),
        };
        let mut found = Vec::new();
        for row in self.all_pages("activity.page", page).await? {
            let Some(record) = row.what_id.or(row.who_id) else {
                continue;
            };
            let (record, deleted) = (record_id(&record)?, row.is_deleted);
            found.push(ChangedComment { record, comment: row.row.comment(now)?, deleted });
        }
        Ok(found)
    }
}

/// The query of a record's activities of one kind.
fn list<T: Activity>(name: &str) -> String {
    let (fields, own) = (T::FIELDS, T::OWN);
    format!(
        "SELECT {COMMON},{fields} FROM {name} WHERE IsDeleted = false AND {own} ORDER BY CreatedDate,Id"
    )
}
