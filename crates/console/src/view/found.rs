//! Findings, and whatever else has a code, as pages show them.

use lockstep_model::{Code, Fault, Finding};

/// What to do about a held conflict, in the console: the catalogue tells it for the command line.
pub(crate) const DECIDE: &str = "Decide which side's value is taken, or make both sides agree.";

/// Something with a code of the catalogue.
pub(crate) struct Found {
    pub(crate) code: Code,
    pub(crate) title: &'static str,
    pub(crate) subject: String,
    pub(crate) detail: String,
    pub(crate) remedy: &'static str,
}

impl Found {
    fn new(code: Code, subject: &str, detail: &str) -> Self {
        let title = code.title();
        let remedy = if code == Code::ConflictHeld { DECIDE } else { code.remedy() };
        Self { code, title, subject: subject.to_owned(), detail: detail.to_owned(), remedy }
    }
}

impl From<&Finding> for Found {
    fn from(finding: &Finding) -> Self {
        Self::new(finding.code, &finding.subject, &finding.detail)
    }
}

impl From<&Fault> for Found {
    fn from(fault: &Fault) -> Self {
        Self::new(fault.code, "", &fault.detail)
    }
}
