//! Values, statuses and reasons in the words of pages.

use lockstep_model::base::Held;
use lockstep_model::item::{Owner, Policy};
use lockstep_model::plan::Reason;
use lockstep_model::{FieldValue, told};
use lockstep_store::{COUNT_MAX, LinkState, Outcome};
use serde_json::Value;

use super::{Lozenge, Tone};

/// Most characters of a value on a page: a description may have thousands.
const SHOWN_MAX: usize = 400;

/// The beginning of a text, with a mark where it goes on.
pub(crate) fn clipped(text: &str) -> String {
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A value as people read it; nothing where it is empty.
pub(crate) fn value(value: &FieldValue) -> String {
    clipped(&value.plain())
}

/// A value that the trail keeps: of a field, of both sides, a name, or whatever it was.
pub(crate) fn kept(kept: &Value) -> String {
    if let Ok(known) = serde_json::from_value::<FieldValue>(kept.clone()) {
        return value(&known);
    }
    if let Ok(both) = serde_json::from_value::<Held>(kept.clone()) {
        return format!("Salesforce {}, Jira {}", both.salesforce.brief(), both.jira.brief());
    }
    match kept {
        Value::Null => String::new(),
        Value::String(name) => clipped(name),
        Value::Object(fields) => {
            let pairs = fields.iter().filter(|(_, value)| !value.is_null());
            let said = pairs.map(|(name, value)| match value {
                Value::String(text) => format!("{name}: {text}"),
                other => format!("{name}: {other}"),
            });
            clipped(&said.collect::<Vec<_>>().join(", "))
        }
        other => clipped(&other.to_string()),
    }
}

/// Why a step was done, as the trail keeps it.
pub(crate) fn reason(kept: &Value) -> String {
    if let Ok(known) = serde_json::from_value::<Reason>(kept.clone()) {
        return told::reason(&known);
    }
    if kept["because"] == "conflict" && kept["rule"] == "hold" {
        return "both sides changed it, and a person decides".to_owned();
    }
    match kept["because"].as_str() {
        // What it comes to stands beside it.
        Some("undo") => return String::new(),
        Some("edited") => return edited(kept),
        Some("cannot") => return kept["why"].as_str().map(clipped).unwrap_or_default(),
        _ => {}
    }
    match (kept.get("vendor").and_then(Value::as_str), kept.get("sent_now")) {
        (Some(vendor), _) => clipped(vendor),
        // Whether this very job sent it, or one before it that was cut off.
        (None, Some(Value::Bool(true))) => String::new(),
        (None, Some(_)) => "found by its mark, after a job that was cut off".to_owned(),
        (None, None) => self::kept(kept),
    }
}

/// Why an undo kept a value.
fn edited(kept: &Value) -> String {
    let back = serde_json::from_value::<FieldValue>(kept["back"].clone()).unwrap_or_default();
    format!("edited since; it was {}", back.brief())
}

/// A bounded count, in groups of three digits: `1,234`, or `10,000+` where it was not counted further.
pub(crate) fn count(count: i64) -> String {
    if count >= COUNT_MAX {
        return format!("{}+", grouped(COUNT_MAX - 1));
    }
    grouped(count)
}

/// `1 link`, `12 links`: a bounded count of what takes an `s`.
pub(crate) fn many(count: i64, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {what}{ending}", self::count(count))
}

/// A number in groups of three digits.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `edit_issue` as people write it.
pub(crate) fn step(step: &str) -> String {
    step.replace('_', " ")
}

/// What made a job.
pub(crate) fn cause(cause: &str) -> &str {
    match cause {
        "webhook" => "a webhook",
        "tick" => "the clock",
        "sweep" => "a sweep",
        "person" => "a person",
        "replay" => "a replay",
        "undo" => "an undo",
        other => other,
    }
}

/// Which way a mapping flows.
pub(crate) fn owner(owner: Option<Owner>) -> &'static str {
    match owner {
        Some(Owner::Salesforce) => "Salesforce",
        Some(Owner::Jira) => "Jira",
        Some(Owner::Both) => "both",
        None => "shown only",
    }
}

/// Who wins when both sides changed.
pub(crate) fn policy(policy: Policy) -> &'static str {
    match policy {
        Policy::Newest => "the newer wins",
        Policy::Salesforce => "Salesforce wins",
        Policy::Jira => "Jira wins",
        Policy::Hold => "a person decides",
    }
}

/// What became of a step.
pub(crate) fn outcome(outcome: Outcome) -> Lozenge {
    match outcome {
        Outcome::Done => Lozenge::new(Tone::Good, "done"),
        Outcome::Refused => Lozenge::new(Tone::Bad, "refused"),
        Outcome::Noted => Lozenge::new(Tone::Idle, "noted"),
    }
}

/// How a link stands.
pub(crate) fn link(state: LinkState, held: usize, findings: usize, synced: bool) -> Lozenge {
    match state {
        LinkState::Unlinked => Lozenge::new(Tone::Idle, "unlinked"),
        LinkState::Gone => Lozenge::new(Tone::Idle, "gone"),
        LinkState::Active if held > 0 => Lozenge::new(Tone::Bad, "needs you"),
        LinkState::Active if findings > 0 => Lozenge::new(Tone::Late, "has findings"),
        LinkState::Active if !synced => Lozenge::new(Tone::Busy, "not started"),
        LinkState::Active => Lozenge::new(Tone::Good, "in step"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_trail_keeps_is_told_whatever_it_is() {
        let text = FieldValue::text("on fire");
        assert_eq!(kept(&json!(text)), "on fire");
        assert_eq!(
            kept(&json!({ "salesforce": text, "jira": FieldValue::Empty })),
            "Salesforce `on fire`, Jira nothing"
        );
        assert_eq!(kept(&json!("Working")), "Working");
        assert_eq!(kept(&json!({ "record": "5001", "issue": null, "n": 2 })), "n: 2, record: 5001");
        assert_eq!((kept(&Value::Null), kept(&json!([1]))), (String::new(), "[1]".to_owned()));
        assert_eq!(kept(&json!("x".repeat(1000))).chars().count(), SHOWN_MAX + 1);
    }

    #[test]
    fn a_reason_is_told_in_the_vendors_words_where_it_refused() {
        assert_eq!(reason(&json!({ "vendor": "too long" })), "too long");
        assert_eq!(reason(&json!({ "because": "initial" })), "first sync");
        assert_eq!(reason(&json!({ "because": "changed", "side": "jira" })), "changed in Jira");
        assert_eq!(
            reason(&json!({ "because": "conflict", "rule": "hold" })),
            "both sides changed it, and a person decides"
        );
        assert_eq!(reason(&json!({ "sent_now": true })), "");
        assert!(reason(&json!({ "sent_now": false })).contains("its mark"));
        assert_eq!(reason(&Value::Null), "");
    }

    #[test]
    fn numbers_have_groups_and_an_end() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (10_000, "10,000"), (10_001, "10,000+")]
        {
            assert_eq!(count(number), text);
        }
        assert_eq!(
            (grouped(1_234_567), grouped(-1_000)),
            ("1,234,567".to_owned(), "-1,000".to_owned())
        );
    }

    #[test]
    fn a_link_that_waits_for_a_person_says_so_first() {
        let word = |held, findings, synced| link(LinkState::Active, held, findings, synced).text;
        assert_eq!(word(1, 1, true), "needs you");
        assert_eq!(word(0, 1, true), "has findings");
        assert_eq!((word(0, 0, false), word(0, 0, true)), ("not started", "in step"));
        assert_eq!(link(LinkState::Gone, 1, 1, true).text, "gone");
    }
}
