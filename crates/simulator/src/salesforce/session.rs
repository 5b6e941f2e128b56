//! Access tokens and how long they live.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

/// The usual session policy: two hours, sliding with use.
const LIFETIME_S: i64 = 7_200;

/// One session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Id of the user it runs as.
    pub(crate) user: String,
    /// Key of the app through which it was minted.
    pub(crate) app: &'static str,
    /// When it was minted.
    pub(crate) issued: DateTime<Utc>,
    /// When it ends unless it is used.
    pub(crate) expires: DateTime<Utc>,
}

/// All sessions of the org.
#[derive(Debug)]
pub(crate) struct Sessions {
    live: BTreeMap<String, Session>,
    minted: u64,
    /// Seconds that a session lives after its last use.
    pub(crate) lifetime_s: i64,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { live: BTreeMap::new(), minted: 0, lifetime_s: LIFETIME_S }
    }
}

impl Sessions {
    /// A new token: the 15-character org id, `!`, and an opaque part.
    pub(crate) fn mint(
        &mut self,
        org_id: &str,
        (user, app): (&str, &'static str),
        now: DateTime<Utc>,
    ) -> String {
        self.minted += 1;
        let seed = format!("{user}/{}/{}", self.minted, now.timestamp_millis());
        let opaque = URL_SAFE_NO_PAD.encode(Sha256::digest(seed.as_bytes()));
        let token = format!("{}!AQ{opaque}", &org_id[..15]);
        let expires = now + TimeDelta::seconds(self.lifetime_s);
        let session = Session { user: user.to_owned(), app, issued: now, expires };
        self.live.insert(token.clone(), session);
        token
    }

    /// The session of a token that still lives, made longer by its use.
    pub(crate) fn check(&mut self, token: &str, now: DateTime<Utc>) -> Option<Session> {
        let lifetime = TimeDelta::seconds(self.lifetime_s);
        let session = self.live.get_mut(token).filter(|session| session.expires > now)?;
        session.expires = now + lifetime;
        Some(session.clone())
    }

    /// The session of a token, without using it.
    pub(crate) fn peek(&self, token: &str, now: DateTime<Utc>) -> Option<&Session> {
        self.live.get(token).filter(|session| session.expires > now)
    }

    /// Ends one session.
    pub(crate) fn revoke(&mut self, token: &str) {
        self.live.remove(token);
    }

    /// Ends all sessions and gives their number.
    pub(crate) fn expire_all(&mut self) -> usize {
        std::mem::take(&mut self.live).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_slides_and_ends() {
        let mut sessions = Sessions::default();
        let start = DateTime::UNIX_EPOCH;
        let hour = TimeDelta::hours(1);
        let token = sessions.mint("00Dxx0000000BV7zEAG", ("005", "app"), start);
        assert!(token.starts_with("00Dxx0000000BV7!"));
        assert!(sessions.check(&token, start + hour).is_some());
        assert!(sessions.check(&token, start + hour * 2).is_some());
        assert!(sessions.check(&token, start + hour * 5).is_none());
    }

    #[test]
    fn no_two_tokens_are_equal() {
        let mut sessions = Sessions::default();
        let one = sessions.mint("00Dxx0000000BV7zEAG", ("005", "app"), DateTime::UNIX_EPOCH);
        let two = sessions.mint("00Dxx0000000BV7zEAG", ("005", "app"), DateTime::UNIX_EPOCH);
        assert_ne!(one, two);
        assert_eq!(sessions.expire_all(), 2);
    }
}
