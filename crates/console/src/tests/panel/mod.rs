//! The panel: whoever Jira vouches for, their tickets, and what they see of an issue.

mod cards;
mod live;
mod tickets;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use chrono::TimeDelta;
use lockstep_model::{ConnectedItem, ConnectionId};
use lockstep_store::Item;
use serde_json::json;
use url::form_urlencoded::Serializer;

use super::{Desk, Seen};
use crate::panel::Ticket;

/// The issue that these panels are of.
const ISSUE: &str = "10042";

/// What the org and the site are called.
const NAMES: (&str, &str) = ("acme-org", "acme-site");

/// An item of this name over the project SUP.
async fn item(desk: &Desk, name: &str, more: &str) -> Item {
    let yaml = format!(
        "{{ name: {name}, salesforce: {{ connection: acme-org, object: Case }}, mode: two-way, \
         jira: {{ connection: acme-site, project: SUP, issue_type: Bug }}{more} }}"
    );
    let read = lockstep_model::ItemDocument::read(&yaml);
    let spec: ConnectedItem = read.expect("an item").item;
    let (org, site) = desk.connections(NAMES).await;
    let schema = lockstep_model::Schema::default();
    let extra = json!({ "issue_type_id": "1", "name_field": "CaseNumber", "schema": schema });
    let applied = desk.store.items().apply(&spec, org.id, site.id, &extra).await.expect("applied");
    desk.store.items().get(applied.id).await.expect("read").expect("the item")
}

async fn site(desk: &Desk) -> ConnectionId {
    desk.connections(NAMES).await.1.id
}

/// A ticket of the issue, sealed.
async fn ticket(desk: &Desk) -> String {
    sealed(desk, "SUP-24", TimeDelta::minutes(5)).await
}

async fn sealed(desk: &Desk, key: &str, left: TimeDelta) -> String {
    let ticket = Ticket {
        site: site(desk).await,
        issue: ISSUE.to_owned(),
        key: key.to_owned(),
        account: "557058:bb".to_owned(),
        edits: true,
        ends: desk.app.ambient.now() + left,
    };
    ticket.seal(desk.store.keys()).expect("sealed")
}

/// A page of the panel, as the frame loads it.
async fn look(desk: &Desk, path: &str, word: &str) -> Seen {
    let and = if path.contains('?') { '&' } else { '?' };
    let request = Request::get(format!("{path}{and}ticket={word}")).body(Body::empty());
    desk.send(request.expect("a request")).await
}

/// A form of the panel, as the frame sends it.
async fn press(desk: &Desk, path: &str, fields: &[(&str, &str)]) -> Seen {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    let kind = "application/x-www-form-urlencoded";
    let request = Request::post(path).header(CONTENT_TYPE, kind).body(Body::from(body));
    desk.send(request.expect("a request")).await
}
