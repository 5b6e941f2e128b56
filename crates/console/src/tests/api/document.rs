//! The OpenAPI document says what there is, and nothing else.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::access::Needs;
use crate::routes;
use crate::tests::{Browser, Desk};

/// The part of OpenAPI 3.1's own schema that our document uses, by the specification's tables.
fn shape() -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    let content = json!({ "type": "object", "minProperties": 1, "additionalProperties":
        { "type": "object", "required": ["schema"] } });
    let response = json!({ "type": "object", "required": ["description"], "properties":
        { "description": { "type": "string" }, "content": content } });
    let parameter = json!({ "type": "object", "required": ["name", "in", "schema"], "properties": {
        "name": text, "in": { "enum": ["path", "query"] }, "required": { "type": "boolean" } },
        "if": { "properties": { "in": { "const": "path" } } },
        "then": { "required": ["required"], "properties": { "required": { "const": true } } } });
    let operation = json!({ "type": "object",
        "required": ["operationId", "tags", "summary", "description", "responses", "security"],
        "properties": {
            "operationId": text, "summary": text, "tags": { "type": "array", "minItems": 1 },
            "parameters": { "type": "array", "items": parameter },
            "requestBody": { "type": "object", "required": ["content"], "properties": { "content": content } },
            "responses": { "type": "object", "required": ["200", "default"],
                "patternProperties": { "^([1-5][0-9][0-9]|default)$": response },
                "additionalProperties": false } } });
    json!({ "type": "object", "required": ["openapi", "info", "paths", "components"], "properties": {
        "openapi": { "pattern": "^3\\.1\\.[0-9]+$" },
        "info": { "type": "object", "required": ["title", "version"], "properties": { "title": text } },
        "paths": { "type": "object", "patternProperties": { "^/": { "type": "object",
            "patternProperties": { "^(get|put|post|delete)$": operation }, "additionalProperties": false } },
            "additionalProperties": false },
        "components": { "type": "object", "properties": {
            "schemas": { "type": "object", "patternProperties": { "^[A-Za-z0-9._-]+$": { "type": "object" } },
                "additionalProperties": false } } } } })
}

async fn document(desk: &Desk) -> Value {
    let seen = desk.get(&Browser::default(), "/api/v1/openapi.json").await;
    assert_eq!(seen.status, StatusCode::OK);
    seen.json()
}

// F-336
#[tokio::test]
async fn each_route_is_described_and_nothing_else_is() {
    let desk = Desk::set().await;
    let document = document(&desk).await;
    let mut described = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            described.insert((path.clone(), method.to_ascii_uppercase()));
            let id = operation["operationId"].as_str().expect("an id").to_owned();
            assert!(ids.insert(id.clone()), "two operations are called {id}");
            let all = operation["parameters"].as_array().into_iter().flatten();
            let names: Vec<_> = all.map(|each| each["name"].to_string()).collect();
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{id}: {names:?}");
            let taken = path.split('/').filter(|part| part.starts_with('{')).count();
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let told = parameters.filter(|each| each["in"] == "path").count();
            assert_eq!(told, taken, "{path}: its places");
        }
    }
    let routes = routes::all(desk.app.clone());
    let routes = routes.list().iter().filter(|route| matches!(route.needs, Needs::Token(_)));
    let there: BTreeSet<_> =
        routes.map(|route| (route.path.to_owned(), route.method.to_string())).collect();
    assert_eq!(described, there);
    assert!(there.iter().all(|(path, _)| path.starts_with("/api/v1/")));
}

// F-336
#[tokio::test]
async fn the_document_has_the_shape_of_openapi() {
    let desk = Desk::set().await;
    let document = document(&desk).await;
    let validator = jsonschema::validator_for(&shape()).expect("a schema");
    let wrong: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Every reference leads somewhere, and every schema is one by JSON Schema's own.
    let text = document.to_string();
    for part in text.split("\"$ref\":\"").skip(1) {
        let target = part.split('"').next().expect("an address").trim_start_matches('#');
        assert!(document.pointer(target).is_some(), "{target} leads nowhere");
    }
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        assert!(jsonschema::meta::is_valid(schema), "{name}: {schema:#}");
    }
}

// F-336
#[tokio::test]
async fn the_page_lists_each_operation() {
    let desk = Desk::set().await;
    let seen = desk.get(&Browser::default(), "/api").await;
    assert_eq!(seen.status, StatusCode::OK);
    for text in ["/api/v1/links/{link}/plan", ">DELETE</td>", "configure", "openapi.json"] {
        assert!(seen.body.contains(text), "{text}: {}", seen.body);
    }
}
