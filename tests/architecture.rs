//! The arrows of docs/ARCHITECTURE.md, held over `cargo metadata`.

use std::collections::BTreeSet;
use std::fs;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::tree::{files, none, read, root};

/// Which of our crates a crate may use, as docs/ARCHITECTURE.md draws it.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("http", &[]),
    ("service", &[]),
    ("simulator", &[]),
    ("testkit", &["model", "queue", "store"]),
    ("jira", &["http", "model"]),
    ("salesforce", &["http", "model"]),
    ("queue", &["model"]),
    ("store", &["model"]),
    ("engine", &["jira", "salesforce", "store", "queue", "model"]),
    ("ingress", &["jira", "salesforce", "queue", "store", "model"]),
    ("console", &["engine", "http", "jira", "queue", "store", "model"]),
    ("ingress-bin", &["service", "ingress", "queue", "store"]),
    ("console-bin", &["service", "console", "engine", "http", "queue", "store"]),
    ("worker-bin", &["service", "engine", "http", "queue", "store"]),
    (
        "cli",
        &[
            "service",
            "engine",
            "http",
            "jira",
            "salesforce",
            "model",
            "queue",
            "simulator",
            "store",
        ],
    ),
    // The world that stories and the benchmark play in.
    ("tests", &["jira", "service", "simulator", "testkit"]),
];

/// What only tests may use besides: it stands in for the world outside.
const FOR_TESTS: &[&str] = &["testkit", "simulator"];

/// Foreign crates with one home each; others go through it.
const HOMES: &[(&str, &[&str], &str)] = &[
    ("lapin", &["queue"], "publish and consume through lockstep_queue"),
    ("reqwest", &["http", "simulator"], "call through lockstep_http"),
    (
        "backoff",
        &["http"],
        "it is unmaintained and must stay replaceable: retry through lockstep_http",
    ),
    ("tokio-postgres", &["store"], "all of SQL is in lockstep_store"),
    ("deadpool-postgres", &["store"], "all of SQL is in lockstep_store"),
    ("tokio-postgres-rustls", &["store"], "all of SQL is in lockstep_store"),
    ("aes-gcm", &["store"], "secrets are sealed in lockstep_store"),
    ("tracing-subscriber", &["service"], "logging is set up in lockstep_service"),
    (
        "axum",
        &["console", "console-bin", "ingress", "ingress-bin", "service", "simulator"],
        "the worker and the clients serve nothing themselves",
    ),
    ("clap", &["cli"], "only the command line has one"),
];

/// The packages that play the world or drive it: a crate with one home may also be used there.
const WORLD: &[&str] = &["testkit", "tests"];

/// What every reader of the tree finds at its top.
const TOP: &[&str] =
    &["Cargo.toml", "README.md", "bins", "crates", "deploy", "migrations", "tests"];

/// What tools and custom want beside it.
const BESIDE: &[&str] = &[
    ".ci",
    ".config",
    ".gitignore",
    "Cargo.lock",
    "LICENSE",
    "Makefile",
    "clippy.toml",
    "deny.toml",
    "docs",
    "rust-toolchain.toml",
    "rustfmt.toml",
];

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .expect("cargo metadata reads the workspace")
}

fn short(package: &Package) -> &str {
    package.name.strip_prefix("lockstep-").expect("every package is called lockstep-…")
}

fn used(package: &Package, kind: DependencyKind) -> BTreeSet<&str> {
    package.dependencies.iter().filter(|d| d.kind == kind).map(|d| d.name.as_str()).collect()
}

fn ours(names: &BTreeSet<&str>) -> BTreeSet<String> {
    names.iter().filter_map(|name| name.strip_prefix("lockstep-")).map(str::to_owned).collect()
}

fn allowed(name: &str) -> Option<&'static [&'static str]> {
    ARROWS.iter().find(|(from, _)| *from == name).map(|(_, to)| *to)
}

#[test]
fn our_crates_use_each_other_only_along_the_arrows() {
    let mut wrong = Vec::new();
    for package in &metadata().packages {
        let name = short(package);
        let Some(allowed) = allowed(name) else {
            wrong.push(format!("{name} is not drawn: give it its arrows"));
            continue;
        };
        for to in ours(&used(package, DependencyKind::Normal)) {
            if !allowed.contains(&to.as_str()) {
                wrong.push(format!("{name} -> {to}"));
            }
        }
    }
    none(
        &wrong,
        "Remove the dependency, or change the drawing in docs/ARCHITECTURE.md and ARROWS together, and say why.",
    );
}

#[test]
fn dev_dependencies_are_the_world_or_follow_the_arrows() {
    let mut wrong = Vec::new();
    for package in metadata().packages.iter().filter(|package| short(package) != "tests") {
        let allowed = allowed(short(package)).unwrap_or_default();
        for to in ours(&used(package, DependencyKind::Development)) {
            if !allowed.contains(&to.as_str()) && !FOR_TESTS.contains(&to.as_str()) {
                wrong.push(format!("{} -> {to} (dev)", short(package)));
            }
        }
    }
    none(
        &wrong,
        "A crate's own tests use testkit and simulator; what needs more rooms is a story in tests/.",
    );
}

#[test]
fn everything_that_is_drawn_exists() {
    let packages = metadata().packages;
    let names: BTreeSet<&str> = packages.iter().map(short).collect();
    let idle: Vec<String> = ARROWS
        .iter()
        .flat_map(|(from, to)| to.iter().chain([from]))
        .filter(|name| !names.contains(**name))
        .map(|name| format!("{name} is drawn, and no package is called so"))
        .collect();
    none(&idle, "Take what is gone out of ARROWS.");
}

#[test]
fn foreign_crates_stay_in_their_home() {
    let mut wrong = Vec::new();
    for package in &metadata().packages {
        for (foreign, homes, instead) in HOMES {
            let name = short(package);
            let at_home = homes.contains(&name) || WORLD.contains(&name);
            if !at_home && used(package, DependencyKind::Normal).contains(foreign) {
                wrong.push(format!("{name} uses {foreign}: {instead}"));
            }
        }
    }
    none(&wrong, "Use the crate that is its home, or move the home in HOMES and say why.");
}

#[test]
fn the_required_crates_are_used_where_they_belong() {
    let required = [
        ("lapin", "queue"),
        ("tokio", "engine"),
        ("reqwest", "http"),
        ("serde", "model"),
        ("deadpool_postgres", "store"),
        ("tokio_postgres", "store"),
        ("backoff", "http"),
        ("tracing", "engine"),
        ("prometheus", "service"),
    ];
    let missing: Vec<String> = required
        .iter()
        .filter(|(foreign, home)| {
            let sources = files(&root().join("crates").join(home).join("src"), &[".rs"]);
            !sources.iter().any(|path| read(path).contains(&format!("{foreign}::")))
        })
        .map(|(foreign, home)| format!("crates/{home} does not use {foreign}"))
        .collect();
    none(&missing, "The stack is part of what was asked for: use the crate where it belongs.");
}

#[test]
fn the_top_level_is_what_a_reader_expects() {
    let left_by_tools =
        |name: &str| [".git", ".demo"].contains(&name) || name.starts_with("target");
    let found: BTreeSet<String> = fs::read_dir(root())
        .expect("the root can be read")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !left_by_tools(name))
        .collect();
    let known: BTreeSet<String> = TOP.iter().chain(BESIDE).map(|name| (*name).to_owned()).collect();
    let strange: Vec<String> =
        found.difference(&known).map(|name| format!("{name} does not belong at the top")).collect();
    let missing =
        TOP.iter().filter(|name| !found.contains(**name)).map(|name| format!("{name} is missing"));
    let all: Vec<String> = strange.into_iter().chain(missing).collect();
    none(&all, "Put it under bins, crates, deploy, migrations, tests or docs.");
}
