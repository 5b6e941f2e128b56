//! What needs somebody: conflicts, what was left alone, what was given up, and connections that are
//! paused.

mod arrange;
mod conflicts;
mod dead;
mod list;
mod many;
mod some;

use crate::access::Right;
use crate::routes::Routes;

/// The list by cause, and what can be done about each.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(Right::See, "/needs", list::page)
        .post(Right::Operate, "/needs/groups/{kind}/{code}/snooze", arrange::snooze)
        .post(Right::Operate, "/needs/groups/{kind}/{code}/wake", arrange::wake)
        .post(Right::Operate, "/needs/groups/{kind}/{code}/assign", arrange::assign)
        .post(Right::Operate, "/needs/findings/{code}/retry", many::retry)
        .get(Right::See, "/needs/conflicts", conflicts::list)
        .get(Right::See, "/needs/conflicts/{link}/{mapping}", conflicts::one)
        .post(Right::Operate, "/needs/conflicts/{link}/{mapping}", conflicts::decide)
        .get(Right::See, "/needs/dead", dead::list)
        .post(Right::Operate, "/needs/dead/replay", some::replay)
        .post(Right::Operate, "/needs/dead/discard", some::discard)
        .get(Right::See, "/needs/dead/{id}", dead::one)
        .post(Right::Operate, "/needs/dead/{id}/replay", dead::replay)
        .post(Right::Operate, "/needs/dead/{id}/discard", dead::discard)
        .post(Right::Operate, "/needs/letters/{code}/replay", many::replay)
        .post(Right::Operate, "/needs/letters/{code}/discard", many::discard)
}
