//! A mapping with its two fields: what it makes of a value on its way across.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde_json::Value;

use super::allowance::{self, Carried};
use super::exchange::{person, placed};
use super::value_map::renamed;
use super::{
    ConvertError, read_jira, read_salesforce, to_jira, to_salesforce, write_jira, write_salesforce,
};
use crate::catalogue::Code;
use crate::field::{JiraField, SalesforceField, Schema};
use crate::item::{ConnectedItem, Made, Mapping};
use crate::snapshot::Side;
use crate::template;
use crate::value::FieldValue;

/// A mapping whose two fields are known. A side whose value the mapping makes up (a constant, a
/// template) has a field that no vendor knows.
#[derive(Debug, Clone)]
pub struct Crossing<'a> {
    /// The mapping.
    pub mapping: &'a Mapping,
    /// The record's field.
    pub salesforce: Cow<'a, SalesforceField>,
    /// The field.
    pub jira: Cow<'a, JiraField>,
    schema: &'a Schema,
    zone: Tz,
}

impl<'a> Crossing<'a> {
    /// The mapping with what the metadata says of its fields.
    ///
    /// # Errors
    /// The sides whose metadata does not list the field.
    pub fn of(
        item: &ConnectedItem,
        schema: &'a Schema,
        mapping: &'a Mapping,
    ) -> Result<Self, Vec<Side>> {
        let zone = item.time_zone.unwrap_or(Tz::UTC);
        let made = mapping.made().map(|(side, _)| side);
        let salesforce = match made {
            Some(Side::Salesforce) => Some(Cow::Owned(SalesforceField::made_up())),
            _ => schema.salesforce.get(&mapping.salesforce).map(Cow::Borrowed),
        };
        let jira = match made {
            Some(Side::Jira) => Some(Cow::Owned(JiraField::made_up())),
            _ => schema.jira.get(&mapping.jira).map(Cow::Borrowed),
        };
        match (salesforce, jira) {
            (Some(salesforce), Some(jira)) => Ok(Self { mapping, salesforce, jira, schema, zone }),
            (salesforce, jira) => {
                let sides =
                    [(Side::Salesforce, salesforce.is_none()), (Side::Jira, jira.is_none())];
                Err(sides.into_iter().filter(|(_, gone)| *gone).map(|(side, _)| side).collect())
            }
        }
    }

    /// What a side shows in the field, from the fields that were read of it; `None` where the field
    /// is not among them.
    pub fn read(
        &self,
        side: Side,
        fields: &BTreeMap<String, Value>,
    ) -> Option<Result<FieldValue, ConvertError>> {
        match (self.mapping.made(), side) {
            (Some((made, Made::Constant(text))), _) if made == side => {
                Some(Ok(FieldValue::text(text)))
            }
            (Some((made, Made::Template(source))), _) if made == side => {
                Some(self.render(source, fields))
            }
            (_, Side::Salesforce) => {
                Some(read_salesforce(&self.salesforce, fields.get(&self.mapping.salesforce)?))
            }
            (_, Side::Jira) => Some(read_jira(&self.jira, fields.get(&self.mapping.jira)?)),
        }
    }

    fn render(
        &self,
        source: &str,
        fields: &BTreeMap<String, Value>,
    ) -> Result<FieldValue, ConvertError> {
        let mut values = BTreeMap::new();
        for name in self.mapping.record_fields() {
            if let Some(field) = self.schema.salesforce.get(&name) {
                let raw = fields.get(&name).unwrap_or(&Value::Null);
                values.insert(name, read_salesforce(field, raw)?);
            }
        }
        let text = template::render(source, &values);
        let text = text.map_err(|why| ConvertError::new(Code::ConvertTemplate, why))?;
        Ok(FieldValue::text(text.trim()))
    }

    /// What the other side would show of `value`, which `from` shows: under the name that the other
    /// side has for it, and shortened or rounded where the mapping allows that.
    pub fn across(&self, from: Side, value: &FieldValue) -> Result<Carried, ConvertError> {
        let value = match &self.mapping.values {
            Some(map) => Cow::Owned(renamed(map, from, value)?),
            None => Cow::Borrowed(value),
        };
        let value = placed(self.fields(), from, value.into_owned(), self.zone);
        let value = person(self.fields(), from, value, &self.schema.people)?;
        match self.strictly(from, &value) {
            Ok(value) => Ok(Carried { value, shortened: None }),
            Err(refused) => self.with_allowance(from, &value, refused),
        }
    }

    /// As [`Self::across`], for the first value of a field: where the source is empty, the default.
    pub fn first_across(&self, from: Side, value: &FieldValue) -> Result<Carried, ConvertError> {
        match &self.mapping.default {
            Some(default) if value.is_empty() => {
                let value = self.strictly(from, &FieldValue::text(default))?;
                Ok(Carried { value, shortened: None })
            }
            _ => self.across(from, value),
        }
    }

    fn with_allowance(
        &self,
        from: Side,
        value: &FieldValue,
        refused: ConvertError,
    ) -> Result<Carried, ConvertError> {
        match (refused.code, value) {
            (Code::ConvertScale, _) if self.mapping.round => {
                let number = allowance::number(value)?;
                let rounded = FieldValue::Number(self.rounded(number));
                Ok(Carried { value: self.strictly(from, &rounded)?, shortened: None })
            }
            (Code::ConvertTooLong, _) if self.mapping.truncate => {
                let html = from == Side::Salesforce && self.salesforce.html;
                let strictly = |shorter: &FieldValue| self.strictly(from, shorter);
                let value = allowance::shortened(value, html, strictly, &refused)?;
                let detail = refused.detail;
                Ok(Carried { value, shortened: Some(detail) })
            }
            _ => Err(refused),
        }
    }

    fn rounded(&self, number: Decimal) -> Decimal {
        number.round_dp(self.salesforce.scale)
    }

    fn fields(&self) -> (&SalesforceField, &JiraField) {
        (&self.salesforce, &self.jira)
    }

    fn strictly(&self, from: Side, value: &FieldValue) -> Result<FieldValue, ConvertError> {
        match from {
            Side::Salesforce => to_jira(&self.salesforce, value, &self.jira),
            Side::Jira => to_salesforce(&self.jira, value, &self.salesforce),
        }
    }

    /// `value` in the wire form of `side`.
    pub fn wire(&self, side: Side, value: &FieldValue) -> Value {
        match side {
            Side::Salesforce => write_salesforce(&self.salesforce, value),
            Side::Jira => write_jira(&self.jira, value),
        }
    }
}

#[cfg(test)]
#[path = "crossing_tests.rs"]
mod tests;
