//! Names of operations for the log of calls and for fault rules.

use axum::http::Method;

use super::call::segments;

/// The name of the operation that a call is.
pub fn operation(method: &Method, path: &str) -> &'static str {
    let path = segments(path);
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    match names.as_slice() {
        ["services", "oauth2", "token"] => "salesforce.token",
        ["services", "oauth2", "introspect"] => "salesforce.introspect",
        ["services", "oauth2", "revoke"] => "salesforce.revoke",
        ["services", "oauth2", "userinfo"] => "salesforce.userinfo",
        ["id", _, _] => "salesforce.identity",
        ["services", "data"] => "salesforce.versions",
        ["services", "data", _, rest @ ..] => api(method.as_str(), rest),
        [_] => "salesforce.page",
        _ => "salesforce.unknown",
    }
}

/// The name of a call to the versioned API.
pub(super) fn api(method: &str, path: &[&str]) -> &'static str {
    match (method, path) {
        (_, []) => "salesforce.resources",
        (_, ["query"]) => "salesforce.query",
        (_, ["queryAll"]) => "salesforce.query_all",
        (_, ["query" | "queryAll", _]) => "salesforce.query_more",
        (_, ["search"]) => "salesforce.search",
        (_, ["parameterizedSearch"]) => "salesforce.parameterized_search",
        (_, ["limits"]) => "salesforce.limits",
        (_, ["limits", "recordCount"]) => "salesforce.record_count",
        (_, ["sobjects", rest @ ..]) => sobject(method, rest),
        (_, ["composite"]) => "salesforce.composite",
        (_, ["composite", "batch"]) => "salesforce.composite.batch",
        (_, ["composite", "tree", _]) => "salesforce.composite.tree",
        ("POST", ["composite", "sobjects"]) => "salesforce.composite.sobjects.create",
        ("PATCH", ["composite", "sobjects"]) => "salesforce.composite.sobjects.update",
        ("DELETE", ["composite", "sobjects"]) => "salesforce.composite.sobjects.delete",
        ("GET" | "POST", ["composite", "sobjects", _]) => "salesforce.composite.sobjects.retrieve",
        ("PATCH", ["composite", "sobjects", _, _]) => "salesforce.composite.sobjects.upsert",
        _ => "salesforce.unknown",
    }
}

fn sobject(method: &str, path: &[&str]) -> &'static str {
    match (method, path) {
        (_, []) => "salesforce.sobjects",
        ("POST", [_]) => "salesforce.sobject.create",
        (_, [_]) => "salesforce.sobject.info",
        (_, [_, "describe"]) => "salesforce.sobject.describe",
        (_, [_, "updated"]) => "salesforce.sobject.updated",
        (_, [_, "deleted"]) => "salesforce.sobject.deleted",
        ("GET", [_, _]) => "salesforce.sobject.get",
        ("PATCH", [_, _]) => "salesforce.sobject.update",
        ("DELETE", [_, _] | [_, _, _]) => "salesforce.sobject.delete",
        ("PATCH", [_, _, _]) => "salesforce.sobject.upsert",
        ("GET", [_, _, "VersionData"]) => "salesforce.sobject.blob",
        ("GET", [_, _, _]) => "salesforce.sobject.get_by",
        _ => "salesforce.unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_have_names() {
        let data = "/services/data/v67.0";
        let of = |method: Method, path: &str| operation(&method, &format!("{data}{path}"));
        assert_eq!(of(Method::POST, "/sobjects/Case"), "salesforce.sobject.create");
        assert_eq!(of(Method::GET, "/query/"), "salesforce.query");
        assert_eq!(
            of(Method::PATCH, "/sobjects/Case/Jira_Key__c/A-1"),
            "salesforce.sobject.upsert"
        );
        assert_eq!(of(Method::POST, "/composite"), "salesforce.composite");
        assert_eq!(operation(&Method::POST, "/services/oauth2/token"), "salesforce.token");
    }
}
