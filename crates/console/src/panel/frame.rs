//! What every page of the panel is drawn in.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::DateTime;
use lockstep_model::ConnectionId;
use url::form_urlencoded::Serializer;

use super::Ticket;
use crate::App;
use crate::trouble::Trouble;
use crate::view::Shell;

/// The frame of a panel's page.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(super) shell: Shell,
    pub(super) ticket: Ticket,
    /// The ticket, sealed, as it goes along in links and forms.
    pub(super) word: String,
}

impl Frame {
    /// For a page that nobody has a ticket for.
    pub(super) fn without_ticket(shell: Shell) -> Self {
        let ticket = Ticket {
            site: ConnectionId(0),
            issue: String::new(),
            key: String::new(),
            account: String::new(),
            edits: false,
            ends: DateTime::UNIX_EPOCH,
        };
        Self { shell, ticket, word: String::new() }
    }

    /// The address of a page of the panel.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{path}?ticket={}", self.word)
    }

    /// The address of a page that is about something.
    pub(super) fn of(&self, path: &str, name: &str, value: &impl ToString) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("ticket", &self.word).append_pair(name, &value.to_string());
        format!("{path}?{}", query.finish())
    }
}

impl FromRequestParts<App> for Frame {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Trouble> {
        if let Some(frame) = parts.extensions.get::<Self>() {
            return Ok(frame.clone());
        }
        // The guard has put it there on every route of the panel.
        Shell::from_request_parts(parts, app).await.map(Self::without_ticket)
    }
}
