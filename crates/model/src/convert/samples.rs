//! Fields to test with.

use crate::field::{JiraField, JiraKind, SalesforceField, SalesforceType};

/// A writable Salesforce field.
pub(crate) fn salesforce(name: &str, kind: SalesforceType) -> SalesforceField {
    SalesforceField {
        name: name.to_owned(),
        label: name.to_owned(),
        kind,
        length: if kind == SalesforceType::LongText { 32_000 } else { 255 },
        precision: 18,
        scale: 2,
        nillable: true,
        createable: true,
        updateable: true,
        defaulted_on_create: false,
        restricted: false,
        html: false,
        picklist: Vec::new(),
        references: Vec::new(),
        relationship: None,
    }
}

/// A writable, optional Jira field.
pub(crate) fn jira(id: &str, kind: JiraKind) -> JiraField {
    JiraField {
        id: id.to_owned(),
        name: id.to_owned(),
        kind,
        required: false,
        on_create: true,
        on_edit: None,
        allowed: Vec::new(),
    }
}
