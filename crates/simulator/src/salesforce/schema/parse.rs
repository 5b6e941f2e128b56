//! Reads the definitions.
//!
//! `object NAME PREFIX LABEL PLURAL ability...` opens an object; each indented line is
//! `NAME type(arguments) word... key=value...`. Quotes hold spaces together.

use super::{Field, Flag, Kind, Object, Source};

const SYSTEM: &str = "  Id id
  IsDeleted bool ro label=Deleted
  CreatedDate datetime ro
  CreatedById ref(User) ro
  LastModifiedDate datetime ro
  LastModifiedById ref(User) ro
  SystemModstamp datetime ro label=\"System Modstamp\"";

/// All objects that the text defines.
pub(super) fn objects(text: &str) -> Vec<Object> {
    let mut objects: Vec<Object> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let words = words(line);
        if let Some(object) = line.strip_prefix("object ").map(|_| object(&words)) {
            objects.push(object);
        } else if let Some(object) = objects.last_mut() {
            object.fields.push(field(&words));
        }
    }
    for object in &mut objects {
        add_system_fields(object);
    }
    objects
}

fn add_system_fields(object: &mut Object) {
    for (place, line) in SYSTEM.lines().enumerate() {
        let mut field = field(&words(line));
        if field.name == "Id" {
            field.label = format!("{} ID", object.label);
            object.fields.insert(0, field);
        } else if object.field(&field.name).is_none() {
            let end = object.fields.len();
            object.fields.insert(if place == 1 { 1.min(end) } else { end }, field);
        }
    }
}

fn object(words: &[String]) -> Object {
    Object {
        name: words[1].clone(),
        prefix: words[2].clone(),
        label: words[3].clone(),
        plural: words[4].clone(),
        abilities: words[5..].to_vec(),
        fields: Vec::new(),
        feed_of: None,
    }
}

fn field(words: &[String]) -> Field {
    let (kind, arguments) = split_type(&words[1]);
    let mut field = blank(&words[0], kind, arguments);
    for word in &words[2..] {
        match word.split_once('=') {
            Some((key, value)) => set(&mut field, key, value),
            None => mark(&mut field, word),
        }
    }
    field
}

fn split_type(word: &str) -> (&str, &str) {
    match word.split_once('(') {
        Some((kind, rest)) => (kind, rest.trim_end_matches(')')),
        None => (word, ""),
    }
}

fn blank(name: &str, kind: &str, arguments: &str) -> Field {
    let mut numbers = arguments.split(',').map(|number| number.parse().unwrap_or(0));
    let mut field = Field {
        name: name.to_owned(),
        label: label_of(name),
        kind: kind_of(kind),
        length: numbers.next().unwrap_or(0),
        scale: numbers.next().unwrap_or(0),
        flags: Vec::new(),
        values: Vec::new(),
        default: None,
        refers: Vec::new(),
        relation: None,
        children: None,
        source: None,
    };
    match kind {
        "ref" => {
            field.length = 18;
            field.refers = arguments.split('|').map(str::to_owned).collect();
            field.relation = name.strip_suffix("Id").map(str::to_owned);
        }
        "id" => {
            field.length = 18;
            field.flags = vec![Flag::ReadOnly, Flag::IdLookup];
        }
        "picklist" => field.length = 255,
        "auto" => field.flags.push(Flag::AutoNumber),
        "area" | "html" => field.flags.push(Flag::NotFilterable),
        _ => {}
    }
    field
}

fn kind_of(word: &str) -> Kind {
    match word {
        "id" => Kind::Id,
        "area" => Kind::Area,
        "html" => Kind::Html,
        "picklist" => Kind::Picklist,
        "multi" => Kind::Multi,
        "bool" => Kind::Bool,
        "int" => Kind::Int,
        "double" => Kind::Double,
        "currency" => Kind::Currency,
        "percent" => Kind::Percent,
        "date" => Kind::Date,
        "datetime" => Kind::DateTime,
        "email" => Kind::Email,
        "phone" => Kind::Phone,
        "url" => Kind::Url,
        "ref" => Kind::Reference,
        "base64" => Kind::Base64,
        _ => Kind::Text,
    }
}

fn set(field: &mut Field, key: &str, value: &str) {
    match key {
        "values" => field.values = value.split('|').map(str::to_owned).collect(),
        "default" => field.default = Some(value.to_owned()),
        "label" => value.clone_into(&mut field.label),
        "rel" => field.relation = Some(value.to_owned()),
        "children" => field.children = Some(value.to_owned()),
        "from" => {
            field.source = Some(Source::From(value.split('.').map(str::to_owned).collect()));
        }
        "formula" => field.source = Some(Source::Formula(value.to_owned())),
        other => unreachable!("definition key {other}"),
    }
}

fn mark(field: &mut Field, word: &str) {
    let flag = match word {
        "req" => Flag::Required,
        "keep" | "owner" => Flag::Kept,
        "ro" => Flag::ReadOnly,
        "once" | "create" => Flag::Once,
        "unique" => Flag::Unique,
        "restricted" => Flag::Restricted,
        "nofilter" => Flag::NotFilterable,
        "name" => Flag::Name,
        "idlookup" => Flag::IdLookup,
        "ext" => {
            field.flags.push(Flag::IdLookup);
            Flag::External
        }
        "filter" => {
            field.flags.retain(|flag| *flag != Flag::NotFilterable);
            return;
        }
        other => unreachable!("definition word {other}"),
    };
    field.flags.push(flag);
}

/// `Steps_to_Reproduce__c` reads "Steps to Reproduce", `OwnerId` reads "Owner ID".
fn label_of(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("__c") {
        return stem.replace('_', " ");
    }
    let mut label = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && label.ends_with(|last: char| last.is_ascii_lowercase()) {
            label.push(' ');
        }
        label.push(letter);
    }
    label.strip_suffix(" Id").map(|stem| format!("{stem} ID")).unwrap_or(label)
}

fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(letter),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}
