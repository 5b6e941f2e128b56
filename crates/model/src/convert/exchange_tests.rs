use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::convert::samples::{jira, salesforce};
use crate::convert::{Carried, Crossing};
use crate::field::{JiraKind as J, SalesforceType as S, Schema};
use crate::item::{ConnectedItem, Mapping};
use crate::laws::world::item;

fn schema() -> Schema {
    let person = |name: &str, email: &str, salesforce: &str, jira: &str| Person {
        name: name.to_owned(),
        email: (!email.is_empty()).then(|| email.to_owned()),
        salesforce: Some(salesforce.to_owned()),
        jira: Some(jira.to_owned()),
    };
    let owner = SalesforceField {
        references: ["Group", "User"].map(str::to_owned).to_vec(),
        ..salesforce("OwnerId", S::Reference)
    };
    let account = SalesforceField {
        references: vec!["Account".to_owned()],
        ..salesforce("AccountId", S::Reference)
    };
    let fields = [
        owner,
        account,
        salesforce("Mail__c", S::Email),
        salesforce("Names__c", S::Text),
        salesforce("Due__c", S::Date),
        salesforce("At__c", S::DateTime),
    ];
    let issue = [
        jira("assignee", J::User),
        jira("reviewers", J::Users),
        jira("duedate", J::Date),
        jira("at", J::DateTime),
    ];
    Schema {
        salesforce: fields.into_iter().map(|field| (field.name.clone(), field)).collect(),
        jira: issue.into_iter().map(|field| (field.id.clone(), field)).collect(),
        people: vec![
            person("Agent One", "one@x.example", "005000000000001AAA", "1:one"),
            person("Hidden Two", "", "005000000000002AAA", "1:two"),
        ],
        ..Schema::default()
    }
}

fn across(
    item: &ConnectedItem,
    (salesforce, jira): (&str, &str),
    from: Side,
    value: &FieldValue,
) -> Result<FieldValue, Code> {
    let (salesforce, jira) = (salesforce.to_owned(), jira.to_owned());
    let (schema, mapping) = (schema(), Mapping { salesforce, jira, ..Mapping::default() });
    let crossing = Crossing::of(item, &schema, &mapping).expect("both fields");
    let carried = crossing.across(from, value).map_err(|error| error.code);
    carried.map(|Carried { value, .. }| value)
}

fn choice(name: &str) -> FieldValue {
    FieldValue::Choice(name.to_owned())
}

/// F-180, F-186; complaint 30: an unmatched assignee clears nobody, and a hidden address is no value.
#[test]
fn complaint_30_people_cross_by_who_they_are_and_the_unknown_leave_the_other_side_alone() {
    use Side::{Jira, Salesforce};
    let here = item();
    let cross = |fields, from, value: &FieldValue| across(&here, fields, from, value);
    let (owner, mail, names) =
        (("OwnerId", "assignee"), ("Mail__c", "assignee"), ("Names__c", "reviewers"));
    let text = |text: &str| Ok(FieldValue::text(text));
    let one = FieldValue::text("005000000000001AAA");
    assert_eq!(cross(owner, Salesforce, &one), Ok(choice("1:one")));
    assert_eq!(cross(owner, Jira, &choice("1:two")), text("005000000000002AAA"));
    assert_eq!(cross(mail, Salesforce, &FieldValue::text("ONE@x.example")), Ok(choice("1:one")));
    assert_eq!(cross(mail, Jira, &choice("1:one")), text("one@x.example"));
    assert_eq!(cross(mail, Jira, &choice("1:two")), Err(Code::ConvertUser), "no address is known");
    assert_eq!(cross(owner, Jira, &choice("1:gone")), Err(Code::ConvertUser));
    let queue = FieldValue::text("00G000000000001AAA");
    assert_eq!(cross(owner, Salesforce, &queue), Err(Code::ConvertUser), "a queue is nobody");
    let both = FieldValue::choices(["1:one", "1:two"].map(str::to_owned));
    assert_eq!(cross(names, Jira, &both), text("Agent One; Hidden Two"));
    let listed = FieldValue::text("one@x.example");
    assert_eq!(cross(names, Salesforce, &listed), Ok(FieldValue::choices(["1:one".to_owned()])));
    let account = ("AccountId", "assignee");
    assert_eq!(cross(account, Jira, &choice("1:one")), Err(Code::FieldUnwritable));
    assert_eq!(cross(owner, Salesforce, &FieldValue::Empty), Ok(FieldValue::Empty));
}

fn in_zone(zone: Tz) -> ConnectedItem {
    ConnectedItem { time_zone: Some(zone), ..item() }
}

fn instant(text: &str) -> FieldValue {
    FieldValue::DateTime(text.parse::<DateTime<Utc>>().expect("an instant"))
}

fn day(text: &str) -> FieldValue {
    FieldValue::Date(text.parse().expect("a day"))
}

/// F-212; complaint 31: due dates that are off by one.
#[test]
fn a_day_is_the_day_of_the_items_zone_across_daylight_saving() {
    let (west, east) = (Tz::America__Los_Angeles, Tz::Pacific__Auckland);
    for (zone, at, date) in [
        (Tz::UTC, "2026-11-22T23:30:00Z", "2026-11-22"),
        (west, "2026-11-22T07:59:59Z", "2026-11-21"),
        (west, "2026-07-01T06:59:59Z", "2026-06-30"),
        (east, "2026-11-22T11:00:00Z", "2026-11-23"),
    ] {
        let shown = across(&in_zone(zone), ("At__c", "duedate"), Side::Salesforce, &instant(at));
        assert_eq!(shown, Ok(day(date)), "{at} in {zone}");
    }
    for (zone, date, at) in [
        (west, "2026-11-22", "2026-11-22T08:00:00Z"),
        (west, "2026-03-08", "2026-03-08T08:00:00Z"),
        (Tz::America__Santiago, "2026-09-06", "2026-09-06T04:00:00Z"),
    ] {
        let shown = across(&in_zone(zone), ("Due__c", "at"), Side::Salesforce, &day(date));
        assert_eq!(shown, Ok(instant(at)), "{date} in {zone}: its first hour");
    }
}

proptest! {
    // F-212, F-302; complaint 31
    #[test]
    fn complaint_31_a_day_never_moves_and_a_day_that_became_an_instant_comes_back(
        days in 0_i32..20_000, zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
    ) {
        let date = NaiveDate::from_num_days_from_ce_opt(719_163 + days).expect("in range");
        let (zoned, value) = (in_zone(zone), FieldValue::Date(date));
        for from in [Side::Salesforce, Side::Jira] {
            let same = across(&zoned, ("Due__c", "duedate"), from, &value);
            prop_assert_eq!(same, Ok(value.clone()));
        }
        let at = across(&zoned, ("Due__c", "at"), Side::Salesforce, &value).expect("an instant");
        let back = across(&zoned, ("Due__c", "at"), Side::Jira, &at).expect("a day");
        // Some islands skipped a whole day: what begins on the next one comes back as that.
        if let FieldValue::Date(back) = back {
            prop_assert!(back == date || back == date.succ_opt().expect("in range"));
        }
    }
}
