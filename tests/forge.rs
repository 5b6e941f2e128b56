//! The Forge app of deploy/forge, as far as it can be checked without Atlassian: its manifest holds together, it asks
//! for little, and the console recognises it.

use serde_json::Value;

use crate::routes::of_the_console;
use crate::tree::{none, read, root};

/// What the list of scopes allows an app on Jira's side.
const ALLOWED: &[&str] = &[
    "storage",
    "read:jira-work",
    "write:jira-work",
    "read:jira-user",
    "read:issue:jira",
    "write:issue:jira",
    // No right of its own: without it Forge hands on no token of the person (jira: calling a remote).
    "read:app-user-token",
];

fn manifest() -> Value {
    serde_saphyr::from_str(&read(&root().join("deploy/forge/manifest.yml"))).expect("YAML")
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text")).collect()
}

/// The one element of a list.
fn only(list: &Value) -> &Value {
    let [one] = list.as_array().expect("a list").as_slice() else { panic!("not one: {list}") };
    one
}

// F-28
#[test]
fn the_forge_app_asks_for_no_more_than_it_needs() {
    let manifest = manifest();
    let scopes = texts(&manifest["permissions"]["scopes"]);
    let beyond: Vec<String> = scopes
        .iter()
        .filter(|scope| !ALLOWED.contains(scope))
        .map(|scope| format!("{scope} is not on the list"))
        .collect();
    none(&beyond, "An app that only shows a page needs no more.");
    assert_eq!(scopes, ["read:jira-work", "read:app-user-token"], "it reads, and that is all");
    // Egress: frames and calls go to the console, nothing else is loaded from anywhere.
    let external = manifest["permissions"]["external"].as_object().expect("external");
    assert_eq!(external.keys().collect::<Vec<_>>(), ["frames"]);
    let console = only(&manifest["remotes"])["baseUrl"].as_str().expect("an address");
    assert!(console.starts_with("https://") && !console.ends_with('/'), "{console}");
    assert_eq!(only(&external["frames"]), console);
}

#[test]
fn the_manifest_holds_together_and_the_console_knows_it() {
    let manifest = manifest();
    let app = manifest["app"]["id"].as_str().expect("an id");
    let id = app.strip_prefix("ari:cloud:ecosystem::app/").expect("an app's id");
    uuid::Uuid::parse_str(id).expect("its last part is a UUID");
    let modules = &manifest["modules"];
    let panel = only(&modules["jira:issuePanel"]);
    assert_eq!(panel["key"], lockstep_jira::forge::PANEL);
    let (endpoint, resource, remote) =
        (only(&modules["endpoint"]), only(&manifest["resources"]), only(&manifest["remotes"]));
    assert_eq!(panel["resolver"]["endpoint"], endpoint["key"]);
    assert_eq!(endpoint["remote"], remote["key"]);
    assert_eq!(panel["resource"], resource["key"]);
    // The person's token comes only where both say so.
    assert_eq!(endpoint["auth"]["appUserToken"]["enabled"], true);
    for key in [&panel["key"], &endpoint["key"], &resource["key"], &remote["key"]] {
        let key = key.as_str().expect("a key");
        let is_plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        assert!(is_plain && key.len() <= 23, "{key}");
    }
    let icon = panel["icon"].as_str().and_then(|icon| icon.strip_prefix("resource:panel;"));
    assert!(root().join("deploy/forge/panel").join(icon.expect("of the resource")).exists());
}

#[test]
fn what_the_panel_calls_is_a_route_of_the_console_that_takes_its_token() {
    let script = read(&root().join("deploy/forge/panel/panel.js"));
    let calls: Vec<&str> = script.split("invokeRemote({").skip(1).collect();
    let [call] = calls.as_slice() else { panic!("it calls {} times", calls.len()) };
    let text = |key: &str| {
        let value =
            call.split(&format!("{key}: \"")).nth(1).and_then(|rest| rest.split('"').next());
        value.unwrap_or_else(|| panic!("no {key}: {call}")).to_owned()
    };
    let (path, method) = (text("path"), text("method").to_lowercase());
    let routes = of_the_console();
    let route = routes.iter().find(|route| route.path == path && route.method == method);
    let route = route.unwrap_or_else(|| panic!("the console has no {method} {path}"));
    assert_eq!(route.needs, "Needs::Invocation");
    // What it answers with leads to the cards, which a ticket opens.
    let cards = routes.iter().find(|route| route.path == "/panel" && route.method == "get");
    assert_eq!(cards.map(|route| route.needs.as_str()), Some("Needs::Ticket"));
}

#[test]
fn the_panels_page_is_built_from_what_lies_there_and_loads_nothing_else() {
    let folder = root().join("deploy/forge");
    let package: Value = serde_json::from_str(&read(&folder.join("package.json"))).expect("JSON");
    let build = package["scripts"]["build"].as_str().expect("a build");
    let path = manifest()["resources"][0]["path"].as_str().expect("a path").to_owned();
    assert!(build.contains(&path), "`{build}` fills {path}");
    let page = read(&folder.join("panel/index.html"));
    for asked in page.split('"').filter(|text| text.starts_with("./")) {
        let file = folder.join("panel").join(asked.trim_start_matches("./"));
        assert!(file.exists() && build.contains(asked.trim_start_matches("./")), "{asked}");
    }
    assert!(
        !page.contains("://") && !page.contains("style=") && !page.contains("<script>"),
        "{page}"
    );
    // Versions are exact: what is bundled is what was looked at.
    for group in ["dependencies", "devDependencies"] {
        for (name, version) in package[group].as_object().expect("packages") {
            let version = version.as_str().expect("a version");
            assert!(version.bytes().all(|b| b.is_ascii_digit() || b == b'.'), "{name} {version}");
        }
    }
}
