//! One body per row of the tables, in the vendor's words.

use super::*;
use lockstep_http::{HeaderMap, StatusCode};
use lockstep_model::Class;
use serde_json::json;

fn answer(status: u16, body: &str) -> Answer {
    let status = StatusCode::from_u16(status).expect("status");
    Answer { status, headers: HeaderMap::new(), body: body.to_owned().into() }
}

fn rest(status: u16, code: &str, message: &str) -> Code {
    let body = json!([{"message": message, "errorCode": code, "fields": []}]).to_string();
    of_answer(About::Org, &answer(status, &body)).code
}

/// Status, error code and message of a refusal, and what it means.
const REST: &[(u16, &str, &str, Code)] = &[
    (401, "INVALID_SESSION_ID", "Session expired or invalid", Code::SfSessionExpired),
    (
        401,
        "INVALID_SESSION_ID",
        "This session is not valid for use with the REST API",
        Code::SfAuth,
    ),
    (401, "INVALID_SESSION_ID", "Connected app is not attached to Agent", Code::SfAuth),
    (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", Code::SfDailyLimit),
    (403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.", Code::SfConcurrent),
    (
        403,
        "REQUEST_LIMIT_EXCEEDED",
        "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
        Code::SfConcurrent,
    ),
    (503, "SERVER_UNAVAILABLE", "Server Unavailable", Code::SfUnavailable),
    (
        400,
        "UNABLE_TO_LOCK_ROW",
        "unable to obtain exclusive access to this record or 1 records: 001xx",
        Code::SfRowLocked,
    ),
    (400, "QUERY_TIMEOUT", "Your query request was running for too long.", Code::SfUnavailable),
    (500, "UNKNOWN_EXCEPTION", "An unexpected error occurred.", Code::SfUnavailable),
    (
        403,
        "API_DISABLED_FOR_ORG",
        "The REST API is not enabled for this Organization.",
        Code::SfApiDisabled,
    ),
    (403, "API_CURRENTLY_DISABLED", "API is disabled for this User", Code::SfApiDisabled),
    (403, "CLIENT_NOT_ACCESSIBLE_FOR_USER", "", Code::SfNotApproved),
    (403, "FUNCTIONALITY_NOT_ENABLED", "", Code::SfNoAccess),
    (400, "INVALID_TYPE", "sObject type 'X' is not supported.", Code::SfNoAccess),
    (400, "INVALID_FIELD", "No such column 'foo' on sobject of type Bar", Code::SfUnknownField),
    (400, "MALFORMED_QUERY", "\nunexpected token", Code::SfBadRequest),
    (400, "MALFORMED_ID", "Account ID: id value of incorrect type: 001900K", Code::SfBadRequest),
    (404, "NOT_FOUND", "The requested resource does not exist", Code::SfNoAccess),
    (404, "ENTITY_IS_DELETED", "entity is deleted", Code::SfRecordGone),
    (400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]", Code::SfRequiredField),
    (
        400,
        "STRING_TOO_LONG",
        "Account Name: data value too large: x (max length=255)",
        Code::SfTooLong,
    ),
    (
        400,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Status: bad value for restricted picklist field: X",
        Code::SfPicklist,
    ),
    (
        400,
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "Closed cases need a resolution.",
        Code::SfValidation,
    ),
    (400, "FIELD_INTEGRITY_EXCEPTION", "", Code::SfBadValue),
    (
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Unable to create/update fields: Name.",
        Code::SfReadOnlyField,
    ),
    (
        403,
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "insufficient access rights on object id",
        Code::SfNoAccess,
    ),
    (
        400,
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "insufficient access rights on object id",
        Code::SfNoAccess,
    ),
    (400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "", Code::SfNoAccess),
    (400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", Code::SfBadValue),
    (400, "DUPLICATE_VALUE", "duplicate value found: Ext__c", Code::SfDuplicate),
    (
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "Trigger: execution of AfterUpdate caused by: x",
        Code::SfAutomation,
    ),
    (
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "Trigger: execution of AfterUpdate caused by: UNABLE_TO_LOCK_ROW, unable to obtain",
        Code::SfRowLocked,
    ),
    (400, "APEX_ERROR", "System.DmlException", Code::SfAutomation),
    (400, "INVALID_STATUS", "", Code::SfBadValue),
    (400, "STORAGE_LIMIT_EXCEEDED", "storage limit exceeded", Code::SfStorage),
    (400, "JSON_PARSER_ERROR", "Unexpected character ('x')", Code::SfBadRequest),
    (
        400,
        "JSON_PARSER_ERROR",
        "Cannot deserialize instance of date from VALUE_STRING",
        Code::SfBadValue,
    ),
    (400, "INVALID_EMAIL_ADDRESS", "Email: invalid email address: 123", Code::SfBadValue),
    (405, "METHOD_NOT_ALLOWED", "HTTP Method 'POST' not allowed.", Code::SfBadRequest),
    (400, "A_CODE_FROM_THE_FUTURE", "", Code::SfRefused),
    (500, "A_CODE_FROM_THE_FUTURE", "", Code::SfUnavailable),
];

#[test]
fn each_error_code_has_its_row() {
    for &(status, code, message, expected) in REST {
        assert_eq!(rest(status, code, message), expected, "{status} {code} {message}");
    }
}

#[test]
fn a_missing_record_is_told_from_a_missing_resource() {
    let body =
        json!([{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}]);
    assert_eq!(of_body(About::Record, 404, &body).code, Code::SfRecordGone);
    assert_eq!(of_body(About::Org, 404, &body).code, Code::SfNoAccess);
}

#[test]
fn a_part_of_a_composite_may_fail_without_a_body() {
    for body in [Value::Null, json!([])] {
        let fault = of_body(About::Record, 412, &body);
        assert_eq!((fault.code, fault.class()), (Code::SfChangedMeanwhile, Class::Transient));
    }
}

#[test]
fn save_results_and_duplicates_are_read_alike() {
    let saved =
        json!([{"statusCode": "STRING_TOO_LONG", "message": "too large", "fields": ["Subject"]}]);
    let fault = of_body(About::Record, 400, &saved);
    assert_eq!((fault.code, fault.fields[0].field.as_str()), (Code::SfTooLong, "Subject"));
    // As captured, with its misspelt key.
    let duplicate = json!([{"duplicateResut": {"allowSave": true}, "errorCode": "DUPLICATES_DETECTED",
        "message": "Use one of these records?"}]);
    assert_eq!(of_body(About::Record, 400, &duplicate).code, Code::SfDuplicate);
}

#[test]
fn all_complaints_are_kept_with_their_fields() {
    let body = json!([
        {"message": "Closed cases need a resolution.", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "fields": ["Resolution__c"]},
        {"message": "Too large", "errorCode": "STRING_TOO_LONG", "fields": ["Subject"]},
    ]);
    let fault = of_body(About::Record, 400, &body);
    assert_eq!(fault.code, Code::SfValidation);
    let fields: Vec<_> =
        fault.fields.iter().map(|f| (f.field.as_str(), f.message.as_str())).collect();
    assert_eq!(
        fields,
        [("Resolution__c", "Closed cases need a resolution."), ("Subject", "Too large")]
    );
    assert!(fault.detail.contains("STRING_TOO_LONG: Too large"), "{}", fault.detail);
}

#[test]
fn pages_are_not_the_api() {
    let html = "<!DOCTYPE html><html><body>We are down for maintenance</body></html>";
    let table = [
        (404, html, Code::SfBadAnswer),
        (420, html, Code::SfUnavailable),
        (503, html, Code::SfUnavailable),
        (502, "Bad Gateway", Code::SfUnavailable),
        (401, "", Code::SfSessionExpired),
        (302, "", Code::SfBadAnswer),
        (410, "", Code::SfBadRequest),
        (412, "", Code::SfChangedMeanwhile),
    ];
    for (status, body, expected) in table {
        assert_eq!(of_answer(About::Org, &answer(status, body)).code, expected, "{status} {body}");
    }
    let fault = decode::<Value>("describe", &answer(200, html)).expect_err("unreadable");
    assert_eq!(fault.code, Code::SfBadAnswer);
    assert!(fault.detail.contains("down for maintenance"), "{}", fault.detail);
}

/// Error and description of the token endpoint, and what they mean.
const TOKEN: &[(&str, &str, Code)] = &[
    ("invalid_grant", "request not supported on this domain", Code::SfWrongHost),
    ("invalid_grant", "no client credentials user enabled", Code::SfNoRunAsUser),
    ("invalid_grant", "authentication failure", Code::SfAuth),
    ("invalid_client_id", "client identifier invalid", Code::SfUnknownClient),
    ("invalid_client", "invalid client credentials", Code::SfWrongSecret),
    ("invalid_client", "client identifier invalid", Code::SfUnknownClient),
    ("invalid_request", "scope parameter not supported", Code::SfScopeRefused),
    ("invalid_request", "Too many scopes requested", Code::SfScopeRefused),
    ("invalid_scope", "the requested scope is not allowed", Code::SfScopeRefused),
    ("unsupported_grant_type", "grant type not supported", Code::SfNoRunAsUser),
    ("invalid_app_access", "user is not admin approved to access this app", Code::SfNotApproved),
    ("invalid_grant", "External client app is not installed in this org", Code::SfUnknownClient),
    ("rate_limit_exceeded", "login rate exceeded", Code::SfConcurrent),
    ("inactive_user", "user is inactive", Code::SfAuth),
];

// F-6, F-7, F-8, F-9, F-10, F-22
#[test]
fn each_refusal_of_the_token_endpoint_has_its_row() {
    for &(error, description, expected) in TOKEN {
        let body = json!({"error": error, "error_description": description}).to_string();
        for status in [400, 401] {
            assert_eq!(of_token(&answer(status, &body)).code, expected, "{error} {description}");
        }
    }
    let disabled = r#"[{"message":"The REST API is not enabled for this Organization.","errorCode":"API_DISABLED_FOR_ORG"}]"#;
    assert_eq!(of_token(&answer(403, disabled)).code, Code::SfApiDisabled);
    assert_eq!(of_token(&answer(503, "<html></html>")).code, Code::SfUnavailable);
    assert_eq!(of_token(&answer(404, "<html></html>")).code, Code::SfBadAnswer);
}
