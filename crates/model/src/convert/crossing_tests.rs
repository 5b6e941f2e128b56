use serde_json::json;

use super::*;
use crate::convert::samples::{jira, salesforce};
use crate::field::{JiraKind as J, SalesforceType as S};
use crate::item::{Otherwise, ValueMap, ValuePair};
use crate::laws::world::item;
use crate::rich;

fn schema() -> Schema {
    let salesforce = [
        salesforce("Subject", S::LongText),
        SalesforceField { length: 10, ..salesforce("Short__c", S::Text) },
        SalesforceField { scale: 2, precision: 5, ..salesforce("Amount__c", S::Currency) },
        SalesforceField {
            restricted: true,
            picklist: ["High", "Low"].map(str::to_owned).to_vec(),
            ..salesforce("Priority", S::Picklist)
        },
    ];
    let jira = [
        jira("summary", J::Text),
        jira("number", J::Number),
        jira("description", J::Document),
        JiraField { allowed: vec!["P1".to_owned(), "P2".to_owned()], ..jira("tier", J::Option) },
    ];
    Schema {
        salesforce: salesforce.into_iter().map(|field| (field.name.clone(), field)).collect(),
        jira: jira.into_iter().map(|field| (field.id.clone(), field)).collect(),
        ..Schema::default()
    }
}

fn mapping(salesforce: &str, jira: &str) -> Mapping {
    Mapping { salesforce: salesforce.to_owned(), jira: jira.to_owned(), ..Mapping::default() }
}

fn across(mapping: &Mapping, from: Side, value: &FieldValue) -> Result<Carried, Code> {
    let schema = schema();
    let crossing = Crossing::of(&item(), &schema, mapping).expect("both fields");
    crossing.across(from, value).map_err(|error| error.code)
}

fn value(carried: Result<Carried, Code>) -> FieldValue {
    carried.expect("it crosses").value
}

// F-211
#[test]
fn a_text_is_shortened_only_where_the_mapping_allows_it_and_says_so() {
    let strict = mapping("Short__c", "summary");
    let lenient = Mapping { truncate: true, ..strict.clone() };
    let long = FieldValue::text("twelve chars");
    assert_eq!(across(&strict, Side::Jira, &long), Err(Code::ConvertTooLong));
    let carried = across(&lenient, Side::Jira, &long).expect("shortened");
    assert_eq!(carried.value, FieldValue::text("twelve ch…"));
    assert!(carried.shortened.is_some_and(|why| why.contains("12 characters where 10 fit")));
    let fits = across(&lenient, Side::Jira, &FieldValue::text("ten chars!")).expect("fits");
    assert_eq!((fits.value, fits.shortened), (FieldValue::text("ten chars!"), None));
    let document = Mapping { truncate: true, ..mapping("Subject", "description") };
    let huge = FieldValue::text(&"word \"quoted\"\n".repeat(4_000));
    let carried = across(&document, Side::Salesforce, &huge).expect("shortened");
    let text = crate::convert::readable(&carried.value);
    assert!(text.ends_with('…') && text.len() > 5_000, "{}", text.len());
    let number = Mapping { truncate: true, ..mapping("Short__c", "number") };
    assert!(across(&number, Side::Salesforce, &FieldValue::text("not a number")).is_err());
}

#[test]
fn a_number_is_rounded_only_where_the_mapping_allows_it() {
    let number = |text: &str| FieldValue::number(text.parse().expect("a number"));
    let strict = mapping("Amount__c", "number");
    let lenient = Mapping { round: true, ..strict.clone() };
    assert_eq!(across(&strict, Side::Jira, &number("2.675")), Err(Code::ConvertScale));
    assert_eq!(value(across(&strict, Side::Jira, &number("2.67"))), number("2.67"));
    assert_eq!(value(across(&lenient, Side::Jira, &number("2.675"))), number("2.68"));
    assert_eq!(across(&lenient, Side::Jira, &number("999.999")), Err(Code::ConvertDigits));
    assert_eq!(value(across(&strict, Side::Salesforce, &number("2.675"))), number("2.675"));
}

// F-315
#[test]
fn a_value_map_leads_from_picklist_to_option_and_back() {
    let pair = |salesforce: &str, jira: &str| ValuePair {
        salesforce: salesforce.to_owned(),
        jira: jira.to_owned(),
    };
    let map = vec![pair("High", "p1"), pair("Low", "P2")];
    let mapped = Mapping {
        values: Some(ValueMap { map, otherwise: Otherwise::LeaveAlone }),
        ..mapping("Priority", "tier")
    };
    let choice = |name: &str| FieldValue::Choice(name.to_owned());
    assert_eq!(value(across(&mapped, Side::Salesforce, &choice("High"))), choice("P1"));
    assert_eq!(value(across(&mapped, Side::Jira, &choice("P2"))), choice("Low"));
    assert_eq!(across(&mapped, Side::Salesforce, &choice("Odd")), Err(Code::ConvertUnmapped));
    assert_eq!(value(across(&mapped, Side::Jira, &FieldValue::Empty)), FieldValue::Empty);
}

// F-315
#[test]
fn constants_templates_and_defaults_are_made_up() {
    let schema = schema();
    let fields = [("Subject", json!("Printer")), ("Amount__c", json!(12.5)), ("tier", json!(null))]
        .map(|(name, raw)| (name.to_owned(), raw))
        .into();
    let read = |mapping: &Mapping, side| {
        let crossing = Crossing::of(&item(), &schema, mapping).expect("both fields");
        crossing.read(side, &fields).expect("shown").map_err(|error| error.code)
    };
    let constant = Mapping { constant: Some("P1".to_owned()), ..mapping("", "tier") };
    assert_eq!(read(&constant, Side::Salesforce), Ok(FieldValue::text("P1")));
    assert_eq!(read(&constant, Side::Jira), Ok(FieldValue::Empty));
    let back = Mapping { constant: Some("Low".to_owned()), ..mapping("Priority", "") };
    assert_eq!(read(&back, Side::Jira), Ok(FieldValue::text("Low")));
    let joined = "{{ Subject }} ({{ Amount__c }})".to_owned();
    let template = Mapping { template: Some(joined), ..mapping("", "summary") };
    assert_eq!(read(&template, Side::Salesforce), Ok(FieldValue::text("Printer (12.5)")));
    let broken = Mapping { template: Some("{{ Gone__c }}".to_owned()), ..template };
    assert_eq!(read(&broken, Side::Salesforce), Err(Code::ConvertTemplate));
    let default = Mapping { default: Some("P2".to_owned()), ..mapping("Priority", "tier") };
    let crossing = Crossing::of(&item(), &schema, &default).expect("both fields");
    let first = crossing.first_across(Side::Salesforce, &FieldValue::Empty).expect("a default");
    assert_eq!(first.value, FieldValue::Choice("P2".to_owned()));
    let gone = Crossing::of(&item(), &schema, &mapping("Gone__c", "gone")).err();
    assert_eq!(gone, Some(vec![Side::Salesforce, Side::Jira]));
}

// F-211
#[test]
fn rich_text_is_shortened_in_its_own_form() {
    let rich = SalesforceField { html: true, length: 40, ..salesforce("Notes__c", S::LongText) };
    let mut schema = schema();
    schema.salesforce.insert("Notes__c".to_owned(), rich);
    let lenient = Mapping { truncate: true, ..mapping("Notes__c", "description") };
    let crossing = Crossing::of(&item(), &schema, &lenient).expect("both fields");
    let list = rich::html_to_adf("<ul><li><b>first</b></li><li>second</li></ul>");
    let carried = crossing.across(Side::Jira, &FieldValue::Document(list)).expect("shortened");
    assert_eq!(carried.value, FieldValue::text("<ul><li><b>first…</b></li></ul>"));
    assert!(carried.shortened.is_some());
    let rows = "<tr><td>x</td></tr>".repeat(400);
    let table = FieldValue::text(&format!("<table>{rows}</table>"));
    let carried = crossing.across(Side::Salesforce, &table).expect("shortened");
    let FieldValue::Document(doc) = carried.value else { panic!("no document") };
    assert_eq!(doc["content"][0]["type"], "table");
    assert!((32_000..=32_767).contains(&doc.to_string().len()), "as much as fits");
}
