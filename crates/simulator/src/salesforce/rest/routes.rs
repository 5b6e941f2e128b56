//! Which call goes where.

use axum::http::Method;

use super::call::Call;
use super::reply::Reply;
use super::{
    batch, collections, composite, describe, files, limits, query, records, replication, retrieve,
    search, tree, upsert, versions,
};
use crate::salesforce::error::Refusal;
use crate::salesforce::world::SalesforceWorld;

/// Serves one call to the versioned API.
pub(super) fn dispatch(world: &mut SalesforceWorld, call: &Call<'_>) -> Result<Reply, Refusal> {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["sobjects", rest @ ..] => sobjects(world, call, rest),
        ["composite", rest @ ..] => composites(world, call, rest),
        other => others(world, call, other),
    }
}

fn others(world: &mut SalesforceWorld, call: &Call<'_>, path: &[&str]) -> Result<Reply, Refusal> {
    let post = path == ["parameterizedSearch"] && call.method == Method::POST;
    if call.method != Method::GET && !post {
        return Err(not_allowed(call, "GET,HEAD"));
    }
    match path {
        [] => Ok(versions::resources(&call.version)),
        ["query"] => query::first(world, call, false),
        ["queryAll"] => query::first(world, call, true),
        ["query" | "queryAll", locator] => query::next(world, call, locator),
        ["search"] => search::sosl(world, call),
        ["parameterizedSearch"] => search::parameterized(world, call),
        ["limits"] => limits::all(world),
        ["limits", "recordCount"] => Ok(limits::record_count(world, call)),
        _ => Err(Refusal::not_found()),
    }
}

fn sobjects(world: &mut SalesforceWorld, call: &Call<'_>, path: &[&str]) -> Result<Reply, Refusal> {
    let method = call.method.as_str();
    match (method, path) {
        ("GET", []) => Ok(describe::global(world, call)),
        ("GET", [object]) => describe::summary(world, call, object),
        ("POST", [object]) => records::create(world, call, object),
        ("GET", [object, "describe"]) => describe::object(world, call, object),
        ("GET", [object, "updated"]) => replication::updated(world, call, object),
        ("GET", [object, "deleted"]) => replication::deleted(world, call, object),
        ("GET", [object, id]) => records::read(world, call, object, id),
        ("PATCH", [object, id]) => records::update(world, call, object, id),
        ("DELETE", [object, id]) => records::delete(world, call, object, id),
        ("GET", ["ContentVersion", id, "VersionData"]) => files::download(world, id),
        ("GET", [object, key, value]) => records::read_by(world, call, object, (key, value)),
        ("PATCH", [object, key, value]) => upsert::by_key(world, call, object, (key, value)),
        ("DELETE", [object, key, value]) => records::delete_by(world, call, object, (key, value)),
        (_, [] | [_, "describe" | "updated" | "deleted"]) => Err(not_allowed(call, "GET,HEAD")),
        (_, [_]) => Err(not_allowed(call, "GET,HEAD,POST")),
        (_, [_, _] | [_, _, _]) => Err(not_allowed(call, "GET,HEAD,PATCH,DELETE")),
        _ => Err(Refusal::not_found()),
    }
}

fn composites(
    world: &mut SalesforceWorld,
    call: &Call<'_>,
    path: &[&str],
) -> Result<Reply, Refusal> {
    match (call.method.as_str(), path) {
        ("POST", []) => composite::run(world, call),
        ("POST", ["batch"]) => batch::run(world, call),
        ("POST", ["sobjects"]) => collections::create(world, call),
        ("PATCH", ["sobjects"]) => collections::update(world, call),
        ("DELETE", ["sobjects"]) => collections::delete(world, call),
        ("GET" | "POST", ["sobjects", object]) => retrieve::many(world, call, object),
        ("PATCH", ["sobjects", object, key]) => upsert::many(world, call, object, key),
        ("POST", ["tree", object]) => tree::create(world, call, object),
        (_, [] | ["batch" | "sobjects"] | ["sobjects" | "tree", _]) => {
            Err(not_allowed(call, "POST"))
        }
        _ => Err(Refusal::not_found()),
    }
}

fn not_allowed(call: &Call<'_>, allowed: &str) -> Refusal {
    let text = format!("HTTP Method '{}' not allowed. Allowed are {allowed}", call.method);
    Refusal::new(405, "METHOD_NOT_ALLOWED", text)
}
