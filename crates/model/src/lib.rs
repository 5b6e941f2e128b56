//! The vocabulary of Lockstep and every decision it takes.
//!
//! Pure: no I/O, no async, no clock, no randomness. From what both sides show (a [`Record`] and an
//! [`Issue`]) and what they were last seen to agree on (the [`Base`]), [`plan::plan`] says what is to
//! be done; [`settle`] says what they agree on afterwards.

pub mod activity;
pub mod adf;
pub mod associated;
pub mod base;
pub mod batch;
pub mod catalogue;
pub mod comments;
pub mod convert;
pub mod converted;
pub mod cost;
pub mod document;
pub mod drift;
pub mod explain;
pub mod fault;
pub mod field;
pub mod files;
pub mod glance;
pub mod ids;
pub mod item;
pub mod job;
pub mod ladder;
#[cfg(test)]
mod laws;
pub mod link_note;
mod name;
pub mod object;
pub mod parent;
pub mod people;
pub mod plan;
pub mod readiness;
pub mod rich;
pub mod rules;
pub mod settle;
pub mod snapshot;
pub mod status;
pub mod template;
pub mod told;
pub mod undo;
pub mod validate;
pub mod value;

pub use base::{Base, FieldBase, StatusBase};
pub use catalogue::Code;
pub use document::{ItemDocument, Place};
pub use fault::{Class, Fault};
pub use field::{JiraField, JiraKind, SalesforceField, SalesforceType, Schema};
pub use ids::{ConnectionId, CorrelationId, ItemId, LinkId, RecordId};
pub use item::ConnectedItem;
pub use job::{Job, JobKind, Lane, Verdict};
pub use plan::{Finding, Plan, Step};
pub use snapshot::{Comment, Issue, Record, Side};
pub use value::FieldValue;
