//! The ticket of a panel: which issue, on which site, for whom, and until when. Sealed with the keys
//! of the store, so that whoever holds it can neither read nor change it, and any console of an
//! installation takes it.

use chrono::{DateTime, TimeDelta, Utc};
use lockstep_model::ConnectionId;
use lockstep_store::{KeyRing, SealError};
use serde::{Deserialize, Serialize};

/// How long a ticket is good: as long as somebody looks at an issue before they reload it.
pub(super) const TERM: TimeDelta = TimeDelta::minutes(15);

/// What the seal is for: no other sealed word passes for a ticket.
const PURPOSE: &str = "panel ticket";

/// The longest text that is tried. Ours are some hundred characters.
const LENGTH_MAX: usize = 2048;

/// What a ticket says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    /// The Jira connection.
    pub(crate) site: ConnectionId,
    /// The issue's id.
    pub(crate) issue: String,
    /// Its key when the panel was opened.
    pub(crate) key: String,
    /// Account id of the person.
    pub(crate) account: String,
    /// Whether Jira let the person edit the issue when the panel was opened.
    #[serde(default)]
    pub(crate) edits: bool,
    /// Until when it is good.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub(crate) ends: DateTime<Utc>,
}

/// Why a text is no ticket that is good now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoTicket {
    /// None of ours.
    Foreign,
    /// It was one.
    Ended,
}

impl Ticket {
    /// The ticket as a text that may stand in an address.
    pub(crate) fn seal(&self, keys: &KeyRing) -> Result<String, SealError> {
        // Plain data of our own: it always has a JSON.
        let text = serde_json::to_string(self).unwrap_or_default();
        keys.seal_word(&text, PURPOSE)
    }

    /// Reads a ticket that is good now.
    pub(crate) fn open(keys: &KeyRing, word: &str, now: DateTime<Utc>) -> Result<Self, NoTicket> {
        if word.len() > LENGTH_MAX {
            return Err(NoTicket::Foreign);
        }
        let text = keys.open_word(word, PURPOSE).map_err(|_not_ours| NoTicket::Foreign)?;
        let ticket: Self =
            serde_json::from_str(&text).map_err(|_another_form| NoTicket::Foreign)?;
        if now < ticket.ends { Ok(ticket) } else { Err(NoTicket::Ended) }
    }

    /// How the audit names the person.
    pub(super) fn actor(&self) -> String {
        format!("jira:{}", self.account)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys() -> KeyRing {
        KeyRing::parse("test:dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=").expect("keys")
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_600_000 + seconds, 0).expect("a time")
    }

    fn ticket() -> Ticket {
        Ticket {
            site: ConnectionId(2),
            issue: "10042".to_owned(),
            key: "SUP-24".to_owned(),
            account: "557058:bb".to_owned(),
            edits: true,
            ends: at(900),
        }
    }

    // F-84
    #[test]
    fn a_ticket_opens_with_the_keys_it_was_sealed_with_until_it_ends() {
        let word = ticket().seal(&keys()).expect("sealed");
        assert!(!word.contains("SUP") && !word.contains("557058"), "it shows nothing: {word}");
        assert!(word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)), "{word}");
        assert_eq!(Ticket::open(&keys(), &word, at(899)), Ok(ticket()));
        assert_eq!(Ticket::open(&keys(), &word, at(900)), Err(NoTicket::Ended));
        let others = KeyRing::parse("test:b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyb3Q=");
        let others = others.expect("keys");
        assert_eq!(Ticket::open(&others, &word, at(0)), Err(NoTicket::Foreign));
    }

    #[test]
    fn a_word_that_was_sealed_for_something_else_is_no_ticket() {
        let text = serde_json::to_string(&ticket()).expect("json");
        let word = keys().seal_word(&text, "another purpose").expect("sealed");
        assert_eq!(Ticket::open(&keys(), &word, at(0)), Err(NoTicket::Foreign));
    }

    proptest! {
        #[test]
        fn no_ticket_is_too_strange(text in any::<String>(), tail in "[A-Za-z0-9_-]{0,400}") {
            prop_assert_eq!(Ticket::open(&keys(), &text, at(0)), Err(NoTicket::Foreign));
            let named = format!("test.{tail}");
            prop_assert_eq!(Ticket::open(&keys(), &named, at(0)), Err(NoTicket::Foreign));
        }

        #[test]
        fn a_changed_ticket_is_none(at_byte in 0_usize..200, with in "[A-Za-z0-9_-]") {
            let word = ticket().seal(&keys()).expect("sealed");
            let at_byte = 5 + at_byte % (word.len() - 6);
            let mut changed = word.clone();
            changed.replace_range(at_byte..=at_byte, &with);
            // The last character of Base64 holds bits that mean nothing.
            let same = changed == word || at_byte + 1 == word.len();
            prop_assert!(same || Ticket::open(&keys(), &changed, at(0)) == Err(NoTicket::Foreign));
        }
    }
}
