//! What can be turned back: each value that the steps wrote, against what its side shows now.

use serde_json::Value;

use super::net::Written;
use super::{Cannot, Kept, Net, Turn, UndoPlan, Why};
use crate::item::Mode;
use crate::parent::PARENT;
use crate::plan::{Merge, Plan, Situation, Stand, merges, parent_stand};
use crate::rules::{self, Ruling};
use crate::snapshot::{Issue, Side};
use crate::status::{self, SUBJECT as STATUS};
use crate::value::FieldValue;

/// What undoing some steps of a link does, from both sides as they are now. What is turned back is to
/// be kept with the base ([`crate::Base::take_back`]); the plan that is made then carries it out, and
/// says what cannot be written after all ([`UndoPlan::confirm`]).
pub fn weigh(net: &Net, situation: &Situation<'_>) -> UndoPlan {
    let mut plan = UndoPlan { cannot: net.others().collect(), ..UndoPlan::default() };
    let Some(issue) = situation.issue else {
        return plan;
    };
    let merges = merges(situation, issue, &mut Plan::default());
    let weighing = Weighing { situation, issue, merges };
    for ((subject, side), written) in &net.values {
        weighing.add(&mut plan, (subject, *side), written);
    }
    plan
}

struct Weighing<'a> {
    situation: &'a Situation<'a>,
    issue: &'a Issue,
    merges: Vec<Merge<'a>>,
}

impl Weighing<'_> {
    fn add(&self, plan: &mut UndoPlan, (subject, side): (&str, Side), written: &Written) {
        match self.turn(subject, side, written) {
            Ok((_, Stand::Back)) => plan.same += 1,
            Ok((turn, Stand::Ours)) => plan.back.push(turn),
            Ok((turn, Stand::Edited(edited, now))) => plan.kept.push(Kept { turn, edited, now }),
            Err(why) => {
                let (step, subject) = (written.step.clone(), subject.to_owned());
                plan.cannot.push(Cannot { step, subject, side, times: 1, why });
            }
        }
    }

    /// The turn that would undo a value, and how that value stands.
    fn turn(&self, subject: &str, side: Side, written: &Written) -> Result<(Turn, Stand), Why> {
        let back = value(&written.before).ok_or(Why::NotKept)?;
        let wrote = value(&written.after).ok_or(Why::NotKept)?;
        let turn = Turn { subject: subject.to_owned(), side, wrote, back };
        let stand = self.stand(&turn)?;
        let shown = written.shown.as_ref().and_then(value);
        match (stand, shown) {
            // The vendor showed it otherwise from the beginning.
            (Stand::Edited(edited, now), Some(shown)) if edited == side && now == shown => {
                let turn = Turn { wrote: now, ..turn };
                let stand = self.stand(&turn)?;
                Ok((turn, stand))
            }
            (stand, _) => Ok((turn, stand)),
        }
    }

    fn stand(&self, turn: &Turn) -> Result<Stand, Why> {
        if self.situation.item.mode == Mode::DisplayOnly {
            return Err(Why::OwnedThere);
        }
        match turn.subject.as_str() {
            STATUS => self.status(turn),
            PARENT => parent_stand(self.situation, self.issue, turn),
            _ => self.field(turn),
        }
    }

    fn field(&self, turn: &Turn) -> Result<Stand, Why> {
        let mut mappings = self.situation.item.mappings.iter();
        if !mappings.any(|mapping| mapping.key() == turn.subject) {
            return Err(Why::Unmapped);
        }
        let merge = self.merges.iter().find(|merge| merge.key() == turn.subject);
        let merge = merge.filter(|merge| merge.has_base()).ok_or(Why::NotShown)?;
        if merge.writes(turn.side) { Ok(merge.stand(turn)) } else { Err(Why::OwnedThere) }
    }

    fn status(&self, turn: &Turn) -> Result<Stand, Why> {
        let Situation { item, schema, record, .. } = self.situation;
        if rules::ruling(item, schema, record) != Ruling::Silent {
            return Err(Why::Ruled);
        }
        if !item.syncs_status() {
            return Err(Why::Unmapped);
        }
        status::stand(self.situation, self.issue, turn).ok_or(Why::NotShown)
    }
}

/// What the trail keeps of a value; of statuses it keeps the name alone.
fn value(kept: &Value) -> Option<FieldValue> {
    match kept {
        Value::String(name) => Some(FieldValue::text(name)),
        kept => serde_json::from_value(kept.clone()).ok(),
    }
}
