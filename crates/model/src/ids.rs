//! Identities. Rows of our own are numbered by Postgres; the vendors' ids are opaque strings,
//! but a Salesforce id has one canonical form, its 18 characters.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

row_id!(
    /// A connection: one Salesforce org or one Jira site.
    ConnectionId
);
row_id!(
    /// A connected item.
    ItemId
);
row_id!(
    /// A link: one record with one issue under one item.
    LinkId
);

/// One id that runs from the hint to the last write: log, job, audit and error all carry it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CorrelationId(pub String);

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A Salesforce record id in its canonical, 18-character form.
///
/// The first 15 characters are case-sensitive; the last three are a checksum of their cases
/// (Salesforce, "15- and 18-character ids"), so an id whose case was folded is detected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RecordId(String);

/// Why a text is not a Salesforce id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordIdError {
    /// Neither 15 nor 18 ASCII letters and digits.
    #[error("a Salesforce id has 15 or 18 letters and digits, `{0}` does not")]
    Shape(String),
    /// The last three characters do not fit the first fifteen.
    #[error(
        "`{0}` is not a Salesforce id: its last three characters do not fit the rest; copy it again, keeping upper and lower case"
    )]
    Checksum(String),
}

impl RecordId {
    /// Reads a 15- or 18-character id.
    pub fn parse(text: &str) -> Result<Self, RecordIdError> {
        let text = text.trim();
        if !matches!(text.len(), 15 | 18) || !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(RecordIdError::Shape(text.to_owned()));
        }
        let (stem, given) = text.split_at(15);
        let full = format!("{stem}{}", checksum(stem));
        if given.is_empty() || full.ends_with(given) {
            Ok(Self(full))
        } else {
            Err(RecordIdError::Checksum(text.to_owned()))
        }
    }

    /// The empty key: it names no record.
    pub fn none() -> Self {
        Self("000000000000000AAA".to_owned())
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The three checksum characters: five bits a chunk of five, a bit set where the letter is upper case.
fn checksum(stem: &str) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    stem.as_bytes()
        .chunks(5)
        .map(|chunk| {
            let upper = |(bit, byte): (usize, &u8)| usize::from(byte.is_ascii_uppercase()) << bit;
            char::from(ALPHABET[chunk.iter().enumerate().map(upper).sum::<usize>()])
        })
        .collect()
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for RecordId {
    type Error = RecordIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RecordId> for String {
    fn from(id: RecordId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_record_id_is_too_strange(text in prop_oneof![any::<String>(), "[A-Za-z0-9]{15}", "[A-Za-z0-9]{18}"]) {
            if let Ok(id) = RecordId::parse(&text) {
                prop_assert_eq!(id.as_str().len(), 18);
                prop_assert!(id.as_str().starts_with(&text.trim()[..15]));
                prop_assert_eq!(RecordId::parse(id.as_str()), Ok(id.clone()));
            }
        }
    }

    // F-311
    #[test]
    fn fifteen_characters_gain_their_checksum() {
        for (short, long) in
            [("00Dx0000000BV7z", "00Dx0000000BV7zEAG"), ("500xx000000bZbZ", "500xx000000bZbZAAU")]
        {
            assert_eq!(RecordId::parse(short).expect("15").as_str(), long);
            assert_eq!(RecordId::parse(long).expect("18").as_str(), long);
        }
    }

    #[test]
    fn a_folded_case_is_refused() {
        assert!(matches!(RecordId::parse("500XX000000BZBZAAU"), Err(RecordIdError::Checksum(_))));
        assert!(matches!(RecordId::parse("SUP-24"), Err(RecordIdError::Shape(_))));
    }
}
