//! `lockstep explain`: why a value is what it is.

use lockstep_model::explain::{Deed, Explanation, Flow, Lost, Origin};
use lockstep_model::item::Owner;
use serde_json::Value;

use super::diff;
use crate::operations::Links;
use crate::output::{Failure, Output, or_dash};

pub async fn run(
    (wanted, field): (&str, &str),
    operations: &impl Links,
    output: Output,
) -> Result<(), Failure> {
    output.show(&operations.explain(wanted, field).await?, text);
    Ok(())
}

fn text(explained: &Explanation) -> String {
    let mut lines = vec![explained.subject.clone()];
    lines.push(match &explained.agreed {
        Some(both) => format!(
            "  Salesforce {}, Jira {}",
            diff::value(&both.salesforce),
            diff::value(&both.jira)
        ),
        None => "  the two sides never agreed".to_owned(),
    });
    lines.extend(explained.flows.iter().map(flow));
    match &explained.origin {
        Origin::FoundAlike => {
            lines.push("  both sides showed it when they were first looked at".to_owned());
        }
        Origin::Written { deed } => lines.extend(written("written", deed)),
        Origin::AgreedSince { deed } => {
            lines.push("  both sides have come to show it since the last write".to_owned());
            lines.extend(written("last written", deed));
        }
        Origin::Never => {}
    }
    lines.extend(explained.lost.iter().map(lost));
    lines.extend(explained.held.iter().map(|held| {
        let (salesforce, jira) = (diff::value(&held.salesforce), diff::value(&held.jira));
        format!("  waits for a person: Salesforce {salesforce}, Jira {jira}")
    }));
    if explained.apart {
        lines.push(
            "  since an undo the two sides agree to differ, until one of them changes".to_owned(),
        );
    }
    lines.extend(explained.waits.iter().map(|waits| format!("  {}", waits.text())));
    lines.extend(explained.refused.iter().map(|refusal| {
        let (side, code) = (refusal.by.name(), refusal.code);
        let value = diff::value(&refusal.value);
        format!("  {side} refused {value}: {code} {}; {}", refusal.detail, code.remedy())
    }));
    lines.join("\n")
}

fn flow(flow: &Flow) -> String {
    let way = match flow.owner {
        Owner::Salesforce => "Salesforce owns it: its changes reach Jira, never the other way",
        Owner::Jira => "Jira owns it: its changes reach Salesforce, never the other way",
        Owner::Both => "both own it: changes flow both ways",
    };
    let stuck = flow.unwritable.iter().map(|side| format!("; {} cannot be written", side.name()));
    format!("  {way}{}", stuck.collect::<String>())
}

fn written(how: &str, deed: &Deed) -> Vec<String> {
    let side = deed.side.map_or("a side", lockstep_model::Side::name);
    let by = deed.actor.as_deref().map_or_else(String::new, |actor| format!(", asked by {actor}"));
    vec![
        format!(
            "  {how} to {side} at {} ({}): {} -> {}",
            deed.at.format("%F %T%.3f"),
            because(&deed.reason),
            value(&deed.before),
            value(&deed.after)
        ),
        format!(
            "  from a {} (correlation {}){by}, by version {} of the item",
            deed.cause,
            deed.correlation,
            or_dash(deed.item_version)
        ),
    ]
}

fn because(reason: &Value) -> String {
    match serde_json::from_value(reason.clone()) {
        Ok(known) => diff::reason(&known),
        Err(_) => "reason not kept".to_owned(),
    }
}

fn lost(lost: &Lost) -> String {
    let winner = lost.winner.map_or("the other side", lockstep_model::Side::name);
    let by = lost.actor.as_deref().map_or_else(String::new, |actor| format!(" ({actor})"));
    format!(
        "  lost at {}: {}; {winner} won by {}{by}",
        lost.at.format("%F %T%.3f"),
        value(&lost.value),
        lost.rule
    )
}

fn value(kept: &Value) -> String {
    match (serde_json::from_value(kept.clone()), kept) {
        (Ok(known), _) => diff::value(&known),
        (Err(_), Value::String(name)) => format!("\"{name}\""),
        (Err(_), _) => "(not kept)".to_owned(),
    }
}
