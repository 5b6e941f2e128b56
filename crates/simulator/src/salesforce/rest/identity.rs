//! Who the session runs as.

use serde_json::{Value, json};

use super::reply::Reply;
use crate::salesforce::world::SalesforceWorld;

/// The identity URL of a user.
pub(super) fn url(world: &SalesforceWorld, base_url: &str, user: &str) -> String {
    format!("{base_url}/id/{}/{user}", world.org_id)
}

/// The identity document.
pub(super) fn document(world: &SalesforceWorld, base_url: &str, user: &str) -> Reply {
    let row = world.live(user).cloned().unwrap_or_default();
    let of = |name: &str| row.get(name).cloned().unwrap_or_default();
    Reply::ok(json!({
        "id": url(world, base_url, user),
        "asserted_user": true,
        "user_id": user,
        "organization_id": world.org_id,
        "username": of("Username"),
        "nick_name": of("Alias"),
        "display_name": of("Name"),
        "email": of("Email"),
        "email_verified": true,
        "first_name": of("FirstName"),
        "last_name": of("LastName"),
        "timezone": of("TimeZoneSidKey"),
        "active": true,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_US",
        "utcOffset": 0,
        "urls": urls(base_url),
    }))
}

/// The claims of the user-info endpoint.
pub(super) fn userinfo(world: &SalesforceWorld, base_url: &str, user: &str) -> Reply {
    let row = world.live(user).cloned().unwrap_or_default();
    let of = |name: &str| row.get(name).cloned().unwrap_or_default();
    Reply::ok(json!({
        "sub": url(world, base_url, user),
        "user_id": user,
        "organization_id": world.org_id,
        "preferred_username": of("Username"),
        "nickname": of("Alias"),
        "name": of("Name"),
        "email": of("Email"),
        "email_verified": true,
        "given_name": of("FirstName"),
        "family_name": of("LastName"),
        "zoneinfo": of("TimeZoneSidKey"),
        "active": true,
        "user_type": "STANDARD",
        "urls": urls(base_url),
    }))
}

fn urls(base_url: &str) -> Value {
    let data = format!("{base_url}/services/data/v{{version}}");
    json!({
        "rest": format!("{data}/"),
        "sobjects": format!("{data}/sobjects/"),
        "query": format!("{data}/query/"),
        "search": format!("{data}/search/"),
        "custom_domain": base_url,
    })
}
