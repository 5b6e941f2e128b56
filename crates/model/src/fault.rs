//! A fault: what went wrong, classified where the knowledge is.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::catalogue::Code;

/// The five classes of failure: what is to be done about one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Passing: retry with backoff and jitter.
    Transient,
    /// Wait as long as the vendor says, and hold the whole connection back.
    Throttled,
    /// Pause the connection and say which credential to mend.
    Unauthorized,
    /// The vendor refuses this value: report it, sync the others, do not retry until it changes.
    Rejected,
    /// A defect or a poison message: dead-letter with reason and remedy.
    Broken,
}

impl Class {
    /// A bounded name, for metric labels and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transient => "transient",
            Self::Throttled => "throttled",
            Self::Unauthorized => "unauthorized",
            Self::Rejected => "rejected",
            Self::Broken => "broken",
        }
    }
}

/// Something that went wrong, with its code of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Which row of the catalogue: class, meaning and remedy follow from it.
    pub code: Code,
    /// What happened, in the vendor's or our words. Never a secret.
    pub detail: String,
    /// The fields that the vendor named, with what it said of each.
    #[serde(default)]
    pub fields: Vec<FieldFault>,
    /// How long the vendor asks to be left alone.
    #[serde(default)]
    pub retry_after: Option<Duration>,
}

/// A vendor's complaint about one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// API name or field id.
    pub field: String,
    /// In the vendor's words.
    pub message: String,
}

impl Fault {
    /// A fault without fields or delay.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), fields: Vec::new(), retry_after: None }
    }

    /// The same fault, naming the fields that the vendor complained about.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldFault>) -> Self {
        self.fields = fields;
        self
    }

    /// The same fault, with the delay that the vendor asked for.
    #[must_use]
    pub fn after(mut self, delay: Option<Duration>) -> Self {
        self.retry_after = delay;
        self
    }

    /// What is to be done about it.
    pub fn class(&self) -> Class {
        self.code.class()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.code.title())?;
        if !self.detail.is_empty() {
            write!(f, " ({})", self.detail)?;
        }
        for each in &self.fields {
            write!(f, "; {}: {}", each.field, each.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
