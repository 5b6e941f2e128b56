//! The catalogue of errors.

use axum::Json;
use axum::extract::Path;
use lockstep_model::Code;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, SEE};
use crate::routes::Routes;
use crate::trouble::Trouble;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(SEE, "/api/v1/errors", errors).get(SEE, "/api/v1/errors/{code}", error)
}

/// A row of the catalogue.
#[derive(Serialize, ToSchema)]
pub(super) struct ErrorEntry {
    /// `LS-…`, permanent.
    code: &'static str,
    /// What is done about it by itself.
    class: &'static str,
    /// What happened, in a few words.
    title: &'static str,
    /// What it means.
    meaning: &'static str,
    /// What an administrator can do.
    remedy: &'static str,
}

impl From<Code> for ErrorEntry {
    fn from(code: Code) -> Self {
        let entry = code.entry();
        Self {
            code: entry.id,
            class: entry.class.name(),
            title: entry.title,
            meaning: entry.meaning,
            remedy: entry.remedy,
        }
    }
}

/// Every error that Lockstep reports.
#[utoipa::path(
    get,
    path = "/api/v1/errors",
    tag = "errors",
    responses((status = 200, body = Vec<ErrorEntry>))
)]
pub(super) async fn errors() -> Json<Vec<ErrorEntry>> {
    Json(Code::ALL.iter().copied().map(ErrorEntry::from).collect())
}

/// One error, by its code.
#[utoipa::path(
    get,
    path = "/api/v1/errors/{code}",
    tag = "errors",
    responses((status = 200, body = ErrorEntry))
)]
pub(super) async fn error(Path(code): Path<String>) -> Answer<ErrorEntry> {
    let code = Code::from_id(&code).ok_or(Trouble::NotFound("error"))?;
    Ok(Json(code.into()))
}
