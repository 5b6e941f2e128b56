//! The site as a domain model: what is there, what may be done, and what each act changes.

pub mod catalog;
mod comments;
mod create;
mod display;
mod draft;
mod edit;
pub mod fields;
mod issue;
mod moving;
mod read;
mod refusal;
mod site;
mod work_logs;
pub mod workflow;

pub use create::Created;
pub(in crate::jira) use display::name_of;
pub use issue::{
    Attachment, Change, ChangeItem, Comment, FieldValue, Issue, IssueLink, RemoteLink, WorkLog,
};
pub use refusal::Refusal;
pub use site::{Actor, Event, EventKind, Site};
pub use work_logs::{no_log, time_spent};
