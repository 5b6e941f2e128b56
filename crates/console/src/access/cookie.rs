//! Cookies: the session's, and the chosen theme.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

use crate::settings::Settings;

/// The value of a cookie that a browser sent.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    let mut pairs = all.flat_map(|text| text.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
}

/// The name of the session's cookie. Over TLS its prefix makes browsers hold it to this very host.
pub(super) fn session_name(settings: &Settings) -> &'static str {
    if settings.is_secure() { "__Host-lockstep" } else { "lockstep" }
}

/// `Set-Cookie` of a session.
pub(super) fn session(settings: &Settings, token: &str) -> String {
    let name = session_name(settings);
    let secure = if settings.is_secure() { "; Secure" } else { "" };
    let age = settings.absolute.as_secs();
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
}

/// `Set-Cookie` that ends a session.
pub(super) fn ended(settings: &Settings) -> String {
    let name = session_name(settings);
    let secure = if settings.is_secure() { "; Secure" } else { "" };
    format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}")
}

/// The name of the cookie of a sign-in that an identity provider is asked about.
pub(crate) fn passing_name(settings: &Settings) -> &'static str {
    if settings.is_secure() { "__Host-lockstep-sign-in" } else { "lockstep-sign-in" }
}

/// `Set-Cookie` of such a sign-in for some minutes; of none it ends it.
pub(crate) fn passing(settings: &Settings, state: &str, minutes: u32) -> String {
    let name = passing_name(settings);
    let secure = if settings.is_secure() { "; Secure" } else { "" };
    let age = minutes * 60;
    format!("{name}={state}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
}

/// The theme that was chosen; none where the system's is followed.
pub(crate) fn theme(headers: &HeaderMap) -> Option<&'static str> {
    match cookie(headers, "theme")? {
        "light" => Some("light"),
        "dark" => Some("dark"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_cookie_is_too_strange(bytes: Vec<u8>) {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                headers.append(COOKIE, value);
            }
            headers.append(COOKIE, HeaderValue::from_static("lockstep=mine"));
            prop_assert!(cookie(&headers, "lockstep").is_some());
            prop_assert!(theme(&headers).is_none_or(|theme| ["light", "dark"].contains(&theme)));
        }
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; theme=dark".parse().expect("header"));
        headers.append(COOKIE, "lockstep=x=y".parse().expect("header"));
        assert_eq!(cookie(&headers, "lockstep"), Some("x=y"));
        assert_eq!((theme(&headers), cookie(&headers, "b")), (Some("dark"), None));
    }
}
