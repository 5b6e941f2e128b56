//! What pages share.

pub(crate) mod chart;
mod confirm;
mod field;
mod found;
mod headers;
mod lozenge;
mod pager;
mod said;
mod shell;
mod time;
pub(crate) mod trail;
mod trouble;
pub(crate) mod words;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use crate::trouble::Trouble;

pub(crate) use confirm::Confirm;
pub(crate) use field::{Choice, Choices, Field, Kind, Remark, field_id};
pub(crate) use found::{Found, remedy};
pub(crate) use headers::headers;
pub(crate) use lozenge::{Lozenge, Tone};
pub(crate) use pager::Pager;
pub(crate) use said::{prose, said, sentence};
pub(crate) use shell::{Did, Shell};
pub(crate) use time::{Clock, Time, begin_of, duration, zones};
pub(crate) use trouble::trouble_page;

/// What a handler of a page gives.
pub(crate) type Answer = Result<Response, Trouble>;

/// A rendered page.
pub(crate) fn page(template: &impl Template) -> Answer {
    let html = template.render().map_err(|error| Trouble::Defect(error.to_string()))?;
    Ok(Html(html).into_response())
}
