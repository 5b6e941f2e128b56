//! The HTTP API: what the pages show and do, as JSON, for programs.
//!
//! A program shows a token that somebody made for it. It may do what the token's scopes say and its
//! owner's role allows, whichever is less. What a route answers is a type of the store or the engine;
//! what goes wrong is a problem document. The OpenAPI document is made from the code of the routes.

mod audit;
mod caller;
mod conflicts;
mod connections;
mod docs;
mod errors;
mod guard;
mod items;
mod letters;
mod limit;
mod links;
mod measures;
mod needs;
mod people;
mod plans;
mod scope;
mod tokens;
mod undo;

pub(crate) use guard::guard;
pub(crate) use limit::Limits;
pub(crate) use scope::{Scope, new_token};

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Needs, Right};
use crate::routes::Routes;
use crate::trouble::Trouble;

/// What a handler gives.
type Answer<T> = Result<Json<T>, Trouble>;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
struct Page<T> {
    /// The rows.
    rows: Vec<T>,
    /// What to ask for as `after` to get the next page; none on the last one.
    next: Option<String>,
}

impl<T> Page<T> {
    /// A page of at most `limit` rows: a full one may have another after it.
    fn new(rows: Vec<T>, limit: usize, key: impl Fn(&T) -> String) -> Json<Self> {
        let last = rows.last().filter(|_| rows.len() >= limit);
        Json(Self { next: last.map(key), rows })
    }
}

/// What was done, in a word.
#[derive(Debug, Serialize, ToSchema)]
struct Done {
    /// The word.
    done: &'static str,
}

/// That something was done.
fn done(done: &'static str) -> Json<Done> {
    Json(Done { done })
}

/// Everything that programs can ask for.
pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes.get(Needs::Nothing, "/api", docs::page).get(
        Needs::Nothing,
        "/api/v1/openapi.json",
        docs::openapi,
    );
    let routes = needs::routes(measures::routes(audit::routes(errors::routes(routes))));
    let routes = tokens::routes(people::routes(routes));
    let routes = letters::routes(conflicts::routes(links::routes(routes)));
    undo::routes(plans::routes(items::routes(connections::routes(routes))))
}

const SEE: Needs = Needs::Token(Right::See);
const OPERATE: Needs = Needs::Token(Right::Operate);
const CONFIGURE: Needs = Needs::Token(Right::Configure);
const ADMINISTER: Needs = Needs::Token(Right::Administer);
