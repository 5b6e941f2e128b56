//! A mapping with what both sides say about its two fields.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Plan, Situation};
use crate::base::{FieldBase, Refusal};
use crate::catalogue::Code;
use crate::convert::{Carried, ConvertError, Crossing};
use crate::item::{ConnectedItem, Mapping, Owner};
use crate::snapshot::Side;
use crate::value::FieldValue;

/// A mapping whose two fields are known.
pub(crate) struct Mapped<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) key: String,
    pub(super) owner: Owner,
    pub(super) crossing: Crossing<'a>,
    pub(super) base: Option<&'a FieldBase>,
    refusal: Option<&'a Refusal>,
}

impl<'a> Mapped<'a> {
    /// Every mapping of the item that can be planned; for the others there is a finding.
    pub(super) fn all(situation: &Situation<'a>, plan: &mut Plan) -> Vec<Self> {
        let mappings = situation.item.mappings.iter();
        mappings.filter_map(|mapping| Self::new(situation, mapping, plan)).collect()
    }

    fn new(situation: &Situation<'a>, mapping: &'a Mapping, plan: &mut Plan) -> Option<Self> {
        let key = mapping.key();
        let owner = situation.item.owner(mapping)?;
        if carries_status(situation.item, mapping) {
            let detail = "status sync carries the status; the mapping is left out";
            plan.find(Code::FieldUnwritable, &key, detail);
            return None;
        }
        let crossing = match Crossing::of(situation.item, situation.schema, mapping) {
            Ok(crossing) => crossing,
            Err(sides) => {
                for side in sides {
                    let detail = format!("{} has no field `{}`", side.name(), named(mapping, side));
                    plan.find(Code::FieldMissing, &key, detail);
                }
                return None;
            }
        };
        let base = situation.base.fields.get(&key);
        let refusal = match base {
            Some(base) => base.refused.as_ref(),
            None => situation.base.first_refused.get(&key),
        };
        Some(Self { mapping, key, owner, crossing, base, refusal })
    }

    /// Whether changes on `side` flow to the other one.
    pub(super) fn flows_from(&self, side: Side) -> bool {
        match self.owner {
            Owner::Both => true,
            Owner::Salesforce => side == Side::Salesforce,
            Owner::Jira => side == Side::Jira,
        }
    }

    /// What a side shows in this field. A field that is not in its answer counts as empty where it was
    /// empty before; otherwise it is missing, for what is not shown was not cleared by anybody.
    pub(super) fn shown(
        &self,
        side: Side,
        fields: &BTreeMap<String, Value>,
        plan: &mut Plan,
    ) -> Option<FieldValue> {
        let read = self.crossing.read(side, fields).unwrap_or_else(|| self.not_shown(side));
        read.map_err(|error| plan.find(error.code, &self.key, error.detail)).ok()
    }

    fn not_shown(&self, side: Side) -> Result<FieldValue, ConvertError> {
        let before = self.base.map(|base| match side {
            Side::Salesforce => &base.salesforce,
            Side::Jira => &base.jira,
        });
        if before.is_none_or(FieldValue::is_empty) {
            return Ok(FieldValue::Empty);
        }
        let detail = format!("{} did not show the field", side.name());
        Err(ConvertError { code: Code::FieldMissing, detail })
    }

    /// Whether an existing record's or issue's field can be written at all.
    pub(super) fn writable(&self, side: Side) -> Result<(), ConvertError> {
        let (code, detail) = match side {
            Side::Salesforce if !self.crossing.salesforce.updateable => {
                (Code::FieldUnwritable, format!("`{}` is read-only", self.crossing.salesforce.name))
            }
            Side::Jira if self.crossing.jira.on_edit == Some(false) => {
                let detail = format!(
                    "`{}` ({}) is not on the edit screen",
                    self.crossing.jira.name, self.crossing.jira.id
                );
                (Code::FieldOffScreen, detail)
            }
            _ => return Ok(()),
        };
        Err(ConvertError { code, detail })
    }

    /// What the other side would show of `value`, which `from` shows.
    pub(super) fn across(&self, from: Side, value: &FieldValue) -> Result<Carried, ConvertError> {
        self.crossing.across(from, value)
    }

    /// Whether two values are the same, in either direction of the conversion.
    pub(super) fn are_alike(&self, salesforce: &FieldValue, jira: &FieldValue) -> bool {
        let alike = |value: &_| self.crossing.alike(Side::Salesforce, value, salesforce);
        let crosses = |from, value| self.across(from, value);
        (salesforce.is_empty() && jira.is_empty())
            || crosses(Side::Salesforce, salesforce).is_ok_and(|carried| carried.value == *jira)
            || crosses(Side::Jira, jira).is_ok_and(|carried| alike(&carried.value))
    }

    /// Says that a value is shortened, if it is.
    pub(super) fn tell(&self, carried: &Carried, plan: &mut Plan) {
        if let Some(why) = &carried.shortened {
            plan.find(Code::ConvertShortened, &self.key, why.as_str());
        }
    }

    /// `value` in the wire form of `side`.
    pub(super) fn wire(&self, side: Side, value: &FieldValue) -> Value {
        self.crossing.wire(side, value)
    }

    /// API name or field id on `side`.
    pub(super) fn field(&self, side: Side) -> &str {
        named(self.mapping, side)
    }

    /// Why `side` would not take `value` of the other side, if it refused it before.
    pub(super) fn refused(&self, side: Side, value: &FieldValue) -> Option<(Code, &'a str)> {
        let refusal = self.refusal?;
        let same = refusal.by == side && refusal.value == *value;
        same.then_some((refusal.code, refusal.detail.as_str()))
    }
}

/// What a mapping names on `side`.
fn named(mapping: &Mapping, side: Side) -> &str {
    match side {
        Side::Salesforce => &mapping.salesforce,
        Side::Jira => &mapping.jira,
    }
}

/// Whether a mapping names the status, which status sync carries already.
pub(crate) fn carries_status(item: &ConnectedItem, mapping: &Mapping) -> bool {
    let field = item.status_field() == Some(mapping.salesforce.as_str());
    item.syncs_status() && (field || mapping.jira == "status")
}
