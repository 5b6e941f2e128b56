//! File sync: each content is copied once, and a copy is never copied.
//!
//! A file is known by its id, and a content by its size and hash: a renamed copy is no new content. A
//! pair whose one side is gone stays a pair, so that nothing is deleted and nothing comes back. What a
//! crashed writer could not say anymore is seen here: its copy in Salesforce carries a mark, its copy in
//! Jira has the same bytes.

mod marks;
mod options;
mod safe_name;
mod steps;

use std::collections::BTreeSet;

use crate::catalogue::Code;
use crate::item::ConnectedItem;
use crate::plan::{Plan, Situation, Step, Want};
use crate::snapshot::{File, Issue, Side};

pub use marks::{ISSUE_NOTE, RECORD_NOTE, is_note, marker, read_marker};
pub use options::{FileOptions, MAX_MB, megabytes};
pub use safe_name::safe_name;
pub use steps::{FileNote, FilePair, FileStep};

/// Plans the copies that are missing on either side, oldest first, what is to be remembered without
/// a copy, and the notes about earlier copies.
pub(crate) fn plan<'a>(situation: &Situation<'a>, issue: &'a Issue, plan: &mut Plan) {
    if !situation.item.syncs_files() {
        return;
    }
    if !unhashed(situation).is_empty() {
        plan.wants.insert(Want::FileHashes);
        return;
    }
    note(situation, plan);
    let mut known = Known::new(situation);
    adopt_marked(situation, issue, &mut known, plan);
    for (side, file) in oldest_first(situation, issue) {
        if known.has(side, file) {
            continue;
        }
        match (content(situation, file), counterpart(situation, issue, (side, file), &known)) {
            (Some((_, hash)), Some(other)) => {
                known.pair((side, file), other, hash);
                let pair = FilePair::of(side, file, Some(other), hash);
                plan.steps.push(Step::File(FileStep::Pair(pair)));
            }
            (Some((size, hash)), None) if known.contents.contains(&(size, hash)) => {
                let pair = FilePair::of(side, file, None, hash);
                plan.steps.push(Step::File(FileStep::Pair(pair)));
            }
            // Its twin is copied by this very plan: the next one sees what came of it.
            (Some(content), None) if !known.underway.insert(content) => {}
            _ => copy(situation, side, file, plan),
        }
    }
}

/// A content by which a file is known again.
type Content<'a> = (u64, &'a str);

/// What has a partner, or needs none.
struct Known<'a> {
    files: BTreeSet<(Side, &'a str)>,
    contents: BTreeSet<Content<'a>>,
    underway: BTreeSet<Content<'a>>,
}

impl<'a> Known<'a> {
    fn new(situation: &Situation<'a>) -> Self {
        let sides = [Side::Salesforce, Side::Jira];
        let files = situation.files.iter();
        let ids =
            files.flat_map(|pair| sides.iter().filter_map(|side| Some((*side, pair.on(*side)?))));
        let contents = situation.files.iter().map(|pair| (pair.size, pair.hash.as_str()));
        Self { files: ids.collect(), contents: contents.collect(), underway: BTreeSet::new() }
    }

    fn has(&self, side: Side, file: &File) -> bool {
        self.files.contains(&(side, file.id.as_str()))
    }

    /// A file, its counterpart on the other side, and their content are known from now on.
    fn pair(&mut self, (side, file): (Side, &'a File), other: &'a File, hash: &'a str) {
        self.files.insert((side, &file.id));
        self.files.insert((side.other(), &other.id));
        self.contents.insert((file.size, hash));
    }
}

/// Files whose bytes must be looked at before it is known whether their content is new: something
/// else has the same size, and their side shows no checksum.
pub fn unhashed<'a>(situation: &Situation<'a>) -> Vec<(Side, &'a File)> {
    let Some(issue) = situation.issue else {
        return Vec::new();
    };
    let known = Known::new(situation);
    let files = oldest_first(situation, issue);
    let of_size = |size: u64| {
        let files = files.iter().filter(|(_, file)| file.size == size).count();
        files + situation.files.iter().filter(|pair| pair.size == size).count()
    };
    let open = |(side, file): &&(Side, &File)| {
        !known.has(*side, file)
            && situation.item.files.takes(file.size)
            && !situation.base.refused_files.contains_key(&file.id)
            && hash(situation, file).is_none()
            && of_size(file.size) > 1
    };
    files.iter().filter(open).copied().collect()
}

fn hash<'a>(situation: &Situation<'a>, file: &'a File) -> Option<&'a str> {
    let seen = || situation.extras.file_hashes.get(&file.id);
    file.hash.as_ref().or_else(seen).map(String::as_str)
}

/// The content of a file, where it was seen. One that could not be read counts as none.
fn content<'a>(situation: &Situation<'a>, file: &'a File) -> Option<Content<'a>> {
    let hash = hash(situation, file).filter(|hash| !hash.is_empty())?;
    Some((file.size, hash))
}

/// All files of both sides. Of two of one second, Salesforce's is the older.
fn oldest_first<'a>(situation: &Situation<'a>, issue: &'a Issue) -> Vec<(Side, &'a File)> {
    let record = situation.record.files.iter().map(|file| (Side::Salesforce, file));
    let mut files: Vec<_> =
        record.chain(issue.files.iter().map(|file| (Side::Jira, file))).collect();
    files.sort_by_key(|(side, file)| (file.created, *side));
    files
}

/// A file of the other side that has the same content and no partner.
fn counterpart<'a>(
    situation: &Situation<'a>,
    issue: &'a Issue,
    (side, file): (Side, &'a File),
    known: &Known<'a>,
) -> Option<&'a File> {
    let wanted = content(situation, file)?;
    let others = match side {
        Side::Salesforce => &issue.files,
        Side::Jira => &situation.record.files,
    };
    others
        .iter()
        .filter(|other| !known.has(side.other(), other))
        .find(|other| content(situation, other) == Some(wanted))
}

/// Pairs the copies in Salesforce that say what they copy, as after a writer that was killed.
fn adopt_marked<'a>(
    situation: &Situation<'a>,
    issue: &'a Issue,
    known: &mut Known<'a>,
    plan: &mut Plan,
) {
    for copy in &situation.record.files {
        let source = issue.files.iter().find(|source| copy.copies.as_ref() == Some(&source.id));
        let Some(source) = source.filter(|source| !known.has(Side::Jira, source)) else {
            continue;
        };
        if known.has(Side::Salesforce, copy) || copy.size != source.size {
            continue;
        }
        let hash = hash(situation, copy).unwrap_or_default();
        known.pair((Side::Jira, source), copy, hash);
        let pair = FilePair::of(Side::Jira, source, Some(copy), hash);
        plan.steps.push(Step::File(FileStep::Pair(pair)));
    }
}

/// Copies a file, unless it is too big, has no bytes, or was refused before.
fn copy(situation: &Situation<'_>, from: Side, file: &File, plan: &mut Plan) {
    let subject = format!("file {}", file.id);
    let options = &situation.item.files;
    if let Some(refusal) = situation.base.refused_files.get(&file.id) {
        plan.find(refusal.code, &subject, format!("{}: {}", file.name, refusal.detail));
    } else if file.size == 0 {
        plan.find(Code::FileEmpty, &subject, file.name.as_str());
    } else if !options.takes(file.size) {
        let (size, most) = (megabytes(file.size), megabytes(options.max_bytes()));
        plan.find(Code::FileTooBig, &subject, format!("{}: {size} where {most} fit", file.name));
    } else {
        let file = file.clone();
        plan.steps.push(Step::File(FileStep::Copy { from, file }));
    }
}

/// Plans the notes about copies that nothing was said of yet.
fn note(situation: &Situation<'_>, plan: &mut Plan) {
    if !situation.item.files.notes {
        return;
    }
    for origin in [Side::Jira, Side::Salesforce] {
        let silent = |pair: &&FilePair| {
            !pair.noted && pair.origin == origin && pair.on(origin.other()).is_some()
        };
        let pairs: Vec<&FilePair> = situation.files.iter().filter(silent).collect();
        for (text, sources) in marks::notes(origin, &pairs) {
            let note = FileNote { on: origin.other(), sources, text };
            plan.steps.push(Step::File(FileStep::Note(note)));
        }
    }
}

impl ConnectedItem {
    /// Whether files are synced (never in display-only mode).
    pub fn syncs_files(&self) -> bool {
        self.files.enabled && self.mode != crate::item::Mode::DisplayOnly
    }
}

#[cfg(test)]
mod tests;
