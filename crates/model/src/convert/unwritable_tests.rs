use serde_json::json;

use super::samples::{jira, salesforce};
use super::tests::{across, back};
use super::*;
use crate::adf;
use crate::field::{JiraKind as J, SalesforceField, SalesforceType as S};
use crate::value::FieldValue as V;

#[test]
fn what_is_only_shown_is_never_written() {
    let other = jira("assignee", J::Other);
    assert_eq!(
        across(&salesforce("Name", S::Text), json!("x"), &other),
        Err(Code::FieldUnwritable)
    );
    let user = json!({"accountId": "5b", "displayName": "Agent"});
    assert_eq!(back(&other, user.clone(), &salesforce("A__c", S::Text)), Ok(json!("Agent")));
    assert_eq!(
        back(&other, user, &salesforce("OwnerId", S::Reference)),
        Err(Code::FieldUnwritable)
    );
    let nested = json!({"value": "Hardware", "child": {"value": "Printer"}});
    assert_eq!(read_jira(&other, &nested), Ok(V::Text("Hardware / Printer".to_owned())));
}

#[test]
fn a_formula_that_shows_html_is_never_written() {
    let formula = SalesforceField { html: true, ..salesforce("Icon__c", S::Text) };
    let doc = jira("description", J::Document);
    assert_eq!(across(&formula, json!("<b>a</b>"), &jira("cf", J::Text)), Ok(json!("a")));
    assert_eq!(back(&doc, adf::from_text("x"), &formula), Err(Code::FieldUnwritable));
}
