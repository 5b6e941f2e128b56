//! What pages load: one style sheet and one script, ours, embedded. Their address holds a digest of
//! their content, so that browsers may keep them for ever.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/console.js");
const PANEL_STYLE: &str = include_str!("../assets/panel.css");
const PANEL_SCRIPT: &str = include_str!("../assets/panel.js");
const ICON: &str = include_str!("../assets/icon.svg");

/// Where the style sheet is.
pub(crate) static STYLE_PATH: LazyLock<String> = LazyLock::new(|| path("style", STYLE, "css"));
/// Where the script is.
pub(crate) static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| path("console", SCRIPT, "js"));
/// Where the panel's style sheet is, which adds to the other.
pub(crate) static PANEL_STYLE_PATH: LazyLock<String> =
    LazyLock::new(|| path("panel", PANEL_STYLE, "css"));
/// Where the panel's script is.
pub(crate) static PANEL_SCRIPT_PATH: LazyLock<String> =
    LazyLock::new(|| path("panel", PANEL_SCRIPT, "js"));
/// Where the icon is.
pub(crate) static ICON_PATH: LazyLock<String> = LazyLock::new(|| path("icon", ICON, "svg"));

fn path(name: &str, content: &str, kind: &str) -> String {
    let digest = Sha256::digest(content);
    format!("/assets/{name}-{}.{kind}", &URL_SAFE_NO_PAD.encode(digest)[..12])
}

/// The files.
pub(crate) fn router() -> Router {
    let below = |path: &str| path.trim_start_matches("/assets").to_owned();
    Router::new()
        .route(&below(&STYLE_PATH), get(async || file("text/css; charset=utf-8", STYLE)))
        .route(&below(&SCRIPT_PATH), get(async || file("text/javascript; charset=utf-8", SCRIPT)))
        .route(
            &below(&PANEL_STYLE_PATH),
            get(async || file("text/css; charset=utf-8", PANEL_STYLE)),
        )
        .route(
            &below(&PANEL_SCRIPT_PATH),
            get(async || file("text/javascript; charset=utf-8", PANEL_SCRIPT)),
        )
        .route(&below(&ICON_PATH), get(async || file("image/svg+xml", ICON)))
}

fn file(kind: &'static str, content: &'static str) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, content)
}
