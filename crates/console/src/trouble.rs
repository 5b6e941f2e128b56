//! What a page shows when it cannot do what it was asked: what happened, why, and what to do next.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lockstep_engine::ApplyError;
use lockstep_model::fault::FieldFault;
use lockstep_model::validate::Problem;
use lockstep_model::{Class, Code, Fault};
use lockstep_store::StoreError;

use crate::access::Right;
use crate::api::Scope;

/// Why a request is not served. The guard draws it as a page, in the shell of whoever asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// There is none, or no longer.
    #[error("There is no such {0}")]
    NotFound(&'static str),
    /// A link that works once was used, or its time is over; where another one comes from.
    #[error("This link is no longer good")]
    Spent(&'static str),
    /// The role of whoever asks does not allow it.
    #[error("Your role does not allow this")]
    NotAllowed(Right),
    /// The request does not come from one of our pages.
    #[error("This request did not come from a page of this console")]
    Foreign,
    /// The form belongs to a session that has ended.
    #[error("This form belongs to a session that has ended")]
    Stale,
    /// The panel was not opened by Jira.
    #[error("This panel was not opened by Jira")]
    NoTicket,
    /// The panel was open for long.
    #[error("This panel has been open for a while")]
    TicketEnded,
    /// Jira does not let the person edit the issue.
    #[error("You may look at this issue, but not edit it")]
    LooksOn,
    /// A program shows no token, or one that is none.
    #[error("This takes a token")]
    NoToken,
    /// A token's scopes or its owner's role do not allow it.
    #[error("The token does not allow this")]
    BeyondToken(Right),
    /// A token calls more often than it may.
    #[error("The token calls too often")]
    TooOften,
    /// What was sent has problems.
    #[error("{of}")]
    Problems {
        /// What of.
        of: String,
        /// What they are.
        problems: Vec<Problem>,
    },
    /// More bytes than are taken.
    #[error("That is more than is taken at once")]
    TooLarge,
    /// What was asked for cannot be done, and this is why.
    #[error("{0}")]
    Refused(String),
    /// A part of the system could not do it.
    #[error("{}", .0.code.title())]
    Fault(Fault),
    /// Ours to mend.
    #[error("This page cannot be drawn")]
    Defect(String),
}

impl Trouble {
    /// The engine's refusal of an item, or of a part of it.
    pub(crate) fn from_apply(error: ApplyError, of: impl Into<String>) -> Self {
        match error {
            ApplyError::Problems(problems) => Self::Problems { of: of.into(), problems },
            ApplyError::Fault(fault) => Self::Fault(fault),
        }
    }

    /// The row of the catalogue, where it has one.
    pub(crate) fn code(&self) -> Option<Code> {
        match self {
            Self::Fault(fault) => Some(fault.code),
            _ => None,
        }
    }

    /// What exactly.
    pub(crate) fn detail(&self) -> &str {
        match self {
            Self::Fault(fault) => &fault.detail,
            Self::Defect(detail) => detail,
            _ => "",
        }
    }

    /// What there is none of.
    pub(crate) fn missing(&self) -> Option<&str> {
        match self {
            Self::NotFound(what) => Some(what),
            _ => None,
        }
    }

    /// What the vendor says of each field that it names.
    pub(crate) fn fields(&self) -> &[FieldFault] {
        match self {
            Self::Fault(fault) => &fault.fields,
            _ => &[],
        }
    }

    /// What is wrong with what was sent, each with its place.
    pub(crate) fn problems(&self) -> &[Problem] {
        match self {
            Self::Problems { problems, .. } => problems,
            _ => &[],
        }
    }

    /// What to do next.
    pub(crate) fn remedy(&self) -> String {
        let words = match self {
            Self::NotFound(_) => {
                "It may have been removed, or the address is not whole. Look for it from the home page."
            }
            Self::NotAllowed(right) => {
                let (least, what) = (right.least().name(), right.words());
                return format!(
                    "{what} takes the role {least} or more. Ask an administrator of this console for it."
                );
            }
            Self::Spent(another) => another,
            Self::Foreign => "Open the page in this console and press the button there.",
            Self::Stale => {
                "Go back, copy what you typed if it is long, reload the page, and send it again."
            }
            Self::NoTicket => "Open the issue in Jira and look at the panel there.",
            Self::TicketEnded => "Reload the issue to go on.",
            Self::LooksOn => {
                "Linking, unlinking and refreshing take Jira's permission Edit Issues: ask an administrator of \
                 the project for it, then reload the issue."
            }
            Self::NoToken => {
                "Send `Authorization: Bearer` and a token of this console that is neither revoked nor ended."
            }
            Self::BeyondToken(right) => {
                let (scope, least) = (Scope::least(*right).name(), right.least().name());
                let what = right.words();
                return format!(
                    "{what} takes a token with the scope {scope}, of an account with the role {least} or more."
                );
            }
            Self::TooOften => "Wait as long as Retry-After says.",
            Self::Problems { .. } => "Mend what the problems say, and send it again.",
            Self::TooLarge => "Send less at once.",
            Self::Refused(_) => "Try again once that is mended.",
            Self::Fault(fault) => fault.code.remedy(),
            Self::Defect(_) => "This is a defect of Lockstep: report it with the text above.",
        };
        words.to_owned()
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Spent(_) => StatusCode::GONE,
            Self::NotAllowed(_)
            | Self::BeyondToken(_)
            | Self::LooksOn
            | Self::Foreign
            | Self::Stale => StatusCode::FORBIDDEN,
            Self::NoToken | Self::NoTicket | Self::TicketEnded => StatusCode::UNAUTHORIZED,
            Self::TooOften => StatusCode::TOO_MANY_REQUESTS,
            Self::Problems { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Refused(_) => StatusCode::CONFLICT,
            Self::Defect(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Fault(fault) => match fault.class() {
                _ if fault.code == Code::NotLinked => StatusCode::NOT_FOUND,
                _ if is_invocation(fault.code) => StatusCode::UNAUTHORIZED,
                Class::Transient | Class::Throttled => StatusCode::SERVICE_UNAVAILABLE,
                Class::Unauthorized => StatusCode::BAD_GATEWAY,
                Class::Rejected => StatusCode::UNPROCESSABLE_ENTITY,
                Class::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }
}

/// Whether it is about the token by which Jira vouches for a person.
fn is_invocation(code: Code) -> bool {
    matches!(code, Code::PanelToken | Code::PanelExpired | Code::PanelOtherApp | Code::PanelContext)
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            // The name of a constraint is a domain error, and its words say what to do.
            StoreError::Conflict { .. } => Self::Refused(error.to_string()),
            other => Self::Fault(other.into()),
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
