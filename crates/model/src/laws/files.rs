//! Laws of file sync, over files that people put on either side, and what becomes of them.

use proptest::prelude::*;

use super::cases;
use super::world::{World, at};
use crate::files::{FileOptions, FilePair, FileStep, unhashed};
use crate::plan::Want;
use crate::snapshot::{File, Side};

impl World {
    /// Somebody puts a file on a side: its content is a letter, and as many bytes as the letter says.
    pub(crate) fn put_file(&mut self, side: Side, name: &str, content: char) {
        self.clock += 1;
        let id = match side {
            Side::Salesforce => format!("068{:012}AAA", self.clock),
            Side::Jira => format!("{}", 10_000 + self.clock),
        };
        self.bytes.insert(id.clone(), content.to_string());
        let hash = (side == Side::Salesforce).then(|| content.to_string());
        let (name, created) = (name.to_owned(), at(self.clock));
        let bytes = u64::from(u32::from(content) % 4) + 1;
        self.files_of(side).push(File { id, name, size: bytes, created, hash, copies: None });
    }

    pub(crate) fn files_of(&mut self, side: Side) -> &mut Vec<File> {
        match side {
            Side::Salesforce => &mut self.record.files,
            Side::Jira => &mut self.issue.files,
        }
    }

    /// Looks at the bytes that a plan asked for.
    pub(crate) fn see_hashes(&mut self) {
        let situation = self.situation();
        let ids: Vec<String> =
            unhashed(&situation).into_iter().map(|(_, file)| file.id.clone()).collect();
        for id in ids {
            let hash = self.bytes.get(&id).cloned().unwrap_or_default();
            self.extras.file_hashes.insert(id, hash);
        }
    }

    /// Does what a step about files says, as the engine would.
    pub(crate) fn file(&mut self, step: &FileStep) {
        match step {
            FileStep::Copy { from, file } => {
                let content = self.bytes[&file.id].chars().next().expect("a content");
                self.put_file(from.other(), &file.name, content);
                let copy = self.files_of(from.other()).last().cloned();
                let hash = content.to_string();
                self.files.push(FilePair::of(*from, file, copy.as_ref(), &hash));
            }
            FileStep::Pair(pair) => self.files.push(FilePair { noted: true, ..pair.clone() }),
            FileStep::Note(note) => {
                self.noted.push(note.text.clone());
                for pair in &mut self.files {
                    let named =
                        pair.source().is_some_and(|id| note.sources.iter().any(|s| s == id));
                    pair.noted |= named;
                }
            }
        }
    }

    fn contents(&mut self, side: Side) -> Vec<String> {
        let ids: Vec<String> = self.files_of(side).iter().map(|file| file.id.clone()).collect();
        let mut contents: Vec<String> = ids.iter().map(|id| self.bytes[id].clone()).collect();
        contents.sort();
        contents
    }
}

fn world() -> World {
    let mut world = World::quiet();
    world.item.files = FileOptions { enabled: true, ..FileOptions::default() };
    world
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Salesforce), Just(Side::Jira)]
}

fn files() -> impl Strategy<Value = Vec<(Side, char)>> {
    proptest::collection::vec((side(), prop::char::range('a', 'h')), 0..12)
}

fn distinct(files: &[(Side, char)]) -> Vec<String> {
    let mut all: Vec<String> = files.iter().map(|(_, content)| content.to_string()).collect();
    all.sort();
    all.dedup();
    all
}

proptest! {
    #![proptest_config(cases())]

    // F-80, F-312
    #[test]
    fn complaint_26_every_content_is_on_both_sides_and_no_run_copies_it_again(
        first in files(), second in files()
    ) {
        let mut world = world();
        for (number, (side, content)) in first.iter().enumerate() {
            world.put_file(*side, &format!("file {number}"), *content);
        }
        world.settle();
        for (number, (side, content)) in second.iter().enumerate() {
            world.put_file(*side, &format!("renamed {number}"), *content);
        }
        world.settle();
        let all = distinct(&[first.clone(), second.clone()].concat());
        let known = distinct(&first);
        for side in [Side::Salesforce, Side::Jira] {
            let mine = |files: &[(Side, char)]| -> Vec<(Side, char)> {
                files.iter().filter(|(on, _)| *on == side).copied().collect()
            };
            let mut here = world.contents(side);
            let copied = here.len() - mine(&first).len() - mine(&second).len();
            here.dedup();
            prop_assert_eq!(&here, &all);
            let new: Vec<(Side, char)> =
                second.iter().filter(|(_, c)| !known.contains(&c.to_string())).copied().collect();
            let missing = known.len() - distinct(&mine(&first)).len() + distinct(&new).len()
                - distinct(&mine(&new)).len();
            prop_assert_eq!(copied, missing, "one copy of what was not there");
        }
        prop_assert_eq!(world.settle(), 0);
    }

    // F-81
    #[test]
    fn complaint_41_what_is_deleted_on_one_side_is_neither_deleted_on_the_other_nor_put_back(
        files in files(), gone in side()
    ) {
        let mut world = world();
        for (side, content) in &files {
            world.put_file(*side, "a file", *content);
        }
        world.settle();
        let left = world.contents(gone.other());
        world.files_of(gone).clear();
        prop_assert!(world.plan().is_empty(), "{:?}", world.plan());
        prop_assert_eq!(world.contents(gone.other()), left);
    }

    // F-79, F-306
    #[test]
    fn a_copy_that_was_made_but_not_remembered_is_known_again(files in files()) {
        let mut world = world();
        for (side, content) in &files {
            world.put_file(*side, "a file", *content);
        }
        world.settle();
        let before = (world.contents(Side::Salesforce), world.contents(Side::Jira));
        world.files.clear();
        world.extras.file_hashes.clear();
        world.settle();
        prop_assert_eq!((world.contents(Side::Salesforce), world.contents(Side::Jira)), before);
    }

    // F-99, F-100
    #[test]
    fn every_copy_is_noted_once(files in files()) {
        let mut world = world();
        for (side, content) in &files {
            world.put_file(*side, "a file", *content);
        }
        world.settle();
        let copied = |pair: &&FilePair| pair.salesforce.is_some() && pair.jira.is_some();
        for pair in world.files.iter().filter(copied) {
            let name = format!(" {})", pair.source().expect("both sides"));
            let notes = world.noted.iter().filter(|text| text.contains(&name)).count();
            let on_both = files.iter().filter(|(_, c)| c.to_string() == pair.hash);
            let made_by_us = on_both.map(|(side, _)| side).collect::<std::collections::BTreeSet<_>>().len() == 1;
            prop_assert_eq!(notes, usize::from(made_by_us));
        }
    }
}

#[test]
fn a_file_of_its_own_size_is_not_looked_at_before_it_is_copied() {
    let mut world = world();
    world.put_file(Side::Jira, "alone.txt", 'a');
    assert!(!world.plan().wants.contains(&Want::FileHashes));
    world.put_file(Side::Salesforce, "of the same size.txt", 'e');
    assert!(world.plan().wants.contains(&Want::FileHashes));
}
