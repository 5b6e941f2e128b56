use serde_json::{Value, json};

use super::samples::{jira, salesforce};
use super::*;
use crate::adf;
use crate::field::{JiraField, JiraKind as J, SalesforceField, SalesforceType as S};
use crate::rich;
use crate::value::FieldValue as V;

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// From Salesforce's wire form to Jira's.
#[expect(clippy::needless_pass_by_value, reason = "so that cases read as literals")]
pub(super) fn across(from: &SalesforceField, raw: Value, to: &JiraField) -> Result<Value, Code> {
    let value = read_salesforce(from, &raw).map_err(|error| error.code)?;
    let shown = to_jira(from, &value, to).map_err(|error| error.code)?;
    let written = write_jira(to, &shown);
    assert_eq!(read_jira(to, &written), Ok(shown), "what is written reads as what is shown");
    Ok(written)
}

/// From Jira's wire form to Salesforce's.
#[expect(clippy::needless_pass_by_value, reason = "so that cases read as literals")]
pub(super) fn back(from: &JiraField, raw: Value, to: &SalesforceField) -> Result<Value, Code> {
    let value = read_jira(from, &raw).map_err(|error| error.code)?;
    let shown = to_salesforce(from, &value, to).map_err(|error| error.code)?;
    let written = write_salesforce(to, &shown);
    assert_eq!(read_salesforce(to, &written), Ok(shown), "what is written reads as what is shown");
    Ok(written)
}

// F-211
#[test]
fn text_passes_and_is_never_cut() {
    let (subject, summary) = (salesforce("Subject", S::Text), jira("summary", J::Text));
    assert_eq!(across(&subject, json!("Printer on fire"), &summary), Ok(json!("Printer on fire")));
    assert_eq!(across(&subject, json!("ä".repeat(255)), &summary), Ok(json!("ä".repeat(255))));
    assert_eq!(across(&subject, json!("a".repeat(256)), &summary), Err(Code::ConvertTooLong));
    assert_eq!(across(&subject, json!("two\nlines"), &summary), Err(Code::ConvertType));
    assert_eq!(across(&subject, json!(null), &summary), Err(Code::JiraRequiredField));
    let short = SalesforceField { length: 5, ..subject.clone() };
    assert_eq!(back(&summary, json!("12345"), &short), Ok(json!("12345")));
    assert_eq!(back(&summary, json!("123456"), &short), Err(Code::ConvertTooLong));
    let needed = SalesforceField { nillable: false, ..subject };
    assert_eq!(back(&jira("cf", J::Text), json!(null), &needed), Err(Code::SfRequiredField));
    let other = jira("cf", J::Text);
    assert_eq!(across(&needed, json!("x".repeat(32_767)), &other), Ok(json!("x".repeat(32_767))));
    assert_eq!(across(&needed, json!("x".repeat(32_768)), &other), Err(Code::ConvertTooLong));
}

#[test]
fn text_becomes_a_document_and_back() {
    let (long, doc) = (salesforce("Description", S::LongText), jira("description", J::Document));
    let written = across(&long, json!("one\r\ntwo\r\n\r\nthree"), &doc).expect("converts");
    assert_eq!(written, adf::from_text("one\ntwo\n\nthree"));
    assert_eq!(back(&doc, written, &long), Ok(json!("one\ntwo\n\nthree")));
    assert_eq!(across(&long, json!(null), &doc), Ok(Value::Null));
    assert_eq!(across(&long, json!("x\n".repeat(16_000)), &doc), Err(Code::ConvertTooLong));
    assert_eq!(read_jira(&doc, &json!("old text")), read_jira(&doc, &adf::from_text("old text")));
    assert_eq!(read_jira(&doc, &adf::from_text(" ")), Ok(V::Empty));
}

#[test]
fn numbers_keep_their_digits_and_are_never_rounded() {
    let (amount, number) = (salesforce("Amount", S::Currency), jira("cf", J::Number));
    assert_eq!(across(&amount, json!(12.50), &number), Ok(json!(12.5)));
    assert_eq!(across(&amount, json!("1200"), &number), Ok(json!(1200)));
    assert_eq!(across(&amount, json!("12,50"), &number), Err(Code::ConvertType));
    assert_eq!(back(&number, json!(2.675), &amount), Err(Code::ConvertScale));
    assert_eq!(back(&number, json!("2.670"), &amount), Ok(json!(2.67)));
    let narrow = SalesforceField { precision: 4, scale: 2, ..amount.clone() };
    assert_eq!(back(&number, json!(99.99), &narrow), Ok(json!(99.99)));
    assert_eq!(back(&number, json!(99.999), &narrow), Err(Code::ConvertScale));
    assert_eq!(back(&number, json!(100), &narrow), Err(Code::ConvertDigits));
    assert_eq!(
        back(&number, json!(0.5), &SalesforceField { precision: 2, ..narrow }),
        Ok(json!(0.5))
    );
    let text = jira("cf", J::Text);
    assert_eq!(across(&amount, json!(1e3), &text), Ok(json!("1000")));
    assert_eq!(back(&text, json!("1e3"), &amount), Ok(json!(1000)));
    assert_eq!(back(&text, json!("a lot"), &amount), Err(Code::ConvertType));
}

/// Half way between two decimals that are as short: what is written reads back the same.
#[test]
fn a_number_reads_back_as_it_was_written() {
    let (points, score) = (jira("customfield_10052", J::Number), salesforce("Score__c", S::Number));
    for digits in ["1895272856183143.25", "1895272856183143.3", "0.1"] {
        let raw: Value = serde_json::from_str(digits).expect("a number");
        let Ok(value) = read_jira(&points, &raw) else { panic!("{digits}") };
        let shown = to_salesforce(&points, &value, &score).expect("fits");
        assert_eq!(read_salesforce(&score, &write_salesforce(&score, &shown)), Ok(shown));
    }
}

// F-212
#[test]
fn dates_and_instants() {
    let (date, at) = (salesforce("Due__c", S::Date), salesforce("At__c", S::DateTime));
    let (jira_date, jira_at) = (jira("duedate", J::Date), jira("cf", J::DateTime));
    assert_eq!(across(&date, json!("2026-11-22"), &jira_date), Ok(json!("2026-11-22")));
    assert_eq!(
        across(&date, json!("2026-11-22"), &jira_at),
        Ok(json!("2026-11-22T00:00:00.000+0000"))
    );
    let shown = json!("2026-11-22T09:30:00.700+0000");
    assert_eq!(across(&at, shown.clone(), &jira_at), Ok(json!("2026-11-22T09:30:00.000+0000")));
    assert_eq!(across(&at, shown, &jira_date), Ok(json!("2026-11-22")));
    let local = json!("2026-11-22T00:30:59.999+0100");
    assert_eq!(back(&jira_at, local.clone(), &at), Ok(json!("2026-11-21T23:30:59Z")));
    assert_eq!(back(&jira_at, local, &date), Ok(json!("2026-11-21")));
    assert_eq!(back(&jira_at, json!("2026-11-22T00:30:59+01:00"), &date), Ok(json!("2026-11-21")));
    assert_eq!(back(&jira_date, json!("22/Nov/26"), &date), Err(Code::ConvertType));
    let text = jira("cf", J::Text);
    assert_eq!(
        across(&at, json!("2026-11-22T09:30:00.000+0000"), &text),
        Ok(json!("2026-11-22T09:30:00Z"))
    );
    assert_eq!(back(&text, json!("2026-11-22T09:30:00Z"), &at), Ok(json!("2026-11-22T09:30:00Z")));
}

#[test]
fn options_take_the_offered_spelling() {
    let pick = salesforce("Priority", S::Picklist);
    let tiers = JiraField { allowed: words(&["Gold", "Silver"]), ..jira("cf", J::Option) };
    assert_eq!(across(&pick, json!("gold"), &tiers), Ok(json!({"value": "Gold"})));
    assert_eq!(across(&pick, json!("Bronze"), &tiers), Err(Code::ConvertOption));
    assert_eq!(across(&pick, json!(null), &tiers), Ok(Value::Null));
    let priority = JiraField { allowed: words(&["High"]), ..jira("priority", J::Priority) };
    assert_eq!(across(&pick, json!("HIGH"), &priority), Ok(json!({"name": "High"})));
    let restricted =
        SalesforceField { restricted: true, picklist: words(&["gold"]), ..pick.clone() };
    assert_eq!(
        back(&tiers, json!({"self": "x", "value": "Gold", "id": "1"}), &restricted),
        Ok(json!("gold"))
    );
    assert_eq!(back(&tiers, json!({"value": "Silver"}), &restricted), Err(Code::ConvertOption));
    assert_eq!(back(&tiers, json!({"value": "Silver"}), &pick), Ok(json!("Silver")));
}

#[test]
fn several_options_are_a_set() {
    let multi = salesforce("Areas__c", S::MultiPicklist);
    let options = JiraField { allowed: words(&["A", "B", "C d"]), ..jira("cf", J::Options) };
    let labels = jira("labels", J::Labels);
    assert_eq!(
        across(&multi, json!("b;A;B"), &options),
        Ok(json!([{"value": "A"}, {"value": "B"}]))
    );
    assert_eq!(across(&multi, json!("A;Z"), &options), Err(Code::ConvertOption));
    assert_eq!(across(&multi, json!("x;a"), &labels), Ok(json!(["a", "x"])));
    assert_eq!(across(&multi, json!("C d"), &labels), Err(Code::ConvertLabel));
    assert_eq!(across(&multi, json!(null), &labels), Ok(json!([])));
    assert_eq!(back(&options, json!([{"value": "B"}, {"value": "A"}]), &multi), Ok(json!("A;B")));
    assert_eq!(back(&labels, json!(["a;b"]), &multi), Err(Code::ConvertOption));
    assert_eq!(back(&labels, json!([]), &multi), Ok(Value::Null));
    let single = JiraField { kind: J::Option, ..options };
    assert_eq!(across(&multi, json!("A"), &single), Ok(json!({"value": "A"})));
    assert_eq!(across(&multi, json!("A;B"), &single), Err(Code::ConvertType));
    assert_eq!(across(&multi, json!("B;A"), &jira("cf", J::Text)), Ok(json!("A; B")));
}

#[test]
fn checkboxes_say_yes_and_no() {
    let tick = salesforce("Vip__c", S::Checkbox);
    let yes_no = JiraField { allowed: words(&["yes", "no"]), ..jira("cf", J::Option) };
    assert_eq!(across(&tick, json!(true), &yes_no), Ok(json!({"value": "yes"})));
    assert_eq!(across(&tick, json!(false), &jira("cf", J::Text)), Ok(json!("No")));
    assert_eq!(across(&tick, json!(true), &jira("labels", J::Labels)), Ok(json!(["Yes"])));
    let only_yes = JiraField { allowed: words(&["Yes"]), ..jira("cf", J::Options) };
    assert_eq!(across(&tick, json!(false), &only_yes), Ok(json!([])));
    assert_eq!(across(&tick, json!(true), &only_yes), Ok(json!([{"value": "Yes"}])));
    assert_eq!(back(&yes_no, json!({"value": "no"}), &tick), Ok(json!(false)));
    assert_eq!(back(&yes_no, json!(null), &tick), Ok(json!(false)));
    assert_eq!(back(&yes_no, json!({"value": "perhaps"}), &tick), Err(Code::ConvertType));
    assert_eq!(across(&tick, json!(true), &jira("cf", J::Number)), Err(Code::ConvertType));
}

#[test]
fn addresses_are_checked_lightly() {
    let (mail, text) = (salesforce("Email", S::Email), jira("cf", J::Text));
    assert_eq!(back(&text, json!("ada@example.com"), &mail), Ok(json!("ada@example.com")));
    for wrong in ["ada", "ada@example", "a b@example.com", "@example.com", "a@b@c.d", "a@b."] {
        assert_eq!(back(&text, json!(wrong), &mail), Err(Code::ConvertType), "{wrong}");
    }
    let (site, url) = (salesforce("Website", S::Url), jira("cf", J::Url));
    assert_eq!(across(&site, json!("https://a.example"), &url), Ok(json!("https://a.example")));
    assert_eq!(across(&site, json!("a.example"), &url), Err(Code::ConvertType));
}

// F-211
#[test]
fn rich_text_goes_both_ways_and_its_markup_counts() {
    let rich = SalesforceField { html: true, length: 40, ..salesforce("Notes__c", S::LongText) };
    let doc = jira("description", J::Document);
    let html = "<p>a <b>b</b></p><ul><li>c</li></ul>";
    let written = across(&rich, json!(html), &doc).expect("converts");
    assert_eq!(written["content"][0]["content"][1]["marks"], json!([{"type": "strong"}]));
    assert_eq!(back(&doc, written, &rich), Ok(json!(html)));
    assert_eq!(across(&rich, json!(html), &jira("cf", J::Text)), Err(Code::ConvertType));
    assert_eq!(across(&rich, json!("<p>&nbsp;</p>"), &doc), Ok(Value::Null));
    assert_eq!(back(&jira("cf", J::Text), json!("a < b"), &rich), Ok(json!("<p>a &lt; b</p>")));
    assert_eq!(
        back(&doc, adf::from_text(&"x".repeat(33)), &rich),
        Ok(json!(format!("<p>{}</p>", "x".repeat(33))))
    );
    assert_eq!(back(&doc, adf::from_text(&"<".repeat(9)), &rich), Err(Code::ConvertTooLong));
    let rows = "<tr><td>x</td></tr>".repeat(400);
    let table = json!(format!("<table>{rows}</table>"));
    assert_eq!(across(&rich, table, &doc), Err(Code::ConvertTooLong), "as JSON");
    let plain = salesforce("Description", S::LongText);
    let list = rich::html_to_adf(html);
    assert_eq!(back(&doc, list, &plain), Ok(json!("a b\n\n- c")));
}

// F-188
#[test]
fn components_versions_and_cascades_are_options() {
    let named = |kind, names: &[&str]| JiraField { allowed: words(names), ..jira("cf", kind) };
    let (multi, pick) =
        (salesforce("Areas__c", S::MultiPicklist), salesforce("Area__c", S::Picklist));
    let parts = named(J::Components, &["Portal", "Backend"]);
    assert_eq!(across(&multi, json!("portal"), &parts), Ok(json!([{"name": "Portal"}])));
    assert_eq!(across(&multi, json!("Attic"), &parts), Err(Code::ConvertOption));
    assert_eq!(across(&multi, json!(null), &parts), Ok(json!([])));
    let shown = json!([{"id": "1", "name": "Portal"}, {"id": "2", "name": "Backend"}]);
    assert_eq!(back(&parts, shown, &multi), Ok(json!("Backend;Portal")));
    let version = named(J::Version, &["1.0"]);
    assert_eq!(across(&pick, json!("1.0"), &version), Ok(json!({"name": "1.0"})));
    let offered = ["Hardware", "Hardware - Printer", "A - B", "A - B - C"];
    let cascade = named(J::Cascade, &offered);
    let under = |parent: &str, child: &str| json!({"value": parent, "child": {"value": child}});
    assert_eq!(
        across(&pick, json!("hardware - printer"), &cascade),
        Ok(under("Hardware", "Printer"))
    );
    assert_eq!(across(&pick, json!("Hardware"), &cascade), Ok(json!({"value": "Hardware"})));
    assert_eq!(across(&pick, json!("A - B - C"), &cascade), Ok(under("A - B", "C")));
    assert_eq!(across(&pick, json!("A - B"), &cascade), Ok(json!({"value": "A - B"})));
    assert_eq!(across(&pick, json!("Hardware - Toaster"), &cascade), Err(Code::ConvertOption));
    assert_eq!(
        back(&cascade, under("Hardware", "Printer"), &pick),
        Ok(json!("Hardware - Printer"))
    );
    let resolution = jira("resolution", J::Resolution);
    assert_eq!(across(&pick, json!("Done"), &resolution), Err(Code::FieldUnwritable));
    assert_eq!(back(&resolution, json!({"id": "1", "name": "Done"}), &pick), Ok(json!("Done")));
}
