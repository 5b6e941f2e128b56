//! Values in a statement.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::ast::{Glyph, Literal};
use super::fault::{Fault, malformed};
use crate::salesforce::stamp;

/// Longest text literal.
const TEXT_MAX: usize = 4_000;

/// Text without its escapes.
pub(super) fn unescape(raw: &str, at: usize) -> Result<String, Fault> {
    let plain = decode(raw, at)?;
    if plain.iter().any(|(letter, escaped)| *escaped && "_%".contains(*letter)) {
        return Err(malformed(at, "Illegal character sequence in query".into()));
    }
    if plain.len() > TEXT_MAX {
        return Err(malformed(at, "the maximum length of a string literal is 4000".into()));
    }
    Ok(plain.into_iter().map(|(letter, _)| letter).collect())
}

/// A `LIKE` pattern.
pub(super) fn pattern(raw: &str, at: usize) -> Result<Vec<Glyph>, Fault> {
    let glyph = |(letter, escaped): (char, bool)| match letter {
        '%' if !escaped => vec![Glyph::Many],
        '_' if !escaped => vec![Glyph::One],
        _ => letter.to_lowercase().map(Glyph::Letter).collect(),
    };
    Ok(decode(raw, at)?.into_iter().flat_map(glyph).collect())
}

/// Letters, each with whether it was escaped.
fn decode(raw: &str, at: usize) -> Result<Vec<(char, bool)>, Fault> {
    let mut letters = raw.chars();
    let mut plain = Vec::new();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            plain.push((letter, false));
            continue;
        }
        let decoded = match letters.next().unwrap_or('\\') {
            'n' | 'N' => '\n',
            'r' | 'R' => '\r',
            't' | 'T' => '\t',
            'b' | 'B' => '\u{8}',
            'f' | 'F' => '\u{c}',
            'u' | 'U' => {
                let code: String = letters.by_ref().take(4).collect();
                let code = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                code.ok_or_else(|| malformed(at, "Illegal unicode escape in query".into()))?
            }
            other => other,
        };
        plain.push((decoded, true));
    }
    Ok(plain)
}

/// A number, a date or a date-time.
pub(super) fn number(text: &str, at: usize) -> Result<Literal, Fault> {
    if let Ok(number) = text.parse::<f64>() {
        return Ok(Literal::Number(number));
    }
    if let Some(date) = stamp::parse_date(text) {
        return Ok(Literal::Date(date));
    }
    match stamp::parse(text) {
        Some(moment) => Ok(Literal::Moment(stamp::stamp(moment))),
        None => Err(malformed(at, format!("unexpected token: '{text}'"))),
    }
}

/// `null`, `true`, `false` or a date word.
pub(super) fn word(word: &str) -> Option<Literal> {
    match word.to_ascii_lowercase().as_str() {
        "null" => Some(Literal::Null),
        "true" => Some(Literal::Boolean(true)),
        "false" => Some(Literal::Boolean(false)),
        _ => relative(word, 0),
    }
}

/// A date word with its number (`LAST_N_DAYS:7`).
pub(super) fn relative(word: &str, count: i64) -> Option<Literal> {
    let word = word.to_ascii_uppercase();
    let probe = NaiveDate::from_ymd_opt(2026, 1, 15)?;
    days(&word, count, probe)?;
    Some(Literal::Relative(word, count))
}

/// First day and first day after of a date word.
pub(super) fn days(word: &str, count: i64, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let shift = |days: i64| today.checked_add_signed(chrono::TimeDelta::try_days(days)?);
    let back = |days: u64| today.checked_sub_days(Days::new(days));
    let week = back(u64::from(today.weekday().num_days_from_sunday()))?;
    let month = today.with_day(1)?;
    let year = NaiveDate::from_ymd_opt(today.year(), 1, 1)?;
    let months = |from: NaiveDate, by: i32| {
        let count = Months::new(by.unsigned_abs());
        if by < 0 { from.checked_sub_months(count) } else { from.checked_add_months(count) }
    };
    let weeks = |by: i64| week.checked_add_signed(chrono::TimeDelta::try_weeks(by)?);
    let span = match word {
        "TODAY" => (today, shift(1)?),
        "YESTERDAY" => (shift(-1)?, today),
        "TOMORROW" => (shift(1)?, shift(2)?),
        "THIS_WEEK" => (week, weeks(1)?),
        "LAST_WEEK" => (weeks(-1)?, week),
        "NEXT_WEEK" => (weeks(1)?, weeks(2)?),
        "THIS_MONTH" => (month, months(month, 1)?),
        "LAST_MONTH" => (months(month, -1)?, month),
        "NEXT_MONTH" => (months(month, 1)?, months(month, 2)?),
        "THIS_YEAR" => (year, months(year, 12)?),
        "LAST_YEAR" => (months(year, -12)?, year),
        "LAST_90_DAYS" => (shift(-90)?, shift(1)?),
        "NEXT_90_DAYS" => (shift(1)?, shift(91)?),
        "LAST_N_DAYS" => (shift(-count)?, shift(1)?),
        "NEXT_N_DAYS" => (shift(1)?, shift(count + 1)?),
        "N_DAYS_AGO" => (shift(-count)?, shift(1 - count)?),
        "LAST_N_WEEKS" => (weeks(-count)?, week),
        "LAST_N_MONTHS" => (months(month, -i32::try_from(count).ok()?)?, month),
        _ => return None,
    };
    Some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_taken_off() {
        assert_eq!(unescape("O\\'Hara \\u00e9\\n", 0).unwrap(), "O'Hara é\n");
        assert!(unescape("100\\%", 0).is_err());
        assert_eq!(
            pattern("a\\%%", 0).unwrap(),
            [Glyph::Letter('a'), Glyph::Letter('%'), Glyph::Many]
        );
    }

    #[test]
    fn date_words_are_spans_of_days() {
        let day = |text: &str| stamp::parse_date(text).unwrap();
        let today = day("2026-11-22"); // a Sunday
        assert_eq!(days("LAST_N_DAYS", 7, today), Some((day("2026-11-15"), day("2026-11-23"))));
        assert_eq!(days("THIS_WEEK", 0, today), Some((day("2026-11-22"), day("2026-11-29"))));
        assert_eq!(days("LAST_MONTH", 0, today), Some((day("2026-10-01"), day("2026-11-01"))));
        assert_eq!(days("SOMEDAY", 0, today), None);
    }
}
