//! The pages, a file each.

mod audit;
mod errors;
mod home;
mod links;
mod needs;

use crate::access::Right;
use crate::routes::Routes;

/// All of them.
pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes.get(Right::See, "/", home::page);
    audit::routes(needs::routes(errors::routes(links::routes(routes))))
}
