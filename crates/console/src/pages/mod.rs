//! The pages, a file each.

mod accounts;
mod audit;
mod connections;
mod drafts;
mod errors;
mod home;
mod items;
mod links;
mod needs;
mod setup;
mod undo;

use crate::access::Right;
use crate::routes::Routes;

/// All of them.
pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes.get(Right::See, "/", home::page);
    let routes = accounts::routes(routes);
    let routes = connections::routes(routes);
    let routes = drafts::routes(routes);
    let routes = items::routes(routes);
    let routes = setup::routes(routes);
    audit::routes(needs::routes(errors::routes(links::routes(routes))))
}
