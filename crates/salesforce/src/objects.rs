//! Which objects the Run As user sees (`GET /sobjects`).

use lockstep_model::Fault;
use serde::Deserialize;

use crate::client::{Request, SalesforceClient};
use crate::wire::or_default;

/// Endings of the tables that Salesforce keeps beside an object; none of them is one for people.
const MACHINERY: [&str; 9] =
    ["__History", "__Share", "__Feed", "__Tag", "__ChangeEvent", "__mdt", "__e", "__b", "__x"];

/// An object of the org, as the Run As user may see it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the vendor's own independent flags")]
pub struct ObjectSummary {
    /// API name.
    pub name: String,
    /// Label of one record, in the user's language.
    #[serde(default, deserialize_with = "or_default")]
    pub label: String,
    /// Label of several.
    #[serde(default, rename = "labelPlural", deserialize_with = "or_default")]
    pub plural: String,
    /// The first three characters of its records' ids.
    #[serde(default)]
    pub key_prefix: Option<String>,
    /// Whether an administrator made it.
    #[serde(default, deserialize_with = "or_default")]
    pub custom: bool,
    /// Whether the user may create records.
    #[serde(default, deserialize_with = "or_default")]
    pub createable: bool,
    /// Whether the user may change records.
    #[serde(default, deserialize_with = "or_default")]
    pub updateable: bool,
    #[serde(default, deserialize_with = "or_default")]
    queryable: bool,
    #[serde(default, deserialize_with = "or_default")]
    custom_setting: bool,
    #[serde(default, deserialize_with = "or_default")]
    deprecated_and_hidden: bool,
}

impl ObjectSummary {
    /// Whether it holds records that people work with.
    fn is_for_people(&self) -> bool {
        let machinery = MACHINERY.iter().any(|ending| self.name.ends_with(ending));
        self.queryable && !self.custom_setting && !self.deprecated_and_hidden && !machinery
    }
}

impl SalesforceClient {
    /// The objects that the user sees and that hold records for people. One call.
    pub async fn objects(&self) -> Result<Vec<ObjectSummary>, Fault> {
        #[derive(Deserialize)]
        struct Global {
            sobjects: Vec<ObjectSummary>,
        }
        let global: Global = self.json(Request::get("objects", self.path("sobjects"))).await?;
        Ok(global.sobjects.into_iter().filter(ObjectSummary::is_for_people).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn machinery_is_left_out() {
        let kept = |name: &str, extra: &str| {
            let mut body = json!({"name": name, "queryable": true});
            if !extra.is_empty() {
                body[extra] = json!(true);
            }
            ObjectSummary::deserialize(&body).expect("object").is_for_people()
        };
        assert!(kept("Case", "") && kept("Feature_Request__c", "custom"));
        assert!(!kept("Feature_Request__Feed", "") && !kept("Setting__c", "customSetting"));
        assert!(!kept("Old__c", "deprecatedAndHidden") && !kept("Rule__mdt", ""));
    }
}
