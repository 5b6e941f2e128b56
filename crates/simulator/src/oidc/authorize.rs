//! The page on which somebody signs in.

use std::fmt::Write as _;

use axum::extract::{RawQuery, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use url::Url;
use url::form_urlencoded;

use super::state::{CLIENT_ID, Grant};
use super::{App, State};

/// The shortest challenge that S256 makes: 32 bytes in base64.
const CHALLENGE_CHARS: usize = 43;

/// The parameters of a request, each of which may be there once (RFC 6749, 3.1).
#[derive(Debug)]
pub(super) struct Params(Vec<(String, String)>);

/// A request that cannot be sent back to where it came from, or one that is.
enum Refused {
    Here(&'static str),
    There(&'static str, &'static str),
}

impl Params {
    pub(super) fn read(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(key, value)| key == name && !value.is_empty());
        let first = found.next()?;
        found.next().is_none().then_some(first.1.as_str())
    }

    fn is(&self, name: &str, wanted: &str) -> bool {
        self.get(name) == Some(wanted)
    }
}

/// `GET /authorize`: the page; or the answer at once, where `login` says who signs in.
pub(super) async fn ask(Extract(state): App, RawQuery(query): RawQuery) -> Response {
    let params = Params::read(query.as_deref().unwrap_or_default());
    match check(&state, &params) {
        Err(refused) => refuse(&state, &params, &refused),
        Ok(()) if params.get("login").is_some() => decide(&state, &params),
        Ok(()) => page(&state, &params).into_response(),
    }
}

/// `POST /authorize`: somebody chose who they are, or to go back.
pub(super) async fn answer(Extract(state): App, body: String) -> Response {
    let params = Params::read(&body);
    match check(&state, &params) {
        Err(refused) => refuse(&state, &params, &refused),
        Ok(()) => decide(&state, &params),
    }
}

/// The client and its address first: what is wrong with either is told to nobody else.
fn check(state: &State, params: &Params) -> Result<(), Refused> {
    if !params.is("client_id", CLIENT_ID) {
        return Err(Refused::Here("No application is registered under this client_id."));
    }
    let known = state.settings().redirect_uris;
    if !params.get("redirect_uri").is_some_and(|uri| known.iter().any(|known| known == uri)) {
        return Err(Refused::Here("The redirect_uri is not registered for this application."));
    }
    let there = |error, why| Err(Refused::There(error, why));
    if !params.is("response_type", "code") {
        return there("unsupported_response_type", "Only the code flow is served.");
    }
    let scope = params.get("scope").unwrap_or_default();
    if !scope.split(' ').any(|word| word == "openid") {
        return there("invalid_scope", "The scope openid is missing.");
    }
    if !params.is("code_challenge_method", "S256") {
        return there("invalid_request", "PKCE with S256 is required.");
    }
    if params.get("code_challenge").is_none_or(|text| text.len() != CHALLENGE_CHARS) {
        return there("invalid_request", "The code_challenge is no SHA-256 in base64url.");
    }
    Ok(())
}

fn refuse(state: &State, params: &Params, refused: &Refused) -> Response {
    match refused {
        Refused::Here(why) => {
            let body = format!("<h1>This request cannot be served</h1><p>{}</p>", escape(why));
            (StatusCode::BAD_REQUEST, Html(document(&body))).into_response()
        }
        Refused::There(error, why) => {
            back(state, params, &[("error", error), ("error_description", why)])
        }
    }
}

fn decide(state: &State, params: &Params) -> Response {
    let login = params.get("login").unwrap_or_default();
    let text = |name: &str| params.get(name).unwrap_or_default().to_owned();
    let Some(user) = state.user(login) else {
        let why = [("error", "access_denied"), ("error_description", "Nobody signed in.")];
        return back(state, params, &why);
    };
    let code = state.issue(Grant {
        user,
        redirect_uri: text("redirect_uri"),
        challenge: text("code_challenge"),
        nonce: params.get("nonce").map(str::to_owned),
        scope: text("scope"),
    });
    back(state, params, &[("code", &code)])
}

/// Sends the browser back, with the state it came with and the issuer (RFC 9207).
fn back(state: &State, params: &Params, pairs: &[(&str, &str)]) -> Response {
    let Ok(mut target) = Url::parse(params.get("redirect_uri").unwrap_or_default()) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    target.query_pairs_mut().extend_pairs(pairs);
    if let Some(text) = params.get("state") {
        target.query_pairs_mut().append_pair("state", text);
    }
    target.query_pairs_mut().append_pair("iss", &state.base_url);
    (StatusCode::SEE_OTHER, [(header::LOCATION, String::from(target))]).into_response()
}

fn page(state: &State, params: &Params) -> Html<String> {
    let mut form = String::from("<h1>Sign in</h1><form method=\"post\" action=\"/authorize\">");
    for (name, value) in params.0.iter().filter(|(name, _)| name != "login") {
        let (name, value) = (escape(name), escape(value));
        let _ = write!(form, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
    }
    for user in state.users() {
        let (login, name) = (escape(&user.login), escape(&user.name));
        let groups = escape(&user.groups.join(", "));
        let _ = write!(
            form,
            "<p><button name=\"login\" value=\"{login}\">{name}</button> <small>{groups}</small></p>"
        );
    }
    form.push_str(
        "<p><button name=\"login\" value=\"-\">Back without signing in</button></p></form>",
    );
    Html(document(&form))
}

fn document(body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sign in - identity simulator</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><main>{body}</main></html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
