//! The projects that the integration user sees, and what it may do.

use std::collections::BTreeMap;

use lockstep_model::Fault;
use serde::Deserialize;

use crate::client::{JiraClient, Request};

/// Projects a page.
const PAGE: usize = 50;
/// Most pages that are read: more projects than a person looks through.
const PAGES_MAX: usize = 20;

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Project {
    /// Its key.
    pub key: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

/// A permission, and whether the integration user has it where that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// Its key, such as `BROWSE_PROJECTS`.
    pub key: String,
    /// Whether it is held.
    pub held: bool,
}

impl JiraClient {
    /// The projects that the user may browse, by key (`searchProjects`): at most a thousand.
    pub async fn projects(&self) -> Result<Vec<Project>, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Page {
            #[serde(default = "Vec::new")]
            values: Vec<Project>,
            #[serde(default)]
            is_last: Option<bool>,
        }
        let mut all = Vec::new();
        for _ in 0..PAGES_MAX {
            let request = self
                .get("project.search", &["project", "search"])
                .query("orderBy", "key")
                .query("startAt", &all.len().to_string())
                .query("maxResults", &PAGE.to_string());
            let page: Page = self.json(request).await?;
            let came = page.values.len();
            all.extend(page.values);
            if came == 0 || page.is_last.unwrap_or(came < PAGE) {
                break;
            }
        }
        Ok(all)
    }

    /// Which of these permissions the user has in a project, or in at least one (`getMyPermissions`).
    pub async fn permissions(
        &self,
        project: Option<&str>,
        keys: &[&str],
    ) -> Result<Vec<Permission>, Fault> {
        let request = self.get("mypermissions", &["mypermissions"]);
        let request = match project {
            Some(project) => request.query("projectKey", project),
            None => request,
        };
        self.held(request, keys).await
    }

    /// Which of these permissions the user has on an issue: what depends on the issue, such as who
    /// reported it, is counted (`getMyPermissions`).
    pub async fn permissions_on(
        &self,
        issue: &str,
        keys: &[&str],
    ) -> Result<Vec<Permission>, Fault> {
        let request = self.get("mypermissions", &["mypermissions"]).query("issueId", issue);
        self.held(request.about_issue(), keys).await
    }

    async fn held(&self, request: Request, keys: &[&str]) -> Result<Vec<Permission>, Fault> {
        #[derive(Deserialize)]
        struct Mine {
            permissions: BTreeMap<String, One>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct One {
            #[serde(default)]
            have_permission: bool,
        }
        let mine: Mine = self.json(request.query("permissions", &keys.join(","))).await?;
        let held = |(key, one): (String, One)| Permission { key, held: one.have_permission };
        Ok(mine.permissions.into_iter().map(held).collect())
    }
}
