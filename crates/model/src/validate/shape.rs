//! What can be seen from the item alone.

use std::collections::BTreeMap;

use super::{Problem, Problems, scope, transform};
use crate::activity::{self, ActivityForm, Estimate};
use crate::batch::When;
use crate::files::MAX_MB;
use crate::item::{ConnectedItem, Mapping, Mode, Owner, is_default};
use crate::plan::carries_status;
use crate::rules;

/// Checks the item's own shape: names, duplicates, owners, the switches and the sweep.
pub fn validate(item: &ConnectedItem) -> Vec<Problem> {
    let mut problems = Problems::default();
    names(item, &mut problems);
    scope::shape(item, &mut problems);
    mappings(item, &mut problems);
    written_once(item, &mut problems);
    switches(item, &mut problems);
    activities(item, &mut problems);
    files(item, &mut problems);
    batch(item, &mut problems);
    sweep(item, &mut problems);
    problems.0.extend(rules::check(item));
    problems.0
}

fn names(item: &ConnectedItem, problems: &mut Problems) {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let name = &item.name;
    let edges = name.starts_with('-') || name.ends_with('-');
    if name.is_empty() || name.len() > 63 || edges || !name.chars().all(plain) {
        let message = format!("`{name}` is not a name of an item");
        problems.error("name", message, "Use 1 to 63 lower-case letters, digits and inner dashes.");
    }
    for (path, value) in [
        ("salesforce.connection", &item.salesforce.connection),
        ("salesforce.object", &item.salesforce.object),
        ("jira.connection", &item.jira.connection),
    ] {
        if value.trim().is_empty() {
            problems.error(path, "is empty", "Name it as the vendor does.");
        }
    }
}

fn mappings(item: &ConnectedItem, problems: &mut Problems) {
    for (index, mapping) in item.mappings.iter().enumerate() {
        let path = format!("mappings[{index}]");
        transform::shape(item, &path, mapping, problems);
        if item.mappings[..index].iter().any(|before| before.key() == mapping.key()) {
            problems.error(
                &path,
                format!("`{}` is mapped twice", mapping.key()),
                "Remove one of the two.",
            );
        }
        if mapping.owner.is_some() && item.mode != Mode::Custom {
            let message = "an owner counts in custom mode only";
            problems.error(
                format!("{path}.owner"),
                message,
                "Set `mode: custom` or remove the owner.",
            );
        }
        if mapping.drift.is_some() && item.owner(mapping) == Some(Owner::Both) {
            let message = "both sides own it, so no change of it is astray";
            let hint =
                "Remove `drift`, or let one side own the mapping; `policy` decides conflicts.";
            problems.warning(format!("{path}.drift"), message, hint);
        }
        if carries_status(item, mapping) {
            let message = "the status is mapped, and status sync carries it already";
            problems.error(&path, message, "Remove the mapping or switch status sync off.");
        }
    }
}

/// Two mappings that write the same field would chase each other.
fn written_once(item: &ConnectedItem, problems: &mut Problems) {
    let mut writers: BTreeMap<(&str, &str), &Mapping> = BTreeMap::new();
    for (index, mapping) in item.mappings.iter().enumerate() {
        let Some(owner) = item.owner(mapping) else {
            continue;
        };
        let targets = [
            (owner != Owner::Jira).then_some(("jira", mapping.jira.as_str())),
            (owner != Owner::Salesforce).then_some(("salesforce", mapping.salesforce.as_str())),
        ];
        for (side, field) in targets.into_iter().flatten() {
            match writers.insert((side, field), mapping) {
                Some(before) if before.key() != mapping.key() => problems.error(
                    format!("mappings[{index}].{side}"),
                    format!("`{field}` is written by two mappings"),
                    "Let one mapping write it; give the other one an owner that only reads it.",
                ),
                _ => {}
            }
        }
    }
}

fn switches(item: &ConnectedItem, problems: &mut Problems) {
    let object = &item.salesforce.object;
    if item.status.enabled && item.status_field().is_none() {
        let message = format!("`{object}` has no status field of its own");
        let hint = "Name a picklist field in `status.field`, or switch status sync off.";
        problems.error("status.enabled", message, hint);
    }
    let active = [
        item.status.enabled,
        item.comments.enabled,
        item.activities.is_some(),
        item.files.enabled,
        item.auto_create.enabled,
        item.link_note,
    ];
    if item.mode == Mode::DisplayOnly && active.contains(&true) {
        let message = "a display-only item writes nothing, so its switches have no effect";
        problems.warning("mode", message, "Choose another mode or remove the switches.");
    }
    if item.comments.publish && !item.comments.enabled {
        let message = "nothing is published while comment sync is off";
        problems.warning("comments.publish", message, "Set `comments.enabled: true` or remove it.");
    }
    if !(1..=100).contains(&item.comments.brake_percent) {
        let message = format!("{} is not between 1 and 100", item.comments.brake_percent);
        problems.error("comments.brake_percent", message, "20 suits most items; 100 never brakes.");
    }
    if !item.status.map.is_empty() && !item.status.enabled {
        let message = "the map has no effect while status sync is off";
        problems.warning("status.map", message, "Set `status.enabled: true` or remove the map.");
    }
    for (index, pair) in item.status.map.iter().enumerate() {
        if item.status.map[..index].contains(pair) {
            let message = "the pair is there twice";
            problems.warning(format!("status.map[{index}]"), message, "Remove one of the two.");
        }
    }
}

fn activities(item: &ConnectedItem, problems: &mut Problems) {
    let Some(options) = item.activities else {
        return;
    };
    let object = &item.salesforce.object;
    if activity::is_kind(object) {
        let message = format!("a record of `{object}` is an activity itself and has none");
        problems.error("activities", message, "Remove the section, or choose another object.");
    }
    if options.form == ActivityForm::Comment && options.estimate == Estimate::Auto {
        let message = "a comment takes no time off the estimate";
        let hint = "Set `activities.as: worklog`, or remove `estimate`.";
        problems.warning("activities.estimate", message, hint);
    }
}

fn files(item: &ConnectedItem, problems: &mut Problems) {
    let most = item.files.max_mb;
    if !(1..=MAX_MB).contains(&most) {
        let message = format!("{most} is not between 1 and {MAX_MB}");
        problems.error("files.max_mb", message, "10 suits most items; Salesforce takes 2000.");
    }
}

fn batch(item: &ConnectedItem, problems: &mut Problems) {
    if !is_default(&item.batch) && item.mappings.iter().all(|mapping| mapping.when == When::Live) {
        let message = "no mapping waits for the batch";
        problems.warning("batch", message, "Say `when: batch` in a mapping, or remove it.");
    }
}

fn sweep(item: &ConnectedItem, problems: &mut Problems) {
    match item.sweep_seconds {
        0 | 86_401.. => {
            let message = format!("{} is not between 1 and 86400", item.sweep_seconds);
            problems.error("sweep_seconds", message, "300 (five minutes) suits most items.");
        }
        1..10 => {
            let message = "sweeping this often spends many API calls";
            problems.warning("sweep_seconds", message, "Use 10 or more outside of tests.");
        }
        _ => {}
    }
}
