//! All of SQL: the pool, the errors, one module for each table noun, and the migrations.
//!
//! A noun is reached through the [`Store`]: `store.links().get(id)`, `store.leases().take(..)`. Each
//! call borrows a pooled connection for its own statements only and gives it back before it
//! returns; no transaction leaves this crate. So nothing is held across a remote call.
//!
//! Every statement is a named constant of its table's module (see `statement.rs`) and a test prepares
//! each of them against a migrated database. Leases, sweeps and promises go by the database's clock
//! alone: a worker whose clock is wrong harms nobody.

mod accounts;
pub mod admin;
mod api_tokens;
mod audit;
mod audit_pages;
mod audit_undo;
mod batch;
mod burials;
mod by_id;
mod commit;
mod config;
mod connections;
mod dead_letters;
mod drafts;
mod effects;
mod error;
mod files;
mod gone;
mod invitations;
mod item_pages;
mod items;
mod leases;
mod link_text;
mod linking;
mod links;
mod logins;
mod measures;
mod migrate;
mod needs;
mod oidc_logins;
mod pairs;
mod parents;
mod promises;
mod row;
mod seal;
mod search;
mod secrets;
mod sessions;
mod setup;
mod statement;
mod store;
mod sweeps;
mod tally;
#[cfg(test)]
mod tests;
mod writing;

pub use accounts::{Account, AccountId, Accounts, NewAccount, Role};
pub use api_tokens::{ApiToken, ApiTokens, NewApiToken};
pub use audit::{Audit, AuditRow, NewAudit, Outcome};
pub use audit_pages::AuditFilter;
pub use burials::Letters;
pub use by_id::Asked;
pub use commit::{Commit, Committed};
pub use config::StoreConfig;
pub use connections::{Connection, ConnectionKind, ConnectionState, Connections, NewConnection};
pub use dead_letters::{Burial, DeadLetter, DeadLetterState, DeadLetters};
pub use drafts::{Draft, Drafts, NewDraft};
pub use effects::{Effects, Intent, NewEffect};
pub use error::{Driver, StoreError};
pub use files::Files;
pub use gone::HeldDeletes;
pub use invitations::Invitations;
pub use item_pages::{Backlog, ItemVersion, VersionLine};
pub use items::{Applied, Item, ItemState, ItemSummary, Items};
pub use leases::{Claim, Held, Lease, Leases, Opened};
pub use link_text::Told;
pub use linking::{HandedOn, Heir, Linked};
pub use links::{Filter, Link, LinkState, Links, Origin, Seen};
pub use logins::{Failures, Logins};
pub use measures::{CallUsage, LimitSeen, Measures, Point};
pub use migrate::{MigrationError, MigrationState, Migrator, SCHEMA_VERSION};
pub use needs::{NeedGroup, NeedKind, Needs, WAITING_MAX};
pub use oidc_logins::{OidcLogin, OidcLogins};
pub use promises::Promises;
pub use seal::{KeyRing, KeyRingError, SealError};
pub use search::{COUNT_MAX, LinkLine, Matter, Search};
pub use sessions::{Session, Sessions, SignedIn};
pub use setup::Setup;
pub use store::{PoolStatus, Store};
pub use sweeps::Cursors;
pub use tally::{BOUNDS, Measured, Series, Tally, minute_of};
pub use writing::Writing;
