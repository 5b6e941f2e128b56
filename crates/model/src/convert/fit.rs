//! Which fields convert at all, before any value is seen.

use super::jira::longest;
use crate::field::{JiraField, JiraKind, SalesforceField, SalesforceType};

/// How well the values of one field fit another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// Every value fits.
    Always,
    /// Some values may not; why.
    Sometimes(String),
    /// None does; why.
    Never(String),
}

/// The groups of types between which conversions are alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Line,
    Lines,
    Number,
    Truth,
    Time,
    One,
    Many,
    Shown,
}

/// How well values of a Salesforce field fit a Jira field.
pub fn fit_jira(from: &SalesforceField, to: &JiraField) -> Fit {
    if matches!(to.kind, JiraKind::User | JiraKind::Users) {
        return people(from);
    }
    let fit = between(of_salesforce(from.kind), of_jira(to.kind));
    let never = matches!(fit, Fit::Never(_));
    if !never && to.kind == JiraKind::Labels {
        return Fit::Sometimes("a label cannot hold blanks".to_owned());
    }
    if !never && to.kind == JiraKind::Url && from.kind != SalesforceType::Url {
        return Fit::Sometimes("Jira takes absolute addresses only".to_owned());
    }
    let text = matches!(to.kind, JiraKind::Text | JiraKind::Document | JiraKind::Url);
    if fit == Fit::Always && text && from.length > longest(to) {
        return too_long(from.length, longest(to));
    }
    let options =
        matches!(of_jira(to.kind), Group::One | Group::Many) && to.kind != JiraKind::Labels;
    match missing(&from.picklist, &to.allowed) {
        Some(name) if fit == Fit::Always && options => Fit::Sometimes(not_offered(name)),
        _ => fit,
    }
}

/// How well values of a Jira field fit a Salesforce field.
pub fn fit_salesforce(from: &JiraField, to: &SalesforceField) -> Fit {
    if to.html && to.kind != SalesforceType::LongText {
        return Fit::Never("the field is only shown".to_owned());
    }
    if from.kind == JiraKind::User && to.is_user() {
        return known_people();
    }
    let fit = between(of_jira(from.kind), of_salesforce(to.kind));
    if matches!(fit, Fit::Never(_)) {
        return fit;
    }
    if to.kind == SalesforceType::Email {
        return Fit::Sometimes("only e-mail addresses fit".to_owned());
    }
    let from_text = matches!(from.kind, JiraKind::Text | JiraKind::Document | JiraKind::Url);
    let holds_text = matches!(of_salesforce(to.kind), Group::Line | Group::Lines);
    if fit == Fit::Always && from_text && holds_text && to.length > 0 && longest(from) > to.length {
        return too_long(longest(from), to.length);
    }
    if fit == Fit::Always && to.html && from.kind == JiraKind::Document {
        return Fit::Sometimes(format!("its {} characters count the markup", to.length));
    }
    match missing(&from.allowed, &to.picklist) {
        Some(name) if fit == Fit::Always && to.restricted => Fit::Sometimes(not_offered(name)),
        _ => fit,
    }
}

/// Fields that may say who somebody is.
fn people(from: &SalesforceField) -> Fit {
    match of_salesforce(from.kind) {
        Group::Line | Group::One | Group::Many => known_people(),
        Group::Shown if from.is_user() => known_people(),
        _ => Fit::Never("the field does not say who somebody is".to_owned()),
    }
}

fn known_people() -> Fit {
    Fit::Sometimes("only people who are known on both sides fit; others are left alone".to_owned())
}

fn too_long(source: usize, target: usize) -> Fit {
    Fit::Sometimes(format!("{target} characters fit and the source may have {source}"))
}

fn not_offered(name: &str) -> String {
    format!("the other side does not offer `{name}`")
}

/// The first option of one side that the other does not offer, where both list theirs.
fn missing<'a>(from: &'a [String], to: &[String]) -> Option<&'a String> {
    if to.is_empty() {
        return None;
    }
    from.iter().find(|name| super::options::offered(to, name).is_none())
}

fn of_salesforce(kind: SalesforceType) -> Group {
    use SalesforceType as T;
    match kind {
        T::Text | T::Email | T::Phone | T::Url => Group::Line,
        T::LongText => Group::Lines,
        T::Number | T::Currency | T::Percent => Group::Number,
        T::Checkbox => Group::Truth,
        T::Date | T::DateTime => Group::Time,
        T::Picklist => Group::One,
        T::MultiPicklist => Group::Many,
        T::Reference | T::Other => Group::Shown,
    }
}

fn of_jira(kind: JiraKind) -> Group {
    match kind {
        JiraKind::Text | JiraKind::Url => Group::Line,
        JiraKind::Document => Group::Lines,
        JiraKind::Number => Group::Number,
        JiraKind::Date | JiraKind::DateTime => Group::Time,
        JiraKind::Option | JiraKind::Priority | JiraKind::Cascade | JiraKind::Version => Group::One,
        JiraKind::Options | JiraKind::Labels | JiraKind::Components | JiraKind::Versions => {
            Group::Many
        }
        JiraKind::User | JiraKind::Users | JiraKind::Resolution | JiraKind::Other => Group::Shown,
    }
}

fn between(from: Group, to: Group) -> Fit {
    use Group as G;
    let sometimes = |why: &str| Fit::Sometimes(why.to_owned());
    match (from, to) {
        (_, G::Shown) => Fit::Never("the field is only shown".to_owned()),
        (G::Lines | G::Shown, G::Line) => sometimes("only a single line fits"),
        (_, G::Line | G::Lines) | (G::One | G::Truth, G::Many) => Fit::Always,
        (a, b) if a == b => Fit::Always,
        (G::Many, G::One) => sometimes("only a single value fits"),
        (G::Line | G::Lines | G::Shown, _) => sometimes("only texts of the right form fit"),
        (G::Truth, G::One) => sometimes("the other side must offer Yes and No"),
        (G::One | G::Many | G::Number, G::Truth) => sometimes("only Yes and No fit a checkbox"),
        (G::One, G::Number) => sometimes("only values that are numbers fit"),
        (G::Number | G::Time, G::One | G::Many) => sometimes("only values that are offered fit"),
        _ => Fit::Never("the types do not convert".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::samples::{jira, salesforce};
    use crate::field::{JiraKind as J, SalesforceType as S};

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    // F-211
    #[test]
    fn the_fit_of_two_fields_is_known_beforehand() {
        let text = salesforce("Subject", S::Text);
        assert_eq!(fit_jira(&text, &jira("summary", J::Text)), Fit::Always);
        let long = SalesforceField { length: 300, ..text.clone() };
        assert!(matches!(fit_jira(&long, &jira("summary", J::Text)), Fit::Sometimes(_)));
        assert!(matches!(fit_jira(&text, &jira("x", J::Other)), Fit::Never(_)));
        let rich = SalesforceField { html: true, length: 32_768, ..salesforce("R", S::LongText) };
        let counted = fit_salesforce(&jira("d", J::Document), &rich);
        assert!(matches!(counted, Fit::Sometimes(why) if why.contains("markup")));
        let date = salesforce("D", S::Date);
        assert!(matches!(fit_jira(&date, &jira("x", J::Number)), Fit::Never(_)));
        assert_eq!(fit_jira(&date, &jira("x", J::DateTime)), Fit::Always);
        assert!(matches!(fit_salesforce(&jira("x", J::Text), &date), Fit::Sometimes(_)));
        let gold = SalesforceField {
            restricted: true,
            picklist: words(&["Gold"]),
            ..salesforce("P", S::Picklist)
        };
        let tiers = JiraField { allowed: words(&["gold", "Silver"]), ..jira("cf", J::Option) };
        assert_eq!(fit_jira(&gold, &tiers), Fit::Always);
        assert!(
            matches!(fit_salesforce(&tiers, &gold), Fit::Sometimes(why) if why.contains("Silver"))
        );
    }
}
