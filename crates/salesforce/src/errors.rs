//! What Salesforce's refusals mean: the one table from error code, status and text to [`Code`].

use lockstep_http::{Answer, TransportError};
use lockstep_model::fault::FieldFault;
use lockstep_model::{Code, Fault};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::wire::or_default;

/// Longest text of an answer that is kept in a fault, in characters.
const DETAIL_MAX: usize = 500;

/// What a request is about: it decides what a bare 404 means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// One record, named in the path.
    Record,
    /// One file, named in the path.
    File,
    /// The org, an object, a query.
    Org,
}

/// One element of an error body: `errorCode` in most places, `statusCode` in save results.
#[derive(Debug, Default, Deserialize)]
struct Complaint {
    #[serde(default, alias = "statusCode", rename = "errorCode", deserialize_with = "or_default")]
    code: String,
    #[serde(default, deserialize_with = "or_default")]
    message: String,
    #[serde(default, deserialize_with = "or_default")]
    fields: Vec<String>,
}

/// A call that brought no answer.
pub(crate) fn of_transport(error: &TransportError) -> Fault {
    let code = match error {
        TransportError::HostRefused(_) => Code::HostRefused,
        TransportError::TooLarge(_) => Code::SfBadAnswer,
        TransportError::Connect(_) | TransportError::Timeout(_) | TransportError::Broken(_) => {
            Code::SfUnavailable
        }
    };
    Fault::new(code, error.to_string())
}

/// Reads a successful answer.
pub(crate) fn decode<T: DeserializeOwned>(operation: &str, answer: &Answer) -> Result<T, Fault> {
    answer.json().map_err(|error| {
        let start = excerpt(&answer.body);
        bad_answer(format!("{operation} answered something unreadable ({error}): {start}"))
    })
}

/// Something that is not Salesforce's API, or contradicts itself.
pub(crate) fn bad_answer(detail: impl Into<String>) -> Fault {
    Fault::new(Code::SfBadAnswer, detail)
}

/// An answer that is no success.
pub(crate) fn of_answer(about: About, answer: &Answer) -> Fault {
    let status = answer.status.as_u16();
    let fault = if let Ok(body) = answer.json::<Value>() {
        of_body(about, status, &body)
    } else {
        let text = excerpt(&answer.body);
        Fault::new(of_page(about, status, &text), format!("HTTP {status}: {text}"))
    };
    fault.after(answer.retry_after())
}

/// A refusal with a JSON body: that of an answer, or of one part of a composite answer.
pub(crate) fn of_body(about: About, status: u16, body: &Value) -> Fault {
    let complaints: Vec<Complaint> = match body {
        Value::Array(list) => {
            list.iter().filter_map(|each| Complaint::deserialize(each).ok()).collect()
        }
        Value::Object(_) => Complaint::deserialize(body).into_iter().collect(),
        _ => Vec::new(),
    };
    let Some(first) = complaints.iter().find(|each| !each.code.is_empty()) else {
        let detail = format!("HTTP {status}: {}", excerpt(body.to_string().as_bytes()));
        return Fault::new(of_status(about, status), detail);
    };
    let code = of_code(about, status, first);
    let said: Vec<String> =
        complaints.iter().map(|each| format!("{}: {}", each.code, each.message.trim())).collect();
    let detail: String = said.join("; ").chars().take(DETAIL_MAX).collect();
    let fields = complaints.iter().flat_map(|each| {
        let fault =
            |field: &String| FieldFault { field: field.clone(), message: each.message.clone() };
        let named = each.fields.iter().map(fault);
        named.chain(unknown_column(&each.message).as_ref().map(fault))
    });
    Fault::new(code, detail).with_fields(fields.collect())
}

/// The column in `No such column 'X' on entity 'Y'` (or `sobject of type Y`): such an answer names
/// no field otherwise.
fn unknown_column(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("No such column '")?;
    let (column, _) = rest.split_once('\'')?;
    Some(column.to_owned())
}

/// The tables of error codes, and the status for a code that they do not list.
fn of_code(about: About, status: u16, complaint: &Complaint) -> Code {
    platform_code(complaint)
        .or_else(|| data_code(about, complaint))
        .unwrap_or_else(|| of_status(about, status))
}

/// Codes that are about the session, the budget or the platform's state, whatever was asked.
fn platform_code(complaint: &Complaint) -> Option<Code> {
    let text = complaint.message.to_lowercase();
    let says = |words: &str| text.contains(words);
    Some(match complaint.code.as_str() {
        // A new token would be of the same kind: renewing it would never end.
        "INVALID_SESSION_ID"
            if says("not valid for use with the rest api") || says("not attached to agent") =>
        {
            Code::SfAuth
        }
        "INVALID_SESSION_ID" => Code::SfSessionExpired,
        "REQUEST_LIMIT_EXCEEDED" if says("concurrent") => Code::SfConcurrent,
        "REQUEST_LIMIT_EXCEEDED" => Code::SfDailyLimit,
        "API_DISABLED_FOR_ORG" | "API_CURRENTLY_DISABLED" => Code::SfApiDisabled,
        "CLIENT_NOT_ACCESSIBLE_FOR_USER" => Code::SfNotApproved,
        "UNABLE_TO_LOCK_ROW" => Code::SfRowLocked,
        // A trigger that met a lock is reported under the trigger's own code.
        _ if says("unable_to_lock_row") || says("unable to obtain exclusive access") => {
            Code::SfRowLocked
        }
        "SERVER_UNAVAILABLE"
        | "QUERY_TIMEOUT"
        | "REQUEST_RUNNING_TOO_LONG"
        | "UNKNOWN_EXCEPTION"
        | "TXN_SECURITY_METERING_ERROR"
        | "INVALID_QUERY_LOCATOR" => Code::SfUnavailable,
        _ => return None,
    })
}

/// Codes that are about the record, its fields or the request.
fn data_code(about: About, complaint: &Complaint) -> Option<Code> {
    Some(match complaint.code.as_str() {
        "ENTITY_IS_DELETED" | "NOT_FOUND" if about == About::File => Code::FileGone,
        "ENTITY_IS_DELETED" => Code::SfRecordGone,
        "NOT_FOUND" if about == About::Record => Code::SfRecordGone,
        "NOT_FOUND"
        | "INVALID_TYPE"
        | "FUNCTIONALITY_NOT_ENABLED"
        | "INSUFFICIENT_ACCESS"
        | "INSUFFICIENT_ACCESS_OR_READONLY"
        | "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" => Code::SfNoAccess,
        "CANNOT_UPDATE_CONVERTED_LEAD" => Code::SfConverted,
        "INVALID_FIELD" => Code::SfUnknownField,
        "INVALID_FIELD_FOR_INSERT_UPDATE" => Code::SfReadOnlyField,
        "REQUIRED_FIELD_MISSING" => Code::SfRequiredField,
        "STRING_TOO_LONG" => Code::SfTooLong,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" => Code::SfPicklist,
        "FIELD_CUSTOM_VALIDATION_EXCEPTION" => Code::SfValidation,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" | "APEX_ERROR" | "CANNOT_EXECUTE_FLOW_TRIGGER" => {
            Code::SfAutomation
        }
        "DUPLICATE_VALUE" | "DUPLICATES_DETECTED" => Code::SfDuplicate,
        "STORAGE_LIMIT_EXCEEDED" => Code::SfStorage,
        "FIELD_INTEGRITY_EXCEPTION"
        | "INVALID_CROSS_REFERENCE_KEY"
        | "INVALID_EMAIL_ADDRESS"
        | "NUMBER_OUTSIDE_VALID_RANGE"
        | "INVALID_STATUS"
        | "FAILED_ACTIVATION" => Code::SfBadValue,
        "JSON_PARSER_ERROR" | "MALFORMED_ID" if !complaint.fields.is_empty() => Code::SfBadValue,
        "JSON_PARSER_ERROR" if complaint.message.contains("annot deserialize") => Code::SfBadValue,
        "JSON_PARSER_ERROR"
        | "MALFORMED_ID"
        | "MALFORMED_QUERY"
        | "MALFORMED_SEARCH"
        | "METHOD_NOT_ALLOWED"
        | "INVALID_MULTIPART_REQUEST"
        | "EXCEEDED_ID_LIMIT"
        | "INVALID_REPLICATION_DATE"
        | "INVALID_HTTP_HEADER"
        | "UNSUPPORTED_API_VERSION" => Code::SfBadRequest,
        _ => return None,
    })
}

/// What a status means where no error code says more.
fn of_status(about: About, status: u16) -> Code {
    match status {
        300..=399 => Code::SfBadAnswer,
        401 => Code::SfSessionExpired,
        404 if about == About::Record => Code::SfRecordGone,
        404 if about == About::File => Code::FileGone,
        403 | 404 => Code::SfNoAccess,
        405 | 406 | 410 | 414 | 415 | 428 | 431 => Code::SfBadRequest,
        412 => Code::SfChangedMeanwhile,
        429 => Code::SfConcurrent,
        // 420 is the edge's: it has no route for the host (yet).
        408 | 420 | 500.. => Code::SfUnavailable,
        _ => Code::SfRefused,
    }
}

/// What a body means that is not JSON: a maintenance page, a proxy, another host.
fn of_page(about: About, status: u16, text: &str) -> Code {
    match status {
        400..=499 if text.starts_with('<') && status != 420 => Code::SfBadAnswer,
        200..=299 => Code::SfBadAnswer,
        _ => of_status(about, status),
    }
}

/// A refusal of the token endpoint: an object with `error` and `error_description`.
pub(crate) fn of_token(answer: &Answer) -> Fault {
    #[derive(Default, Deserialize)]
    struct Refusal {
        #[serde(default, deserialize_with = "or_default")]
        error: String,
        #[serde(default, deserialize_with = "or_default")]
        error_description: String,
    }
    let refusal: Refusal = answer.json().unwrap_or_default();
    if refusal.error.is_empty() {
        return of_answer(About::Org, answer);
    }
    let code = token_code(&refusal.error, &refusal.error_description, answer.status.as_u16());
    let detail: String = format!("{}: {}", refusal.error, refusal.error_description);
    Fault::new(code, detail.chars().take(DETAIL_MAX).collect::<String>())
        .after(answer.retry_after())
}

/// The table of the token endpoint.
fn token_code(error: &str, description: &str, status: u16) -> Code {
    let text = description.to_lowercase();
    let says = |words: &str| text.contains(words);
    match error {
        _ if says("not supported on this domain") => Code::SfWrongHost,
        _ if says("no client credentials user") => Code::SfNoRunAsUser,
        _ if says("scope parameter not supported") || says("too many scopes") => {
            Code::SfScopeRefused
        }
        _ if says("not installed in this org") => Code::SfUnknownClient,
        "invalid_scope" => Code::SfScopeRefused,
        "invalid_client_id" => Code::SfUnknownClient,
        "invalid_client" if says("client identifier") => Code::SfUnknownClient,
        "invalid_client" => Code::SfWrongSecret,
        "invalid_app_access" => Code::SfNotApproved,
        "unsupported_grant_type" => Code::SfNoRunAsUser,
        "rate_limit_exceeded" => Code::SfConcurrent,
        "server_error" | "temporarily_unavailable" => Code::SfUnavailable,
        _ if status >= 500 => Code::SfUnavailable,
        _ => Code::SfAuth,
    }
}

/// The start of a body, on one line.
fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * DETAIL_MAX)]);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(DETAIL_MAX).collect()
}

#[cfg(test)]
#[path = "errors_tests.rs"]
mod tests;
