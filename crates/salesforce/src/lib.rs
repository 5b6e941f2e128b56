//! The Salesforce client: what Lockstep asks of an org, exact in what it sends and tolerant in what
//! it reads.
//!
//! Calls are metered, so each method says how many it makes; where two requests belong together
//! they travel as one composite call. Every refusal becomes a [`lockstep_model::Fault`] whose code
//! says what is to be done; [`errors`] holds that table.

mod associated;
mod bulk;
mod changes;
mod client;
mod comments;
mod composite;
mod count;
pub mod errors;
mod fate;
mod files;
mod history;
mod limits;
mod metadata;
mod notes;
mod objects;
mod org;
mod people;
mod records;
mod search;
mod session;
mod soql;
mod statuses;
pub mod time;
mod upsert;
mod wire;

#[cfg(test)]
mod tests;

pub use changes::{Changed, Cursor};
pub use client::{API_VERSION, SalesforceClient};
pub use comments::{ChangedComment, NewComment};
pub use files::{LinkedFile, NewFile, RECORDS_A_LOOK};
pub use limits::Usage;
pub use metadata::Described;
pub use objects::ObjectSummary;
pub use org::Organization;
pub use records::{Change, RecordQuery};
pub use search::{Hit, SearchIn};
pub use session::{Credentials, check_login_url};
pub use upsert::ExternalKey;
