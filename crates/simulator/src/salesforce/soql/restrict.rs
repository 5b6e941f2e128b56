//! Objects that may be queried only in certain ways.

use super::ast::{Condition, Operator, Path, Query, Select};
use super::fault::{Fault, malformed};
use crate::salesforce::schema::Object;
use crate::salesforce::world::SalesforceWorld;

/// Most rows that `FIELDS()` may give.
const FIELDS_ROWS_MAX: usize = 200;

/// Refuses statements that the platform does not run.
pub(super) fn check(world: &SalesforceWorld, object: &Object, query: &Query) -> Result<(), Fault> {
    let all_fields = query.select.iter().any(|entry| matches!(entry, Select::Fields(_)));
    if all_fields && query.limit.is_none_or(|limit| limit > FIELDS_ROWS_MAX) {
        let text = "The SOQL FIELDS function must have a LIMIT of at most 200";
        return Err(malformed(query.from_at, text.into()));
    }
    match object.name.as_str() {
        "ContentDocumentLink" if !names_one(query, &["ContentDocumentId", "LinkedEntityId"]) => {
            let text = "Implementation restriction: ContentDocumentLink requires a filter by a single Id on \
                        ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using \
                        the IN operator.";
            Err(malformed(query.from_at, text.into()))
        }
        "FeedComment" if !world.permissions.view_all_data => {
            let text = "Implementation restriction: FeedComment can be queried directly only with View All Data.";
            Err(malformed(query.from_at, text.into()))
        }
        _ => Ok(()),
    }
}

fn names_one(query: &Query, fields: &[&str]) -> bool {
    let is_of = |path: &Path| path.names.len() == 1 && fields.contains(&path.names[0].as_str());
    let names = |condition: &Condition| match condition {
        Condition::Compare { path, operator, .. } => *operator == Operator::Equal && is_of(path),
        Condition::In { path, negated, .. } => !negated && is_of(path),
        _ => false,
    };
    match &query.condition {
        Some(Condition::And(parts)) => parts.iter().any(names),
        Some(condition) => names(condition),
        None => false,
    }
}
