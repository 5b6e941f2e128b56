//! The guard before every route of the panel. Its pages say where they may be framed.

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use lockstep_model::ConnectionId;
use url::{Url, form_urlencoded};

use super::Ticket;
use super::frame::Frame;
use super::ticket::NoTicket;
use crate::access::Needs;
use crate::form::Form;
use crate::problem::Problem;
use crate::trouble::Trouble;
use crate::view::Shell;
use crate::{App, Console};

/// Most bytes of a form: an id, a search, and a ticket.
const FORM_MAX: usize = 64 * 1024;

/// The field that every form of the panel carries, and what its addresses end with.
const TICKET: &str = "ticket";

/// Nothing but our own files; the frames around us are added.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors";

#[derive(Template)]
#[template(path = "panel/trouble.html")]
struct TroublePage<'a> {
    frame: &'a Frame,
    trouble: &'a Trouble,
    remedy: String,
}

/// Lets a request through to its handler, with the frame and the form as extensions; draws the
/// trouble that there is.
pub(crate) async fn guard(
    State((app, needs)): State<(App, Needs)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, FORM_MAX).await else {
        return refused(
            &app,
            needs,
            &Frame::without_ticket(Shell::of(&app, &parts, None)),
            &Trouble::TooLarge,
        );
    };
    let shell = Shell::of(&app, &parts, None);
    if needs == Needs::Invocation {
        let response = next.run(Request::from_parts(parts, Body::from(body))).await;
        return match response.extensions().get::<Trouble>() {
            Some(trouble) => Problem::of(&app, trouble).into_response(),
            None => response,
        };
    }
    let form = Form::parse(&body);
    let word = word(&parts, &form);
    let frame = match Ticket::open(app.store.keys(), &word, app.ambient.now()) {
        Ok(ticket) => Frame { shell, ticket, word },
        Err(why) => return refused(&app, needs, &Frame::without_ticket(shell), &no_ticket(why)),
    };
    parts.extensions.insert(form);
    parts.extensions.insert(frame.clone());
    let drawn = if needs == Needs::EditingTicket && !frame.ticket.edits {
        draw(&frame, &Trouble::LooksOn)
    } else {
        let response = next.run(Request::from_parts(parts, Body::empty())).await;
        match response.extensions().get::<Trouble>() {
            Some(trouble) => draw(&frame, &trouble.clone()),
            None => response,
        }
    };
    let site = site(&app, frame.ticket.site).await;
    framed(&app, site.as_deref(), drawn)
}

/// The ticket stands in the form that is sent, or in the address.
fn word(parts: &Parts, form: &Form) -> String {
    if parts.method == Method::POST {
        return form.raw(TICKET).to_owned();
    }
    let query = parts.uri.query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == TICKET).map(|(_, word)| word.into_owned()).unwrap_or_default()
}

fn no_ticket(why: NoTicket) -> Trouble {
    match why {
        NoTicket::Foreign => Trouble::NoTicket,
        NoTicket::Ended => Trouble::TicketEnded,
    }
}

fn refused(app: &Console, needs: Needs, frame: &Frame, trouble: &Trouble) -> Response {
    if needs == Needs::Invocation {
        return Problem::of(app, trouble).into_response();
    }
    framed(app, None, draw(frame, trouble))
}

fn draw(frame: &Frame, trouble: &Trouble) -> Response {
    if trouble.status().is_server_error() {
        tracing::warn!(
            code = trouble.code().map(tracing::field::display),
            detail = trouble.detail(),
            "a panel cannot be served: {trouble}"
        );
    }
    let page = TroublePage { frame, trouble, remedy: trouble.remedy() };
    match page.render() {
        Ok(html) => (trouble.status(), Html(html)).into_response(),
        Err(_) => trouble.status().into_response(),
    }
}

/// The address of the site, as a browser names it.
async fn site(app: &Console, id: ConnectionId) -> Option<String> {
    let row = app.store.connections().by_id(id).await.ok().flatten()?;
    let origin = Url::parse(&row.base_url).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// Says where a page may be framed, and keeps its address, which holds the ticket, to itself.
fn framed(app: &Console, site: Option<&str>, mut response: Response) -> Response {
    let policy = format!("{POLICY} {} {}", app.settings.frames, site.unwrap_or_default());
    if let Ok(policy) = HeaderValue::from_str(policy.trim_end()) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
