//! What Lockstep knows of Salesforce's standard objects, and how custom ones join them.

use serde::{Deserialize, Serialize};

/// The groups that objects are chosen from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Cases.
    ServiceCloud,
    /// Accounts, contacts, leads, opportunities.
    Crm,
    /// Tasks and events.
    Activities,
    /// Quotes, orders, contracts.
    Revenue,
    /// What the org's administrators made.
    Custom,
}

impl Group {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] =
        [Self::ServiceCloud, Self::Crm, Self::Activities, Self::Revenue, Self::Custom];

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::ServiceCloud => "Service Cloud",
            Self::Crm => "CRM",
            Self::Activities => "Activities",
            Self::Revenue => "Revenue",
            Self::Custom => "Custom",
        }
    }
}

/// What the Run As user may do with an object's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRights {
    /// May create them.
    pub create: bool,
    /// May change them.
    pub update: bool,
}

impl Default for ObjectRights {
    /// What is not known is tried.
    fn default() -> Self {
        Self { create: true, update: true }
    }
}

/// The fields of a lead that tell whether and into what it was converted.
pub const CONVERSION: [&str; 4] =
    ["IsConverted", "ConvertedContactId", "ConvertedAccountId", "ConvertedOpportunityId"];

/// What is known of a standard object without asking the org.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardObject {
    /// API name.
    pub name: &'static str,
    /// Where it is listed.
    pub group: Group,
    /// The field that carries its status, if it has one.
    pub status_field: Option<&'static str>,
    /// The fields in which people look for a record.
    pub search: &'static [&'static str],
    /// What tells two records of the same title apart.
    pub descriptor: &'static str,
    /// Whether a merge leaves `MasterRecordId` on the record that lost.
    pub merges: bool,
}

/// The standard objects that an item may name.
pub const STANDARD: [StandardObject; 10] = [
    of("Case", Group::ServiceCloud, Some("Status"), &["CaseNumber", "Subject"], "Subject"),
    of("Account", Group::Crm, None, &["Name", "Phone", "Website"], "Website"),
    of("Contact", Group::Crm, None, &["Name", "Email", "Phone"], "Email"),
    of("Lead", Group::Crm, Some("Status"), &["Name", "Company", "Email", "Phone"], "Email"),
    of("Opportunity", Group::Crm, Some("StageName"), &["Name"], "StageName"),
    of("Task", Group::Activities, Some("Status"), &["Subject"], "Status"),
    of("Event", Group::Activities, Some("ShowAs"), &["Subject", "Location"], "StartDateTime"),
    of("Quote", Group::Revenue, Some("Status"), &["Name", "QuoteNumber", "Email"], "Status"),
    of("Order", Group::Revenue, Some("Status"), &["OrderNumber", "Name", "PoNumber"], "Status"),
    of("Contract", Group::Revenue, Some("Status"), &["ContractNumber"], "Status"),
];

const fn of(
    name: &'static str,
    group: Group,
    status_field: Option<&'static str>,
    search: &'static [&'static str],
    descriptor: &'static str,
) -> StandardObject {
    let merges = matches!(name.as_bytes(), b"Case" | b"Account" | b"Contact" | b"Lead");
    StandardObject { name, group, status_field, search, descriptor, merges }
}

/// The standard object of this name.
pub fn standard(name: &str) -> Option<&'static StandardObject> {
    STANDARD.iter().find(|object| object.name == name)
}

/// The group of an object that an item may name; none for the org's own machinery.
pub fn group(name: &str, custom: bool) -> Option<Group> {
    match standard(name) {
        Some(object) => Some(object.group),
        None => custom.then_some(Group::Custom),
    }
}

/// How a record is listed: `00001026 [Printer on fire]`.
pub fn label(title: &str, descriptor: Option<&str>) -> String {
    match descriptor.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => format!("{title} [{text}]"),
        None => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // F-32, F-33, F-34, F-35
    #[test]
    fn each_standard_object_has_its_group_and_status() {
        let known: Vec<(&str, &str, Option<&str>)> =
            STANDARD.iter().map(|o| (o.name, o.group.title(), o.status_field)).collect();
        assert_eq!(known[0], ("Case", "Service Cloud", Some("Status")));
        assert_eq!(known[1], ("Account", "CRM", None));
        assert_eq!(known[4], ("Opportunity", "CRM", Some("StageName")));
        assert_eq!(known[6], ("Event", "Activities", Some("ShowAs")));
        assert_eq!(known[9], ("Contract", "Revenue", Some("Status")));
        assert_eq!(standard("case"), None, "API names have their case");
    }

    // F-36
    #[test]
    fn custom_objects_join_and_machinery_does_not() {
        assert_eq!(group("Feature_Request__c", true), Some(Group::Custom));
        assert_eq!(group("Case", false), Some(Group::ServiceCloud));
        assert_eq!(group("PermissionSet", false), None);
    }

    // F-95
    #[test]
    fn a_result_is_listed_with_what_tells_it_apart() {
        assert_eq!(label("00001026", Some("Printer on fire")), "00001026 [Printer on fire]");
        assert_eq!(label("Wish 1", Some("  ")), "Wish 1");
        assert_eq!(label("Wish 1", None), "Wish 1");
    }

    #[test]
    fn what_merges_keeps_its_master() {
        let merging: Vec<&str> = STANDARD.iter().filter(|o| o.merges).map(|o| o.name).collect();
        assert_eq!(merging, ["Case", "Account", "Contact", "Lead"]);
    }
}
