//! SOQL texts and REST paths, built from checked parts. Nothing else formats raw input into either.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use lockstep_model::{Code, Fault, RecordId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::time;

/// What RFC 3986 leaves unreserved; all else is percent-encoded.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Commas and parentheses may stand in a query, and make it readable.
const QUERY: &AsciiSet = &SEGMENT.remove(b',').remove(b'(').remove(b')');

/// A path segment.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// A query parameter's value.
pub(crate) fn parameter(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

/// A SOQL string. SOQL knows these escapes only: any other backslash is an error.
pub(crate) fn string(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('\'');
    for character in text.chars() {
        match character {
            '\'' | '\\' | '"' => literal.extend(['\\', character]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(literal, "\\u{:04X}", u32::from(control));
            }
            other => literal.push(other),
        }
    }
    literal.push('\'');
    literal
}

/// A SOQL pattern for texts that contain this one.
pub(crate) fn containing(text: &str) -> String {
    let literal = string(text);
    let inside = literal[1..literal.len() - 1].replace('%', r"\%").replace('_', r"\_");
    format!("'%{inside}%'")
}

/// An API name of an object, a field or a path of relationships, which cannot be quoted.
pub(crate) fn name(text: &str) -> Result<&str, Fault> {
    let plain =
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.');
    if plain && text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Ok(text);
    }
    Err(Fault::new(Code::SfUnknownField, format!("`{text}` is not an API name")))
}

/// A field list, each name once and checked.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<String, Fault> {
    let mut list: Vec<&str> = Vec::new();
    for each in names {
        let each = name(each)?;
        if !list.iter().any(|known| known.eq_ignore_ascii_case(each)) {
            list.push(each);
        }
    }
    Ok(list.join(","))
}

/// A list of record ids, for `IN`.
pub(crate) fn ids<'a>(ids: impl IntoIterator<Item = &'a RecordId>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| string(id.as_str())).collect();
    format!("({})", ids.join(","))
}

/// Rows after a point in the order of (`SystemModstamp`, `Id`): at or after `stamp`, or, where a
/// page ended within a second, after `id` in it.
pub(crate) fn after(stamp: DateTime<Utc>, id: Option<&str>) -> String {
    let stamp = time::literal(stamp);
    match id {
        None => format!("SystemModstamp >= {stamp}"),
        Some(id) => {
            let id = string(id);
            format!("((SystemModstamp = {stamp} AND Id > {id}) OR SystemModstamp > {stamp})")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strings_cannot_leave_their_quotes() {
        assert_eq!(string("O'Neil \\ \"x\""), r#"'O\'Neil \\ \"x\"'"#);
        assert_eq!(string("a\r\nb\tc\u{7}"), r"'a\r\nb\tc\u0007'");
        assert_eq!(string("' OR Name != '"), r"'\' OR Name != \''");
    }

    #[test]
    fn names_are_checked() {
        assert_eq!(name("CreatedBy.Name").expect("name"), "CreatedBy.Name");
        for bad in ["", "Id FROM User", "a'b", "1x", "x;", ".x", "a-b"] {
            assert_eq!(name(bad).expect_err("refused").code, Code::SfUnknownField, "{bad}");
        }
        assert_eq!(
            list(["Id", "Subject", "id", "CaseNumber"]).expect("list"),
            "Id,Subject,CaseNumber"
        );
    }

    #[test]
    fn segments_and_parameters_are_encoded() {
        assert_eq!(segment("A/B.c é"), "A%2FB.c%20%C3%A9");
        assert_eq!(
            parameter("SELECT Id,Name FROM A WHERE b >= 'c+d'"),
            "SELECT%20Id,Name%20FROM%20A%20WHERE%20b%20%3E%3D%20%27c%2Bd%27"
        );
    }

    #[test]
    fn a_page_goes_on_within_a_second() {
        let stamp = DateTime::from_timestamp(1_795_339_800, 0).expect("stamp");
        assert_eq!(after(stamp, None), "SystemModstamp >= 2026-11-22T09:30:00Z");
        assert_eq!(
            after(stamp, Some("500xx000000bZbZAAU")),
            "((SystemModstamp = 2026-11-22T09:30:00Z AND Id > '500xx000000bZbZAAU') OR SystemModstamp > 2026-11-22T09:30:00Z)"
        );
    }

    proptest! {
        #[test]
        fn every_quote_inside_a_string_is_escaped(text: String) {
            let literal = string(&text);
            let inside = &literal[1..literal.len() - 1];
            let mut escaped = false;
            for character in inside.chars() {
                prop_assert!(escaped || character != '\'');
                escaped = !escaped && character == '\\';
            }
            prop_assert!(!escaped, "the closing quote is escaped");
        }
    }
}
