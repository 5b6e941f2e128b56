//! The cards of an issue: one for each item that covers its project, or that has linked it.

use futures::future::join_all;
use lockstep_engine::RecordView;
use lockstep_model::Fault;
use lockstep_store::{Item, ItemState, Link, LinkState};

use super::Ticket;
use super::card::Card;
use super::frame::Frame;
use crate::Console;
use crate::trouble::Trouble;

/// An item with the issue's link under it, if there is one.
pub(super) struct Covering {
    pub(super) item: Item,
    pub(super) link: Option<Link>,
}

/// The items that concern an issue.
pub(super) async fn covering(console: &Console, ticket: &Ticket) -> Result<Vec<Covering>, Trouble> {
    let items = console.store.items().list().await?;
    let mut found = Vec::new();
    for item in items.into_iter().map(|row| row.item).filter(|item| item.jira == ticket.site) {
        let link = link_of(console, &item, ticket).await?;
        if link.is_some() || item.document.jira.covers(&ticket.key) {
            found.push(Covering { item, link });
        }
    }
    Ok(found)
}

/// The item of this name, if it concerns the issue.
pub(super) async fn covered_by(
    console: &Console,
    ticket: &Ticket,
    name: &str,
) -> Result<Covering, Trouble> {
    let all = covering(console, ticket).await?;
    all.into_iter().find(|one| one.item.document.name == name).ok_or(Trouble::NotFound("item"))
}

async fn link_of(console: &Console, item: &Item, ticket: &Ticket) -> Result<Option<Link>, Trouble> {
    let links = console.store.links();
    for seen in links.by_issues(item.id, std::slice::from_ref(&ticket.issue)).await? {
        if seen.state != LinkState::Unlinked {
            return Ok(links.get(seen.link).await?);
        }
    }
    Ok(None)
}

/// The link of this number, if it is one of the issue.
pub(super) async fn own_link(
    console: &Console,
    ticket: &Ticket,
    id: &str,
) -> Result<(Item, Link), Trouble> {
    let none = || Trouble::NotFound("link of this issue");
    let id = id.parse().map_err(|_no_number| none())?;
    let link = console.store.links().get(id).await?.ok_or_else(none)?;
    let item = console.store.items().get(link.item).await?.ok_or_else(none)?;
    let is_ours = item.jira == ticket.site && link.issue_id.as_ref() == Some(&ticket.issue);
    if is_ours { Ok((item, link)) } else { Err(none()) }
}

/// Draws them; the linked records are read as they are now, all at once.
pub(super) async fn cards(console: &Console, frame: &Frame) -> Result<Vec<Card>, Trouble> {
    let covering = covering(console, &frame.ticket).await?;
    let views = join_all(covering.iter().map(|one| view(console, one))).await;
    let cards = covering.iter().zip(views).map(|(one, seen)| Card::new(one, seen, &frame.shell));
    Ok(cards.collect())
}

/// What is seen of a link's record: where it is, and what it shows.
pub(super) struct Sighting {
    pub(super) url: Option<String>,
    pub(super) shown: Result<RecordView, Fault>,
}

async fn view(console: &Console, one: &Covering) -> Option<Sighting> {
    let link = one.link.as_ref()?;
    let engine = &console.engine;
    Some(Sighting {
        url: engine.record_url(link).await.ok(),
        shown: Box::pin(engine.view_record(link)).await,
    })
}

impl Covering {
    /// Whether the item is paused.
    pub(super) fn is_paused(&self) -> bool {
        self.item.state == ItemState::Paused
    }
}
