//! Templates that join several record fields into one value of the issue.
//!
//! A template fills in fields (`{{ SuppliedName }}`), chooses (`{% if .. %}`) and knows a few filters;
//! it includes nothing, binds nothing and loops over nothing, and its output is bounded, so that
//! whatever somebody writes costs little.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use minijinja::value::Value;
use minijinja::{Environment, UndefinedBehavior, filters};
use rust_decimal::prelude::ToPrimitive;

use crate::convert::readable;
use crate::value::FieldValue;

/// Instructions that a template may take.
const FUEL: u64 = 10_000;
/// Bytes that it may write: as much as any text field holds.
const OUTPUT_MAX: usize = 4 * 32_768;
/// Characters of a template.
const SOURCE_MAX: usize = 4_000;
/// What may stand after `{%`.
const STATEMENTS: [&str; 4] = ["if", "elif", "else", "endif"];

/// The fields that a template names.
///
/// # Errors
/// It cannot be read, or uses what templates of items do not have; in words for its author.
pub fn variables(source: &str) -> Result<BTreeSet<String>, String> {
    bounded(source)?;
    let environment = environment();
    let template = environment.template_from_str(source).map_err(|why| said(&why))?;
    Ok(template.undeclared_variables(true).into_iter().collect())
}

/// What a template says of a record's fields.
///
/// # Errors
/// As for [`variables`]; or a field is missing, or the output grows past its bound.
pub fn render(source: &str, fields: &BTreeMap<String, FieldValue>) -> Result<String, String> {
    bounded(source)?;
    let environment = environment();
    let template = environment.template_from_str(source).map_err(|why| said(&why))?;
    let mut page = Page(Vec::new());
    template.render_captured_to(context(fields), &mut page).map_err(|why| said(&why))?;
    String::from_utf8(page.0).map_err(|why| why.to_string())
}

fn bounded(source: &str) -> Result<(), String> {
    if source.chars().count() > SOURCE_MAX {
        return Err(format!("a template has at most {SOURCE_MAX} characters"));
    }
    for statement in source.split("{%").skip(1) {
        let statement = statement.trim_start_matches(['-', '+']).trim_start();
        let word: String = statement.chars().take_while(char::is_ascii_alphabetic).collect();
        if !STATEMENTS.contains(&word.as_str()) {
            return Err(format!("`{{% {word} %}}` is not for templates of items, only `if` is"));
        }
    }
    Ok(())
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.add_filter("default", filters::default);
    environment.add_filter("lower", filters::lower);
    environment.add_filter("replace", filters::replace);
    environment.add_filter("trim", filters::trim);
    environment.add_filter("upper", filters::upper);
    environment
}

fn said(why: &minijinja::Error) -> String {
    why.detail()
        .map_or_else(|| why.kind().to_string(), |detail| format!("{}: {detail}", why.kind()))
}

/// Numbers and checkboxes as such, so that they can be compared; everything else as it reads. What is
/// reached through a relationship (`Account.Name`) is nested.
fn context(fields: &BTreeMap<String, FieldValue>) -> Value {
    let mut plain: BTreeMap<String, Value> = BTreeMap::new();
    let mut nested: BTreeMap<&str, BTreeMap<String, FieldValue>> = BTreeMap::new();
    for (name, field) in fields {
        match name.split_once('.') {
            None => drop(plain.insert(name.clone(), value(field))),
            Some((relation, rest)) => {
                nested.entry(relation).or_default().insert(rest.to_owned(), field.clone());
            }
        }
    }
    let nested =
        nested.into_iter().map(|(relation, fields)| (relation.to_owned(), context(&fields)));
    plain.extend(nested);
    Value::from(plain)
}

fn value(field: &FieldValue) -> Value {
    match field {
        FieldValue::Bool(on) => Value::from(*on),
        FieldValue::Number(number) => match (number.is_integer(), number.to_i64()) {
            (true, Some(whole)) => Value::from(whole),
            _ => number.to_f64().map_or_else(|| Value::from(readable(field)), Value::from),
        },
        _ => Value::from(readable(field)),
    }
}

/// Takes a bounded output.
struct Page(Vec<u8>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > OUTPUT_MAX {
            return Err(io::Error::other("the output is too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fields() -> BTreeMap<String, FieldValue> {
        let number = |text: &str| FieldValue::number(text.parse().expect("a number"));
        [
            ("Subject", FieldValue::text("Printer")),
            ("SuppliedName", FieldValue::Empty),
            ("Amount__c", number("12.5")),
            ("Users__c", number("250")),
            ("Vip__c", FieldValue::Bool(true)),
            ("Account.Name", FieldValue::text("Acme")),
            ("Account.Owner.Name", FieldValue::text("Agent")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn says(source: &str) -> Result<String, String> {
        render(source, &fields())
    }

    // F-315
    #[test]
    fn several_fields_become_one_text() {
        for (source, expected) in [
            ("{{ Account.Name }}: {{ Subject|upper }}", "Acme: PRINTER"),
            ("{{ Account.Owner.Name }}/{{ Users__c }}/{{ Amount__c }}", "Agent/250/12.5"),
            ("{% if Vip__c and Users__c > 100 %}VIP{% else %}-{% endif %}", "VIP"),
            ("[{{ SuppliedName|default('nobody', true) }}]", "[nobody]"),
            ("[{{ SuppliedName }}]", "[]"),
            ("<b>&", "<b>&"),
        ] {
            assert_eq!(says(source).as_deref(), Ok(expected), "{source}");
        }
        let read = variables("{{ Account.Name }} {% if Vip__c %}{{ Subject }}{% endif %}");
        let expected = ["Account.Name", "Subject", "Vip__c"].map(str::to_owned).into();
        assert_eq!(read, Ok(expected));
    }

    #[test]
    fn what_a_template_may_not_do_is_refused() {
        for source in [
            "{{ Missing__c }}",
            "{{ Subject",
            "{{ Subject|nosuch }}",
            "{% include 'x' %}",
            "{% for a in Subject %}{% endfor %}",
            "{%- set a = Subject ~ Subject %}",
            "{{ Subject * 100000 }}",
            "{{ range(10) }}",
            &"x".repeat(SOURCE_MAX + 1),
        ] {
            assert!(says(source).is_err(), "{source}");
        }
    }

    proptest! {
        #[test]
        fn templates_never_panic_and_stay_bounded(
            source in "([{}%|()~*+ .'0-9]|if|endif|else|default|replace|Subject|Users__c|Account\\.Name){0,24}",
        ) {
            let _variables = variables(&source);
            if let Ok(text) = says(&source) {
                prop_assert!(text.len() <= OUTPUT_MAX);
            }
        }
    }
}
