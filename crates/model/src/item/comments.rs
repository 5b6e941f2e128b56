//! Comment sync of an item.

use serde::{Deserialize, Serialize};

/// How comments are kept in step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CommentOptions {
    /// On or off.
    pub enabled: bool,
    /// Whether copies of public Jira comments are shown to the customer (`CaseComment.IsPublished`, a
    /// post's `Visibility`).
    pub publish: bool,
    /// What becomes of comments that customers do not see.
    pub internal: Internal,
    /// Whether an edited comment changes its copy.
    pub edits: Edits,
    /// What becomes of a copy that somebody edited.
    pub edited_copies: EditedCopies,
    /// What becomes of the copy of a deleted comment.
    pub deletes: Deletes,
    /// Percent of a link's comments, and of the whole item's: if more are gone at once, no copy is
    /// touched.
    pub brake_percent: u8,
    /// What becomes of a comment that is longer than the other side takes.
    pub long: LongComments,
}

impl Default for CommentOptions {
    fn default() -> Self {
        Self {
            enabled: false,
            publish: false,
            internal: Internal::default(),
            edits: Edits::default(),
            edited_copies: EditedCopies::default(),
            deletes: Deletes::default(),
            brake_percent: 20,
            long: LongComments::default(),
        }
    }
}

/// What becomes of comments that customers do not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Internal {
    /// They are copied, and the copies are internal too.
    #[default]
    Copy,
    /// They stay on their side.
    Skip,
}

/// Whether an edited comment changes its copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edits {
    /// It does.
    #[default]
    Mirror,
    /// The copy keeps what was said first.
    Ignore,
}

/// What becomes of a copy that somebody edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EditedCopies {
    /// It stays as it is until the comment itself is edited.
    #[default]
    Leave,
    /// It says again what the comment says.
    Restore,
}

/// What becomes of the copy of a deleted comment. A comment whose copy was deleted always stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deletes {
    /// Nothing.
    #[default]
    Ignore,
    /// It gains a line that says so.
    Mark,
    /// It is deleted.
    Mirror,
}

/// What becomes of a comment that is longer than the other side takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LongComments {
    /// Its copy comes in numbered parts.
    #[default]
    Split,
    /// Its copy ends with a note that there is more.
    Cut,
}
