//! Reading helpers shared by the shapes.

use chrono::{DateTime, Utc};
use lockstep_model::{Fault, RecordId};
use serde::{Deserialize, Deserializer};

use crate::errors::bad_answer;
use crate::time;

/// Reads null as the default.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A timestamp of a body.
pub(crate) fn stamp(text: &str) -> Result<DateTime<Utc>, Fault> {
    time::parse(text).ok_or_else(|| bad_answer(format!("`{text}` is not a timestamp")))
}

/// A record id of a body.
pub(crate) fn record_id(text: &str) -> Result<RecordId, Fault> {
    RecordId::parse(text).map_err(|error| bad_answer(error.to_string()))
}
