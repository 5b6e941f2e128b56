//! One connection: who it is, how it stands, and what can be done with it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use lockstep_engine::{ConnectionTest, JiraSettings, SalesforceSettings};
use lockstep_store::{Connection, ConnectionKind, ConnectionState};
use serde::de::DeserializeOwned;

use super::{Checklist, found, look, state};
use crate::App;
use crate::trouble::Trouble;
use crate::view::{Answer, Field, Kind, Lozenge, Remark, Shell, Time, page as draw};

#[derive(Template)]
#[template(path = "connection.html")]
struct Detail {
    shell: Shell,
    name: String,
    salesforce: bool,
    vendor: &'static str,
    state: Lozenge,
    /// Code, title, detail and remedy of what paused it.
    paused: Option<(String, &'static str, String, &'static str)>,
    held: Option<String>,
    facts: Vec<(&'static str, String)>,
    calls: String,
    saved: Time,
    items: Vec<String>,
    secret: Field,
    webhook: Option<Field>,
    has_webhook: bool,
    hook: String,
    checklist: Checklist,
}

pub(super) async fn page(State(app): State<App>, shell: Shell, Path(name): Path<String>) -> Answer {
    let row = found(&app, &name).await?;
    draw(&detail(&app, shell, row, (Checklist::default(), Vec::new())).await?)
}

/// The page with a test that was just made and that does not hold in everything.
pub(super) async fn after(app: &App, shell: Shell, name: &str, test: &ConnectionTest) -> Answer {
    with(app, shell, name, (Checklist::from(test), Vec::new())).await
}

/// The page with what came of a form on it, which was not taken.
pub(super) async fn with(
    app: &App,
    shell: Shell,
    name: &str,
    (checklist, wrong): (Checklist, Vec<(&'static str, Remark)>),
) -> Answer {
    let row = found(app, name).await?;
    let mended = checklist.ok() && wrong.is_empty();
    let mut response = draw(&detail(app, shell, row, (checklist, wrong)).await?)?;
    if !mended {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

async fn detail(
    app: &App,
    shell: Shell,
    row: Connection,
    (checklist, wrong): (Checklist, Vec<(&'static str, Remark)>),
) -> Result<Detail, Trouble> {
    let uses = |item: &lockstep_store::Item| item.salesforce == row.id || item.jira == row.id;
    let items = app.store.items().list().await?.into_iter().map(|summary| summary.item);
    let items = items.filter(uses).map(|item| item.document.name).collect();
    let salesforce = row.kind == ConnectionKind::Salesforce;
    let remarks = |name: &str| {
        let of = wrong.iter().filter(|(field, _)| *field == name);
        of.map(|(_, remark)| remark.clone()).collect::<Vec<_>>()
    };
    let title = if salesforce { "New OAuth Client Secret" } else { "New API token" };
    Ok(Detail {
        vendor: look::vendor(row.kind),
        state: state(&row, shell.now),
        paused: paused(&row),
        held: look::held(&row, shell.now),
        facts: facts(&row),
        calls: look::calls(&look::usage(app, shell.now).await?, &row),
        saved: shell.time(&row.updated_at),
        items,
        secret: Field::new("secret", title, Kind::Secret).required().remark(remarks("secret")),
        webhook: (!salesforce).then(|| {
            Field::new("webhook", "New webhook secret", Kind::Secret)
                .required()
                .remark(remarks("webhook"))
        }),
        has_webhook: row.has_webhook_secret,
        hook: format!("/hooks/jira/{}", row.name),
        salesforce,
        checklist,
        name: row.name,
        shell,
    })
}

fn paused(row: &Connection) -> Option<(String, &'static str, String, &'static str)> {
    match &row.state {
        ConnectionState::Active => None,
        ConnectionState::Paused { code, detail } => {
            Some((code.to_string(), code.title(), detail.clone(), code.remedy()))
        }
    }
}

/// What is known of it, none of it secret.
fn facts(row: &Connection) -> Vec<(&'static str, String)> {
    let unknown = || "not known yet: test the connection".to_owned();
    match row.kind {
        ConnectionKind::Salesforce => {
            let kept: SalesforceSettings = settings(row);
            vec![
                ("Login URL", row.base_url.clone()),
                ("Client ID", kept.client_id),
                ("Org name", kept.org_name.unwrap_or_else(unknown)),
                ("Org ID", kept.org_id.unwrap_or_else(unknown)),
                ("Instance URL", kept.instance_url.unwrap_or_else(unknown)),
            ]
        }
        ConnectionKind::Jira => {
            let kept: JiraSettings = settings(row);
            vec![
                ("Site", row.base_url.clone()),
                ("Integration user", kept.email),
                ("Account ID", kept.account_id.unwrap_or_else(unknown)),
            ]
        }
    }
}

fn settings<T: DeserializeOwned + Default>(row: &Connection) -> T {
    T::deserialize(&row.settings).unwrap_or_default()
}
