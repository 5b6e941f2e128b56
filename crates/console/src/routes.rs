//! What can be asked for, each with the right that it takes. There is no other way to add a route, so
//! none is forgotten by the guard, and a test asks for each of them as everybody.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, delete, get, post, put};

use crate::access::{Needs, guard};
use crate::trouble::Trouble;
use crate::view::headers;
use crate::{App, access, api, assets, oidc, pages, panel};

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
    let routes = pages::routes(oidc::routes(access::routes(routes)));
    api::routes(panel::routes(routes))
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

    /// What a program puts in place.
    pub(crate) fn put<H, T>(self, needs: impl Into<Needs>, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::PUT, needs.into(), path, put(handler))
    }

    /// What a program takes away.
    pub(crate) fn delete<H, T>(
        self,
        needs: impl Into<Needs>,
        path: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::DELETE, needs.into(), path, delete(handler))
    }

    fn add(
        mut self,
        method: Method,
        needs: Needs,
        path: &'static str,
        handler: MethodRouter<App>,
    ) -> Self {
        let with = (self.app.clone(), needs);
        let guarded = match needs {
            Needs::Nothing | Needs::Right(_) => handler.layer(from_fn_with_state(with, guard)),
            Needs::Token(_) => handler.layer(from_fn_with_state(with, api::guard)),
            Needs::Invocation | Needs::Ticket | Needs::EditingTicket => {
                handler.layer(from_fn_with_state(with, panel::guard))
            }
        };
        self.router = self.router.route(path, guarded);
        self.list.push(Route { method, path, needs });
        self
    }

    /// The list: the API's description is made from it, and tests ask for each.
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
