//! How things stand, in a word: of a connection, of an item, and of the whole.

use chrono::{DateTime, TimeDelta, Utc};
use lockstep_model::Code;
use lockstep_model::item::Mode;
use lockstep_store::{Connection, ConnectionState, ItemState};

use crate::view::{Lozenge, Tone, duration, words};

/// How things stand; the later one is the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// Somebody has stopped it.
    Paused,
    /// Everything that was seen is dealt with.
    InStep,
    /// Nothing was looked at yet.
    NotStarted,
    /// There is work, and it is being done.
    CatchingUp,
    /// The last look is longer ago than it should be, or a vendor asks to be left alone.
    Late,
    /// Somebody must do something.
    NeedsYou,
}

impl Standing {
    /// The word for it.
    pub(super) fn lozenge(self) -> Lozenge {
        match self {
            Self::Paused => Lozenge::new(Tone::Idle, "paused"),
            Self::InStep => Lozenge::new(Tone::Good, "in step"),
            Self::NotStarted => Lozenge::new(Tone::Busy, "not started"),
            Self::CatchingUp => Lozenge::new(Tone::Busy, "catching up"),
            Self::Late => Lozenge::new(Tone::Late, "late"),
            Self::NeedsYou => Lozenge::new(Tone::Bad, "needs you"),
        }
    }
}

impl Standing {
    /// What it says of the whole.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Paused => "Somebody has stopped everything that there is.",
            Self::InStep => "Both sides are in step.",
            Self::NotStarted => "The first sweep is about to come.",
            Self::CatchingUp => "There is work, and it is being done.",
            Self::Late => "Something is later than it should be.",
            Self::NeedsYou => "Something needs a person; the rest goes on.",
        }
    }
}

/// What is known of an item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) mode: Mode,
    pub(super) state: ItemState,
    /// Whether one of its connections is paused.
    pub(super) cut_off: bool,
    /// Links that no commit has written yet.
    pub(super) never_synced: i64,
    pub(super) findings: i64,
    pub(super) held: i64,
    pub(super) swept_at: Option<DateTime<Utc>>,
    pub(super) every: TimeDelta,
}

/// An item's word, and what more there is to say.
pub(super) fn item(facts: Facts, now: DateTime<Utc>) -> (Standing, String) {
    if facts.state == ItemState::Paused {
        return (Standing::Paused, "by somebody's wish; nothing is lost meanwhile".to_owned());
    }
    if facts.cut_off {
        return (Standing::NeedsYou, "a connection of it is paused".to_owned());
    }
    if facts.held > 0 {
        return (Standing::NeedsYou, waits(facts.held));
    }
    // Nothing is swept for it: its records are read when somebody looks at them.
    if facts.mode == Mode::DisplayOnly && facts.findings == 0 {
        return (Standing::InStep, "shown beside issues; nothing is written".to_owned());
    }
    let Some(swept) = facts.swept_at else {
        return (Standing::NotStarted, "its first sweep is about to come".to_owned());
    };
    let ago = now - swept;
    if ago > patience(facts.every) {
        return (Standing::Late, format!("last swept {} ago", duration(ago)));
    }
    if facts.never_synced > 0 {
        return (Standing::CatchingUp, format!("{} left", words::many(facts.never_synced, "link")));
    }
    if facts.findings > 0 {
        let what = format!("{} with something left alone", words::many(facts.findings, "link"));
        return (Standing::NeedsYou, what);
    }
    (Standing::InStep, String::new())
}

/// After what time without a sweep an item is late: some sweeps may take long.
fn patience(every: TimeDelta) -> TimeDelta {
    (every * 3).max(TimeDelta::minutes(2))
}

/// A connection's word, what more there is to say, and its code where it is paused.
pub(super) fn connection(row: &Connection, now: DateTime<Utc>) -> (Standing, String, Option<Code>) {
    match &row.state {
        ConnectionState::Paused { code, .. } => {
            (Standing::NeedsYou, code.title().to_owned(), Some(*code))
        }
        ConnectionState::Active => match row.hold_until {
            Some(until) if until > now => {
                let left = duration(until - now);
                (Standing::Late, format!("asks to be left alone for {left} more"), None)
            }
            _ => (Standing::InStep, String::new(), None),
        },
    }
}

/// `1 link waits for a decision`, `12 links wait for a decision`.
fn waits(held: i64) -> String {
    let verb = if held == 1 { "waits" } else { "wait" };
    format!("{} {verb} for a decision", words::many(held, "link"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_600_000, 0).expect("a time")
    }

    fn facts() -> Facts {
        Facts {
            mode: Mode::TwoWay,
            state: ItemState::Active,
            cut_off: false,
            never_synced: 0,
            findings: 0,
            held: 0,
            swept_at: Some(now() - TimeDelta::seconds(60)),
            every: TimeDelta::seconds(60),
        }
    }

    // F-331
    #[test]
    fn an_item_says_what_matters_most_in_a_word() {
        let word = |facts| item(facts, now()).0;
        assert_eq!(word(facts()), Standing::InStep);
        assert_eq!(word(Facts { never_synced: 3, ..facts() }), Standing::CatchingUp);
        assert_eq!(
            word(Facts { never_synced: 3, mode: Mode::DisplayOnly, ..facts() }),
            Standing::InStep
        );
        let shows = Facts { swept_at: None, mode: Mode::DisplayOnly, ..facts() };
        assert_eq!(word(shows), Standing::InStep, "it is never swept");
        assert_eq!(word(Facts { findings: 1, ..facts() }), Standing::NeedsYou);
        assert_eq!(word(Facts { swept_at: None, ..facts() }), Standing::NotStarted);
        let long_ago = Some(now() - TimeDelta::minutes(10));
        assert_eq!(word(Facts { swept_at: long_ago, ..facts() }), Standing::Late);
        let every = TimeDelta::minutes(5);
        assert_eq!(word(Facts { swept_at: long_ago, every, ..facts() }), Standing::InStep);
        assert_eq!(word(Facts { held: 1, swept_at: long_ago, ..facts() }), Standing::NeedsYou);
        assert_eq!(word(Facts { cut_off: true, ..facts() }), Standing::NeedsYou);
        let paused = Facts { state: ItemState::Paused, held: 1, cut_off: true, ..facts() };
        assert_eq!(word(paused), Standing::Paused);
        assert_eq!(item(Facts { never_synced: 1, ..facts() }, now()).1, "1 link left");
        let held = |held| item(Facts { held, ..facts() }, now()).1;
        assert_eq!(held(1), "1 link waits for a decision");
        assert_eq!(held(2), "2 links wait for a decision");
    }

    #[test]
    fn the_worst_word_stands_for_the_whole() {
        let words = [Standing::InStep, Standing::NeedsYou, Standing::Paused, Standing::Late];
        assert_eq!(words.into_iter().max(), Some(Standing::NeedsYou));
        assert_eq!([Standing::Paused, Standing::InStep].into_iter().max(), Some(Standing::InStep));
    }
}
