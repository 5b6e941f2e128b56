//! Every exchange that a test run had with the Jira simulator, against Atlassian's `OpenAPI` document and ADF schema.

use std::collections::BTreeMap;
use std::path::Path;

use jsonschema::{Draft, Validator};
use serde_json::Value;

use super::settings;
use super::spec::{Operation, Spec};
use crate::tree::{files, none, read};

/// Paths that the platform document does not describe, with the reason that they are served.
const ELSEWHERE: &[(&str, &str)] = &[
    ("/_media/", "stands for the media host that attachments redirect to"),
    ("/oauth/token", "belongs to the authorization server"),
    ("/.well-known/jwks.json", "belongs to Forge's content network"),
    ("/_edge/tenant_info", "names the cloud id; it belongs to the edge"),
    ("/rest/webhooks/1.0/", "administrators' webhooks have a document of their own"),
    ("/rest/agile/1.0/", "boards and sprints have a document of their own"),
];

/// Statuses that every operation can answer, though the document lists them for few.
const ANYWHERE: &[(u64, &str)] = &[
    (401, "no or wrong credentials"),
    (429, "rate limits"),
    (500, "a fault on demand"),
    (502, "a fault on demand"),
    (503, "a fault on demand"),
    (504, "a fault on demand"),
];

/// Where the document contradicts what sites do: (operation, part of the complaint, reason).
const DEVIATIONS: &[(&str, &str, &str)] = &[
    ("get /rest/api/3/search", "status 410", "removed in 2025, still described"),
    ("post /rest/api/3/search", "status 410", "removed in 2025, still described"),
];

/// User agents of the foreign clients: what they send is not ours to mend.
const FOREIGN: &[&str] = &["python-requests", "node", "jsforce", "undici", "jira.js"];

/// One recorded exchange.
struct Exchange(Value);

impl Exchange {
    fn status(&self) -> u64 {
        self.0["status"].as_u64().unwrap_or_default()
    }

    /// The path, without the gateway's prefix `/ex/jira/{cloudId}`.
    fn path(&self) -> &str {
        let path = self.0["path"].as_str().unwrap_or_default();
        path.find("/rest/").map_or(path, |at| &path[at..])
    }

    fn method(&self) -> &str {
        self.0["method"].as_str().unwrap_or_default()
    }

    /// Header names and values in either shape: a map, or a list of pairs.
    fn header(&self, name: &str) -> Option<&str> {
        match &self.0["request_headers"] {
            Value::Object(map) => map
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .and_then(|(_, value)| value.as_str()),
            Value::Array(list) => list
                .iter()
                .find(|pair| pair[0].as_str().is_some_and(|key| key.eq_ignore_ascii_case(name)))
                .and_then(|pair| pair[1].as_str()),
            _ => None,
        }
    }

    fn by_foreign_client(&self) -> bool {
        self.header("user-agent")
            .is_some_and(|agent| FOREIGN.iter().any(|name| agent.starts_with(name)))
    }

    fn query_names(&self) -> Vec<String> {
        let query = self.0["query"].as_str().unwrap_or_default().trim_start_matches('?');
        let names = query.split('&').filter(|pair| !pair.is_empty());
        names.map(|pair| pair.split('=').next().unwrap_or_default().to_owned()).collect()
    }

    /// Tests send bad requests on purpose; then the answer must say so.
    fn refused(&self) -> bool {
        (400..500).contains(&self.status())
    }
}

/// Complaints by what they have in common, with how often and one place each.
#[derive(Default)]
struct Complaints(BTreeMap<(String, String), (usize, String)>);

impl Complaints {
    fn add(&mut self, operation: &str, complaint: &str, exchange: &Exchange) {
        let known =
            DEVIATIONS.iter().any(|(of, part, _)| *of == operation && complaint.contains(part));
        if known {
            return;
        }
        let common: String = complaint.chars().filter(|c| !c.is_ascii_digit()).take(300).collect();
        let place = format!(
            "{} {} -> {}: {complaint}",
            exchange.method(),
            exchange.path(),
            exchange.status()
        );
        let place = place.chars().take(600).collect();
        self.0.entry((operation.to_owned(), common)).or_insert((0, place)).0 += 1;
    }

    fn lines(&self) -> Vec<String> {
        self.0
            .iter()
            .map(|((operation, _), (count, place))| format!("{operation} ({count}x) {place}"))
            .collect()
    }
}

fn exchanges(folder: &Path) -> Vec<Exchange> {
    let lines = files(folder, &[".jsonl"])
        .into_iter()
        .flat_map(|path| read(&path).lines().map(str::to_owned).collect::<Vec<_>>());
    lines
        .map(|line| {
            serde_json::from_str::<Value>(&line).expect("each line of a recording is a JSON object")
        })
        .filter(|value| value["side"] == "jira")
        .map(Exchange)
        .collect()
}

fn check_request(
    spec: &mut Spec,
    operation: &Operation,
    exchange: &Exchange,
    complaints: &mut Complaints,
) {
    let name = format!("{} {}", operation.method, operation.template);
    let known = spec.query_parameters(operation);
    let sent = exchange.query_names();
    for unknown in sent.iter().filter(|name| !known.contains_key(*name)) {
        complaints.add(&name, &format!("query parameter {unknown} is not documented"), exchange);
    }
    for (missing, _) in known.iter().filter(|(name, required)| **required && !sent.contains(name)) {
        complaints.add(&name, &format!("query parameter {missing} is required"), exchange);
    }
    let body = &exchange.0["request_body"];
    if body.is_null() {
        if spec.demands_body(operation) {
            complaints.add(&name, "a request body is required", exchange);
        }
        return;
    }
    for fault in spec.request_faults(operation, body) {
        complaints.add(&name, &format!("request body {fault}"), exchange);
    }
}

fn check_response(
    spec: &mut Spec,
    operation: &Operation,
    exchange: &Exchange,
    complaints: &mut Complaints,
) {
    let name = format!("{} {}", operation.method, operation.template);
    let status = exchange.status();
    if !spec.documents(operation, status) {
        if !ANYWHERE.iter().any(|(known, _)| *known == status) {
            complaints.add(&name, &format!("status {status} is not documented"), exchange);
        }
        return;
    }
    let body = &exchange.0["response_body"];
    if body.is_null() {
        return;
    }
    for fault in spec.response_faults(operation, status, body) {
        complaints.add(&name, &format!("response body {fault}"), exchange);
    }
}

/// Every ADF document within a value.
fn documents<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(map)
            if map.get("type") == Some(&Value::from("doc")) && map.contains_key("version") =>
        {
            found.push(value);
        }
        Value::Object(map) => map.values().for_each(|inner| documents(inner, found)),
        Value::Array(list) => list.iter().for_each(|inner| documents(inner, found)),
        _ => {}
    }
}

fn check_adf(schema: &Validator, exchange: &Exchange, complaints: &mut Complaints) -> usize {
    let mut found = Vec::new();
    documents(&exchange.0["response_body"], &mut found);
    if !exchange.refused() {
        documents(&exchange.0["request_body"], &mut found);
    }
    for document in &found {
        if let Err(error) = schema.validate(document) {
            complaints.add("ADF", &format!("{}: {document}", error.instance_path()), exchange);
        }
    }
    found.len()
}

fn check(spec: &mut Spec, exchange: &Exchange, complaints: &mut Complaints) {
    let Some(operation) = spec.operation(exchange.method(), exchange.path()) else {
        let elsewhere = ELSEWHERE.iter().any(|(path, _)| exchange.path().starts_with(path));
        if !elsewhere && !exchange.refused() {
            complaints.add("unknown", "the document has no such operation", exchange);
        }
        return;
    };
    if !exchange.by_foreign_client() && !exchange.refused() {
        check_request(spec, &operation, exchange, complaints);
    }
    check_response(spec, &operation, exchange, complaints);
}

#[test]
fn recorded_exchanges_follow_the_vendors_description() {
    let what = "validation against Atlassian's OpenAPI document";
    let Some(folder) = settings::exchanges() else {
        println!(
            "SKIPPED {what}: LOCKSTEP_EXCHANGES names no recording (make test and make conformance make one)"
        );
        return;
    };
    let (platform, adf) = (
        settings::specs().join("jira/platform-v3.json"),
        settings::specs().join("jira/adf-schema.json"),
    );
    if !platform.exists() {
        println!(
            "SKIPPED {what}: {} is absent (LOCKSTEP_SPECS names another folder)",
            platform.display()
        );
        return;
    }
    let parse = |path: &Path| {
        serde_json::from_str::<Value>(&read(path)).expect("a vendor's document is JSON")
    };
    let mut spec = Spec::new(parse(&platform));
    let schema = jsonschema::options()
        .with_draft(Draft::Draft4)
        .build(&parse(&adf))
        .expect("the ADF schema compiles");

    let exchanges = exchanges(&folder);
    assert!(!exchanges.is_empty(), "nothing was recorded in {}", folder.display());
    let mut complaints = Complaints::default();
    let mut adf_documents = 0;
    for exchange in &exchanges {
        check(&mut spec, exchange, &mut complaints);
        adf_documents += check_adf(&schema, exchange, &mut complaints);
    }
    println!("{} exchanges with Jira, {adf_documents} ADF documents", exchanges.len());
    none(
        &complaints.lines(),
        "Mend the client or the simulator; where sites contradict the document, add a row to DEVIATIONS with the reason.",
    );
}
