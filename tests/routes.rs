//! What the console serves, read from where it is written: no page is forgotten by those who must know
//! of all of them.

use crate::tree::{files, none, read, root};

/// A route of the console.
pub struct Route {
    /// `get` or `post`.
    pub method: &'static str,
    /// The right, or what else it takes: `Right::See`, `Needs::Invocation`.
    pub needs: String,
    /// Its path, with names in braces.
    pub path: String,
}

/// Every route that the console's sources add.
pub fn of_the_console() -> Vec<Route> {
    let source = root().join("crates/console/src");
    let sources =
        files(&source, &[".rs"]).into_iter().filter(|path| !path.starts_with(source.join("tests")));
    sources.flat_map(|path| added(&read(&path))).collect()
}

fn added(source: &str) -> Vec<Route> {
    let of = |(method, call): (&'static str, &'static str)| {
        let calls = source.split(call).skip(1).map(str::trim_start);
        calls.filter_map(move |call| {
            let (needs, rest) = call.split_once(',')?;
            let path = rest.trim_start().strip_prefix('"')?.split('"').next()?;
            let is_route = needs.starts_with("Right::") || needs.starts_with("Needs::");
            is_route.then(|| Route { method, needs: needs.to_owned(), path: path.to_owned() })
        })
    };
    [("get", ".get("), ("post", ".post(")].into_iter().flat_map(of).collect()
}

// F-331: the bench asks for every page that somebody who is signed in can see.
#[test]
fn every_page_of_the_console_is_timed_by_the_bench() {
    let bench = read(&root().join("tests/bench/pages.rs"));
    let pages: Vec<Route> = of_the_console()
        .into_iter()
        .filter(|route| route.method == "get" && route.needs.starts_with("Right::"))
        .collect();
    assert!(pages.len() > 30, "{} routes were found", pages.len());
    let forgotten: Vec<String> = pages
        .iter()
        .filter(|route| !bench.contains(&format!("(\"{}\", ", route.path)))
        .map(|route| route.path.clone())
        .collect();
    none(&forgotten, "Add it to the pages that `make bench` times (tests/bench/pages.rs).");
}
