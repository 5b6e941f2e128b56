//! The pages, a file each.

mod home;

use crate::access::Right;
use crate::routes::Routes;

/// All of them.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get(Right::See, "/", home::page)
}
