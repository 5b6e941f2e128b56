//! What objects and fields the org has. The definitions are text files in this folder.

mod fields;
mod parse;

use std::collections::BTreeMap;

pub(crate) use fields::{Field, Flag, Kind, Source};

/// One object type.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    /// API name.
    pub(crate) name: String,
    /// Label of one record.
    pub(crate) label: String,
    /// Label of several.
    pub(crate) plural: String,
    /// First three characters of its record ids.
    pub(crate) prefix: String,
    /// What may be done with it: create, update, delete, feed, search, hard.
    pub(crate) abilities: Vec<String>,
    /// Fields in order of describe.
    pub(crate) fields: Vec<Field>,
    /// For a feed (`CaseFeed`): the object whose feed it shows. Its rows are `FeedItem` rows.
    pub(crate) feed_of: Option<String>,
}

impl Object {
    /// Whether the object has this ability.
    pub(crate) fn can(&self, ability: &str) -> bool {
        self.abilities.iter().any(|have| have == ability)
    }

    /// A field by its name in any case.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The reference field behind a relationship name (`Account` for `AccountId`).
    pub(crate) fn parent(&self, relation: &str) -> Option<&Field> {
        self.fields.iter().find(|field| {
            field.relation.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(relation))
        })
    }

    /// The field that names a record for people.
    pub(crate) fn name_field(&self) -> &str {
        let named = self.fields.iter().find(|field| field.has(Flag::Name));
        named.map_or("Id", |field| &field.name)
    }

    /// The table that holds the rows.
    pub(crate) fn table(&self) -> &str {
        if self.feed_of.is_some() { "FeedItem" } else { &self.name }
    }

    /// Whether it was made by an administrator.
    pub(crate) fn custom(&self) -> bool {
        self.name.ends_with("__c")
    }
}

/// A list of records that another object offers about its parent.
#[derive(Clone, Debug)]
pub(crate) struct ChildRelation {
    /// Object of the children.
    pub(crate) child: String,
    /// Their reference field.
    pub(crate) field: String,
    /// Name for sub-queries; none when it cannot be queried so.
    pub(crate) name: Option<String>,
}

/// All objects.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    objects: BTreeMap<String, Object>,
}

impl Schema {
    /// The schema of the simulated org.
    pub(crate) fn standard() -> Self {
        let texts =
            [include_str!("setup.txt"), include_str!("sales.txt"), include_str!("service.txt")];
        let mut objects: BTreeMap<String, Object> = BTreeMap::new();
        for object in texts.iter().flat_map(|text| parse::objects(text)) {
            objects.insert(object.name.clone(), object);
        }
        let feeds: Vec<Object> = objects
            .values()
            .filter(|object| object.can("feed"))
            .map(|object| feed(object, &objects["FeedItem"]))
            .collect();
        objects.extend(feeds.into_iter().map(|feed| (feed.name.clone(), feed)));
        Self { objects }
    }

    /// An object by its name in any case.
    pub(crate) fn object(&self, name: &str) -> Option<&Object> {
        self.objects
            .get(name)
            .or_else(|| self.objects.values().find(|object| object.name.eq_ignore_ascii_case(name)))
    }

    /// All objects by name.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.values()
    }

    /// The object whose ids start like this id. Feeds share their ids with `FeedItem`.
    pub(crate) fn of_id(&self, id: &str) -> Option<&Object> {
        let prefix = id.get(..3)?;
        self.objects.values().find(|object| object.prefix == prefix && object.feed_of.is_none())
    }

    /// The lists of children that `parent` has.
    pub(crate) fn children(&self, parent: &str) -> Vec<ChildRelation> {
        let mut found = Vec::new();
        for object in self.objects.values() {
            for field in object.fields.iter().filter(|field| field.refers_to(parent)) {
                let name = match &object.feed_of {
                    Some(of) => (of == parent && field.name == "ParentId").then(|| "Feeds".into()),
                    None => field.children.clone(),
                };
                let (child, field) = (object.name.clone(), field.name.clone());
                if object.feed_of.is_none() || name.is_some() {
                    found.push(ChildRelation { child, field, name });
                }
            }
        }
        if self.object(parent).is_some_and(|object| object.feed_of.is_some()) {
            found.extend(self.children("FeedItem"));
        }
        found
    }
}

/// The feed of an object: a view of `FeedItem`.
fn feed(of: &Object, items: &Object) -> Object {
    let name = match of.name.strip_suffix("__c") {
        Some(stem) => format!("{stem}__Feed"),
        None => format!("{}Feed", of.name),
    };
    Object {
        label: format!("{} Feed", of.label),
        plural: format!("{} Feed", of.label),
        abilities: vec!["delete".into(), "hard".into()],
        feed_of: Some(of.name.clone()),
        name,
        ..items.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_case_has_what_the_seeds_need() {
        let schema = Schema::standard();
        let case = schema.object("case").unwrap();
        assert_eq!((case.name.as_str(), case.prefix.as_str()), ("Case", "500"));
        assert_eq!(case.name_field(), "CaseNumber");
        let subject = case.field("subject").unwrap();
        assert_eq!((subject.kind, subject.length), (Kind::Text, 255));
        assert_eq!(case.parent("Account").unwrap().name, "AccountId");
        assert_eq!(case.field("Steps_to_Reproduce__c").unwrap().label, "Steps to Reproduce");
        assert_eq!(case.field("OwnerId").unwrap().label, "Owner ID");
    }

    #[test]
    fn children_come_from_reference_fields() {
        let schema = Schema::standard();
        let names: Vec<String> =
            schema.children("Case").into_iter().filter_map(|child| child.name).collect();
        for name in ["CaseComments", "Tasks", "Events", "ContentDocumentLinks", "Feeds"] {
            assert!(names.contains(&name.to_owned()), "{name} in {names:?}");
        }
        let of_feed = schema.children("CaseFeed");
        assert!(of_feed.iter().any(|child| child.name.as_deref() == Some("FeedComments")));
    }

    #[test]
    fn every_object_has_the_system_fields() {
        for object in Schema::standard().objects() {
            for name in ["Id", "SystemModstamp", "CreatedDate", "CreatedById", "IsDeleted"] {
                assert!(object.field(name).is_some(), "{name} of {}", object.name);
            }
        }
    }
}
