//! Where an issue stands in a sorted result; a page token keeps such a position.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::parser::SortKey;
use crate::jira::model::{FieldValue, Issue};

/// A value to sort by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
enum Rank {
    Number(i64),
    Text(String),
    Absent,
}

/// The place of an issue under some sort keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    ranks: Vec<Rank>,
    id: u64,
}

/// The place of an issue under `keys`.
pub fn position(issue: &Issue, keys: &[SortKey]) -> Position {
    Position { ranks: keys.iter().map(|key| rank(issue, &key.field)).collect(), id: issue.id }
}

/// Compares two places; without sort keys the newest issue comes first.
pub fn compare(left: &Position, right: &Position, keys: &[SortKey]) -> Ordering {
    for (key, (a, b)) in keys.iter().zip(left.ranks.iter().zip(&right.ranks)) {
        let ordering = if key.descending { b.cmp(a) } else { a.cmp(b) };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    if keys.is_empty() { right.id.cmp(&left.id) } else { left.id.cmp(&right.id) }
}

fn rank(issue: &Issue, field: &str) -> Rank {
    match field {
        "issuekey" => key_rank(&issue.key),
        "created" => time(issue.created),
        "updated" => time(issue.updated),
        "resolutiondate" => issue.resolved.map_or(Rank::Absent, time),
        "status" => Rank::Text(issue.status_id.to_owned()),
        "project" => Rank::Text(issue.project().key.to_owned()),
        "issuetype" => Rank::Text(issue.type_id.to_owned()),
        _ => match issue.values.get(field) {
            Some(FieldValue::Text(text) | FieldValue::One(text)) => Rank::Text(text.to_lowercase()),
            Some(FieldValue::Number(number)) => Rank::Text(format!("{number:024.6}")),
            Some(FieldValue::Date(date)) => Rank::Text(date.to_string()),
            Some(FieldValue::Moment(moment)) => time(*moment),
            Some(FieldValue::Many(words)) => Rank::Text(words.join(" ")),
            _ => Rank::Absent,
        },
    }
}

/// Keys sort by project, then by number.
fn key_rank(key: &str) -> Rank {
    let (project, number) = key.split_once('-').unwrap_or((key, "0"));
    Rank::Text(format!("{project}-{number:0>12}"))
}

fn time(moment: DateTime<Utc>) -> Rank {
    Rank::Number(moment.timestamp_millis())
}
