//! What a plan does about files.

use serde::{Deserialize, Serialize};

use super::marks::is_note;
use crate::snapshot::{File, Side};

/// A file on one side with its copy on the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePair {
    /// Id of a `ContentVersion`; `None` of a file in Jira whose content Salesforce has by another name.
    pub salesforce: Option<String>,
    /// Id of a Jira attachment; `None` of a file in Salesforce whose content Jira has by another name.
    pub jira: Option<String>,
    /// Which side had it first.
    pub origin: Side,
    /// What it is called there.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// The MD5 of its bytes, as Salesforce shows it: enough to know a content again.
    pub hash: String,
    /// Whether the side of the copy says where it came from, or need not.
    pub noted: bool,
}

impl FilePair {
    /// The id on a side.
    pub fn on(&self, side: Side) -> Option<&str> {
        match side {
            Side::Salesforce => self.salesforce.as_deref(),
            Side::Jira => self.jira.as_deref(),
        }
    }

    /// The id of what was copied.
    pub fn source(&self) -> Option<&str> {
        self.on(self.origin)
    }

    /// The pair of a file on `side` and its counterpart, if it has one of its own.
    pub(crate) fn of(side: Side, file: &File, other: Option<&File>, hash: &str) -> Self {
        let other_id = other.map(|other| other.id.clone());
        let (salesforce, jira) = match side {
            Side::Salesforce => (Some(file.id.clone()), other_id),
            Side::Jira => (other_id, Some(file.id.clone())),
        };
        Self {
            salesforce,
            jira,
            origin: side,
            name: file.name.clone(),
            size: file.size,
            hash: hash.to_owned(),
            noted: false,
        }
    }
}

/// A note that says which files came from the other side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNote {
    /// The side that has the copies, and gets the note.
    pub on: Side,
    /// Ids of what was copied.
    pub sources: Vec<String>,
    /// What it says.
    pub text: String,
}

impl FileNote {
    /// Whether a comment that stands there already is this note.
    pub fn is(&self, text: &str) -> bool {
        is_note(text) && self.sources.iter().all(|id| text.contains(&format!(" {id})")))
    }
}

/// One act about files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum FileStep {
    /// Copy a file to the other side.
    Copy {
        /// The side that has it.
        from: Side,
        /// The file.
        file: File,
    },
    /// Remember a file that needs no copy: nothing is written on either side.
    Pair(FilePair),
    /// Say which files came from the other side.
    Note(FileNote),
}
