use proptest::prelude::*;

use super::*;

const ITEM: &str = "\
name: support-bugs
salesforce: { connection: acme-org, object: Case }
jira:
  connection: acme-site
  project: SUP
  issue_type: Bug
mode: two-way
mappings:
  - { salesforce: Subject, jira: summary }
  - salesforce: Priority
    jira: priority
status:
  map:
    - { salesforce: New, jira: To Do }
";

fn place(line: u64, column: u64) -> Place {
    Place { line, column }
}

fn wrong(from: &str, to: &str) -> (Option<Place>, String, String) {
    let problem = ItemDocument::read(&ITEM.replace(from, to)).expect_err("a problem");
    (problem.place, problem.message, problem.hint)
}

// F-335
#[test]
fn every_path_has_its_place() {
    let document = ItemDocument::read(ITEM).expect("an item");
    for (path, expected) in [
        ("name", place(1, 7)),
        ("salesforce.object", place(2, 45)),
        ("jira.issue_type", place(6, 15)),
        ("mappings[0].jira", place(9, 34)),
        ("mappings[1]", place(10, 5)),
        ("mappings[1].jira", place(11, 11)),
        ("status.map[0].jira", place(14, 32)),
        ("mappings[1].owner", place(10, 5)),
        ("mappings[9].owner", place(9, 3)),
        ("auto_create.enabled", place(1, 1)),
    ] {
        assert_eq!(document.place(path), Some(expected), "{path}");
    }
}

#[test]
fn a_key_that_no_item_has_is_refused_with_the_one_that_was_meant() {
    let (at, message, hint) = wrong("  project:", "  projekt:");
    assert_eq!(at, Some(place(5, 3)));
    assert_eq!(message, "there is no key `projekt` here");
    assert!(hint.starts_with("Did you mean `project`?"), "{hint}");
}

#[test]
fn a_choice_that_is_none_is_refused_with_those_there_are() {
    let (at, message, hint) = wrong("two-way", "both-ways");
    assert_eq!((at, message.as_str()), (Some(place(7, 7)), "`both-ways` is no choice"));
    assert!(hint.contains("`display-only`") && hint.contains("`custom`"), "{hint}");
}

#[test]
fn what_is_missing_or_of_the_wrong_form_is_refused_in_its_place() {
    let (at, message, _) = wrong(", object: Case", "");
    assert_eq!(message, "the key `object` is missing");
    assert!(at.is_some_and(|at| at.line == 2), "{at:?}");
    let (at, message, _) = wrong("mode: two-way", "mode: two-way\nsweep_seconds: often");
    assert!(at.is_some_and(|at| at.line == 8), "{at:?} {message}");
    let (at, _, _) = wrong("jira:\n", "jira: [\n");
    assert!(at.is_some());
}

proptest! {
    #[test]
    fn no_item_is_too_strange(
        cut in 0_usize..400,
        with in "[\\[\\]{}:,\"'&*!|>%@\\-?# \\n\\ta-z0-9]{0,12}",
        text in any::<String>(),
    ) {
        let _read_or_not = ItemDocument::read(&text);
        // An item in the middle of which somebody typed something.
        let cut = cut.min(ITEM.len());
        let typed = format!("{}{with}{}", &ITEM[..cut], &ITEM[cut..]);
        if let Err(problem) = ItemDocument::read(&typed) {
            prop_assert!(!problem.message.is_empty() && !problem.hint.is_empty());
        }
    }
}
