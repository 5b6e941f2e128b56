//! The laws of conversion.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::cases;
use crate::adf;
use crate::convert::samples::{jira, salesforce};
use crate::convert::{
    Fit, fit_jira, fit_salesforce, read_jira, read_salesforce, to_jira, to_salesforce, write_jira,
    write_salesforce,
};
use crate::field::{JiraField, JiraKind as J, SalesforceField, SalesforceType as S};
use crate::value::FieldValue;

fn salesforce_field() -> impl Strategy<Value = SalesforceField> {
    let kinds = [
        S::Text,
        S::LongText,
        S::Number,
        S::Currency,
        S::Percent,
        S::Checkbox,
        S::Date,
        S::DateTime,
        S::Picklist,
        S::MultiPicklist,
        S::Email,
        S::Phone,
        S::Url,
        S::Reference,
        S::Other,
    ];
    (prop::sample::select(kinds.to_vec()), any::<bool>()).prop_map(|(kind, restricted)| {
        let picklist = ["A", "b c", "Yes", "No", "5"].map(str::to_owned).to_vec();
        SalesforceField { restricted, picklist, scale: 2, ..salesforce("F__c", kind) }
    })
}

fn jira_field() -> impl Strategy<Value = JiraField> {
    let kinds = [
        J::Text,
        J::Document,
        J::Number,
        J::Date,
        J::DateTime,
        J::Option,
        J::Options,
        J::Labels,
        J::Priority,
        J::Url,
        J::Cascade,
        J::Components,
        J::Version,
        J::Versions,
        J::User,
        J::Users,
        J::Resolution,
        J::Other,
    ];
    (prop::sample::select(kinds.to_vec()), any::<bool>()).prop_map(|(kind, open)| {
        let allowed = ["a", "b c", "yes", "NO"].map(str::to_owned).to_vec();
        JiraField {
            allowed: if open { Vec::new() } else { allowed },
            ..jira("customfield_1", kind)
        }
    })
}

fn raw() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(|on| json!(on)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        (-9_999_i32..9_999).prop_map(|cents| json!(f64::from(cents) / 100.0)),
        "[ -~é\n\r;]{0,12}".prop_map(Value::String),
        prop::sample::select(vec![
            "A",
            "b c",
            "yes",
            "No",
            "A;b c",
            "5",
            "1e3",
            "2026-11-22",
            "2026-11-22T09:30:00.000+0000",
            "2026-11-22T09:30:00+01:00",
            "a@b.example",
            "https://a.example",
        ])
        .prop_map(|text| json!(text)),
        "[a-z\n]{0,12}".prop_map(|text| adf::from_text(&text)),
    ];
    let option = scalar.clone().prop_map(|value| json!({"value": value, "id": "1"}));
    let list = prop::collection::vec(prop_oneof![scalar.clone(), option.clone()], 0..3);
    prop_oneof![4 => scalar, 1 => option, 1 => list.prop_map(Value::Array)]
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_is_written_to_jira_reads_as_it_was_meant(
        from in salesforce_field(), to in jira_field(), raw in raw(),
    ) {
        let Ok(value) = read_salesforce(&from, &raw) else { return Ok(()) };
        let Ok(shown) = to_jira(&from, &value, &to) else { return Ok(()) };
        prop_assert_eq!(read_jira(&to, &write_jira(&to, &shown)), Ok(shown));
    }

    #[test]
    fn what_is_written_to_salesforce_reads_as_it_was_meant(
        from in jira_field(), to in salesforce_field(), raw in raw(),
    ) {
        let Ok(value) = read_jira(&from, &raw) else { return Ok(()) };
        let Ok(shown) = to_salesforce(&from, &value, &to) else { return Ok(()) };
        prop_assert_eq!(read_salesforce(&to, &write_salesforce(&to, &shown)), Ok(shown));
    }

    // F-188
    #[test]
    fn what_never_fits_never_converts(sf in salesforce_field(), jr in jira_field(), raw in raw()) {
        if let (Fit::Never(_), Ok(value)) = (fit_jira(&sf, &jr), read_salesforce(&sf, &raw)) {
            prop_assert!(value.is_empty() || to_jira(&sf, &value, &jr).is_err());
        }
        if let (Fit::Never(_), Ok(value)) = (fit_salesforce(&jr, &sf), read_jira(&jr, &raw)) {
            prop_assert!(value.is_empty() || to_salesforce(&jr, &value, &sf).is_err());
        }
    }

    #[test]
    fn every_value_is_readable_as_text(from in salesforce_field(), raw in raw()) {
        let Ok(value) = read_salesforce(&from, &raw) else { return Ok(()) };
        let doc = to_jira(&from, &value, &jira("description", J::Document));
        prop_assert!(doc.is_ok(), "{:?}", doc);
    }

    #[test]
    fn values_are_kept_as_they_are(from in salesforce_field(), raw in raw()) {
        let Ok(value) = read_salesforce(&from, &raw) else { return Ok(()) };
        let json = serde_json::to_string(&value).expect("json");
        let back: FieldValue = serde_json::from_str(&json).expect("back");
        prop_assert_eq!(back, value);
    }
}
