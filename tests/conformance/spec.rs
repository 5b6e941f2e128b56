//! Atlassian's `OpenAPI` document as something to validate against.

use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

const BASE: &str = "urn:jira";

/// The document, and the validators that were needed so far.
pub struct Spec {
    document: Value,
    registry: Registry<'static>,
    validators: HashMap<String, Arc<Validator>>,
}

/// One operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The path template, such as `/rest/api/3/issue/{issueIdOrKey}`.
    pub template: String,
    /// In lower case.
    pub method: String,
}

impl Operation {
    fn pointer(&self) -> String {
        format!("/paths/{}/{}", self.template.replace('~', "~0").replace('/', "~1"), self.method)
    }
}

impl Spec {
    /// Reads the document.
    pub fn new(mut document: Value) -> Self {
        admit_null(&mut document);
        let resource = Draft::Draft4.create_resource(document.clone());
        let registry = Registry::new().add(BASE, resource).expect("the document is a resource");
        let registry = registry.prepare().expect("the document refers to itself only");
        Self { document, registry, validators: HashMap::new() }
    }

    /// The operation that serves this path; literal segments win over parameters.
    pub fn operation(&self, method: &str, path: &str) -> Option<Operation> {
        let method = method.to_lowercase();
        let paths = self.document["paths"].as_object()?;
        paths
            .iter()
            .filter(|(_, item)| item.get(&method).is_some())
            .filter_map(|(template, _)| Some((literals(template, path)?, template)))
            .max()
            .map(|(_, template)| Operation { template: template.clone(), method })
    }

    /// Names of the query parameters that the operation knows, each with whether it is required.
    pub fn query_parameters(&self, operation: &Operation) -> HashMap<String, bool> {
        let item = &self.document["paths"][&operation.template];
        let lists = [&item["parameters"], &item[&operation.method]["parameters"]];
        lists
            .into_iter()
            .filter_map(Value::as_array)
            .flatten()
            .map(|parameter| self.resolve(parameter))
            .filter(|parameter| parameter["in"] == "query")
            .filter_map(|p| Some((p["name"].as_str()?.to_owned(), p["required"] == true)))
            .collect()
    }

    /// Whether the operation documents this status.
    pub fn documents(&self, operation: &Operation, status: u64) -> bool {
        let responses = &self.at(operation)["responses"];
        responses.get(status.to_string()).or_else(|| responses.get("default")).is_some()
    }

    /// Whether the operation demands a body.
    pub fn demands_body(&self, operation: &Operation) -> bool {
        self.at(operation)["requestBody"]["required"] == true
    }

    /// What is wrong with a request's JSON body; nothing where the document describes none.
    pub fn request_faults(&mut self, operation: &Operation, body: &Value) -> Vec<String> {
        self.faults(
            &format!("{}/requestBody/content/application~1json/schema", operation.pointer()),
            body,
        )
    }

    /// What is wrong with a response's JSON body; nothing where the document describes none.
    pub fn response_faults(
        &mut self,
        operation: &Operation,
        status: u64,
        body: &Value,
    ) -> Vec<String> {
        let pointer =
            format!("{}/responses/{status}/content/application~1json/schema", operation.pointer());
        self.faults(&pointer, body)
    }

    fn faults(&mut self, pointer: &str, body: &Value) -> Vec<String> {
        if self.document.pointer(pointer).is_none() {
            return Vec::new();
        }
        let validator = self.validator(pointer);
        validator
            .iter_errors(body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }

    fn validator(&mut self, pointer: &str) -> Arc<Validator> {
        if let Some(known) = self.validators.get(pointer) {
            return known.clone();
        }
        let reference = format!("{BASE}#{}", pointer.replace('{', "%7B").replace('}', "%7D"));
        let built = jsonschema::options()
            .with_draft(Draft::Draft4)
            .with_registry(&self.registry)
            .should_validate_formats(false) // timestamps are written without the colon that date-time demands
            .build(&json!({ "$ref": reference }))
            .expect("a schema of the document compiles");
        let built = Arc::new(built);
        self.validators.insert(pointer.to_owned(), built.clone());
        built
    }

    fn at(&self, operation: &Operation) -> &Value {
        &self.document["paths"][&operation.template][&operation.method]
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let target = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        target.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(value)
    }
}

/// How many literal segments of the template the path matches; `None` where it does not match.
fn literals(template: &str, path: &str) -> Option<usize> {
    let (template, path): (Vec<&str>, Vec<&str>) =
        (template.split('/').collect(), path.split('/').collect());
    let matches = template.len() == path.len()
        && template.iter().zip(&path).all(|(t, p)| t.starts_with('{') || t == p);
    matches.then(|| template.iter().filter(|part| !part.starts_with('{')).count())
}

/// `OpenAPI` writes `nullable: true` where JSON schema lists the type `null`.
fn admit_null(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if map.get("nullable") == Some(&Value::Bool(true)) {
                if let Some(Value::String(kind)) = map.get("type").cloned() {
                    map.insert("type".to_owned(), json!([kind, "null"]));
                }
                if let Some(Value::Array(values)) = map.get_mut("enum") {
                    values.push(Value::Null);
                }
            }
            map.values_mut().for_each(admit_null);
        }
        Value::Array(list) => list.iter_mut().for_each(admit_null),
        _ => {}
    }
}

#[test]
fn a_document_is_read_as_the_vendor_means_it() {
    let operation = json!({
        "parameters": [{ "in": "query", "name": "fields", "required": true }, { "$ref": "#/components/parameters/expand" }],
        "requestBody": { "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/In" } } } },
        "responses": { "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Out" } } } } },
    });
    let mut spec = Spec::new(json!({
        "paths": { "/issue/{key}": { "put": operation }, "/issue/bulk": { "put": {} } },
        "components": {
            "parameters": { "expand": { "in": "query", "name": "expand" } },
            "schemas": {
                "In": { "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } } },
                "Out": { "type": "object", "additionalProperties": false, "properties": { "n": { "type": "integer", "nullable": true } } },
            },
        },
    }));
    assert_eq!(spec.operation("PUT", "/issue/bulk").expect("known").template, "/issue/bulk");
    assert!(spec.operation("GET", "/issue/1").is_none());
    let found = spec.operation("PUT", "/issue/SUP-1").expect("known");
    assert_eq!(
        spec.query_parameters(&found),
        [("fields".to_owned(), true), ("expand".to_owned(), false)].into()
    );
    assert!(
        spec.demands_body(&found) && spec.documents(&found, 200) && !spec.documents(&found, 404)
    );
    assert_eq!(spec.request_faults(&found, &json!({ "id": "1" })), [""; 0]);
    assert_eq!(spec.request_faults(&found, &json!({ "id": 1 })).len(), 1);
    assert_eq!(spec.response_faults(&found, 200, &json!({ "n": null })), [""; 0]);
    assert_eq!(spec.response_faults(&found, 200, &json!({ "other": 1 })).len(), 1);
}
