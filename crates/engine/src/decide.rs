//! A person's decision of a held conflict, taken under the link's lease.

use lockstep_model::{Code, JobKind, settle};
use lockstep_store::Outcome;
use serde_json::json;

use crate::apply::{Progress, Round};
use crate::audit::blank;

/// Takes the side that a job says, and notes who decided and what lost. The plan then writes it. A
/// decision of what is not held any more changes nothing: the audit shows what became of it.
pub(crate) fn decide(round: Round<'_>, progress: &mut Progress) {
    let JobKind::Decide { mapping, take, actor, .. } = &round.job.kind else {
        return;
    };
    let link = &mut progress.link;
    let held = link.base.held.get(mapping).cloned();
    if !settle::decide(&mut link.base, mapping, *take) {
        return;
    }
    let mut row = blank((round.job, round.scene), link.id, "decide", mapping);
    row.outcome = Outcome::Noted;
    row.code = Some(Code::ConflictHeld);
    row.side = Some(take.other());
    row.actor = Some(actor.clone());
    if let Some(held) = held {
        row.before = json!(held.of(take.other()));
        row.after = json!(held.of(*take));
        let lost = held.of(take.other());
        row.reason =
            json!({ "because": "conflict", "winner": take, "rule": "person", "lost": lost });
    }
    progress.audit.push(row);
}
