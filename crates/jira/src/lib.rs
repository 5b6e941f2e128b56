//! The Jira Cloud client: what Lockstep asks of a site, exact in what it sends and tolerant in what
//! it reads.
//!
//! Every refusal becomes a [`lockstep_model::Fault`] whose code says what is to be done; [`errors`]
//! holds that table. Facts about the vendor's behaviour are cited by operation name of the official
//! platform REST API, version 3.

mod bulk;
mod changelog;
mod client;
mod comments;
mod credentials;
pub mod errors;
mod files;
pub mod forge;
mod issues;
mod marked;
mod metadata;
mod people;
mod probe;
mod projects;
mod properties;
mod search;
pub mod time;
mod transitions;
pub mod webhook;
mod whereabouts;
mod wire;
mod work_logs;
mod workflows;

#[cfg(test)]
mod tests;

pub use bulk::Created;
pub use client::{JiraClient, Myself};
pub use comments::NewComment;
pub use credentials::Credentials;
pub use issues::{CreatedIssue, IssueQuery, NewIssue};
pub use lockstep_http::HttpClient;
pub use marked::{Candidate, Marked};
pub use metadata::IssueType;
pub use projects::{Permission, Project};
pub use search::{Changed, IssueStamp, Scope};
pub use whereabouts::{ASKED_MAX, Whereabouts};
pub use work_logs::NewWorkLog;
