//! What every page of a link says first: which record, which issue, under which item.

use lockstep_engine::Resolved;
use lockstep_model::{ConnectedItem, LinkId, Schema};
use lockstep_store::{Item, Link, LinkLine};

use crate::Console;
use crate::trouble::Trouble;

/// A link with its item.
pub(super) struct Known {
    pub(super) link: Link,
    /// The item, with Jira's fields by id.
    pub(super) spec: ConnectedItem,
    /// What was known of both sides' fields when the item was applied.
    pub(super) schema: Schema,
    pub(super) head: Head,
}

/// The top of a link's pages.
pub(super) struct Head {
    pub(super) id: LinkId,
    /// The record's id.
    pub(super) record: String,
    /// What people call the record, such as the number of a case; its id until that is known.
    pub(super) name: String,
    /// What it is about, as far as it is known.
    pub(super) summary: String,
    pub(super) record_url: String,
    pub(super) issue: Option<String>,
    pub(super) issue_url: String,
    pub(super) item: String,
}

impl Head {
    /// The link in a line.
    pub(super) fn title(&self) -> String {
        match &self.issue {
            Some(issue) => format!("{} and {issue}", self.name),
            None => format!("{}, no issue yet", self.name),
        }
    }
}

/// The link that an address names.
pub(super) async fn find(app: &Console, id: &str) -> Result<Known, Trouble> {
    let missing = || Trouble::NotFound("link");
    let id: LinkId = id.parse().map_err(|_not_a_number| missing())?;
    let line = app.store.links().line(id).await?.ok_or_else(missing)?;
    let item = app.store.items().get(line.link.item).await?.ok_or_else(missing)?;
    let head = head(app, &line, &item).await?;
    let resolved = Resolved::of(&item)?;
    let spec = item.document.with_field_ids(&resolved.jira_names);
    Ok(Known { link: line.link, spec, schema: resolved.schema, head })
}

async fn head(app: &Console, told: &LinkLine, item: &Item) -> Result<Head, Trouble> {
    let link = &told.link;
    let org = app.store.connections().by_id(item.salesforce).await?;
    let site = app.store.connections().by_id(item.jira).await?;
    let at = |base: &str, path: &str| format!("{}/{path}", base.trim_end_matches('/'));
    let org = org.map(|org| at(&org.base_url, link.record.as_str()));
    let issue = link.issue_key.clone();
    let browse = format!("browse/{}", issue.as_deref().unwrap_or_default());
    Ok(Head {
        id: link.id,
        record: link.record.to_string(),
        name: match told.title.as_str() {
            "" => link.record.to_string(),
            title => title.to_owned(),
        },
        summary: told.summary.clone(),
        record_url: org.unwrap_or_default(),
        issue_url: site.map(|site| at(&site.base_url, &browse)).unwrap_or_default(),
        issue,
        item: item.document.name.clone(),
    })
}
