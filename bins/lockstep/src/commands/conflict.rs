//! `lockstep conflict …`: what waits for a person.

use lockstep_model::Side;
use lockstep_model::base::Held;
use lockstep_store::Link;
use serde_json::{Value, json};

use super::{diff, sync};
use crate::args::{ConflictCommand, Take};
use crate::operations::Operations;
use crate::output::{Failure, Output, or_dash, table};

pub async fn run(
    command: &ConflictCommand,
    operations: &impl Operations,
    output: Output,
) -> Result<(), Failure> {
    match command {
        ConflictCommand::List { item, limit } => {
            let links = operations.conflicts(item.as_deref(), *limit).await?;
            let as_json: Vec<Value> = links
                .iter()
                .flat_map(|link| held(link).map(|(key, _)| json_of(link, key)))
                .collect();
            output.show(&as_json, |_| list(&links));
        }
        ConflictCommand::Show { link, field } => {
            let (link, key) = find(operations, link, field).await?;
            output.show(&json_of(&link, &key), |_| show(&link, &key));
        }
        ConflictCommand::Resolve { link, field, take, actor } => {
            let (link, mapping) = find(operations, link, field).await?;
            let take = match take {
                Take::Salesforce => Side::Salesforce,
                Take::Jira => Side::Jira,
            };
            let asked = operations.decide(link.id, (&mapping, take), actor).await?;
            output.show(&asked, sync::told);
        }
    }
    Ok(())
}

fn held(link: &Link) -> impl Iterator<Item = (&str, &Held)> {
    link.base.held.iter().map(|(key, held)| (key.as_str(), held))
}

/// The link, and the key of a mapping of it whose conflict is held.
async fn find(
    operations: &impl Operations,
    wanted: &str,
    field: &str,
) -> Result<(Link, String), Failure> {
    let link = operations.link(wanted).await?;
    let item = operations.item_of(&link).await?;
    let named = item.as_ref().and_then(|item| item.document.mapping_named(field));
    let key = named.map_or_else(|| field.to_owned(), lockstep_model::item::Mapping::key);
    if link.base.held.contains_key(&key) {
        return Ok((link, key));
    }
    let others: Vec<&str> = held(&link).map(|(key, _)| key).collect();
    let others = if others.is_empty() { "nothing".to_owned() } else { others.join(", ") };
    let detail = format!("held conflict of `{field}` on link {}: it holds {others}", link.id);
    Err(Failure::Missing(detail))
}

fn json_of(link: &Link, key: &str) -> Value {
    let agreed = link.base.fields.get(key);
    json!({
        "link": link.id, "record": link.record, "issue": link.issue_key, "mapping": key,
        "base": agreed.map(|base| json!({ "salesforce": base.salesforce, "jira": base.jira })),
        "held": link.base.held.get(key), "synced_at": link.synced_at,
    })
}

fn list(links: &[Link]) -> String {
    let rows = links.iter().flat_map(|link| {
        held(link).map(|(key, held)| {
            vec![
                link.id.to_string(),
                or_dash(link.issue_key.as_deref()),
                key.to_owned(),
                diff::value(&held.salesforce),
                diff::value(&held.jira),
            ]
        })
    });
    let header = ["LINK", "ISSUE", "MAPPING", "SALESFORCE", "JIRA"];
    table(&header, rows.collect(), "no conflict waits for anybody")
}

fn show(link: &Link, key: &str) -> String {
    let mut lines = vec![format!(
        "link {}: record {} <-> issue {}, {key}",
        link.id,
        link.record,
        or_dash(link.issue_key.as_deref())
    )];
    let both = |title: &str, salesforce, jira| {
        let (salesforce, jira) = (diff::value(salesforce), diff::value(jira));
        format!("  {title}: Salesforce {salesforce}, Jira {jira}")
    };
    match link.base.fields.get(key) {
        Some(base) => lines.push(both("agreed", &base.salesforce, &base.jira)),
        None => lines.push("  agreed: never".to_owned()),
    }
    lines.extend(link.base.held.get(key).map(|held| both("now", &held.salesforce, &held.jira)));
    lines.push(format!(
        "`lockstep conflict resolve {} {key} --take salesforce` (or `jira`) decides it",
        link.id
    ));
    lines.join("\n")
}
