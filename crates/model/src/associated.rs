//! Records that hang on a linked record: which groups of them are worth a look, and in what order.
//!
//! They are shown and nothing else: no links, no issues, no writes come of them.

use serde::{Deserialize, Serialize};

use crate::object::standard;

/// Groups that are looked at, at most.
pub const GROUPS_MAX: usize = 15;

/// Useful groups first: what people ask for when they look at a customer.
const FIRST: [&str; 9] =
    ["Case", "Contact", "Opportunity", "Task", "Event", "Account", "Quote", "Order", "Contract"];

/// Whether and how many associated records are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssociatedOptions {
    /// On or off.
    #[serde(default)]
    pub enabled: bool,
    /// Most records of a group.
    #[serde(default = "five")]
    pub limit: usize,
}

fn five() -> usize {
    5
}

impl Default for AssociatedOptions {
    fn default() -> Self {
        Self { enabled: false, limit: five() }
    }
}

/// A list of records that an object has of its parent, by its metadata.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Relation {
    /// The object of the records.
    pub object: String,
    /// Their field that names the parent.
    pub field: String,
}

impl Relation {
    /// The field that names a record of the group.
    pub fn title_field(&self) -> &'static str {
        match self.object.as_str() {
            "Case" => "CaseNumber",
            "Task" | "Event" => "Subject",
            "Order" => "OrderNumber",
            "Contract" => "ContractNumber",
            _ => "Name",
        }
    }

    /// The field that tells records of one title apart.
    pub fn descriptor(&self) -> Option<&'static str> {
        let descriptor = standard(&self.object)?.descriptor;
        Some(descriptor).filter(|field| *field != self.title_field())
    }
}

/// The groups that are looked at, useful ones first, and those that the limit leaves out. What is
/// neither a standard object of the list nor one that an administrator made is machinery.
pub fn groups(relations: Vec<Relation>) -> (Vec<Relation>, Vec<Relation>) {
    let place = |object: &str| FIRST.iter().position(|first| *first == object);
    let custom = |object: &str| object.ends_with("__c");
    let mut wanted: Vec<Relation> = relations
        .into_iter()
        .filter(|one| place(&one.object).is_some() || custom(&one.object))
        .collect();
    wanted.sort_by_key(|one| {
        let place = place(&one.object).unwrap_or(FIRST.len());
        (place, one.object.clone(), one.field.clone())
    });
    wanted.dedup();
    let left_out = wanted.split_off(wanted.len().min(GROUPS_MAX));
    (wanted, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(object: &str, field: &str) -> Relation {
        Relation { object: object.to_owned(), field: field.to_owned() }
    }

    // F-137, F-140
    #[test]
    fn useful_groups_come_first_and_machinery_not_at_all() {
        let (wanted, left_out) = groups(vec![
            relation("AccountHistory", "AccountId"),
            relation("Wish__c", "Account__c"),
            relation("Task", "WhatId"),
            relation("Contact", "AccountId"),
            relation("Case", "AccountId"),
            relation("Case", "AccountId"),
        ]);
        let names: Vec<&str> = wanted.iter().map(|one| one.object.as_str()).collect();
        assert_eq!((names, left_out), (vec!["Case", "Contact", "Task", "Wish__c"], vec![]));
    }

    // F-140, F-141
    #[test]
    fn the_number_of_groups_is_bounded() {
        let many = (0..GROUPS_MAX + 2).map(|n| relation(&format!("Wish{n:02}__c"), "Account__c"));
        let (wanted, left_out) = groups(many.collect());
        assert_eq!((wanted.len(), left_out.len()), (GROUPS_MAX, 2));
    }
}
