//! Turns a clause into a predicate over issues.

use chrono::{DateTime, Utc};

use super::moment::moment;
use super::parser::{Clause, Operator};
use crate::jira::adf;
use crate::jira::model::catalog::{self, Category};
use crate::jira::model::fields::{self, Field, Kind};
use crate::jira::model::{FieldValue, Issue, Site};

/// Who asks, when and about which site.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The site, to look up keys.
    pub site: &'a Site,
    /// Time of the question.
    pub now: DateTime<Utc>,
    /// Zone of the caller's profile.
    pub zone: chrono_tz::Tz,
    /// The caller, for `currentUser()`.
    pub account: &'a str,
}

/// A compiled condition.
pub type Predicate = Box<dyn Fn(&Issue) -> bool + Send + Sync>;

/// A value that clauses compare.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
enum Atom {
    Id(String),
    Number(f64),
}

/// Compiles a clause.
///
/// # Errors
/// Jira's message about a value or an operator that the field does not know.
pub fn compile(clause: &Clause, reader: &Reader<'_>) -> Result<Predicate, String> {
    Ok(match clause {
        Clause::All(clauses) => {
            let all = compile_all(clauses, reader)?;
            Box::new(move |issue| all.iter().all(|one| one(issue)))
        }
        Clause::Any(clauses) => {
            let all = compile_all(clauses, reader)?;
            Box::new(move |issue| all.iter().any(|one| one(issue)))
        }
        Clause::Not(inner) => {
            let inner = compile(inner, reader)?;
            Box::new(move |issue| !inner(issue))
        }
        Clause::Field { field, operator, values } => compare(field, *operator, values, reader)?,
    })
}

fn compile_all(clauses: &[Clause], reader: &Reader<'_>) -> Result<Vec<Predicate>, String> {
    clauses.iter().map(|clause| compile(clause, reader)).collect()
}

fn compare(
    name: &str,
    operator: Operator,
    values: &[(String, bool)],
    reader: &Reader<'_>,
) -> Result<Predicate, String> {
    let name = name.to_owned();
    if matches!(operator, Operator::Contains | Operator::Lacks) {
        return text_search(&name, operator, values);
    }
    if is_text(&name) && !matches!(operator, Operator::Empty | Operator::Filled) {
        let sign = if operator == Operator::Differs { "!=" } else { "=" };
        return Err(format!("The operator '{sign}' is not supported by the '{name}' field."));
    }
    let wanted: Result<Vec<Atom>, String> =
        values.iter().map(|(text, quoted)| atom(&name, text, *quoted, reader)).collect();
    let wanted = wanted?;
    Ok(Box::new(move |issue| holds(operator, &atoms(&name, issue), &wanted)))
}

fn holds(operator: Operator, found: &[Atom], wanted: &[Atom]) -> bool {
    let is_any = || found.iter().any(|atom| wanted.contains(atom));
    let any = |test: fn(&Atom, &Atom) -> bool| {
        found.iter().any(|atom| wanted.iter().any(|want| test(atom, want)))
    };
    match operator {
        Operator::Equals | Operator::In => is_any(),
        Operator::Differs | Operator::NotIn => !found.is_empty() && !is_any(),
        Operator::Above => any(|atom, want| atom > want),
        Operator::AtLeast => any(|atom, want| atom >= want),
        Operator::Below => any(|atom, want| atom < want),
        Operator::AtMost => any(|atom, want| atom <= want),
        Operator::Empty => found.is_empty(),
        Operator::Filled => !found.is_empty(),
        Operator::Contains | Operator::Lacks => false,
    }
}

fn is_text(name: &str) -> bool {
    let kind = fields::field(name).map(|field| field.kind);
    name == "text" || matches!(kind, Some(Kind::Line | Kind::Document | Kind::Url))
}

fn text_search(
    name: &str,
    operator: Operator,
    values: &[(String, bool)],
) -> Result<Predicate, String> {
    if !is_text(name) {
        return Err(format!("The operator '~' is not supported by the '{name}' field."));
    }
    let needle = values.first().map(|(text, _)| text.to_lowercase()).unwrap_or_default();
    let words: Vec<String> = needle
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let name = name.to_owned();
    Ok(Box::new(move |issue| {
        let text = text_of(&name, issue).to_lowercase();
        let has_all = !words.is_empty() && words.iter().all(|word| text.contains(word.as_str()));
        has_all == (operator == Operator::Contains)
    }))
}

fn text_of(name: &str, issue: &Issue) -> String {
    let one = |id: &str| match issue.values.get(id) {
        Some(FieldValue::Text(text)) => text.clone(),
        Some(FieldValue::Document(document)) => adf::plain(document),
        _ => String::new(),
    };
    if name != "text" {
        return one(name);
    }
    let mut all = vec![one("summary"), one("description"), one("environment")];
    all.extend(issue.comments.iter().map(|comment| adf::plain(&comment.body)));
    all.join(" ")
}

/// A value of the query as the field's atoms are written.
fn atom(name: &str, text: &str, quoted: bool, reader: &Reader<'_>) -> Result<Atom, String> {
    let missing = || format!("The value '{text}' does not exist for the field '{name}'.");
    let id =
        |found: Option<&'static str>| found.map(|id| Atom::Id(id.to_owned())).ok_or_else(missing);
    match name {
        "issuekey" | "parent" => match reader.site.find(text) {
            Some(found) => Ok(number(found)),
            None if text.parse::<u64>().is_ok() => Ok(Atom::Number(-1.0)),
            None => Err(format!("An issue with key '{text}' does not exist for field 'key'.")),
        },
        "project" => {
            let by_name = || catalog::PROJECTS.iter().find(|project| project.name == text);
            id(catalog::project(text).or_else(by_name).map(|project| project.id))
        }
        "issuetype" => id(catalog::issue_type(text).map(|kind| kind.id)),
        "status" => id(catalog::status(text).map(|status| status.id)),
        "statusCategory" => id(category(text)),
        "created" | "updated" | "resolutiondate" => time(text, quoted, reader),
        _ => field_atom(fields::field(name).ok_or_else(missing)?, text, quoted, reader),
    }
}

fn field_atom(
    field: &'static Field,
    text: &str,
    quoted: bool,
    reader: &Reader<'_>,
) -> Result<Atom, String> {
    let missing = || format!("The value '{text}' does not exist for the field '{}'.", field.id);
    match field.kind {
        Kind::Date | Kind::Moment => time(text, quoted, reader),
        Kind::Number => text.parse().map(Atom::Number).map_err(|_| missing()),
        Kind::Words => Ok(Atom::Id(text.to_owned())),
        Kind::User | Kind::Users | Kind::Computed("user") => {
            let account =
                if text.eq_ignore_ascii_case("currentUser()") { reader.account } else { text };
            let user = catalog::USERS
                .iter()
                .find(|user| user.account_id == account || user.display_name == account);
            user.map(|user| Atom::Id(user.account_id.to_owned())).ok_or_else(missing)
        }
        Kind::Priority => named(catalog::PRIORITIES, text).ok_or_else(missing),
        Kind::Resolution => named(catalog::RESOLUTIONS, text).ok_or_else(missing),
        Kind::Components => {
            let mut all = catalog::PROJECTS.iter();
            all.find_map(|project| named(project.components, text)).ok_or_else(missing)
        }
        Kind::Version | Kind::Versions => {
            let mut all = catalog::PROJECTS.iter();
            all.find_map(|project| named(project.versions, text)).ok_or_else(missing)
        }
        Kind::Choice | Kind::Choices | Kind::Cascade => {
            let all = field.choices.iter().flat_map(|top| std::iter::once(top).chain(top.children));
            let mut all = all.filter(|choice| choice.id == text || choice.value == text);
            all.next().map(|choice| Atom::Id(choice.id.to_owned())).ok_or_else(missing)
        }
        _ => Err(format!("Field '{}' is not searchable.", field.id)),
    }
}

/// The values that an issue has in a field.
fn atoms(name: &str, issue: &Issue) -> Vec<Atom> {
    let id = |id: &str| vec![Atom::Id(id.to_owned())];
    match name {
        "issuekey" => vec![number(issue.id)],
        "project" => id(issue.project_id),
        "issuetype" => id(issue.type_id),
        "status" => id(issue.status_id),
        "statusCategory" => id(issue.status().category.facts().1),
        "creator" => id(&issue.creator),
        "created" => vec![instant(issue.created)],
        "updated" => vec![instant(issue.updated)],
        "resolutiondate" => issue.resolved.map(instant).into_iter().collect(),
        _ => match issue.values.get(name) {
            None => Vec::new(),
            Some(FieldValue::One(one)) => id(one),
            Some(FieldValue::Many(many)) => many.iter().cloned().map(Atom::Id).collect(),
            Some(FieldValue::Cascade(parent, child)) => {
                std::iter::once(parent).chain(child).cloned().map(Atom::Id).collect()
            }
            Some(FieldValue::Number(value)) => vec![Atom::Number(*value)],
            Some(FieldValue::Moment(moment)) => vec![instant(*moment)],
            Some(FieldValue::Date(date)) => {
                vec![instant(date.and_time(chrono::NaiveTime::MIN).and_utc())]
            }
            Some(FieldValue::Parent(parent)) => vec![number(*parent)],
            Some(FieldValue::Text(text)) => id(text),
            Some(FieldValue::Document(_)) => id("document"),
        },
    }
}

fn named(list: &'static [(&'static str, &'static str)], text: &str) -> Option<Atom> {
    catalog::named(list, text).map(|(id, _)| Atom::Id(id.to_owned()))
}

fn category(text: &str) -> Option<&'static str> {
    [Category::New, Category::Indeterminate, Category::Done].into_iter().find_map(|category| {
        let (id, key, _, name) = category.facts();
        let is_it = key.eq_ignore_ascii_case(text)
            || name.eq_ignore_ascii_case(text)
            || id.to_string() == text;
        is_it.then_some(key)
    })
}

fn time(text: &str, quoted: bool, reader: &Reader<'_>) -> Result<Atom, String> {
    moment(text, quoted, reader.now, reader.zone).map(instant)
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds and ids stay far below 2^53")]
fn instant(moment: DateTime<Utc>) -> Atom {
    Atom::Number(moment.timestamp_millis() as f64)
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds and ids stay far below 2^53")]
fn number(id: u64) -> Atom {
    Atom::Number(id as f64)
}
