//! Statements over the sample org.

use serde_json::Value;

use super::ast::{Condition, Select};
use super::{Scope, parser, run};
use crate::core::SimClock;
use crate::salesforce::world::SalesforceWorld;

fn rows(soql: &str) -> Vec<Value> {
    let clock = SimClock::new();
    let world = SalesforceWorld::seeded(&clock);
    let scope = Scope { version: "v67.0".into(), now: clock.now(), deleted: false };
    run(&world, soql, &scope).unwrap_or_else(|refusal| panic!("{soql}: {refusal:?}")).rows
}

fn count(condition: &str) -> usize {
    rows(&format!("SELECT Id FROM Case WHERE {condition}")).len()
}

#[test]
fn statements_fall_into_parts() {
    let query = parser::parse(
        "select c.Id, toLabel(c.Status) from Case c where c.A = 1 and (b like 'x%' or not d = null) \
         order by c.Id desc nulls last limit 5 offset 2",
    )
    .unwrap();
    assert!(matches!(&query.select[0], Select::Field(path) if path.names == ["Id"]));
    assert!(matches!(&query.condition, Some(Condition::And(parts)) if parts.len() == 2));
    assert!(query.order[0].descending && query.order[0].nulls_last);
    assert_eq!((query.limit, query.offset), (Some(5), 2));
}

#[test]
fn mixed_joins_need_brackets() {
    assert!(parser::parse("SELECT Id FROM Case WHERE a = 1 AND b = 2 OR c = 3").is_err());
    assert!(parser::parse("SELECT Id FROM Case WHERE (a = 1 AND b = 2) OR c = 3").is_ok());
    assert!(parser::parse("SELECT Id FROM Case LIMIT").is_err());
    assert!(parser::parse("SELECT FROM Case").is_err());
}

#[test]
fn comparisons() {
    assert_eq!(count("Status = 'closed'"), 24);
    assert_eq!(count("Status != 'Closed'"), 96);
    assert_eq!(count("IsClosed = true"), 24);
    assert_eq!(count("Status IN ('New', 'Working')"), 48);
    assert_eq!(count("Status NOT IN ('New', 'Working')"), 72);
    assert_eq!(count("Jira_Key__c = null"), 120);
    assert_eq!(count("Jira_Key__c != 'X'"), 120);
    assert_eq!(count("Revenue_at_Risk__c >= 125.5 AND Revenue_at_Risk__c < 502"), 3);
    assert_eq!(count("NOT (Status = 'New' OR Status = 'Closed')"), 72);
    assert_eq!(count("Subject LIKE 'app signs%'"), 8);
    assert_eq!(count("CaseNumber LIKE '0000100_'"), 9);
}

#[test]
fn lists_of_values_in_one_field() {
    let mobile = count("Product_Areas__c INCLUDES ('Mobile')");
    let both = count("Product_Areas__c INCLUDES ('Mobile;Reports')");
    assert!(mobile > both && both > 0, "{mobile} {both}");
    assert_eq!(count("Product_Areas__c EXCLUDES ('Mobile')") + mobile, 120);
}

#[test]
fn dates_and_date_words() {
    assert_eq!(count("CreatedDate <= TODAY"), 120);
    assert_eq!(count("CreatedDate > 2020-01-01T00:00:00Z"), 120);
    assert_eq!(count("Due_Date__c = TODAY"), 0);
    assert_eq!(count("Due_Date__c > TODAY"), 120);
    let week = count("CreatedDate = LAST_N_DAYS:7");
    assert!((20..40).contains(&week), "{week}");
}

#[test]
fn parents_and_semi_joins() {
    let copper = count("Account.Name = 'Copper Kettle Foods'");
    assert_eq!(copper, 5);
    let joined = "AccountId IN (SELECT Id FROM Account WHERE Name = 'Copper Kettle Foods')";
    assert_eq!(count(joined), copper);
    assert_eq!(count("Owner.Type = 'User'"), 120);
}

#[test]
fn order_limit_and_offset() {
    let all = rows("SELECT CaseNumber FROM Case ORDER BY CaseNumber DESC LIMIT 3 OFFSET 1");
    let numbers: Vec<&str> = all.iter().filter_map(|row| row["CaseNumber"].as_str()).collect();
    assert_eq!(numbers, ["00001119", "00001118", "00001117"]);
    let tied = rows("SELECT Id FROM Case ORDER BY Status, Id");
    assert_eq!(tied.len(), 120);
    let ids: Vec<String> = rows("SELECT Id FROM Case ORDER BY Id")
        .iter()
        .filter_map(|row| row["Id"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(ids.len(), 120);
    assert!(ids.is_sorted(), "ids keep their case: {ids:?}");
    assert_eq!(count(&format!("Id > '{}'", ids[59])), 60);
    let first = rows("SELECT Id, ClosedDate FROM Case ORDER BY ClosedDate LIMIT 1");
    assert!(first[0]["ClosedDate"].is_null());
    let last = rows("SELECT Id, ClosedDate FROM Case ORDER BY ClosedDate NULLS LAST LIMIT 1");
    assert!(last[0]["ClosedDate"].is_string());
}

#[test]
fn type_of_and_all_fields() {
    let soql = "SELECT TYPEOF What WHEN Case THEN CaseNumber WHEN Account THEN Industry ELSE Name END, \
                What.Name FROM Task WHERE What.Type = 'Account' LIMIT 1";
    let row = rows(soql).remove(0);
    assert!(row["What"]["Name"].is_string());
    let all = rows("SELECT FIELDS(ALL) FROM Case LIMIT 1").remove(0);
    assert!(all["Headline__c"].is_string() && all["ContactEmail"].is_string());
}
