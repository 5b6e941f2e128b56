//! Rows as the API shows them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::ast::{Path, Query, Select};
use super::run::{Scope, child_relation, matching, page};
use crate::salesforce::schema::Object;
use crate::salesforce::world::{Row, SalesforceWorld};

/// The `attributes` member of a row.
pub(crate) fn attributes(version: &str, object: &str, id: &str) -> Value {
    json!({"type": object, "url": format!("/services/data/{version}/sobjects/{object}/{id}")})
}

/// Children of one sub-query by the id of their parent.
type Kin = BTreeMap<String, Vec<Value>>;

/// The rows with the selected fields.
pub(super) fn rows(
    world: &SalesforceWorld,
    object: &Object,
    query: &Query,
    rows: &[&Row],
    scope: &Scope,
) -> Vec<Value> {
    let children: Vec<Option<Kin>> = query
        .select
        .iter()
        .map(|entry| match entry {
            Select::Children(inner) => Some(kin(world, object, inner, scope)),
            _ => None,
        })
        .collect();
    let shown = Shown { world, object, scope };
    rows.iter().map(|row| Value::Object(shown.row(query, row, &children))).collect()
}

/// All children that the sub-query finds, each list cut to its limit.
fn kin(world: &SalesforceWorld, object: &Object, query: &Query, scope: &Scope) -> Kin {
    let mut kin = Kin::new();
    let Ok(relation) = child_relation(world, object, query) else {
        return kin;
    };
    let Some(child) = world.schema.object(&relation.child) else {
        return kin;
    };
    let mut by_parent: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in matching(world, child, query, scope) {
        if let Some(parent) = row.get(&relation.field).and_then(Value::as_str) {
            by_parent.entry(parent.to_owned()).or_default().push(row);
        }
    }
    for (parent, found) in by_parent {
        kin.insert(parent, rows(world, child, query, &page(found, query), scope));
    }
    kin
}

struct Shown<'a> {
    world: &'a SalesforceWorld,
    object: &'a Object,
    scope: &'a Scope,
}

impl Shown<'_> {
    fn row(&self, query: &Query, row: &Row, children: &[Option<Kin>]) -> Row {
        let mut shown = self.blank(self.object, row);
        for (entry, kin) in query.select.iter().zip(children) {
            match entry {
                Select::Field(path) | Select::Label(path) => self.field(&mut shown, row, path),
                Select::Fields(which) => self.fields(&mut shown, row, which),
                Select::TypeOf { parent, cases, otherwise } => {
                    let value = self.type_of(row, parent, cases, otherwise);
                    shown.insert(parent.names[0].clone(), value);
                }
                Select::Children(inner) => {
                    let id = row.get("Id").and_then(Value::as_str).unwrap_or_default();
                    let found = kin.as_ref().and_then(|kin| kin.get(id));
                    let list = found.filter(|rows| !rows.is_empty()).map_or(
                        Value::Null,
                        |rows| json!({"totalSize": rows.len(), "done": true, "records": rows}),
                    );
                    shown.insert(inner.from.clone(), list);
                }
                Select::Count | Select::Aggregate { .. } => {}
            }
        }
        shown
    }

    fn blank(&self, object: &Object, row: &Row) -> Row {
        let id = row.get("Id").and_then(Value::as_str).unwrap_or_default();
        let mut shown = Row::new();
        shown.insert("attributes".into(), attributes(&self.scope.version, &object.name, id));
        shown
    }

    fn fields(&self, shown: &mut Row, row: &Row, which: &str) {
        let wanted = |name: &str| match which {
            "CUSTOM" => name.ends_with("__c"),
            "STANDARD" => !name.ends_with("__c"),
            _ => true,
        };
        for field in self.object.fields.iter().filter(|field| wanted(&field.name)) {
            if self.world.shows(self.object, field) {
                let value = self.world.value(self.object, row, field).into_owned();
                shown.insert(field.name.clone(), value);
            }
        }
    }

    /// Puts a value where its path leads, making the parents on the way.
    fn field(&self, shown: &mut Row, row: &Row, path: &Path) {
        let value = self.world.follow(self.object, row, &path.names).into_owned();
        self.nest(shown, (self.object, row), &path.names, value);
    }

    fn nest(
        &self,
        shown: &mut Row,
        (object, row): (&Object, &Row),
        names: &[String],
        value: Value,
    ) {
        let [relation, rest @ ..] = names else { return };
        if rest.is_empty() {
            shown.insert(relation.clone(), value);
            return;
        }
        let Some((target, parent)) = self.world.parent(object, row, relation) else {
            shown.insert(relation.clone(), Value::Null);
            return;
        };
        let slot = shown
            .entry(relation.clone())
            .or_insert_with(|| Value::Object(self.blank(target, parent)));
        if let Value::Object(inner) = slot {
            self.nest(inner, (target, parent), rest, value);
        }
    }

    fn type_of(
        &self,
        row: &Row,
        parent: &Path,
        cases: &[(String, Vec<Path>)],
        otherwise: &[Path],
    ) -> Value {
        let found = self.world.parent(self.object, row, &parent.names[0]);
        let Some((target, parent_row)) = found else {
            return Value::Null;
        };
        let case = cases.iter().find(|(name, _)| *name == target.name);
        let paths = case.map_or(otherwise, |(_, paths)| paths.as_slice());
        let mut shown = self.blank(target, parent_row);
        for path in paths {
            let names = match path.names.as_slice() {
                [name] if name == "Name" => vec![target.name_field().to_owned()],
                names => names.to_vec(),
            };
            let value = self.world.follow(target, parent_row, &names).into_owned();
            shown.insert(path.names.join("."), value);
        }
        Value::Object(shown)
    }
}
