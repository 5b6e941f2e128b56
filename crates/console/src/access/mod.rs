//! Who is asking, and what they may do.
//!
//! A session is a cookie with a secret of which the store keeps a digest. Every route goes through
//! [`guard`], which finds the session, compares the right that the route takes with the role, and takes
//! no form that did not come from a page of ours.

mod cookie;
mod digest;
mod first_run;
mod guard;
mod login;
mod password;
mod people;
mod right;
mod sign_in;
mod visitor;
mod welcome;

pub(crate) use cookie::{cookie, passing, passing_name, theme};
pub(crate) use digest::{digest, same};
pub use first_run::{FirstRun, first_run_link};
pub(crate) use guard::guard;
pub(crate) use password::Passwords;
pub(crate) use people::ToAdd;
pub(crate) use right::{Needs, Right};
pub(crate) use sign_in::{local_path, open_session};
pub(crate) use visitor::Visitor;
pub(crate) use welcome::PasswordLink;

use serde::Deserialize;

use crate::routes::Routes;

/// What a link brings that was given to one person, to be followed once.
#[derive(Deserialize)]
struct ByLink {
    #[serde(default)]
    token: String,
}

/// Signing in and out.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(Needs::Nothing, "/login", login::form)
        .post(Needs::Nothing, "/login", login::submit)
        .post(Needs::Nothing, "/logout", login::out)
        .get(Needs::Nothing, "/first-run", first_run::form)
        .post(Needs::Nothing, "/first-run", first_run::submit)
        .get(Needs::Nothing, "/welcome", welcome::form)
        .post(Needs::Nothing, "/welcome", welcome::submit)
}
