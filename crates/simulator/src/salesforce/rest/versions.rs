//! Which API versions there are.

use serde_json::{Value, json};

use super::reply::Reply;
use crate::salesforce::error::Refusal;

const VERSIONS: [(u32, &str); 8] = [
    (60, "Spring '24"),
    (61, "Summer '24"),
    (62, "Winter '25"),
    (63, "Spring '25"),
    (64, "Summer '25"),
    (65, "Winter '26"),
    (66, "Spring '26"),
    (67, "Summer '26"),
];

/// The list, oldest first. Needs no session and counts as no call.
pub(super) fn list() -> Reply {
    let entry = |(number, label): &(u32, &str)| {
        let url = format!("/services/data/v{number}.0");
        json!({"label": label, "url": url, "version": format!("{number}.0")})
    };
    Reply::ok(VERSIONS.iter().map(entry).collect())
}

/// Refuses a version that the org does not offer.
pub(super) fn check(version: &str) -> Result<(), Refusal> {
    let number = version.strip_prefix('v').and_then(|rest| rest.strip_suffix(".0"));
    match number.and_then(|number| number.parse::<u32>().ok()) {
        Some(number) if VERSIONS.iter().any(|(offered, _)| *offered == number) => Ok(()),
        Some(7..=30) => {
            let text = "This API version is retired.";
            Err(Refusal::new(410, "UNSUPPORTED_API_VERSION", text))
        }
        _ => Err(Refusal::not_found()),
    }
}

/// The resources of one version.
pub(super) fn resources(version: &str) -> Reply {
    let names =
        ["sobjects", "query", "queryAll", "search", "parameterizedSearch", "composite", "limits"];
    let address = |name: &str| Value::String(format!("/services/data/{version}/{name}"));
    Reply::ok(Value::Object(names.iter().map(|name| ((*name).to_owned(), address(name))).collect()))
}
