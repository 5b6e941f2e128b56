//! Values of fields, computed ones too.

use std::borrow::Cow;

use serde_json::Value;

use super::{Row, SalesforceWorld};
use crate::salesforce::schema::{Field, Kind, Object, Source};

const NULL: Value = Value::Null;
const FALSE: Value = Value::Bool(false);

/// The value of a field that holds nothing: a boolean is never null.
pub(crate) fn empty(field: &Field) -> &'static Value {
    if field.kind == Kind::Bool { &FALSE } else { &NULL }
}

impl SalesforceWorld {
    /// The value of a field of a row.
    pub(crate) fn value<'a>(
        &'a self,
        object: &Object,
        row: &'a Row,
        field: &Field,
    ) -> Cow<'a, Value> {
        match &field.source {
            Some(Source::From(path)) => self.follow(object, row, path),
            Some(Source::Formula(template)) => Cow::Owned(self.formula(object, row, template)),
            None => Cow::Borrowed(row.get(&field.name).unwrap_or_else(|| empty(field))),
        }
    }

    /// The value at the end of a path of relationship names.
    pub(crate) fn follow<'a>(
        &'a self,
        object: &Object,
        row: &'a Row,
        path: &[String],
    ) -> Cow<'a, Value> {
        let [relation, rest @ ..] = path else {
            return Cow::Borrowed(&NULL);
        };
        if let (true, Some(stored)) = (rest.is_empty(), row.get(relation)) {
            return Cow::Borrowed(stored);
        }
        if rest.is_empty() {
            return match object.field(relation) {
                Some(field) => self.value(object, row, field),
                None => Cow::Borrowed(&NULL),
            };
        }
        match self.parent(object, row, relation) {
            Some((target, parent)) => match pseudo(object, relation, target, rest) {
                Some(name) => Cow::Owned(name),
                None => self.follow(target, parent, &real_names(object, relation, target, rest)),
            },
            None => Cow::Borrowed(self.of_nobody(object, relation, rest)),
        }
    }

    /// The parent record behind a relationship name, when there is one.
    pub(crate) fn parent<'a>(
        &'a self,
        object: &Object,
        row: &'a Row,
        relation: &str,
    ) -> Option<(&'a Object, &'a Row)> {
        let field = object.parent(relation)?;
        let value = self.value(object, row, field);
        let id = value.as_str()?;
        let target = self.schema.of_id(id)?;
        Some((target, self.live(id)?))
    }

    /// An empty parent has no value, and false for a boolean.
    fn of_nobody(&self, object: &Object, relation: &str, rest: &[String]) -> &'static Value {
        let target = object.parent(relation).and_then(|field| self.schema.object(&field.refers[0]));
        match (target, rest) {
            (Some(target), [name]) => target.field(name).map_or(&NULL, empty),
            (Some(target), [next, rest @ ..]) => self.of_nobody(target, next, rest),
            _ => &NULL,
        }
    }

    fn formula(&self, object: &Object, row: &Row, template: &str) -> Value {
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            if let Some(field) = object.field(name) {
                text.push_str(self.value(object, row, field).as_str().unwrap_or_default());
            }
            rest = tail;
        }
        text.push_str(rest);
        Value::String(text)
    }
}

/// `What.Name` is the name field of whatever the parent is.
fn real_names(object: &Object, relation: &str, target: &Object, rest: &[String]) -> Vec<String> {
    let many = object.parent(relation).is_some_and(Field::polymorphic);
    match rest {
        [name] if many && name == "Name" => vec![target.name_field().to_owned()],
        _ => rest.to_vec(),
    }
}

/// `What.Type`: the object name, where the parent may be of several objects.
fn pseudo(object: &Object, relation: &str, target: &Object, rest: &[String]) -> Option<Value> {
    let many = object.parent(relation).is_some_and(Field::polymorphic);
    let asks = rest.len() == 1 && rest[0].eq_ignore_ascii_case("Type");
    (many && asks).then(|| Value::String(target.name.clone()))
}
