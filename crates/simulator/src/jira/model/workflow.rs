//! The two workflows: which transition leads where, from where, and through which screen.

use super::catalog::Project;

/// A transition of a workflow.
#[derive(Debug, PartialEq, Eq)]
pub struct Transition {
    /// Identity within its workflow.
    pub id: &'static str,
    /// Name on the button.
    pub name: &'static str,
    /// Statuses it starts from; empty for a global transition.
    pub from: &'static [&'static str],
    /// Status it leads to.
    pub to: &'static str,
    /// Whether a screen asks for the resolution.
    pub asks_resolution: bool,
    /// What the transition does to the resolution by itself.
    pub resolution: Effect,
}

/// What a transition does to the resolution by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    Keep,
    /// Sets this resolution.
    Set(&'static str),
    /// Clears it.
    Clear,
}

/// First status of every issue.
pub const INITIAL_STATUS: &str = "10000";

const TO_DO: &str = "10000";
const IN_PROGRESS: &str = "10001";
const DONE: &str = "10002";
const IN_REVIEW: &str = "10003";
const WAITING: &str = "10004";
const WONT_DO: &str = "10005";

const fn step(
    id: &'static str,
    name: &'static str,
    from: &'static [&'static str],
    to: &'static str,
    resolution: Effect,
) -> Transition {
    Transition { id, name, from, to, asks_resolution: false, resolution }
}

static SUPPORT: &[Transition] = &[
    step("11", "Start progress", &[TO_DO, WAITING], IN_PROGRESS, Effect::Keep),
    step("21", "Send to review", &[IN_PROGRESS], IN_REVIEW, Effect::Keep),
    Transition {
        id: "31",
        name: "Resolve",
        from: &[IN_PROGRESS, IN_REVIEW, WAITING],
        to: DONE,
        asks_resolution: true,
        resolution: Effect::Keep,
    },
    step("41", "Decline", &[TO_DO, IN_PROGRESS, WAITING], WONT_DO, Effect::Set("10001")),
    step("51", "Ask the customer", &[TO_DO, IN_PROGRESS], WAITING, Effect::Keep),
    step("61", "Reopen", &[DONE, WONT_DO], TO_DO, Effect::Clear),
    step("71", "Reject review", &[IN_REVIEW], IN_PROGRESS, Effect::Keep),
    step("81", "Stop progress", &[IN_PROGRESS], TO_DO, Effect::Keep),
];

static OPERATIONS: &[Transition] = &[
    step("101", "To Do", &[], TO_DO, Effect::Clear),
    step("111", "In Progress", &[], IN_PROGRESS, Effect::Clear),
    step("121", "Done", &[], DONE, Effect::Set("10000")),
];

impl Transition {
    /// Whether the transition starts from every status.
    pub fn is_global(&self) -> bool {
        self.from.is_empty()
    }

    /// Whether the transition may start from `status`.
    pub fn starts_from(&self, status: &str) -> bool {
        self.is_global() || self.from.contains(&status)
    }
}

/// The transitions that lead out of `status` in the workflow of `project`.
pub fn transitions(project: &Project, status: &str) -> impl Iterator<Item = &'static Transition> {
    workflow(project).iter().filter(move |transition| transition.starts_from(status))
}

/// Ids of the statuses in the workflow of `project`.
pub fn statuses(project: &Project) -> Vec<&'static str> {
    let mut ids = vec![INITIAL_STATUS];
    for transition in workflow(project) {
        if !ids.contains(&transition.to) {
            ids.push(transition.to);
        }
    }
    ids
}

/// All transitions in the workflow of `project`.
pub fn workflow(project: &Project) -> &'static [Transition] {
    if project.key == "OPS" { OPERATIONS } else { SUPPORT }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jira::model::catalog::project;

    fn ids(key: &str, status: &str) -> Vec<&'static str> {
        transitions(project(key).unwrap(), status).map(|transition| transition.id).collect()
    }

    #[test]
    fn support_has_no_straight_way_from_to_do_to_done() {
        assert_eq!(ids("SUP", TO_DO), ["11", "41", "51"]);
        assert_eq!(ids("SUP", DONE), ["61"]);
    }

    #[test]
    fn operations_moves_freely_even_onto_itself() {
        assert_eq!(ids("OPS", DONE), ["101", "111", "121"]);
    }

    #[test]
    fn every_status_is_reached() {
        assert_eq!(statuses(project("SUP").unwrap()).len(), 6);
        assert_eq!(statuses(project("OPS").unwrap()).len(), 3);
    }
}
