//! What a program gets in place of a page of trouble: a problem document (RFC 9457).

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use lockstep_model::fault::FieldFault;
use lockstep_model::validate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Console;
use crate::trouble::Trouble;

/// Why a request is not served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The page of the error, where it has a code.
    #[serde(rename = "type")]
    kind: String,
    /// What happened.
    title: String,
    /// Its HTTP status.
    status: u16,
    /// What exactly.
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
    /// What to do next.
    #[serde(skip_serializing_if = "String::is_empty")]
    remedy: String,
    /// `LS-…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// What there is none of.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<String>,
    /// What the vendor says of each field that it names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    fields: Vec<FieldFault>,
    /// What is wrong with an item, each with its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    problems: Vec<validate::Problem>,
}

impl Problem {
    pub(crate) fn of(console: &Console, trouble: &Trouble) -> Self {
        let code = trouble.code().map(|code| code.to_string());
        let page = |code: &String| console.settings.address(&format!("/errors/{code}"));
        Self {
            kind: code.as_ref().map_or_else(|| "about:blank".to_owned(), page),
            title: trouble.to_string(),
            status: trouble.status().as_u16(),
            detail: trouble.detail().to_owned(),
            remedy: trouble.remedy(),
            code,
            missing: trouble.missing().map(str::to_owned),
            fields: trouble.fields().to_vec(),
            problems: trouble.problems().to_vec(),
        }
    }

    /// What the router says of a request that no handler takes.
    pub(crate) fn said(status: StatusCode, words: &str) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or("Not done").to_owned(),
            status: status.as_u16(),
            detail: words.to_owned(),
            remedy: String::new(),
            code: None,
            missing: None,
            fields: Vec::new(),
            problems: Vec::new(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Plain texts and a number: they always have a JSON.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let kind = HeaderValue::from_static("application/problem+json");
        (status, [(CONTENT_TYPE, kind)], body).into_response()
    }
}
