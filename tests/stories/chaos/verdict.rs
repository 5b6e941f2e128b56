//! What must be true in the end, of every link.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use lockstep_model::Side;
use serde_json::{Value, json};

use super::fields::FIELDS;
use super::people::{Deed, Done, Pair, STATUSES};
use crate::world::World;

/// Two edits of one field that are no further apart may have met before the first was synced. Then the
/// newest should win, but a record tells its time in whole seconds, for all its fields together, and not
/// whether it was we who saved a field: a copy that was written and could not be noted, for the worker
/// died or the answer was lost, counts as an edit in Salesforce. Which edit won is not foreseen then.
const MEET: Duration = Duration::from_secs(30);

/// What was found.
#[derive(Debug, Default)]
pub struct Verdict {
    /// What is wrong.
    pub wrong: Vec<String>,
    /// Fields whose value was foreseen, because the last edit had no rival.
    pub unrivalled: usize,
    /// Fields whose value was foreseen, because one edit was clearly the last.
    pub latest: usize,
    /// Fields that show one of the values that people gave them.
    pub met: usize,
    /// Comments that are on both sides once.
    pub comments: usize,
    /// Files that are on both sides once.
    pub files: usize,
}

/// Both sides of a link as they are in the end.
struct Shown {
    record: Value,
    issue: Value,
    on_case: Vec<String>,
    on_issue: Vec<String>,
}

/// Looks at every link.
pub async fn look(world: &World, links: &[Pair], done: &[Done]) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    for (place, pair) in links.iter().enumerate() {
        let deeds: Vec<&Done> = done.iter().filter(|done| done.link == place).collect();
        let shown = Shown {
            record: world.people.salesforce_record("Case", &pair.case).await?,
            issue: world.people.jira_issue(&pair.key).await?,
            on_case: world.case_comments(&pair.case).await?,
            on_issue: world.issue_comments(&pair.key).await?,
        };
        let mut wrong = fields(&shown, &deeds, &mut verdict);
        wrong.extend(status(&shown));
        wrong.extend(comments(&shown, &deeds, &mut verdict));
        wrong.extend(files(world, (pair, &shown), &deeds, &mut verdict).await?);
        let told = wrong.into_iter().map(|what| format!("{} {}: {what}", pair.case, pair.key));
        verdict.wrong.extend(told);
    }
    Ok(verdict)
}

fn fields(shown: &Shown, deeds: &[&Done], verdict: &mut Verdict) -> Vec<String> {
    let mut wrong = Vec::new();
    for (place, field) in FIELDS.iter().enumerate() {
        let (record, issue) = (field.of_record(&shown.record), field.of_issue(&shown.issue));
        if record != issue {
            wrong.push(format!("{} is {record:?} and {issue:?}", field.salesforce));
        }
        let edits: Vec<(&Done, &String)> = deeds
            .iter()
            .filter_map(|done| match &done.deed {
                Deed::Set(field, value) if *field == place => Some((*done, value)),
                _ => None,
            })
            .collect();
        let Some((last, value)) = edits.last() else {
            continue;
        };
        // In Jira our own writes are marked, so that they are no rivals of edits in Salesforce.
        let rivals = |done: &Done| done.side != last.side || last.side == Side::Jira;
        let before = edits.iter().rev().skip(1).find(|(done, _)| rivals(done));
        let foreseen = match before {
            None => Some(&mut verdict.unrivalled),
            Some((done, _)) if last.at - done.at > MEET => Some(&mut verdict.latest),
            Some(_) => None,
        };
        let is_right = if let Some(count) = foreseen {
            *count += 1;
            record == **value
        } else {
            verdict.met += 1;
            edits.iter().any(|(_, value)| record == **value)
        };
        if !is_right {
            let history: Vec<String> = edits
                .iter()
                .map(|(done, value)| format!("{value:?} in {} at {:?}", done.side.name(), done.at))
                .collect();
            wrong.push(format!("{} is {record:?} after {history:?}", field.salesforce));
        }
    }
    wrong
}

fn status(shown: &Shown) -> Option<String> {
    let (record, issue) = (&shown.record["Status"], &shown.issue["fields"]["status"]["name"]);
    let together = |(one, two): &(&str, &str)| json!(one) == *record && json!(two) == *issue;
    (!STATUSES.iter().any(together)).then(|| format!("it is {record} and {issue}"))
}

fn comments(shown: &Shown, deeds: &[&Done], verdict: &mut Verdict) -> Vec<String> {
    let mut wrong = Vec::new();
    for done in deeds {
        let Deed::Said(text) = &done.deed else {
            continue;
        };
        let count = |all: &[String]| all.iter().filter(|one| one.contains(text)).count();
        match (count(&shown.on_case), count(&shown.on_issue)) {
            (1, 1) => verdict.comments += 1,
            (on_case, on_issue) => wrong.push(format!(
                "{text:?}, said in {}, is on the case {on_case} times and on the issue {on_issue} times",
                done.side.name()
            )),
        }
    }
    wrong
}

/// Each file is on both sides once, with the same bytes, and noted once on the side that got it.
async fn files(
    world: &World,
    (pair, shown): (&Pair, &Shown),
    deeds: &[&Done],
    verdict: &mut Verdict,
) -> Result<Vec<String>> {
    let mut wanted: BTreeMap<&str, Side> = BTreeMap::new();
    for done in deeds {
        if let Deed::Added(name) = &done.deed {
            wanted.insert(name, done.side);
        }
    }
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let (on_case, on_issue) =
        (world.record_files(&pair.case).await?, world.issue_files(&pair.key).await?);
    let mut wrong = Vec::new();
    let names: Vec<&str> = on_case.iter().map(|(name, ..)| name.as_str()).collect();
    if on_case != on_issue || !names.iter().copied().eq(wanted.keys().copied()) {
        wrong.push(format!("the files {wanted:?} are {on_case:?} and {on_issue:?}"));
    }
    for (name, side) in &wanted {
        let notes = if *side == Side::Jira { &shown.on_case } else { &shown.on_issue };
        let times = notes.iter().filter(|note| note.contains(name)).count();
        if times != 1 {
            wrong.push(format!("{name}, added in {}, is noted {times} times", side.name()));
        }
    }
    verdict.files += wanted.len();
    Ok(wrong)
}
