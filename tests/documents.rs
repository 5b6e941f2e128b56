//! Documents that tests keep true.

use std::fmt::Write as _;

use lockstep_model::Code;
use lockstep_service::variables;

use crate::tree::{read, root};

/// docs/errors.md, as the catalogue has it.
fn errors_page() -> String {
    let mut page = String::from(
        "# Errors\n\nEvery error that Lockstep reports has one permanent code. This page is made from the catalogue in\n\
         `crates/model/src/catalogue.rs`; a test keeps it true, and\n\
         `LOCKSTEP_WRITE_DOCS=1 cargo test -p lockstep-tests documents` writes it.\n\n\
         | class | what Lockstep does |\n|---|---|\n\
         | transient | retries, with backoff and jitter |\n\
         | throttled | waits as long as the vendor says, and holds the whole connection back |\n\
         | unauthorized | pauses the connection until its credential is mended |\n\
         | rejected | reports the field, syncs the others, and does not retry until something changes |\n\
         | broken | gives the job up to the dead letters, with the reason |\n",
    );
    for code in Code::ALL {
        let row = code.entry();
        write!(
            page,
            "\n## {}: {}\n\n*{}.* {}\n\n**What to do:** {}\n",
            row.id,
            row.title,
            row.class.name(),
            row.meaning,
            row.remedy.replace('<', "\\<")
        )
        .expect("a string takes any text");
    }
    page
}

/// docs/configuration.md: its prose is written by hand, its table comes from the code.
fn configuration_page(written: &str) -> String {
    let prose = written.split(TABLE).next().unwrap_or_default().trim_end();
    let mut page = format!(
        "{prose}\n\n{TABLE}\n\n| variable | default | meaning | example |\n|---|---|---|---|\n"
    );
    for each in variables::ALL {
        let default = each
            .default
            .map_or("*required*".to_owned(), |value| format!("`{value}`"));
        writeln!(
            page,
            "| `{}` | {default} | {} | `{}` |",
            each.name, each.meaning, each.example
        )
        .expect("a string takes any text");
    }
    page
}

/// Where the table of docs/configuration.md begins.
const TABLE: &str = "## Every variable";

#[expect(
    clippy::disallowed_methods,
    reason = "the one switch that lets these tests write their pages"
)]
fn writing() -> bool {
    std::env::var("LOCKSTEP_WRITE_DOCS").is_ok()
}

/// Fails where `name` differs from what the code says; writes it instead where that is asked for.
fn keep_true(name: &str, made: impl Fn(&str) -> String) {
    let path = root().join("docs").join(name);
    let written = if path.exists() {
        read(&path)
    } else {
        String::new()
    };
    let wanted = made(&written);
    if writing() {
        std::fs::write(&path, &wanted).expect("docs can be written");
    } else {
        assert!(
            written == wanted,
            "docs/{name} differs from the code: LOCKSTEP_WRITE_DOCS=1 cargo test -p lockstep-tests documents"
        );
    }
}

#[test]
fn the_page_of_errors_is_the_catalogue() {
    keep_true("errors.md", |_| errors_page());
}

#[test]
fn the_page_of_configuration_lists_every_variable() {
    keep_true("configuration.md", configuration_page);
}
