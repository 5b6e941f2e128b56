//! What an undo would do, as pages show it: for a link, and for an item's time span.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use lockstep_model::undo::{Cannot, Kept, Span, Turn, UndoCounts, UndoPlan};
use lockstep_model::{Code, CorrelationId, Fault};
use serde::Deserialize;

use super::audit::{DATE, instant};
use crate::form::Form;
use crate::trouble::Trouble;
use crate::view::{Clock, Field, Found, Remark, words};

/// What an undo comes to, in numbers.
pub(super) type Counts = Vec<(&'static str, u64)>;

/// The plan of a link's undo.
#[derive(Default)]
pub(super) struct Undone {
    pub(super) back: Vec<Row>,
    pub(super) kept: Vec<Row>,
    pub(super) cannot: Vec<(String, String)>,
}

/// A value that is turned back, or kept.
pub(super) struct Row {
    pub(super) subject: String,
    pub(super) side: &'static str,
    /// What is shown now, and on which side.
    pub(super) now: String,
    pub(super) edited: &'static str,
    /// What was shown before Lockstep wrote there.
    pub(super) back: String,
}

impl Undone {
    pub(super) fn of(plan: &UndoPlan) -> Self {
        Self {
            back: plan.back.iter().map(Row::of).collect(),
            kept: plan.kept.iter().map(Row::kept).collect(),
            cannot: plan.cannot.iter().map(cannot).collect(),
        }
    }
}

impl Row {
    fn of(turn: &Turn) -> Self {
        Self {
            subject: turn.subject.clone(),
            side: turn.side.name(),
            now: words::value(&turn.wrote),
            edited: turn.side.name(),
            back: words::value(&turn.back),
        }
    }

    fn kept(kept: &Kept) -> Self {
        let (now, edited) = (words::value(&kept.now), kept.edited.name());
        Self { now, edited, ..Self::of(&kept.turn) }
    }
}

fn cannot(one: &Cannot) -> (String, String) {
    let times = if one.times > 1 { format!(", {} times", one.times) } else { String::new() };
    let what = format!("{} in {}: {}{times}", words::step(&one.step), one.side.name(), one.subject);
    (what, one.why.text())
}

/// The numbers of an undo.
pub(super) fn counts(counts: &UndoCounts) -> Counts {
    vec![
        ("to turn back", counts.back),
        ("kept: edited since", counts.kept),
        ("as before already", counts.same),
        ("cannot be turned back", counts.cannot),
    ]
}

/// From when to when, as far as that was typed.
type Typed = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// What was typed or followed: one step, one run, or a time.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) step: String,
    pub(super) run: String,
    pub(super) since: String,
    pub(super) until: String,
}

impl Asked {
    /// What a form sends.
    pub(super) fn sent(form: &Form) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self { step: text("step"), run: text("run"), since: text("since"), until: text("until") }
    }

    /// Whether nothing was asked for yet.
    pub(super) fn is_empty(&self) -> bool {
        [&self.step, &self.run, &self.since, &self.until].iter().all(|text| text.trim().is_empty())
    }

    /// Which steps that names, or why it names none.
    pub(super) fn span(&self, clock: Clock) -> Result<Span, &'static str> {
        let step =
            given(&self.step).map(|text| text.parse().map_err(|_no_number| "A step has a number."));
        let run = given(&self.run).map(|run| CorrelationId(run.to_owned()));
        Span::asked((step.transpose()?, run), self.typed(clock.zone)?, clock.now)
    }

    /// From when to when, or why that is no time.
    pub(super) fn time(
        &self,
        clock: Clock,
    ) -> Result<(DateTime<Utc>, DateTime<Utc>), &'static str> {
        let (since, until) = self.typed(clock.zone)?;
        Span::within(since.ok_or("Say since when.")?, until, clock.now)
    }

    /// A day is one of this zone.
    fn typed(&self, zone: Tz) -> Result<Typed, &'static str> {
        let read =
            |text, days| given(text).map(|text| instant(text, days, zone).ok_or(DATE)).transpose();
        Ok((read(&self.since, 0)?, read(&self.until, 1)?))
    }

    /// The fields of a time, with what is wrong with them.
    pub(super) fn fields(&self, mistake: Option<&str>) -> [Field; 2] {
        let remark = mistake.map(|mistake| Remark::error(mistake, ""));
        let hint = "A day as 2026-11-25, or an instant as 2026-11-25T09:30:00Z.";
        let since = Field::line("since", "Since").with(self.since.as_str()).hint(hint).required();
        let until =
            Field::line("until", "Until").with(self.until.as_str()).hint("Empty: until now.");
        [since.remark(remark), until]
    }
}

/// A span, as whoever asks reads times.
pub(super) fn told(span: &Span, clock: Clock) -> String {
    match span {
        Span::Time { since, until } => {
            format!("{} to {}", clock.exactly(*since), clock.exactly(*until))
        }
        Span::Step { .. } | Span::Run { .. } => span.text(),
    }
}

/// What a span is sent on as, so that what was looked at is what is undone.
pub(super) fn sent(span: &Span) -> Vec<(&'static str, String)> {
    match span {
        Span::Step { step } => vec![("step", step.to_string())],
        Span::Run { run } => vec![("run", run.to_string())],
        Span::Time { since, until } => {
            vec![("since", since.to_rfc3339()), ("until", until.to_rfc3339())]
        }
    }
}

/// The plan, or why nothing is undone there now.
pub(super) fn either<T>(planned: Result<T, Fault>) -> Result<(Option<T>, Option<Found>), Trouble> {
    match planned {
        Ok(planned) => Ok((Some(planned), None)),
        Err(fault) if fault.code == Code::NotInStep => Ok((None, Some(Found::from(&fault)))),
        Err(fault) => Err(fault.into()),
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(step: &str, run: &str, since: &str, until: &str) -> Asked {
        let [step, run, since, until] = [step, run, since, until].map(str::to_owned);
        Asked { step, run, since, until }
    }

    // F-305
    #[test]
    fn what_is_typed_names_steps_or_says_why_not() {
        let now = DateTime::from_timestamp(1_795_600_000, 0).expect("a time");
        let clock = Clock::plain(now);
        let step = asked(" 7 ", "", "", "");
        assert_eq!(step.span(clock), Ok(Span::Step { step: 7 }));
        assert!(asked("", "c-1", "", "").span(clock).is_ok());
        let day = asked("", "", "2026-11-25", "2026-11-25").span(clock).expect("a day");
        let Span::Time { since, until } = &day else { unreachable!("{day:?}") };
        assert!(*until - *since <= chrono::TimeDelta::hours(24) && *until <= now);
        let back = sent(&day);
        assert_eq!(asked("", "", &back[0].1, &back[1].1).span(clock), Ok(day.clone()));
        for wrong in [
            asked("<script>", "", "", ""),
            asked("", "", "yesterday", ""),
            asked("7", "c-1", "", ""),
            Asked::default(),
        ] {
            assert!(wrong.span(clock).is_err());
        }
        assert!(Asked::default().is_empty() && Asked::default().time(clock).is_err());
    }
}
