//! How the site shows things as JSON, in API version 3 and, for webhooks, in version 2.

mod fields;
mod history;
mod issue;
mod meta;
mod things;

pub use fields::Wanted;
pub use issue::Expand;
pub(in crate::jira) use issue::{escape, html, names, schemas};

/// Which representation to write, for whom.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Base URL of the site.
    pub base_url: &'a str,
    /// 3, or 2 for webhooks.
    pub version: u8,
    /// Zone of the reader's profile; timestamps are written in it.
    pub zone: chrono_tz::Tz,
    /// The site.
    pub site: &'a crate::jira::model::Site,
}

impl View<'_> {
    /// A timestamp with an offset that has no colon.
    pub fn time(&self, moment: chrono::DateTime<chrono::Utc>) -> String {
        moment.with_timezone(&self.zone).format("%Y-%m-%dT%H:%M:%S%.3f%z").to_string()
    }

    /// An address below `/rest/api/{version}`.
    pub fn link(&self, path: &str) -> String {
        format!("{}/rest/api/{}/{path}", self.base_url, self.version)
    }
}
