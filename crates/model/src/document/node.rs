//! The places of a document, as a tree of its keys.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_saphyr::Spanned;

use super::Place;

/// A value of the document: where it begins, and its parts.
#[derive(Debug, Clone)]
pub(super) struct Node {
    at: Place,
    parts: Parts,
}

#[derive(Debug, Clone)]
enum Parts {
    Keys(BTreeMap<String, Node>),
    Rows(Vec<Node>),
    None,
}

impl Node {
    /// The place of a path; of what is not there, the place of the innermost part that is.
    pub(super) fn find(&self, path: &str) -> Place {
        let mut node = self;
        for step in path.split(['.', '[']) {
            let part = match (&node.parts, step.strip_suffix(']')) {
                (Parts::Rows(rows), Some(index)) => {
                    index.parse().ok().and_then(|index: usize| rows.get(index))
                }
                (Parts::Keys(keys), None) => keys.get(step),
                _ => None,
            };
            match part {
                Some(part) => node = part,
                None => break,
            }
        }
        node.at
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Parts>::deserialize(deserializer)?;
        let at = Place { line: spanned.referenced.line(), column: spanned.referenced.column() };
        Ok(Self { at, parts: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Parts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartsVisitor)
    }
}

struct PartsVisitor;

impl<'de> Visitor<'de> for PartsVisitor {
    type Value = Parts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts, A::Error> {
        let mut keys = BTreeMap::new();
        while let Some((key, node)) = map.next_entry::<String, Node>()? {
            keys.insert(key, node);
        }
        Ok(Parts::Keys(keys))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Parts, A::Error> {
        let mut all = Vec::new();
        while let Some(node) = rows.next_element::<Node>()? {
            all.push(node);
        }
        Ok(Parts::Rows(all))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Parts, E> {
        Ok(Parts::None)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Parts, E> {
        Ok(Parts::None)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Parts, E> {
        Ok(Parts::None)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Parts, E> {
        Ok(Parts::None)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Parts, E> {
        Ok(Parts::None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Parts, E> {
        Ok(Parts::None)
    }
}
