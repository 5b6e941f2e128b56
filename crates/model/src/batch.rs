//! Mappings that are written in batches: live ones follow every look, the others wait for their item's
//! next batch.
//!
//! A difference that may not be written yet is remembered with the time of its batch ([`Base::batch`]).
//! Nothing else is: when the batch comes, both sides are read and decided on as they are then. So a
//! change is never lost, and one that was taken back meanwhile is never written.
//!
//! [`Base::batch`]: crate::base::Base::batch

use chrono::{DateTime, Duration, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::item::ConnectedItem;
use crate::job::Cause;

/// When changes of a mapping are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// As soon as they are seen.
    #[default]
    Live,
    /// With the item's next batch.
    Batch,
}

/// When the batch of an item comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// With every sweep.
    Sweep,
    /// With the first sweep of each hour, by the clock of the item's time zone.
    #[default]
    Hourly,
    /// With the first sweep after two o'clock at night in the item's time zone.
    Nightly,
}

/// The hour at which a nightly batch begins.
const NIGHT: u32 = 2;

impl Schedule {
    /// The first batch that begins after `now`; with every sweep, any from now on.
    pub fn next(self, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Sweep => now,
            Self::Hourly => whole_hour(zone, now + Duration::hours(1)),
            Self::Nightly => next_night(zone, now),
        }
    }
}

fn whole_hour(zone: Tz, at: DateTime<Utc>) -> DateTime<Utc> {
    let clock = at.with_timezone(&zone);
    let past = i64::from(clock.minute()) * 60 + i64::from(clock.second());
    at - Duration::seconds(past) - Duration::nanoseconds(i64::from(clock.nanosecond()))
}

/// Where the clocks skip two o'clock, the batch begins an hour later.
fn next_night(zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    let at = |date: chrono::NaiveDate, hour: u32| {
        let clock = date.and_hms_opt(hour, 0, 0)?;
        Some(zone.from_local_datetime(&clock).earliest()?.with_timezone(&Utc))
    };
    let nights = today
        .iter_days()
        .take(3)
        .filter_map(|date| at(date, NIGHT).or_else(|| at(date, NIGHT + 1)));
    nights.into_iter().find(|night| *night > now).unwrap_or_else(|| now + Duration::days(1))
}

/// What makes a look, as far as batches are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// A hint of a change, at this time: what waits for the batch goes on waiting.
    Hint(DateTime<Utc>),
    /// The item's sweep, at this time: what is due is written.
    Sweep(DateTime<Utc>),
    /// A person asks, or nothing is written at all: everything is due.
    Asked,
}

impl Occasion {
    /// That of a job with this cause.
    pub fn of(cause: Cause, now: DateTime<Utc>) -> Self {
        match cause {
            // An undo turns back what was asked for; the rest of the link goes as it would anyway.
            Cause::Webhook | Cause::Undo => Self::Hint(now),
            Cause::Tick | Cause::Sweep => Self::Sweep(now),
            Cause::Person | Cause::Replay => Self::Asked,
        }
    }
}

/// Until when a difference of a batch mapping waits; none where it may be written now. `known` is how long
/// it was to wait when it was first seen.
pub(crate) fn waits(
    item: &ConnectedItem,
    known: Option<DateTime<Utc>>,
    occasion: Occasion,
) -> Option<DateTime<Utc>> {
    let (now, by_sweep) = match occasion {
        Occasion::Asked => return None,
        Occasion::Hint(now) => (now, false),
        Occasion::Sweep(now) => (now, true),
    };
    let next = item.batch.next(item.time_zone.unwrap_or(Tz::UTC), now);
    let until = known.map_or(next, |known| known.min(next));
    (!by_sweep || until > now).then_some(until)
}

/// How long a value waits, for a person who asks why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// From when on it is due.
    pub until: DateTime<Utc>,
    /// When the item's batches come.
    pub schedule: Schedule,
}

impl Waiting {
    /// In words.
    pub fn text(&self) -> String {
        match self.schedule {
            Schedule::Sweep => "waits for the next sweep of the item".to_owned(),
            _ => format!("waits for the batch at {} UTC", self.until.format("%F %H:%M")),
        }
    }
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
