//! What can be asked for, each with the right that it takes. There is no other way to add a route, so
//! none is forgotten by the guard, and a test asks for each of them as everybody.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};

use crate::access::{Needs, guard};
use crate::trouble::Trouble;
use crate::view::headers;
use crate::{App, access, assets, oidc, pages};

/// One route: what is asked for, and what it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) needs: Needs,
}

/// Routes with the guard before each.
pub(crate) struct Routes {
    app: App,
    router: Router<App>,
    list: Vec<Route>,
}

/// Everything that the console serves.
pub(crate) fn all(app: App) -> Routes {
    let routes = Routes::new(app);
    pages::routes(oidc::routes(access::routes(routes)))
}

impl Routes {
    fn new(app: App) -> Self {
        Self { app, router: Router::new(), list: Vec::new() }
    }

    /// A page, or whatever else changes nothing.
    pub(crate) fn get<H, T>(self, needs: impl Into<Needs>, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::GET, needs.into(), path, get(handler))
    }

    /// What a form asks for.
    pub(crate) fn post<H, T>(self, needs: impl Into<Needs>, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::POST, needs.into(), path, post(handler))
    }

    fn add(
        mut self,
        method: Method,
        needs: Needs,
        path: &'static str,
        handler: MethodRouter<App>,
    ) -> Self {
        let guarded = handler.layer(from_fn_with_state((self.app.clone(), needs), guard));
        self.router = self.router.route(path, guarded);
        self.list.push(Route { method, path, needs });
        self
    }

    /// The list, for tests that ask for each.
    #[cfg(test)]
    pub(crate) fn list(&self) -> &[Route] {
        &self.list
    }

    /// The whole, with the headers that every answer carries.
    pub(crate) fn router(self) -> Router {
        let lost = from_fn_with_state((self.app.clone(), Needs::Nothing), guard);
        let nowhere = get(|| async { Trouble::NotFound("page") }).layer(lost);
        let pages = self.router.fallback_service(nowhere.with_state(self.app.clone()));
        let pages = pages.with_state(self.app);
        pages.layer(from_fn(headers)).nest("/assets", assets::router())
    }
}
