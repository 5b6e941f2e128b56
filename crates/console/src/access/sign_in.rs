//! What every way of signing in ends with.

use axum::http::HeaderMap;
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::response::{IntoResponse, Redirect, Response};
use lockstep_store::Account;
use serde_json::json;

use super::{cookie, digest};
use crate::Console;
use crate::trouble::Trouble;

/// Opens a session for an account, says so in the audit, and leads to where somebody wanted to go.
pub(crate) async fn open_session(
    console: &Console,
    headers: &HeaderMap,
    account: &Account,
    next: &str,
) -> Result<Response, Trouble> {
    let token = console.ambient.token();
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let term = console.settings.absolute;
    console.store.sessions().open(&digest(&token), account.id, term, agent).await?;
    console.store.accounts().signed_in(account.id).await?;
    console.note(&account.name, "sign_in", &account.name, json!({ "role": account.role })).await?;
    let cookie = cookie::session(&console.settings, &token);
    Ok(([(SET_COOKIE, cookie)], Redirect::to(local_path(next))).into_response())
}

/// A path of ours, or the home page: nobody is led elsewhere by a link that begins here.
pub(crate) fn local_path(path: &str) -> &str {
    let mut start = path.chars();
    let local = start.next() == Some('/')
        && !matches!(start.next(), Some('/' | '\\'))
        && !path.chars().any(char::is_control);
    if local { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::local_path;

    proptest! {
        #[test]
        fn no_path_is_too_strange(path in prop_oneof![any::<String>(), "[/\\\\.@:?#a-z\t\n]{0,12}"]) {
            let here = Url::parse("https://lockstep.example/login").expect("an address");
            let led = here.join(local_path(&path)).expect("a path of ours");
            prop_assert_eq!(led.origin(), here.origin());
        }
    }

    #[test]
    fn nobody_is_led_elsewhere() {
        for here in ["/", "/links?text=%2F%2F", "/items/a/edit#status"] {
            assert_eq!(local_path(here), here);
        }
        for elsewhere in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "links",
            "/\t/evil.example",
        ] {
            assert_eq!(local_path(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
