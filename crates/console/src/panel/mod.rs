//! The panel: what a Jira issue shows of its Salesforce records.
//!
//! It lives in a frame of the issue, so it has neither session nor cookie. Jira vouches for whoever
//! opens it by an invocation token; `POST /panel/session` checks that token, asks Jira whether the
//! person sees the issue and may edit it, and gives a [`Ticket`] for this issue and this person that
//! ends within minutes. Who may not edit the issue looks on. The ticket opens the page and stands in
//! each of its forms: no other site can have it, so a form that carries it is one of ours.

mod associated;
mod card;
mod cards;
mod door;
mod frame;
mod guard;
mod hand;
mod linking;
mod page;
mod session;
mod ticket;

pub(crate) use door::Door;
pub(crate) use guard::guard;
pub(crate) use ticket::Ticket;

use crate::access::Needs;
use crate::routes::Routes;

/// What the panel serves.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post(Needs::Invocation, "/panel/session", session::open)
        .get(Needs::Ticket, "/panel", page::page)
        .get(Needs::EditingTicket, "/panel/link", linking::look)
        .post(Needs::EditingTicket, "/panel/link", linking::link)
        .get(Needs::Ticket, "/panel/associated", associated::page)
        .post(Needs::EditingTicket, "/panel/refresh", hand::refresh)
        .post(Needs::EditingTicket, "/panel/unlink", hand::unlink)
}
