//! Fault rules: what goes wrong, where, and how often.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::calls::{Side, name_matches};

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// The call is served after a pause.
    Latency {
        /// Length of the pause, in milliseconds.
        ms: u64,
    },
    /// The call is answered with this status and is not applied.
    Status {
        /// HTTP status.
        code: u16,
        /// Body; a string is sent as text, anything else as JSON.
        #[serde(default)]
        body: Option<Value>,
        /// Headers to add.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// Seconds for `Retry-After`.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// The connection is closed; the call is not applied.
    DropBefore,
    /// The call is applied, then the connection is closed without an answer.
    DropAfter,
    /// The call waits until the rule is released; it is not applied if the client leaves first.
    HoldBefore,
    /// The call is applied, then waits until the rule is released.
    HoldAfter,
    /// A webhook delivery is never sent.
    WebhookLose,
    /// A webhook delivery is sent this many times more.
    WebhookDuplicate {
        /// Number of extra copies.
        copies: u32,
    },
    /// A webhook delivery is held back so that later ones overtake it.
    WebhookReorder {
        /// Length of the window, in milliseconds.
        window_ms: u64,
    },
    /// A webhook delivery (and those behind it) is late.
    WebhookDelay {
        /// Length of the delay, in milliseconds.
        ms: u64,
    },
}

/// What the webhook faults that fired ask for, merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WebhookFault {
    /// Do not send.
    pub lose: bool,
    /// Send this many copies more.
    pub copies: u32,
    /// Let later deliveries overtake for this long, in milliseconds.
    pub reorder_ms: u64,
    /// Wait this long before sending, in milliseconds.
    pub delay_ms: u64,
}

/// A rule as it is set by the control API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultSpec {
    /// Only this product; both when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// Only this operation; a trailing `*` matches a prefix. For webhook kinds: the event's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Only this HTTP method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only paths (with query) that contain this text. For webhook kinds: the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_contains: Option<String>,
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// How often the rule acts; without end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// How many matching calls pass before the rule acts.
    #[serde(default)]
    pub after: u64,
    /// From then on it acts on the first of so many matching calls, and lets the others pass; on each when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
}

impl FaultSpec {
    /// A rule without conditions and without end.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            side: None,
            operation: None,
            method: None,
            path_contains: None,
            kind,
            times: None,
            after: 0,
            every: None,
        }
    }

    /// Limits the rule to one product.
    #[must_use]
    pub fn side(mut self, side: Side) -> Self {
        self.side = Some(side);
        self
    }

    /// Limits the rule to an operation (or prefix with `*`).
    #[must_use]
    pub fn operation(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    /// Limits how often the rule acts.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Lets all but the first of so many matching calls pass.
    #[must_use]
    pub fn every(mut self, calls: u64) -> Self {
        self.every = Some(calls);
        self
    }

    /// Lets the first `calls` matching calls pass.
    #[must_use]
    pub fn after(mut self, calls: u64) -> Self {
        self.after = calls;
        self
    }
}

/// A rule with its state.
#[derive(Clone, Debug, Serialize)]
pub struct FaultRule {
    /// Identity for delete and release.
    pub id: u64,
    /// The rule.
    #[serde(flatten)]
    pub spec: FaultSpec,
    /// Matching calls so far.
    pub seen: u64,
    /// How often the rule acted.
    pub fired: u64,
    #[serde(skip)]
    release: CancellationToken,
}

/// A fault that acts on the call at hand.
#[derive(Clone, Debug)]
pub(super) struct Firing {
    pub(super) kind: FaultKind,
    pub(super) release: CancellationToken,
}

#[derive(Debug, Default)]
struct Rules {
    id_last: u64,
    rules: Vec<FaultRule>,
}

/// The list of rules, shared by both products. Clones share the list.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    rules: Arc<Mutex<Rules>>,
}

impl Faults {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule and returns its id.
    pub fn add(&self, spec: FaultSpec) -> u64 {
        let mut rules = self.lock();
        rules.id_last += 1;
        let id = rules.id_last;
        let release = CancellationToken::new();
        rules.rules.push(FaultRule { id, spec, seen: 0, fired: 0, release });
        id
    }

    /// All rules with their counts.
    pub fn list(&self) -> Vec<FaultRule> {
        self.lock().rules.clone()
    }

    /// Removes a rule and lets its waiting calls go on; false when there is none.
    pub fn remove(&self, id: u64) -> bool {
        let mut rules = self.lock();
        let before = rules.rules.len();
        rules.rules.retain(|rule| {
            let keep = rule.id != id;
            if !keep {
                rule.release.cancel();
            }
            keep
        });
        rules.rules.len() < before
    }

    /// Removes every rule and lets all waiting calls go on.
    pub fn clear(&self) {
        for rule in self.lock().rules.drain(..) {
            rule.release.cancel();
        }
    }

    /// The call faults that act on this call, in the order of the rules.
    pub(super) fn fire(&self, call: &Subject<'_>) -> Vec<Firing> {
        self.take(|rule| !rule.kind.is_webhook() && rule.admits(call))
    }

    /// The webhook faults that act on a delivery of `event` about `subject` (an issue's key).
    pub fn fire_webhook(&self, event: &str, subject: &str) -> WebhookFault {
        let call = Subject { side: Side::Jira, operation: event, method: "POST", target: subject };
        let firings = self.take(|rule| rule.kind.is_webhook() && rule.admits(&call));
        firings.iter().fold(WebhookFault::default(), |fault, firing| fault.merged(&firing.kind))
    }

    fn take(&self, wanted: impl Fn(&FaultSpec) -> bool) -> Vec<Firing> {
        let mut firings = Vec::new();
        for rule in self.lock().rules.iter_mut().filter(|rule| wanted(&rule.spec)) {
            rule.seen += 1;
            let spent = rule.spec.times.is_some_and(|times| rule.fired >= times);
            if spent || !rule.spec.is_turn(rule.seen) {
                continue;
            }
            rule.fired += 1;
            firings.push(Firing { kind: rule.spec.kind.clone(), release: rule.release.clone() });
        }
        firings
    }

    fn lock(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the conditions of a rule look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) side: Side,
    pub(super) operation: &'a str,
    pub(super) method: &'a str,
    pub(super) target: &'a str,
}

impl FaultSpec {
    /// Whether a rule acts on the matching call of this number.
    fn is_turn(&self, seen: u64) -> bool {
        let every = self.every.unwrap_or(1).max(1);
        seen.checked_sub(self.after + 1).is_some_and(|past| past % every == 0)
    }

    fn admits(&self, call: &Subject<'_>) -> bool {
        self.side.is_none_or(|side| side == call.side)
            && self.operation.as_deref().is_none_or(|name| name_matches(name, call.operation))
            && self.method.as_deref().is_none_or(|method| method.eq_ignore_ascii_case(call.method))
            && self.path_contains.as_deref().is_none_or(|part| call.target.contains(part))
    }
}

impl FaultKind {
    fn is_webhook(&self) -> bool {
        matches!(
            self,
            Self::WebhookLose
                | Self::WebhookDuplicate { .. }
                | Self::WebhookReorder { .. }
                | Self::WebhookDelay { .. }
        )
    }
}

impl WebhookFault {
    fn merged(mut self, kind: &FaultKind) -> Self {
        match kind {
            FaultKind::WebhookLose => self.lose = true,
            FaultKind::WebhookDuplicate { copies } => self.copies += copies,
            FaultKind::WebhookReorder { window_ms } => self.reorder_ms += window_ms,
            FaultKind::WebhookDelay { ms } => self.delay_ms += ms,
            _ => {}
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: Subject<'_> = Subject {
        side: Side::Jira,
        operation: "jira.issue.get",
        method: "GET",
        target: "/rest/api/3/issue/SUP-1",
    };

    #[test]
    fn a_rule_acts_after_and_only_as_often_as_told() {
        let faults = Faults::new();
        faults
            .add(FaultSpec::new(FaultKind::DropBefore).operation("jira.issue.*").after(1).times(1));
        let fired: Vec<usize> = (0..3).map(|_| faults.fire(&CALL).len()).collect();
        assert_eq!(fired, [0, 1, 0]);
        assert_eq!(faults.list()[0].seen, 3);
    }

    #[test]
    fn a_rule_may_take_turns() {
        let faults = Faults::new();
        faults.add(FaultSpec::new(FaultKind::DropAfter).after(1).every(3).times(2));
        let fired: Vec<usize> = (0..9).map(|_| faults.fire(&CALL).len()).collect();
        assert_eq!(fired, [0, 1, 0, 0, 1, 0, 0, 0, 0]);
    }

    #[test]
    fn webhook_rules_do_not_touch_calls() {
        let faults = Faults::new();
        faults.add(FaultSpec::new(FaultKind::WebhookDuplicate { copies: 2 }));
        assert!(faults.fire(&CALL).is_empty());
        assert_eq!(faults.fire_webhook("jira:issue_created", "SUP-1").copies, 2);
    }

    #[test]
    fn rules_are_read_from_flat_json() {
        let spec: FaultSpec = serde_json::from_value(serde_json::json!({
            "side": "salesforce", "kind": "status", "code": 503, "retry_after": 2, "times": 1
        }))
        .unwrap();
        assert_eq!(spec.side, Some(Side::Salesforce));
        assert!(matches!(spec.kind, FaultKind::Status { code: 503, retry_after: Some(2), .. }));
    }
}
