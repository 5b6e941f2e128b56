//! Leases: one worker a link at a time.
//!
//! *Guarantees.* Of any number of workers one holds a link; each holder's fence is greater than
//! those of the holders before it; a hint that finds the link held is either counted in `wanted`
//! before the holder lets go, or takes the lease itself. *Assumptions.* The holder renews before the
//! term ends, stops writing when a renewal fails, and commits by [`Store::commit`], which looks at
//! fence and `wanted` under the row's lock. The database's clock alone counts.

use std::time::Duration;

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use lockstep_model::LinkId;
use lockstep_model::plan::CommentPair;
use uuid::Uuid;

use crate::error::StoreError;
use crate::links::{self, Link};
use crate::pairs;
use crate::row::Reader;
use crate::statement::statements;
use crate::store::{Store, row_on};

statements! {
    TAKE = "INSERT INTO lease AS held (link, owner, job, fence, expires_at) \
        VALUES ($1, $2, $3, 1, clock_timestamp() + make_interval(secs => $4)) \
        ON CONFLICT (link) DO UPDATE SET owner = excluded.owner, job = excluded.job, \
            fence = held.fence + 1, expires_at = excluded.expires_at, wanted_version = NULL \
        WHERE held.owner IS NULL OR held.expires_at <= clock_timestamp() \
        RETURNING fence, wanted";
    // Only while it is held: a lease that was let go meanwhile is to be taken, not bumped.
    // A hint that tells a version is served by whoever has seen that version: it only counts if the
    // holder's commit turns out to be older.
    ASK_HOLDER = "UPDATE lease SET wanted = wanted + (job <> $2 AND $3::timestamptz IS NULL)::int, \
            wanted_version = CASE WHEN job <> $2 THEN greatest(wanted_version, $3) \
                ELSE wanted_version END \
        WHERE link = $1 AND owner IS NOT NULL AND expires_at > clock_timestamp() \
        RETURNING job = $2 AS same_job, \
            extract(epoch FROM expires_at - clock_timestamp())::double precision AS seconds_left";
    RENEW = "UPDATE lease SET expires_at = clock_timestamp() + make_interval(secs => $3) \
        WHERE link = $1 AND fence = $2 AND owner IS NOT NULL";
    RELEASE_UNWANTED = "UPDATE lease SET owner = NULL, job = NULL, expires_at = clock_timestamp() \
        WHERE link = $1 AND fence = $2 AND owner IS NOT NULL AND wanted = $3 \
            AND (wanted_version IS NULL OR wanted_version <= $4)";
    RELEASE = "UPDATE lease SET owner = NULL, job = NULL, expires_at = clock_timestamp() \
        WHERE link = $1 AND fence = $2 AND owner IS NOT NULL";
}

/// How often a lease is asked for while it changes hands under our eyes.
const ROUNDS_MAX: usize = 4;

/// What came of asking for a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease<T = Held> {
    /// It is ours.
    Taken(T),
    /// Somebody else has it.
    Busy {
        /// The same job holds it: another delivery of it runs, or died a moment ago. Come back after
        /// `left`. Otherwise the holder now knows that it is wanted and looks once more before it
        /// lets go: this job is done.
        same_job: bool,
        /// How long it runs if it is not renewed.
        left: Duration,
    },
}

/// A lease that we hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Greater than that of every holder before. Each write carries it.
    pub fence: i64,
    /// How many hints had asked for the link when it was taken; the commit compares.
    pub wanted: i64,
}

/// A link under our lease, as it was right after the lease was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The lease.
    pub held: Held,
    /// The link; `None` if it was deleted a moment later.
    pub link: Option<Link>,
    /// Its comments that are copies of one another, oldest first.
    pub pairs: Vec<CommentPair>,
}

/// Who wants a link's lease, and why.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The link.
    pub link: LinkId,
    /// Who will hold it: unique per process.
    pub owner: &'a str,
    /// The job that it is for.
    pub job: Uuid,
    /// How long it lasts without renewal.
    pub term: Duration,
    /// The issue's `updated` that the job's hint told, if it told one.
    pub version: Option<DateTime<Utc>>,
}

/// Who works on which link.
#[derive(Debug, Clone, Copy)]
pub struct Leases<'a> {
    pub(crate) store: &'a Store,
}

impl Leases<'_> {
    /// Takes the lease of a link for a job, or tells its holder that it is wanted.
    pub async fn take(
        self,
        link: LinkId,
        owner: &str,
        job: Uuid,
        term: Duration,
    ) -> Result<Lease, StoreError> {
        self.claim(&Claim { link, owner, job, term, version: None }).await
    }

    /// The same for a hint that may tell which version of the issue it is about.
    pub async fn claim(self, claim: &Claim<'_>) -> Result<Lease, StoreError> {
        self.ask(claim, || async move { take_on(&self.store.client().await?, claim).await }).await
    }

    /// The same, and reads the link as it is once the lease is ours. The three statements go out
    /// together: Postgres runs them one after another, each on what was committed before it.
    pub async fn open(self, claim: &Claim<'_>) -> Result<Lease<Opened>, StoreError> {
        self.ask(claim, || async move {
            let client = self.store.client().await?;
            let (held, link, pairs) = tokio::try_join!(
                take_on(&client, claim),
                links::get_on(&client, claim.link),
                pairs::of_link_on(&client, claim.link),
            )?;
            Ok(held.map(|held| Opened { held, link, pairs }))
        })
        .await
    }

    /// Tries to take the lease; where somebody holds it, tells the holder that it is wanted.
    async fn ask<T, F>(
        self,
        claim: &Claim<'_>,
        take: impl Fn() -> F,
    ) -> Result<Lease<T>, StoreError>
    where
        F: Future<Output = Result<Option<T>, StoreError>>,
    {
        let Claim { link, job, version, .. } = *claim;
        for _ in 0..ROUNDS_MAX {
            if let Some(taken) = self.store.once_more(&take).await? {
                return Ok(Lease::Taken(taken));
            }
            if let Some(row) = self.store.row(ASK_HOLDER, &[&link.0, &job, &version]).await? {
                let reader = Reader::new("lease", &row);
                let seconds: f64 = reader.get("seconds_left")?;
                let left = Duration::try_from_secs_f64(seconds).unwrap_or_default();
                return Ok(Lease::Busy { same_job: reader.get("same_job")?, left });
            }
        }
        // It changed hands in every round: nobody was told, so the job must come back.
        Ok(Lease::Busy { same_job: true, left: Duration::ZERO })
    }

    /// Extends the lease by a term from now. `false`: it is lost, stop writing.
    pub async fn renew(self, link: LinkId, fence: i64, term: Duration) -> Result<bool, StoreError> {
        let seconds = term.as_secs_f64();
        Ok(self.store.execute(RENEW, &[&link.0, &fence, &seconds]).await? == 1)
    }

    /// Lets the link go without having looked, because `seen` is all that was asked about. `false`:
    /// somebody asked for more meanwhile, or the lease is lost; look, and commit.
    pub async fn release_unwanted(
        self,
        link: LinkId,
        held: &Held,
        seen: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let with: crate::store::Params<'_> = &[&link.0, &held.fence, &held.wanted, &seen];
        Ok(self.store.execute(RELEASE_UNWANTED, with).await? == 1)
    }

    /// Lets the link go without a commit, as after a failure. `false`: it was lost already.
    ///
    /// Hints that were counted in `wanted` meanwhile are the retried job's to serve.
    pub async fn release(self, link: LinkId, fence: i64) -> Result<bool, StoreError> {
        Ok(self.store.execute(RELEASE, &[&link.0, &fence]).await? == 1)
    }
}

/// Takes the lease if nobody holds it.
async fn take_on(on: &impl GenericClient, claim: &Claim<'_>) -> Result<Option<Held>, StoreError> {
    let Claim { link, owner, job, term, .. } = *claim;
    let seconds = term.as_secs_f64();
    let Some(row) = row_on(on, TAKE, &[&link.0, &owner, &job, &seconds]).await? else {
        return Ok(None);
    };
    let reader = Reader::new("lease", &row);
    Ok(Some(Held { fence: reader.get("fence")?, wanted: reader.get("wanted")? }))
}
