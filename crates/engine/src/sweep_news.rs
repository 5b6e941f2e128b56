//! What a record that a sweep came upon tells: whether it is new to the item, or shows what its link has
//! not seen.

use chrono::{DateTime, TimeDelta, Utc};
use lockstep_model::batch::When;
use lockstep_model::convert::Crossing;
use lockstep_model::parent::PARENT;
use lockstep_model::{Base, Record, Side, rules, status};
use lockstep_store::{Link, LinkState};

use crate::catalog::Scene;
use crate::sweep::OVERLAP_SALESFORCE;

/// After this long a record's one-second stamp can no longer hide a second change, even where our
/// clock and the org's disagree by minutes.
const STAMP_SETTLES: TimeDelta = TimeDelta::minutes(10);

impl Scene {
    /// Whether comments since an instant are looked for: older ones are read with their records.
    pub(crate) fn comments_are_news(&self, since: DateTime<Utc>) -> bool {
        self.resolved.applied_at.is_none_or(|at| since >= at - OVERLAP_SALESFORCE)
    }

    /// Whether a record that has no link is one that the item creates an issue for.
    pub(crate) fn is_new(&self, record: &Record) -> bool {
        let since = self.resolved.create_since.unwrap_or(DateTime::UNIX_EPOCH);
        self.spec.creates_issues() && record.created >= since
    }

    /// Whether the item's rule lets auto-create open an issue for a record.
    pub(crate) fn admits(&self, record: &Record) -> bool {
        rules::admits(&self.spec, &self.resolved.schema, record).is_ok()
    }

    /// Whether a record shows anything that its link's last plan has not seen.
    pub(crate) fn has_news(&self, record: &Record, link: &Link) -> bool {
        match link.record_seen {
            _ if link.state == LinkState::Unlinked => false,
            // A record that shows again came back; one whose issue is gone waits for that.
            _ if link.state == LinkState::Gone => is_gone(link, "record"),
            Some(seen) if record.modified < seen => false,
            Some(seen) if record.modified == seen && settled(link, seen) => false,
            _ => link.issue_id.is_none() || !self.agrees(record, &link.base),
        }
    }

    /// Whether the record shows exactly what the base says it showed.
    fn agrees(&self, record: &Record, base: &Base) -> bool {
        if !status::record_follows(&self.spec, &self.resolved.schema, base.status.as_ref(), record)
        {
            return false;
        }
        let parent = self.spec.parent.as_ref().and_then(|rule| rule.looked_up(&record.fields));
        let followed = base.fields.get(PARENT).and_then(|base| base.salesforce.as_text());
        let awaited = base.waits_for.as_deref();
        if parent != followed && (parent.is_none() || parent != awaited) {
            return false;
        }
        self.spec.mappings.iter().all(|mapping| {
            // What waits for the batch is known, whatever it is by now.
            if mapping.when == When::Batch && base.batch.contains_key(&mapping.key()) {
                return true;
            }
            let crossing = Crossing::of(&self.spec, &self.resolved.schema, mapping);
            let (Ok(crossing), Some(base)) = (crossing, base.fields.get(&mapping.key())) else {
                return false;
            };
            let shown = crossing.read(Side::Salesforce, &record.fields);
            shown.and_then(Result::ok).unwrap_or_default() == base.salesforce
        })
    }
}

/// Whether this side of a link was found to be gone.
fn is_gone(link: &Link, side: &str) -> bool {
    link.state == LinkState::Gone && link.findings.iter().any(|found| found.subject == side)
}

/// Salesforce's stamps are whole seconds: two changes may share one. A link that was planned well
/// after that second has seen both.
fn settled(link: &Link, seen: DateTime<Utc>) -> bool {
    link.synced_at.is_some_and(|at| at - seen > STAMP_SETTLES)
}
