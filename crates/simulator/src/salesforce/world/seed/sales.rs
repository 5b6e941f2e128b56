//! Accounts, contacts, leads, opportunities, quotes, orders and contracts.

use serde_json::{Value, json};

use super::words::{COMPANIES, FIRST, LAST};
use super::{Garden, Household, pick};

/// All that belongs to selling; gives the accounts with their contacts.
pub(super) fn accounts(garden: &mut Garden<'_>) -> Vec<Household> {
    let households: Vec<Household> = (0..COMPANIES.len()).map(|n| household(garden, n)).collect();
    for n in 0..30 {
        garden.plant("Lead", n, 900 - n * 11, lead(n));
    }
    for n in 0..36 {
        deal(garden, &households[n % households.len()], n);
    }
    for n in 0..10 {
        paper(garden, &households[n * 2 % households.len()], n);
    }
    households
}

fn household(garden: &mut Garden<'_>, n: usize) -> Household {
    let (name, industry) = COMPANIES[n];
    let site = name.to_lowercase().replace([' ', '&'], "");
    let fields = json!({
        "Name": name,
        "Industry": industry,
        "Type": if n.is_multiple_of(3) { "Prospect" } else { "Customer - Direct" },
        "Phone": format!("+1 555 01{n:02}"),
        "Website": format!("https://{site}.example.com"),
        "AccountNumber": format!("AC-{:04}", 1000 + n),
        "External_Id__c": format!("ERP-{:05}", 70_000 + n),
        "Tier__c": pick(&["Gold", "Silver", "Bronze"], n),
        "AnnualRevenue": 1_000_000 + n * 250_000,
        "NumberOfEmployees": 20 + n * 35,
        "BillingCity": pick(&["Springport", "Eastmere", "Hillcombe"], n),
        "BillingCountry": pick(&["United States", "United Kingdom", "Germany"], n),
    });
    let account = garden.plant("Account", 3, 1_200 - n, fields);
    let contacts = (0..3).map(|k| contact(garden, &account, &site, n * 3 + k)).collect();
    Household { account, contacts }
}

fn contact(garden: &mut Garden<'_>, account: &str, site: &str, n: usize) -> String {
    let (first, last) = (FIRST[n % FIRST.len()], LAST[n % LAST.len()]);
    let fields = json!({
        "FirstName": first,
        "LastName": last,
        "AccountId": account,
        "Email": format!("{}.{}@{site}.example.com", first.to_lowercase(), last.to_lowercase()),
        "Phone": format!("+1 555 01{:02}", n % 100),
        "Title": pick(&["Operations Manager", "Head of IT", "Accountant", "Buyer"], n),
        "LeadSource": "Web",
        "Legacy_Id__c": format!("L{}", n / 2),
    });
    garden.plant("Contact", 3, 1_100 - n, fields)
}

fn lead(n: usize) -> Value {
    let (first, last) = (FIRST[(n * 5) % FIRST.len()], LAST[(n * 3) % LAST.len()]);
    json!({
        "FirstName": first,
        "LastName": last,
        "Company": format!("{last} & Partners"),
        "Email": format!("{}@{}.example.org", first.to_lowercase(), last.to_lowercase()),
        "Status": pick(&["Open - Not Contacted", "Working - Contacted", "Closed - Not Converted"], n),
        "Rating": pick(&["Hot", "Warm", "Cold"], n),
        "LeadSource": "Web",
    })
}

fn deal(garden: &mut Garden<'_>, household: &Household, n: usize) {
    let stages =
        ["Prospecting", "Qualification", "Proposal/Price Quote", "Closed Won", "Closed Lost"];
    let fields = json!({
        "Name": format!("{} seats, year {}", 10 + n * 5, 1 + n % 3),
        "AccountId": household.account,
        "StageName": stages[n % stages.len()],
        "CloseDate": garden.day(10 + i64::try_from(n).unwrap_or(0)),
        "Amount": 4_000 + n * 1_250,
        "Type": "New Customer",
        "External_Id__c": format!("OPP-{n:04}"),
    });
    let opportunity = garden.plant("Opportunity", 3, 700 - n * 5, fields);
    if n.is_multiple_of(3) {
        let quote = json!({
            "Name": format!("Quote {}", n + 1),
            "OpportunityId": opportunity,
            "ContactId": household.contacts[0],
            "Status": pick(&["Draft", "In Review", "Presented", "Accepted"], n),
            "ExpirationDate": garden.day(30),
        });
        garden.plant("Quote", 4, 600 - n * 5, quote);
    }
}

fn paper(garden: &mut Garden<'_>, household: &Household, n: usize) {
    let contract = json!({
        "AccountId": household.account,
        "StartDate": garden.day(-200),
        "ContractTerm": 12,
        "Status": if n.is_multiple_of(2) { "Draft" } else { "Activated" },
    });
    let contract = garden.plant("Contract", 3, 500 - n, contract);
    let order = json!({
        "AccountId": household.account,
        "ContractId": contract,
        "EffectiveDate": garden.day(-100),
        "Status": if n.is_multiple_of(3) { "Activated" } else { "Draft" },
        "Type": "New",
        "PoNumber": format!("PO-{:05}", 300 + n),
    });
    garden.plant("Order", 3, 400 - n, order);
}
