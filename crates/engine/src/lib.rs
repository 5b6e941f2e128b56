//! The engine: gather → plan → apply → commit.
//!
//! It decides nothing about values (that is `lockstep_model`) and speaks no wire format (that is the
//! clients): it reads both sides, asks the model what is to be done, does it under a lease and the
//! effect ledger, and commits what came of it in one transaction.
//!
//! **Expected flow.** A job names a link (or an issue, a record, an item that leads to links). The
//! worker takes the link's lease, reads both sides, applies the plan, commits and releases.
//!
//! **Guarantees.** A crash at any point, a second delivery or another order of hints leaves one
//! issue, one comment, and both sides as the plan wants them. A worker that lost its lease commits
//! nothing.
//!
//! **Assumptions.** Reads by id are consistent on both vendors' sides; searches are not.

mod apply;
mod ask;
mod associated;
mod audit;
mod batch;
mod catalog;
mod census;
mod clients;
mod conversion;
mod decide;
mod digest;
mod explain;
mod find;
mod follow;
mod gather;
mod handler;
mod hashes;
mod lease;
mod linking;
mod measures;
mod objects;
mod parents;
mod pipe;
mod preview;
mod reconcile;
mod records;
mod setup;
mod site;
mod sweep;
mod sweep_by_id;
mod sweep_comments;
mod sweep_due;
mod sweep_files;
mod sweep_news;
mod undo;
mod verdicts;
mod view;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use lockstep_jira::HttpClient;
use lockstep_queue::Publisher;
use lockstep_store::Store;
use tokio::sync::Semaphore;

pub use ask::Asked;
pub use associated::{Associated, AssociatedGroup, AssociatedRecord, Missing};
pub use catalog::Resolved;
pub use clients::{JiraSettings, SalesforceSettings};
pub use linking::{ByHand, Found};
pub use objects::{ObjectChoice, ObjectGroup};
pub use preview::{
    DriftReport, Estimate, Extent, ItemDrift, ItemPreview, ItemUndo, LinkDrift, LinkNow, LinkPlan,
    LinkPreview, LinkUndo,
};
pub use setup::{
    Applied, AppliedItem, ApplyError, Check, CheckedItem, ConnectionTest, Creates, NewJira,
    NewSalesforce, Project,
};
pub use view::{LinkDetail, RecordView, ShownField};
pub use worker::{Concurrency, ConsumerEnded, Worker};

/// Tells the time; the process's real clock, or a test's.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How a worker behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who holds the leases: unique per process.
    pub owner: String,
    /// How long a lease lasts without renewal.
    pub lease: Duration,
    /// How old an unanswered write must be before the other side is asked whether it arrived: until
    /// then the vendor may still be at it, whatever became of our connection.
    pub settle_after: Duration,
}

/// Everything that a job needs.
#[derive(Clone)]
pub struct Engine {
    pub(crate) store: Store,
    pub(crate) publisher: Option<Publisher>,
    pub(crate) catalog: Arc<catalog::Catalog>,
    pub(crate) clock: Clock,
    pub(crate) settings: Settings,
    pub(crate) hands: Arc<Semaphore>,
    pub(crate) measures: Arc<measures::Measures>,
}

impl Engine {
    /// An engine that handles jobs: it publishes follow-up jobs through `publisher`.
    pub fn new(
        store: Store,
        publisher: Publisher,
        http: HttpClient,
        clock: Clock,
        settings: Settings,
    ) -> Self {
        Self { publisher: Some(publisher), ..Self::offline(store, http, clock, settings) }
    }

    /// An engine without a broker: it tests, applies items and previews plans, but handles no jobs.
    pub fn offline(store: Store, http: HttpClient, clock: Clock, settings: Settings) -> Self {
        let catalog = Arc::new(catalog::Catalog::new(store.clone(), http));
        let hands = Arc::new(Semaphore::new(lockstep_model::cost::HANDS));
        let measures = Arc::default();
        Self { store, publisher: None, catalog, clock, settings, hands, measures }
    }
}
