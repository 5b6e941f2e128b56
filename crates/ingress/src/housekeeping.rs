//! Housekeeping: what is to be made ahead of its time, and what is kept no longer. Any number of
//! ingresses may do it; each deletes in bounded batches.

use std::time::Duration;

use lockstep_store::{Store, StoreError};

/// How often it is done.
pub(crate) const EVERY: Duration = Duration::from_secs(600);

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long measures are kept: five weeks.
const MEASURES_AGE: Duration = Duration::from_secs(35 * 24 * 60 * 60);

/// The trail's months that are there ahead of time.
const MONTHS_AHEAD: i32 = 3;

/// Rows that one statement deletes at most.
const BATCH: i64 = 5000;

/// Batches of one kind at a time; the rest waits for the next turn.
const BATCHES_MAX: usize = 20;

/// Does all of it once, and says how many rows were deleted.
///
/// # Errors
/// The store cannot be asked.
pub(crate) async fn keep_house(store: &Store) -> Result<u64, StoreError> {
    store.audit().ensure_partitions(MONTHS_AHEAD).await?;
    let mut deleted = in_batches(|| store.measures().purge(MEASURES_AGE, BATCH)).await?;
    deleted += in_batches(|| store.sessions().purge(BATCH)).await?;
    deleted += in_batches(|| store.logins().purge(DAY, BATCH)).await?;
    deleted += in_batches(|| store.oidc_logins().purge(BATCH)).await?;
    Ok(deleted)
}

/// Deletes batch by batch until one is not full.
async fn in_batches<F>(purge: impl Fn() -> F) -> Result<u64, StoreError>
where
    F: Future<Output = Result<u64, StoreError>>,
{
    let mut all = 0;
    for _ in 0..BATCHES_MAX {
        let deleted = purge().await?;
        all += deleted;
        if deleted < BATCH.unsigned_abs() {
            break;
        }
    }
    Ok(all)
}
