//! What stands around every page: where one can go, who is signed in, and what was just done.

use std::fmt;
use std::net::SocketAddr;

use askama::filters::HtmlSafe;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use lockstep_store::{StoreError, WAITING_MAX};
use url::form_urlencoded;

use super::{Clock, Time};
use crate::access::{Right, Visitor, theme};
use crate::trouble::Trouble;
use crate::{App, Console};

/// The shell of a page.
#[derive(Debug, Clone)]
pub(crate) struct Shell {
    pub(crate) visitor: Option<Visitor>,
    /// Path of the page, without its query.
    pub(crate) path: String,
    pub(crate) theme: Option<&'static str>,
    pub(crate) now: DateTime<Utc>,
    /// Address of whoever asks, as far as it is known.
    pub(crate) peer: String,
    /// What was just done.
    pub(crate) said: Option<String>,
    /// How much waits for a person, as far as it is counted.
    pub(crate) waiting: i64,
}

/// A place that the navigation leads to.
pub(crate) struct Place {
    pub(crate) path: &'static str,
    pub(crate) name: &'static str,
    /// After `g`.
    pub(crate) key: &'static str,
    pub(crate) here: bool,
    /// How much waits there; empty where nothing does.
    pub(crate) count: String,
}

/// What was just done, as the address of the next page tells it: a word of ours, never a text.
macro_rules! did {
    ($($name:ident $word:literal $text:literal;)*) => {
        /// What was just done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Did {
            $($name,)*
        }

        impl Did {
            fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$name),)*
                    _ => None,
                }
            }

            fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

// `#` stands for the number that comes along.
did! {
    Asked "asked" "Asked for. A worker takes it within a second.";
    AskedSome "asked_some" "# asked for. A worker takes each within a second.";
    Undoing "undoing" "Asked for. What is turned back stays so until either side changes.";
    Linked "linked" "Linked. A worker brings both sides in step now.";
    Unlinked "unlinked" "Taken apart. Record and issue stay as they are.";
    Decided "decided" "Decided. A worker carries it out now.";
    Replayed "replayed" "# put back to work.";
    Discarded "discarded" "# given up.";
    Saved "saved" "Saved.";
    Unchanged "unchanged" "Nothing differs from what was there.";
    Paused "paused" "Paused. Nothing is lost: it is found when the item goes on.";
    Resumed "resumed" "Going on, with a sweep at once.";
    LetThrough "let_through" "Deletes go through for an hour, with a sweep at once.";
    Snoozed "snoozed" "Put off. It comes back by itself.";
    Woken "woken" "Put off no longer.";
    Assigned "assigned" "Noted who looks after it.";
    Deleted "deleted" "Deleted. Records and issues stay as they are.";
    Tested "tested" "Tested just now.";
    Revoked "revoked" "Revoked.";
    Changed "changed" "Changed.";
    SignedOut "signed_out" "Signed out.";
}

impl Did {
    /// The address of a page that tells it.
    pub(crate) fn at(self, path: &str) -> String {
        let and = if path.contains('?') { '&' } else { '?' };
        format!("{path}{and}did={}", self.word())
    }

    /// The address of a page that tells it of so many.
    pub(crate) fn of(self, count: u64, path: &str) -> String {
        format!("{}&n={count}", self.at(path))
    }
}

impl Shell {
    /// The shell of the page that is asked for.
    pub(crate) fn of(console: &Console, parts: &Parts, visitor: Option<Visitor>) -> Self {
        Self {
            visitor,
            path: parts.uri.path().to_owned(),
            theme: theme(&parts.headers),
            now: console.ambient.now(),
            peer: peer(parts),
            said: parts.uri.query().and_then(said),
            waiting: 0,
        }
    }

    /// Where one can go.
    pub(crate) fn places(&self) -> Vec<Place> {
        let place = |path: &'static str, name, key| {
            let here = if path == "/" { self.path == "/" } else { self.path.starts_with(path) };
            let count = if path == "/needs" { waiting(self.waiting) } else { String::new() };
            Place { path, name, key, here, count }
        };
        let mut places = vec![
            place("/", "Home", "h"),
            place("/needs", "Needs you", "n"),
            place("/items", "Items", "i"),
            place("/links", "Links", "l"),
            place("/connections", "Connections", "c"),
            place("/audit", "Audit", "a"),
        ];
        if self.may(Right::Administer) {
            places.push(place("/accounts", "Accounts", "u"));
        }
        places
    }

    /// Whether whoever asks has a right.
    pub(crate) fn may(&self, right: Right) -> bool {
        self.visitor.as_ref().is_some_and(|visitor| visitor.may(right))
    }

    /// For templates.
    pub(crate) fn may_operate(&self) -> bool {
        self.may(Right::Operate)
    }

    /// For templates.
    pub(crate) fn may_configure(&self) -> bool {
        self.may(Right::Configure)
    }

    /// The hidden field that every form carries.
    pub(crate) fn csrf(&self) -> Hidden {
        Hidden(self.visitor.as_ref().map(|visitor| visitor.csrf.clone()).unwrap_or_default())
    }

    /// How whoever asks reads times.
    pub(crate) fn clock(&self) -> Clock {
        let account = self.visitor.as_ref().map(|visitor| &visitor.account);
        let zone = account.and_then(|account| account.time_zone.as_deref()?.parse().ok());
        Clock {
            now: self.now,
            // A zone of another version of its list is not known here.
            zone: zone.unwrap_or(Tz::UTC),
            exact: account.is_some_and(|account| account.exact_times),
        }
    }

    /// A time, as whoever asks reads it.
    pub(crate) fn time(&self, at: &DateTime<Utc>) -> Time {
        self.clock().time(*at)
    }
}

/// The address at the other end of the connection: a proxy's, where one stands before the console.
fn peer(parts: &Parts) -> String {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or_else(|| "unknown".to_owned(), |ConnectInfo(peer)| peer.ip().to_string())
}

/// The hidden field of a form.
pub(crate) struct Hidden(String);

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Letters, digits, `-` and `_`, made by ourselves.
        write!(f, r#"<input type="hidden" name="csrf" value="{}">"#, self.0)
    }
}

impl HtmlSafe for Hidden {}

/// What an address says was done. Anybody can make up an address, so it chooses among our own words.
fn said(query: &str) -> Option<String> {
    let (mut did, mut count) = (None, None);
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*key {
            "did" => did = Did::from_word(&value),
            "n" => count = value.parse::<u32>().ok(),
            _ => {}
        }
    }
    let text = did?.text();
    Some(match count {
        Some(count) => text.replace('#', &count.to_string()),
        None => text.trim_start_matches("# ").to_owned(),
    })
}

impl FromRequestParts<App> for Shell {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Trouble> {
        // The guard has put it there on every route.
        let shell = parts.extensions.get::<Self>().cloned().unwrap_or_else(Self::bare);
        Ok(shell.counted(app).await?)
    }
}

impl Shell {
    /// With how much waits for a person: only a page that is drawn needs to know, and not a form that
    /// leads to another one.
    pub(crate) async fn counted(self, console: &Console) -> Result<Self, StoreError> {
        match self.visitor {
            Some(_) => Ok(Self { waiting: console.store.needs().waiting().await?, ..self }),
            None => Ok(self),
        }
    }

    /// Of nobody, nowhere.
    fn bare() -> Self {
        Self {
            visitor: None,
            path: "/".to_owned(),
            theme: None,
            now: DateTime::UNIX_EPOCH,
            peer: String::new(),
            said: None,
            waiting: 0,
        }
    }
}

/// `3`, or `99+` where it was not counted further.
fn waiting(count: i64) -> String {
    match count {
        ..=0 => String::new(),
        WAITING_MAX.. => format!("{}+", WAITING_MAX - 1),
        _ => count.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_query_is_too_strange(query in prop_oneof![any::<String>(), "did=[a-z_]{0,10}&n=.{0,12}"]) {
            let said = said(&query).unwrap_or_default();
            prop_assert!(said.chars().all(|c| c.is_ascii() && !"<>&\"".contains(c)), "{}", said);
        }
    }

    #[test]
    fn what_waits_is_counted_to_an_end() {
        let told = [-1, 0, 1, 99, 100, 5_000].map(waiting);
        assert_eq!(told, ["", "", "1", "99", "99+", "99+"]);
    }

    #[test]
    fn an_address_chooses_among_our_own_words() {
        assert_eq!(said("x=1&did=saved").as_deref(), Some("Saved."));
        assert_eq!(said("did=replayed&n=12").as_deref(), Some("12 put back to work."));
        assert_eq!(said("did=replayed&n=<b>").as_deref(), Some("put back to work."));
        assert_eq!(said("did=<script>"), None);
        assert_eq!(Did::Replayed.of(3, "/needs?x=1"), "/needs?x=1&did=replayed&n=3");
    }
}
