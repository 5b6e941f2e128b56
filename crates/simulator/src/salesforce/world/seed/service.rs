//! Cases and their comments.

use serde_json::json;

use super::words::{COMMENTS, TROUBLES};
use super::{Garden, Household, pick};

const CASES: usize = 120;

/// The cases, oldest first.
pub(super) fn cases(garden: &mut Garden<'_>, households: &[Household]) -> Vec<String> {
    (0..CASES).map(|n| case(garden, &households[n * 7 % households.len()], n)).collect()
}

fn case(garden: &mut Garden<'_>, household: &Household, n: usize) -> String {
    let (subject, kind, area) = TROUBLES[n % TROUBLES.len()];
    let age = (CASES - n) * 6;
    let occurred = -i64::try_from(age).unwrap_or(0) - 3;
    let fields = json!({
        "Subject": subject,
        "Description": format!("{subject}.\r\nSeen by several colleagues, most often in the morning."),
        "Type": kind,
        "Status": pick(&["New", "Working", "Waiting on Customer", "Escalated", "Closed"], n),
        "Priority": pick(&["Medium", "High", "Low"], n),
        "Origin": pick(&["Web", "Email", "Phone"], n),
        "Reason": pick(&["Performance", "Breakdown", "Feedback"], n),
        "IsEscalated": n % 5 == 3,
        "AccountId": household.account,
        "ContactId": household.contacts[n % household.contacts.len()],
        "Environment__c": pick(&["Production", "Staging"], n),
        "Steps_to_Reproduce__c": "1. Sign in.\r\n2. Open the page.\r\n3. Wait a minute.",
        "Affected_Users__c": 1 + n * 3 % 40,
        "Revenue_at_Risk__c": f64::from(u32::try_from(n).unwrap_or(0)) * 125.5,
        "Probability__c": n * 5 % 101,
        "Regression__c": n.is_multiple_of(4),
        "Due_Date__c": garden.day(5 + i64::try_from(n % 20).unwrap_or(0)),
        "Occurred_At__c": garden.moment(occurred),
        "Severity__c": pick(&["Low", "Medium", "High", "Critical"], n),
        "Channel__c": pick(&["Partner", "Direct", "Marketplace"], n),
        "Product_Areas__c": if n.is_multiple_of(2) { area.to_owned() } else { format!("{area};Reports") },
        "Reporter_Email__c": format!("reporter{n}@example.com"),
        "Reporter_Phone__c": format!("+1 555 01{:02}", n % 100),
        "Reference_URL__c": format!("https://status.example.com/incidents/{n}"),
    });
    let case = garden.plant("Case", n, age, fields);
    for k in 0..n % 4 {
        let comment = json!({
            "ParentId": case,
            "CommentBody": COMMENTS[(n + k) % COMMENTS.len()],
            "IsPublished": k == 0,
        });
        garden.plant("CaseComment", n + k, age.saturating_sub(k + 1), comment);
    }
    case
}
