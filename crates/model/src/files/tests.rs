use super::*;
use crate::base::CommentRefusal;
use crate::item::Mode;
use crate::laws::world::{World, at};
use crate::snapshot::{Comment, CommentBody};

fn world(max_mb: u32) -> World {
    let mut world = World::quiet();
    world.item.files = FileOptions { enabled: true, max_mb, notes: true };
    world
}

fn file(id: &str, size: u64) -> File {
    let name = format!("{id}.txt");
    File { id: id.to_owned(), name, size, created: at(0), hash: None, copies: None }
}

fn steps(world: &World) -> Vec<FileStep> {
    let steps = world.plan().steps.into_iter();
    steps.filter_map(|step| if let Step::File(step) = step { Some(step) } else { None }).collect()
}

// F-79, F-310, F-317
#[test]
fn a_file_above_the_ceiling_is_reported_and_the_others_go() {
    let mut world = world(2);
    let sizes = [("1", 2_000_000), ("2", 2_000_001), ("3", 0), ("4", 17)];
    world.issue.files = sizes.map(|(id, size)| file(id, size)).to_vec();
    let copied = [0, 3].map(|at: usize| world.issue.files[at].clone());
    let plan = world.plan();
    let expected = copied.map(|file| Step::File(FileStep::Copy { from: Side::Jira, file }));
    assert_eq!(plan.steps, expected);
    let found: Vec<_> = plan.findings.iter().map(|f| (f.code, f.subject.as_str())).collect();
    assert_eq!(found, [(Code::FileTooBig, "file 2"), (Code::FileEmpty, "file 3")]);
    assert_eq!(plan.findings[0].detail, "2.txt: 2.1 MB where 2.0 MB fit");
    world.item.files.max_mb = 3;
    assert_eq!(steps(&world).len(), 3, "a higher ceiling is enough");
}

// F-108, F-113
#[test]
fn files_flow_by_their_own_switch_and_never_in_display_only_mode() {
    for (mode, enabled, flows) in [
        (Mode::DisplayOnly, true, false),
        (Mode::OneWay, true, true),
        (Mode::TwoWay, true, true),
        (Mode::Custom, true, true),
        (Mode::Custom, false, false),
    ] {
        let mut world = world(10);
        (world.item.mode, world.item.files.enabled) = (mode, enabled);
        world.issue.files = vec![file("10001", 5)];
        world.record.files = vec![File { hash: Some("x".into()), ..file("0681", 6) }];
        assert_eq!(steps(&world).len(), if flows { 2 } else { 0 }, "{mode:?} {enabled}");
    }
}

// F-306
#[test]
fn a_copy_in_salesforce_says_what_it_copies() {
    let mut world = world(10);
    world.issue.files = vec![file("10001", 5)];
    let mark = marker("10001", "SUP-7");
    let copies = read_marker(&mark);
    assert_eq!(copies.as_deref(), Some("10001"));
    world.record.files = vec![File { copies, hash: Some("h".into()), ..file("0681", 5) }];
    world.extras.file_hashes.insert("10001".into(), String::new());
    let pair = FilePair::of(Side::Jira, &world.issue.files[0], world.record.files.first(), "h");
    assert_eq!(steps(&world), [FileStep::Pair(pair)]);
    for other in ["", "copy of Jira attachment 1 of X", "[Lockstep] copy of Jira attachment x of Y"]
    {
        assert_eq!(read_marker(other), None, "{other}");
    }
}

// F-310
#[test]
fn what_was_refused_is_reported_and_not_offered_again() {
    let mut world = world(10);
    world.issue.files = vec![file("10001", 5), file("10002", 6)];
    let refusal =
        CommentRefusal { of: String::new(), code: Code::SfStorage, detail: "full".into() };
    world.base.refused_files.insert("10001".into(), refusal);
    let plan = world.plan();
    assert_eq!(plan.steps.len(), 1);
    assert_eq!(plan.findings[0].code, Code::SfStorage);
    world.base.forget_refusals();
    assert_eq!(steps(&world).len(), 2);
}

// F-99, F-100
#[test]
fn notes_name_the_side_and_the_files() {
    let mut world = world(10);
    let (here, there) = (file("10001", 5), file("0681", 5));
    world.files = vec![FilePair::of(Side::Jira, &here, Some(&there), "h")];
    let [FileStep::Note(note)] = &steps(&world)[..] else { panic!("{:?}", steps(&world)) };
    assert_eq!(note.on, Side::Salesforce);
    let text = "[Lockstep] Jira attachment sync note\nCopied from Jira:\n10001.txt (Jira attachment 10001)";
    assert_eq!(note.text, text);
    assert!(note.is(text) && !note.is("10001.txt (Jira attachment 10001)"));
    world.files = vec![FilePair::of(Side::Salesforce, &there, Some(&here), "h")];
    let [FileStep::Note(note)] = &steps(&world)[..] else { panic!("{:?}", steps(&world)) };
    assert_eq!((note.on, note.sources.as_slice()), (Side::Jira, &["0681".to_owned()][..]));
    assert!(note.text.starts_with("[Lockstep] Attachment sync comment\nCopied from Salesforce:\n"));
    world.item.files.notes = false;
    assert_eq!(steps(&world), []);
}

#[test]
fn a_note_that_would_be_too_long_becomes_several() {
    let mut world = world(10);
    let there = file("0681", 5);
    world.files = (0..200)
        .map(|n| FilePair::of(Side::Jira, &file(&format!("{}", 10_000 + n), 5), Some(&there), "h"))
        .collect();
    let notes = steps(&world);
    assert!(notes.len() > 1, "{}", notes.len());
    let mut named = 0;
    for step in notes {
        let FileStep::Note(note) = step else { panic!("{step:?}") };
        assert!(note.text.len() <= 4_000);
        assert!(note.is(&note.text));
        named += note.sources.len();
    }
    assert_eq!(named, 200);
}

// F-101
#[test]
fn a_note_is_never_copied_as_a_comment() {
    let mut world = world(10);
    world.item.comments.enabled = true;
    for (heading, id) in [(RECORD_NOTE, "00a1"), (ISSUE_NOTE, "00a2")] {
        let body =
            CommentBody::Text(format!("{heading}\nCopied from Jira:\nx (Jira attachment 1)"));
        let (id, author) = (id.to_owned(), "Lockstep".to_owned());
        world.record.comments.push(Comment {
            id,
            author,
            created: at(1),
            body,
            public: false,
            parent: None,
            work: None,
        });
    }
    assert_eq!(world.plan().steps, []);
    let quoted = CommentBody::Text(format!("What is this?\n{RECORD_NOTE}"));
    let (id, author) = ("00a3".to_owned(), "Ada".to_owned());
    world.record.comments.push(Comment {
        id,
        author,
        created: at(2),
        body: quoted,
        public: false,
        parent: None,
        work: None,
    });
    assert_eq!(world.plan().steps.len(), 1, "a person's words are copied");
}

#[test]
fn names_are_made_safe_and_short() {
    for (name, safe) in [
        ("trace.log", "trace.log"),
        (" a\"b\\c/d\n.txt ", "a_b_c_d_.txt"),
        ("", "file"),
        ("Überblick – final.pdf", "Überblick – final.pdf"),
    ] {
        assert_eq!(safe_name(name), safe);
    }
    let long = safe_name(&format!("{}.tar.gz", "x".repeat(400)));
    assert!(long.chars().count() == 200 && long.ends_with("x.gz"), "{long}");
}
