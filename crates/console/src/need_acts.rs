//! What somebody agrees on about a group of what needs somebody. Pages and the API do it by these
//! alone, so that each is noted in the audit in the same words.

use chrono::{DateTime, Utc};
use lockstep_model::Code;
use lockstep_store::NeedKind;
use serde_json::{Value, json};

use crate::Console;
use crate::trouble::Trouble;

/// A group: everything of one kind that waits for the same cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Group {
    kind: NeedKind,
    code: Code,
}

/// The longest that a group is put off at once: thirty days.
const HOURS_MAX: i32 = 30 * 24;

impl Group {
    /// The group of these words, as addresses spell it.
    pub(crate) fn named(kind: &str, code: &str) -> Result<Self, Trouble> {
        let missing = || Trouble::NotFound("group of what needs somebody");
        let kind = NeedKind::from_name(kind).ok_or_else(missing)?;
        let code = Code::from_id(&code.to_uppercase()).ok_or_else(missing)?;
        Ok(Self { kind, code })
    }

    fn key(self) -> (NeedKind, &'static str) {
        (self.kind, self.code.id())
    }

    /// What the audit calls it.
    fn subject(self) -> String {
        format!("{} {}", self.kind.name(), self.code)
    }
}

impl Console {
    /// Puts a group off for so many hours, and says until when it is.
    pub(crate) async fn snooze(
        &self,
        actor: &str,
        group: Group,
        hours: i32,
    ) -> Result<DateTime<Utc>, Trouble> {
        if !(1..=HOURS_MAX).contains(&hours) {
            let why = format!("A group is put off for between one hour and {HOURS_MAX}");
            return Err(Trouble::Refused(why));
        }
        let until = self.store.needs().snooze(group.key(), hours).await?;
        self.note(actor, "snoozed", &group.subject(), json!({ "until": until })).await?;
        Ok(until)
    }

    /// Puts a group off no longer.
    pub(crate) async fn wake(&self, actor: &str, group: Group) -> Result<(), Trouble> {
        self.store.needs().wake(group.key()).await?;
        self.note(actor, "woken", &group.subject(), Value::Null).await
    }

    /// Says who looks after a group: the account of this name, or nobody.
    pub(crate) async fn assign(
        &self,
        actor: &str,
        group: Group,
        name: Option<&str>,
    ) -> Result<(), Trouble> {
        let account = match name {
            None => None,
            Some(name) => {
                let found = self.store.accounts().by_name(name).await?;
                let able = found.filter(|account| !account.disabled);
                Some(able.ok_or(Trouble::NotFound("account"))?)
            }
        };
        let id = account.as_ref().map(|account| account.id);
        self.store.needs().assign(group.key(), id).await?;
        let to = account.map(|account| account.name);
        self.note(actor, "assigned", &group.subject(), json!({ "to": to })).await
    }
}
