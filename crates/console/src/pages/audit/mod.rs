//! The audit: what was done, to what, why and by whom, people's deeds among it.

mod export;
mod filter;
mod list;

pub(super) use filter::{DATE, instant};

use crate::access::Right;
use crate::routes::Routes;

/// The list, and its two exports.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(Right::See, "/audit", list::page).get(Right::See, "/audit.csv", export::csv).get(
        Right::See,
        "/audit.jsonl",
        export::json_lines,
    )
}
