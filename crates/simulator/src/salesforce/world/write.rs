//! Create, update and upsert: checks in the platform's order, then rules, then stamps.

use serde_json::{Value, json};

use super::before::Saving;
use super::coerce::{coerce, wrong_id};
use super::merge::refuse_converted;
use super::{Actor, Origin, Right, Row, SalesforceWorld, is_deleted};
use crate::salesforce::error::{Complaint, Refusal};
use crate::salesforce::ids;
use crate::salesforce::schema::{Field, Flag, Object};

/// What an upsert did.
#[derive(Debug)]
pub(crate) struct Upserted {
    /// Id of the record.
    pub(crate) id: String,
    /// Whether it is new.
    pub(crate) created: bool,
}

impl SalesforceWorld {
    /// Creates a record and gives its id. A refused create leaves nothing behind.
    pub(crate) fn insert(
        &mut self,
        name: &str,
        input: &Row,
        actor: &Actor,
    ) -> Result<String, Refusal> {
        self.transaction(|world| world.try_insert(name, input, actor), Result::is_ok)
    }

    fn try_insert(&mut self, name: &str, input: &Row, actor: &Actor) -> Result<String, Refusal> {
        let schema = self.schema.clone();
        let object = schema.object(name).ok_or_else(Refusal::not_found)?;
        let able = object.can("create") && self.allows(actor, object, Right::Create);
        if actor.origin != Origin::Automation && !able {
            let text = format!("entity type cannot be inserted: {}", object.label);
            return Err(Refusal::field("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", text, &[]));
        }
        let given = self.checked(object, input, actor, Field::createable)?;
        let mut row = given.clone();
        let id = self.mint.next(&object.prefix);
        row.insert("Id".into(), json!(id));
        row.insert("IsDeleted".into(), json!(false));
        for act in ["Created", "LastModified"] {
            row.insert(format!("{act}ById"), json!(actor.user));
            row.insert(format!("{act}Date"), json!(actor.stamp()));
        }
        row.insert("SystemModstamp".into(), json!(actor.stamp()));
        self.fill_defaults(object, &mut row, actor);
        let saving = Saving { old: None, row: &mut row, given: &given, actor };
        self.before_save(object, saving)?;
        self.verify(object, None, &row, actor)?;
        self.run_duplicate_rules(object, &row, actor)?;
        self.put(object.table(), &id, row);
        self.after_create(object, &id, actor)?;
        Ok(id)
    }

    /// Changes a record. A refused update leaves nothing behind.
    pub(crate) fn update(
        &mut self,
        name: &str,
        id: &str,
        input: &Row,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        self.transaction(|world| world.try_update(name, id, input, actor), Result::is_ok)
    }

    fn try_update(
        &mut self,
        name: &str,
        id: &str,
        input: &Row,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        let schema = self.schema.clone();
        let object = schema.object(name).ok_or_else(Refusal::not_found)?;
        let id = self.locate(object, id)?;
        let able = object.can("update") && self.allows(actor, object, Right::Update);
        if actor.origin != Origin::Automation && !able {
            let text = format!("entity type cannot be updated: {}", object.label);
            return Err(Refusal::field("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", text, &[]));
        }
        let old = self.row(object, &id).cloned().unwrap_or_default();
        refuse_converted(object, &old, actor)?;
        let given = self.checked(object, input, actor, Field::updateable)?;
        let mut row = old.clone();
        row.extend(given.clone());
        if actor.origin != Origin::Automation {
            row.insert("LastModifiedById".into(), json!(actor.user));
            row.insert("LastModifiedDate".into(), json!(actor.stamp()));
        }
        row.insert("SystemModstamp".into(), json!(actor.stamp()));
        let saving = Saving { old: Some(&old), row: &mut row, given: &given, actor };
        self.before_save(object, saving)?;
        self.verify(object, Some(&old), &row, actor)?;
        self.put(object.table(), &id, row);
        self.keep_history(object, (&id, &old), actor)?;
        self.after_update(object, &id, &given, actor)
    }

    /// Updates the record whose external id field holds `value`, or creates it.
    ///
    /// The refusal has status 300 when several records match.
    pub(crate) fn upsert(
        &mut self,
        object: &Object,
        key: (&Field, &str),
        input: &Row,
        actor: &Actor,
    ) -> Result<Upserted, Refusal> {
        let found = self.find_by(object, key.0, key.1);
        if found.len() > 1 {
            return Err(Refusal { status: 300, complaints: Vec::new() });
        }
        let Some(id) = found.into_iter().next() else {
            let mut input = input.clone();
            input.insert(key.0.name.clone(), json!(key.1));
            let id = self.insert(&object.name, &input, actor)?;
            return Ok(Upserted { id, created: true });
        };
        self.update(&object.name, &id, input, actor)?;
        Ok(Upserted { id, created: false })
    }

    /// Ids of live records whose field holds the value, in any case.
    pub(crate) fn find_by(&self, object: &Object, field: &Field, value: &str) -> Vec<String> {
        let holds = |row: &&Row| {
            !is_deleted(row)
                && text_of(row, &field.name).is_some_and(|v| v.eq_ignore_ascii_case(value))
        };
        self.rows(object)
            .filter(holds)
            .filter_map(|row| text_of(row, "Id"))
            .map(str::to_owned)
            .collect()
    }

    /// The 18-character id of a live record, from what a path holds.
    pub(crate) fn locate(&self, object: &Object, id: &str) -> Result<String, Refusal> {
        let Some(full) = ids::to18(id) else {
            let text = "Provided external ID field does not exist or is not accessible";
            return Err(Refusal::new(404, "NOT_FOUND", format!("{text}: {id}")));
        };
        if !full.starts_with(&object.prefix) {
            let text = format!("{} ID: id value of incorrect type: {id}", object.label);
            return Err(Refusal::field("MALFORMED_ID", text, &["Id"]));
        }
        match self.row(object, &full) {
            Some(row) if is_deleted(row) => Err(Refusal::deleted()),
            Some(_) => Ok(full),
            None if self.deletions.iter().any(|gone| gone.id == full) => Err(Refusal::deleted()),
            None => Err(Refusal::not_found()),
        }
    }

    /// The given fields in stored form.
    fn checked(
        &self,
        object: &Object,
        input: &Row,
        actor: &Actor,
        writable: fn(&Field) -> bool,
    ) -> Result<Row, Refusal> {
        let (mut row, mut refused) = (Row::new(), Vec::new());
        for (name, value) in input.iter().filter(|(name, _)| *name != "attributes") {
            if name.eq_ignore_ascii_case("Id") {
                let text = "The Id field should not be specified in the sobject data.";
                return Err(Refusal::field("INVALID_FIELD", text, &["Id"]));
            }
            if let (Some(field), Value::Object(key)) = (object.parent(name), value) {
                row.insert(field.name.clone(), json!(self.foreign_key(field, key)?));
                continue;
            }
            let field = self.known(object, name, actor).ok_or_else(|| no_column(object, name))?;
            if actor.origin != Origin::Automation && !writable(field) {
                refused.push(field.name.as_str());
                continue;
            }
            row.insert(field.name.clone(), coerce(field, value, actor)?);
        }
        if refused.is_empty() { Ok(row) } else { Err(read_only(&refused)) }
    }

    /// The id behind `{"Account": {"External_Id__c": "A-1"}}`.
    fn foreign_key(&self, field: &Field, key: &Row) -> Result<String, Refusal> {
        let wanted = key.iter().find(|(name, _)| *name != "attributes");
        let (name, value) =
            wanted.ok_or_else(|| Refusal::json("A relationship needs an external id"))?;
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let targets = field.refers.iter().filter_map(|object| self.schema.object(object));
        for object in targets {
            let Some(by) = object.field(name).filter(|by| by.has(Flag::IdLookup)) else {
                continue;
            };
            if let [id] = self.find_by(object, by, &value).as_slice() {
                return Ok(id.clone());
            }
        }
        let entity = &field.refers[0];
        let text = format!(
            "Foreign key external ID: {value} not found for field {name} in entity {entity}"
        );
        Err(Refusal::field("INVALID_FIELD", text, &[]))
    }

    fn fill_defaults(&mut self, object: &Object, row: &mut Row, actor: &Actor) {
        for field in &object.fields {
            if field.has(Flag::AutoNumber) {
                row.insert(field.name.clone(), json!(self.next_number(&object.name)));
            } else if field.name == "OwnerId" && !row.contains_key("OwnerId") {
                row.insert("OwnerId".into(), json!(actor.user));
            } else if let Some(default) = &field.default
                && !row.contains_key(&field.name)
            {
                row.insert(field.name.clone(), json!(default));
            }
        }
    }

    /// What must hold of the whole row before it is stored.
    fn verify(
        &self,
        object: &Object,
        old: Option<&Row>,
        row: &Row,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        let must = |field: &&Field| field.has(Flag::Required) || field.has(Flag::Kept);
        let missing: Vec<&str> = object
            .fields
            .iter()
            .filter(must)
            .map(|field| field.name.as_str())
            .filter(|name| row.get(*name).is_none_or(Value::is_null))
            .collect();
        if !missing.is_empty() && actor.origin != Origin::Automation {
            let text = format!("Required fields are missing: [{}]", missing.join(", "));
            return Err(Refusal::field("REQUIRED_FIELD_MISSING", text, &missing));
        }
        for field in &object.fields {
            let value = text_of(row, &field.name);
            let changed = value != old.and_then(|old| text_of(old, &field.name));
            if let Some(value) = value.filter(|_| changed) {
                self.verify_reference(field, value)?;
                self.verify_unique(object, field, value, row)?;
            }
        }
        self.run_validation(object, row, actor)
    }

    fn verify_reference(&self, field: &Field, id: &str) -> Result<(), Refusal> {
        if field.refers.is_empty() {
            return Ok(());
        }
        let target = self.schema.of_id(id).filter(|object| field.refers_to(&object.name));
        let object = target.ok_or_else(|| wrong_id(field, id))?;
        match self.row(object, id) {
            Some(row) if !is_deleted(row) => Ok(()),
            Some(_) => Err(Refusal { status: 400, ..Refusal::deleted() }),
            None if object.name == "RecordType" => {
                let text = format!("{}: this ID value isn't valid for the user: {id}", field.label);
                Err(Refusal::field("INVALID_CROSS_REFERENCE_KEY", text, &[&field.name]))
            }
            None => {
                let code = "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY";
                let text =
                    format!("insufficient access rights on cross-reference id: {}", &id[..15]);
                Err(Refusal::field(code, text, &[]))
            }
        }
    }

    fn verify_unique(
        &self,
        object: &Object,
        field: &Field,
        value: &str,
        row: &Row,
    ) -> Result<(), Refusal> {
        if !field.has(Flag::Unique) {
            return Ok(());
        }
        let own = text_of(row, "Id");
        let others = self.find_by(object, field, value);
        let Some(other) = others.iter().find(|id| Some(id.as_str()) != own) else {
            return Ok(());
        };
        let text = format!(
            "duplicate value found: {} duplicates value on record with id: {}",
            field.name,
            &other[..15]
        );
        Err(Refusal::field("DUPLICATE_VALUE", text, &[]))
    }
}

/// The text in a stored field.
pub(crate) fn text_of<'a>(row: &'a Row, name: &str) -> Option<&'a str> {
    row.get(name).and_then(Value::as_str)
}

fn no_column(object: &Object, name: &str) -> Refusal {
    let text = format!("No such column '{name}' on sobject of type {}", object.name);
    Refusal { status: 400, complaints: vec![Complaint::plain("INVALID_FIELD", text)] }
}

/// The platform's words for fields that this user cannot write.
pub(crate) fn read_only(fields: &[&str]) -> Refusal {
    let text = format!(
        "Unable to create/update fields: {}. Please check the security settings of this field and verify \
         that it is read/write for your profile or permission set.",
        fields.join(", ")
    );
    Refusal::field("INVALID_FIELD_FOR_INSERT_UPDATE", text, fields)
}
