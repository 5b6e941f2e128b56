//! The people of a site.

use lockstep_model::Fault;
use lockstep_model::people::Seen;
use serde::Deserialize;

use crate::client::JiraClient;
use crate::wire::or_default;

/// People a page.
const PAGE: usize = 200;
/// More people than this are not looked at.
const PEOPLE_MAX: usize = 2_000;

/// A user as it comes: the address is missing where the profile hides it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePerson {
    account_id: String,
    #[serde(default, deserialize_with = "or_default")]
    display_name: String,
    #[serde(default)]
    email_address: Option<String>,
}

impl From<WirePerson> for Seen {
    fn from(wire: WirePerson) -> Self {
        let email = wire.email_address.filter(|email| !email.is_empty());
        Self { id: wire.account_id, name: wire.display_name, email, username: None }
    }
}

impl JiraClient {
    /// The people whom issues of a project may be assigned to (`findAssignableUsers`), the first two
    /// thousand of them. Jira filters after it pages, so only an empty page is the last one.
    pub async fn people(&self, project: &str) -> Result<Vec<Seen>, Fault> {
        let mut people = Vec::new();
        for start in (0..PEOPLE_MAX).step_by(PAGE) {
            let request = self
                .get("user.assignable", &["user", "assignable", "search"])
                .query("project", project)
                .query("startAt", &start.to_string())
                .query("maxResults", &PAGE.to_string());
            let page: Vec<WirePerson> = self.json(request).await?;
            if page.is_empty() {
                break;
            }
            people.extend(page.into_iter().map(Seen::from));
        }
        Ok(people)
    }
}
