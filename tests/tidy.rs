//! Style as a test: sizes, marks that must not stay, and words that do not belong here.

use std::path::{Path, PathBuf};

use crate::tree::{files, none, read, root, shown};

const FILE_LINES_MAX: usize = 400;
const FILE_LINES_MEDIAN: usize = 120;
const FILE_LINES_P90: usize = 250;
const FUNCTION_LINES_MAX: usize = 60;
const FUNCTION_LINES_MEDIAN: usize = 10;
const FUNCTION_LINES_P90: usize = 30;
const MAIN_LINES_MAX: usize = 60;
const COLUMNS_MAX: usize = 140;

/// A line of a file, with its number as an editor counts it.
type Line = (usize, String);

/// Each mark with what to do instead. Written in two halves, so that this list does not find itself.
fn marks() -> Vec<(String, &'static str)> {
    let mark = |left: &str, right: &str| format!("{left}{right}");
    vec![
        (
            mark("#[al", "low("),
            "use #[expect(.., reason = \"..\")]: it tells when it is no longer needed",
        ),
        (mark("#![al", "low("), "use #[expect(.., reason = \"..\")] on the item"),
        (mark("to", "do!"), "write it, or file an issue"),
        (mark("unimple", "mented!"), "write it, or file an issue"),
        (mark("// TO", "DO"), "do it, or file an issue"),
        (mark("# TO", "DO"), "do it, or file an issue"),
        (mark("FIX", "ME"), "mend it, or file an issue"),
        (mark("XX", "X:"), "mend it, or file an issue"),
        (mark("#[ig", "nore"), "a test that does not run proves nothing: mend or remove it"),
        (mark("/wo", "rk/"), "name paths relative to the repository"),
        (mark("/opt/", "wheels"), "leave it to the package client's own configuration"),
    ]
}

/// The sources that ship: tests and the test kit count apart.
fn production() -> Vec<PathBuf> {
    let apart = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let folders = shown(path);
        name == "tests.rs"
            || name.ends_with("_test.rs")
            || name.ends_with("_tests.rs")
            || folders
                .split('/')
                .any(|part| ["tests", "testkit", "benches", "examples"].contains(&part))
    };
    files(&root(), &[".rs"]).into_iter().filter(|path| !apart(path)).collect()
}

/// The line without what its strings, characters and comments hold.
fn bare(line: &str) -> String {
    let (mut out, mut chars, mut quoted) = (String::new(), line.chars().peekable(), false);
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => drop(chars.next()),
            '"' => quoted = !quoted,
            _ if quoted => {}
            '/' if chars.peek() == Some(&'/') => break,
            '\'' => skip_character(&mut chars),
            _ => out.push(c),
        }
    }
    out
}

/// After a `'`: drops a character literal, and leaves a lifetime.
fn skip_character(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    let mut ahead = chars.clone();
    let first = ahead.next();
    if first == Some('\\') {
        ahead.next();
        while ahead.next().is_some_and(|c| c != '\'') {}
        *chars = ahead;
    } else if ahead.next() == Some('\'') {
        *chars = ahead;
    }
}

/// Index of the line that closes the item which begins at `start`.
fn end_of_item(lines: &[Line], start: usize) -> usize {
    let (mut depth, mut opened) = (0_i64, false);
    for (at, (_, line)) in lines.iter().enumerate().skip(start) {
        let text = bare(line);
        for c in text.chars() {
            match c {
                '{' => (depth, opened) = (depth + 1, true),
                '}' => depth -= 1,
                _ => {}
            }
        }
        if (opened && depth <= 0) || (!opened && text.trim_end().ends_with(';')) {
            return at;
        }
    }
    lines.len().saturating_sub(1)
}

/// The lines that ship: `#[cfg(test)]` items count apart.
fn shipped(text: &str) -> Vec<Line> {
    let all: Vec<Line> =
        text.lines().enumerate().map(|(at, line)| (at + 1, line.to_owned())).collect();
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < all.len() {
        if all[at].1.trim_start().starts_with("#[cfg(test)]") {
            let item = (at + 1..all.len())
                .find(|i| !all[*i].1.trim_start().starts_with("#["))
                .unwrap_or(at);
            at = end_of_item(&all, item) + 1;
        } else {
            kept.push(all[at].clone());
            at += 1;
        }
    }
    kept
}

/// The name of the function whose signature begins on this line.
fn function_name(line: &str) -> Option<String> {
    let mut words = line.split_whitespace().skip_while(|word| {
        word.starts_with("pub")
            || ["const", "async", "unsafe", "extern", "\"C\"", "in"].contains(word)
            || word.ends_with(')')
    });
    let name = (words.next() == Some("fn")).then(|| words.next()).flatten()?;
    Some(name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
}

/// Length, place and name of every function with a body.
fn functions(path: &Path, lines: &[Line]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, (number, line)) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else {
            continue;
        };
        let end = end_of_item(lines, at);
        if lines[at..=end].iter().any(|(_, line)| bare(line).contains('{')) {
            found.push((end - at + 1, format!("{}:{number} {name}", shown(path))));
        }
    }
    found
}

/// Median and ninetieth percentile.
fn spread(mut values: Vec<usize>) -> (usize, usize) {
    values.sort_unstable();
    let p90 = values.len() * 9 / 10 - usize::from(values.len() > 9);
    (values[values.len() / 2], values[p90])
}

#[test]
fn files_are_short() {
    let sizes: Vec<(usize, String)> =
        production().iter().map(|path| (shipped(&read(path)).len(), shown(path))).collect();
    let mut wrong: Vec<String> = sizes
        .iter()
        .filter(|(lines, _)| *lines > FILE_LINES_MAX)
        .map(|(lines, path)| format!("{path}: {lines} lines, at most {FILE_LINES_MAX}"))
        .collect();
    let (median, p90) = spread(sizes.iter().map(|(lines, _)| *lines).collect());
    if median > FILE_LINES_MEDIAN || p90 > FILE_LINES_P90 {
        wrong.push(format!(
            "median {median} of at most {FILE_LINES_MEDIAN}, p90 {p90} of at most {FILE_LINES_P90}"
        ));
    }
    none(&wrong, "Split the file by what its parts know, not by what they are called.");
}

#[test]
fn functions_are_short() {
    let all: Vec<(usize, String)> =
        production().iter().flat_map(|path| functions(path, &shipped(&read(path)))).collect();
    let mut wrong: Vec<String> = all
        .iter()
        .filter(|(lines, _)| *lines > FUNCTION_LINES_MAX)
        .map(|(lines, place)| format!("{place}: {lines} lines, at most {FUNCTION_LINES_MAX}"))
        .collect();
    let (median, p90) = spread(all.iter().map(|(lines, _)| *lines).collect());
    if median > FUNCTION_LINES_MEDIAN || p90 > FUNCTION_LINES_P90 {
        wrong.push(format!("median {median} of at most {FUNCTION_LINES_MEDIAN}, p90 {p90} of at most {FUNCTION_LINES_P90}"));
    }
    none(&wrong, "Push ifs up and fors down: one parent owns the flow, leaves do one thing.");
}

#[test]
fn a_binary_parses_builds_and_runs() {
    let wrong: Vec<String> = files(&root().join("bins"), &["main.rs"])
        .iter()
        .map(|path| (read(path).lines().count(), shown(path)))
        .filter(|(lines, _)| *lines > MAIN_LINES_MAX)
        .map(|(lines, path)| format!("{path}: {lines} lines, at most {MAIN_LINES_MAX}"))
        .collect();
    none(&wrong, "A main.rs has no logic: move it into the crate that it composes.");
}

#[test]
fn lines_fit_the_page() {
    let mut wrong = Vec::new();
    for path in files(&root(), &[".rs"]) {
        for (at, line) in read(&path).lines().enumerate() {
            let columns = line.chars().count();
            if columns > COLUMNS_MAX {
                wrong.push(format!(
                    "{}:{}: {columns} columns, at most {COLUMNS_MAX}",
                    shown(&path),
                    at + 1
                ));
            }
        }
    }
    none(&wrong, "Break the line; a long literal may go into a file of its own.");
}

#[test]
fn no_marks_are_left_behind() {
    let mut wrong = Vec::new();
    let marks = marks();
    for path in
        files(&root(), &[".rs", ".sql", ".sh", ".py", ".mjs", ".yaml", ".toml", ".md", "Makefile"])
    {
        for (at, line) in read(&path).lines().enumerate() {
            for (mark, instead) in &marks {
                if line.contains(mark.as_str()) {
                    wrong.push(format!("{}:{}: {mark} ({instead})", shown(&path), at + 1));
                }
            }
        }
    }
    none(&wrong, "What is unfinished belongs in an issue, not in the tree.");
}

#[test]
fn every_migration_can_be_undone() {
    let wrong: Vec<String> = files(&root().join("migrations"), &[".up.sql"])
        .iter()
        .map(|up| {
            up.with_file_name(
                up.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .replace(".up.sql", ".down.sql"),
            )
        })
        .filter(|down| !down.exists())
        .map(|down| format!("{} is missing", shown(&down)))
        .collect();
    none(&wrong, "Write the way back, and test both ways on data.");
}

#[test]
fn the_counting_sees_what_it_should() {
    let text = "pub(crate) async fn a<'x>(s: &'x str) -> char {\n    '{'\n}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c();\n";
    let lines = shipped(text);
    assert_eq!(lines.len(), 5, "the test module counts apart");
    let found = functions(Path::new("x.rs"), &lines);
    assert_eq!(found, [(3, "x.rs:1 a".to_owned())]);
    assert_eq!(bare("let s = \"{ // \\\" {\"; // {"), "let s = ; ");
    assert_eq!(spread((1..=10).collect()), (6, 9));
}
