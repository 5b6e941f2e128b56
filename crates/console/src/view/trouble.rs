//! The page of what went wrong.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use super::Shell;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage<'a> {
    shell: &'a Shell,
    trouble: &'a Trouble,
    remedy: String,
}

/// Draws it, with its status.
pub(crate) fn trouble_page(shell: &Shell, trouble: &Trouble) -> Response {
    let page = TroublePage { shell, trouble, remedy: trouble.remedy() };
    let html = page.render().unwrap_or_else(|_| trouble.to_string());
    (trouble.status(), Html(html)).into_response()
}
