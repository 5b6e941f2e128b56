//! The way to a status: one transition, or several where one does not reach.
//!
//! Jira offers only the transitions out of the status where the issue stands. What lies beyond is
//! known where the workflow may be read; then the shortest way is taken. Where it may not, the issue
//! is closed and opened step by step. Either way a closed status is never passed
//! through, for closing fires what it does not mean; no status is entered twice; and the way has at
//! most [`STEPS_MAX`] transitions.

use std::collections::{BTreeMap, VecDeque};

use super::screen::RESOLUTION;
use crate::field::{IssueStatus, Schema, StatusCategory, Way};
use crate::snapshot::Transition;

/// Most transitions on one way.
pub(crate) const STEPS_MAX: usize = 4;

/// A transition that begins a way, and what is ahead of it.
pub(super) struct Leg<'a> {
    pub(super) transition: &'a Transition,
    /// Names of the statuses still ahead; `None` where this transition arrives.
    pub(super) ahead: Option<Vec<String>>,
}

/// From where an issue goes and where it has been.
#[derive(Clone, Copy)]
pub(super) struct Stand<'a> {
    pub(super) schema: &'a Schema,
    pub(super) at: &'a IssueStatus,
    /// Ids of the statuses that it has left on this way.
    pub(super) left: &'a [String],
}

/// Every transition that begins a way to a wanted status, the best first.
pub(super) fn legs<'a>(
    stand: Stand<'_>,
    offered: &'a [Transition],
    wanted: &dyn Fn(&IssueStatus) -> bool,
) -> Vec<Leg<'a>> {
    let others = || offered.iter().filter(|each| each.to.id != stand.at.id);
    let arrives = |transition| Leg { transition, ahead: None };
    let mut legs: Vec<Leg<'a>> = others().filter(|each| wanted(&each.to)).map(arrives).collect();
    if !legs.is_empty() || stand.left.len() + 1 >= STEPS_MAX {
        return legs;
    }
    let open = others().filter(|each| stand.may_pass(&each.to) && !asks_resolution(each));
    if stand.schema.workflow.is_empty() {
        legs.extend(stand.nearer(open, wanted));
        return legs;
    }
    let ways = open.filter_map(|transition| {
        let ahead = stand.beyond(&transition.to, wanted)?;
        Some(Leg { transition, ahead: Some(ahead) })
    });
    legs.extend(ways);
    legs.sort_by_key(|leg| leg.ahead.as_ref().map_or(0, Vec::len));
    legs
}

impl Stand<'_> {
    /// Whether an issue may be in this status on its way to another one.
    fn may_pass(&self, status: &IssueStatus) -> bool {
        let open = matches!(status.category, StatusCategory::New | StatusCategory::InProgress);
        open && status.id != self.at.id && !self.left.contains(&status.id)
    }

    /// The names on the shortest way from `first` to a wanted status, by the workflow.
    fn beyond(
        &self,
        first: &IssueStatus,
        wanted: &dyn Fn(&IssueStatus) -> bool,
    ) -> Option<Vec<String>> {
        let mut came: BTreeMap<&str, &IssueStatus> = BTreeMap::new();
        let mut queue = VecDeque::from([(first, 1 + self.left.len())]);
        while let Some((status, steps)) = queue.pop_front().filter(|(_, steps)| *steps < STEPS_MAX)
        {
            for next in self.after(status) {
                if next.id == first.id || came.contains_key(next.id.as_str()) {
                    continue;
                }
                if wanted(next) {
                    return Some(names(&came, status, next));
                }
                if self.may_pass(next) {
                    came.insert(&next.id, status);
                    queue.push_back((next, steps + 1));
                }
            }
        }
        None
    }

    fn after(&self, status: &IssueStatus) -> Vec<&IssueStatus> {
        let begins = |way: &&Way| way.from.as_ref().is_none_or(|from| *from == status.id);
        let ends = |way: &Way| self.schema.issue_statuses.iter().find(|each| each.id == way.to);
        self.schema.workflow.iter().filter(begins).filter_map(ends).collect()
    }

    /// Without the workflow: an issue that is to be closed may pass what is in progress, a closed one
    /// that is to be opened passes wherever it can be opened to. Between open statuses nothing says
    /// which way leads nearer, so none is tried.
    fn nearer<'a>(
        &self,
        open: impl Iterator<Item = &'a Transition>,
        wanted: &dyn Fn(&IssueStatus) -> bool,
    ) -> Vec<Leg<'a>> {
        let Some(goal) = self.schema.issue_statuses.iter().find(|each| wanted(each)) else {
            return Vec::new();
        };
        let (closing, opening) = (is_closed(goal), is_closed(self.at));
        let passes = |to: &IssueStatus| match to.category {
            StatusCategory::InProgress => closing || opening,
            StatusCategory::New => opening && !closing,
            _ => false,
        };
        let leg = |transition| Leg { transition, ahead: Some(vec![goal.name.clone()]) };
        open.filter(|each| passes(&each.to)).map(leg).collect()
    }
}

/// What is asked for on the way there says how an issue ended, which it has not.
fn asks_resolution(transition: &Transition) -> bool {
    transition.screen.iter().any(|field| field.required && field.id == RESOLUTION)
}

fn is_closed(status: &IssueStatus) -> bool {
    status.category.is_closed()
}

/// The names of a way, from the status after the first one to its end.
fn names(
    came: &BTreeMap<&str, &IssueStatus>,
    before_last: &IssueStatus,
    last: &IssueStatus,
) -> Vec<String> {
    let mut names = vec![last.name.clone()];
    let mut at = before_last;
    while let Some(before) = came.get(at.id.as_str()) {
        names.push(at.name.clone());
        at = before;
    }
    names.reverse();
    names
}
