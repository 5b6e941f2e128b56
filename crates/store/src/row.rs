//! Reading rows: a value that cannot be read says which table, column and row holds it.

use lockstep_model::{Code, Side};
use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Json};

use crate::error::{StoreError, chain};

/// A closed set of words that a column holds.
pub(crate) trait Word: Sized {
    fn word(self) -> &'static str;
    fn from_word(word: &str) -> Option<Self>;
}

/// An enum that is stored as one of a few words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub enum $name {
            $($(#[$each])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// The word that stands for it in the database, in pages and in metric labels.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The value that this word stands for.
            pub fn from_name(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl crate::row::Word for $name {
            fn word(self) -> &'static str {
                self.name()
            }

            fn from_word(word: &str) -> Option<Self> {
                Self::from_name(word)
            }
        }
    };
}

pub(crate) use words;

impl Word for Side {
    fn word(self) -> &'static str {
        match self {
            Self::Salesforce => "salesforce",
            Self::Jira => "jira",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Salesforce, Self::Jira].into_iter().find(|side| side.word() == word)
    }
}

impl Word for Code {
    fn word(self) -> &'static str {
        self.id()
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::from_id(word)
    }
}

/// One row of a table.
pub(crate) struct Reader<'a> {
    table: &'static str,
    row: &'a Row,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(table: &'static str, row: &'a Row) -> Self {
        Self { table, row }
    }

    pub(crate) fn get<T: FromSql<'a>>(&self, column: &'static str) -> Result<T, StoreError> {
        self.row.try_get(column).map_err(|error| self.unreadable(column, &chain(&error)))
    }

    /// A JSON column of a known shape.
    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        self.get::<Json<T>>(column).map(|Json(value)| value)
    }

    /// A column that holds one of a few words.
    pub(crate) fn word<T: Word>(&self, column: &'static str) -> Result<T, StoreError> {
        let word: &str = self.get(column)?;
        T::from_word(word).ok_or_else(|| self.unknown(column, word))
    }

    /// Like [`Reader::word`], where the column may be empty.
    pub(crate) fn maybe_word<T: Word>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        self.get::<Option<&str>>(column)?
            .map(|word| T::from_word(word).ok_or_else(|| self.unknown(column, word)))
            .transpose()
    }

    fn unknown(&self, column: &'static str, word: &str) -> StoreError {
        self.unreadable(column, &format!("`{word}` is not a known value"))
    }

    /// The error for a value that is there but makes no sense.
    pub(crate) fn unreadable(&self, column: &'static str, why: &str) -> StoreError {
        let number = self.row.try_get::<_, i64>("id").map(|id| id.to_string());
        let row = number.or_else(|_| self.row.try_get::<_, String>("key"));
        StoreError::Inconsistency {
            table: self.table,
            column,
            row: row.unwrap_or_else(|_| "unknown".to_owned()),
            why: why.to_owned(),
        }
    }
}

/// Reads every row with the same function.
pub(crate) fn read_all<T>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    rows.iter().map(read).collect()
}
