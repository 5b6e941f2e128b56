//! Links: looking for one, seeing how it stands, and mending it.

mod acts;
mod associated;
mod explain;
mod fields;
mod head;
mod link;
mod list;
mod plan;
mod some;
mod undo;

use crate::access::Right;
use crate::routes::Routes;

/// The list, a link's pages, and what can be done with a link.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(Right::See, "/links", list::page)
        .post(Right::Operate, "/links/refresh", some::refresh)
        .get(Right::See, "/links/{id}", link::page)
        .get(Right::See, "/links/{id}/plan", plan::page)
        .get(Right::See, "/links/{id}/associated", associated::page)
        .get(Right::See, "/links/{id}/explain/{field}", explain::page)
        .get(Right::Operate, "/links/{id}/undo", undo::page)
        .post(Right::Operate, "/links/{id}/undo", undo::undo)
        .post(Right::Operate, "/links/{id}/refresh", acts::refresh)
        .post(Right::Operate, "/links/{id}/unlink", acts::unlink)
}
