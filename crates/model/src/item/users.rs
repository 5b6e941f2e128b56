//! Who is who, where e-mail addresses do not tell.

use serde::{Deserialize, Serialize};

/// A Salesforce user and the Jira account of the same person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserPair {
    /// User id, user name or e-mail address.
    pub salesforce: String,
    /// Account id or e-mail address.
    pub jira: String,
}
