//! docs/complaints.md says which test shows what; here it is held to that.

use std::collections::BTreeSet;

use crate::documents::tests;
use crate::tree::{none, read, root};

/// The number that a test's name bears.
fn number(name: &str) -> Option<u32> {
    name.strip_prefix("complaint_")?.split('_').next()?.parse().ok()
}

#[test]
fn the_table_of_complaints_names_every_test_that_bears_a_number() {
    let exist = tests();
    let (mut wrong, mut told, mut last) = (Vec::new(), BTreeSet::new(), 0);
    for line in read(&root().join("docs/complaints.md")).lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, row, _, answer, named, _] = cells[..] else {
            continue;
        };
        let Ok(row) = row.parse::<u32>() else {
            continue;
        };
        if row != last + 1 {
            wrong.push(format!("{row} stands after {last}"));
        }
        last = row;
        if named.is_empty() != answer.starts_with("not met") {
            wrong.push(format!("{row} names no test, or is not met and names one"));
        }
        for name in named.split(", ").filter(|name| !name.is_empty()) {
            let name = name.trim_matches('`');
            if number(name) != Some(row) || !exist.contains_key(name) {
                wrong.push(format!("{row}: there is no test {name} of this number"));
            }
            told.insert(name.to_owned());
        }
    }
    let numbered = exist.keys().filter(|name| number(name).is_some());
    wrong.extend(
        numbered.filter(|name| !told.contains(*name)).map(|name| format!("{name} is not listed")),
    );
    assert!(last > 0, "docs/complaints.md has no rows");
    none(&wrong, "Correct the table, or name the test.");
}
