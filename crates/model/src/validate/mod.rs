//! What is wrong with an item, before it is applied.

mod against;
mod shape;

pub use against::validate_against;
pub use shape::validate;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The item cannot be applied.
    Error,
    /// The item can be applied, but something will not work as one might expect.
    Warning,
}

/// Something that is wrong with an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, such as `mappings[2].jira`.
    pub path: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// Problems as they are found.
#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn error(&mut self, path: impl Into<String>, message: impl Into<String>, hint: &str) {
        self.push(path.into(), Severity::Error, message.into(), hint);
    }

    fn warning(&mut self, path: impl Into<String>, message: impl Into<String>, hint: &str) {
        self.push(path.into(), Severity::Warning, message.into(), hint);
    }

    fn push(&mut self, path: String, severity: Severity, message: String, hint: &str) {
        self.0.push(Problem { path, severity, message, hint: hint.to_owned() });
    }
}

#[cfg(test)]
mod tests;
