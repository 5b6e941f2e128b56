//! Findings, and whatever else has a code, as pages show them.

use lockstep_model::{Code, Fault, Finding};

/// What to do about an error, in the console: where a page does it, the catalogue tells it for the
/// command line.
pub(crate) fn remedy(code: Code) -> &'static str {
    match code {
        Code::ConflictHeld => "Decide which side's value is taken, or make both sides agree.",
        Code::CommentBrake | Code::CommentItemBrake => {
            "Bring them back; if they were meant to go, the item's page lets them through for an hour."
        }
        Code::ConnectionPaused => {
            "Mend the credential on the connection's page: once it is tested well, the connection goes on."
        }
        _ => code.remedy(),
    }
}

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
        let (subject, detail) = (subject.to_owned(), detail.to_owned());
        Self { code, title: code.title(), subject, detail, remedy: remedy(code) }
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
