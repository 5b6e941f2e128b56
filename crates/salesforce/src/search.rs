//! Looking for a record by what people know of it.

use lockstep_model::{Fault, RecordId};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::client::{Request, SalesforceClient};
use crate::records::field;
use crate::soql;
use crate::wire::{or_default, record_id};

/// What to look in, and what to show of what is found.
#[derive(Debug, Clone, Copy)]
pub struct SearchIn<'a> {
    /// API name of the object.
    pub object: &'a str,
    /// The field that names a record.
    pub title: &'a str,
    /// The field that tells records of one title apart.
    pub descriptor: Option<&'a str>,
    /// The fields in which people look.
    pub fields: &'a [&'a str],
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its id.
    pub id: RecordId,
    /// What names it.
    pub title: String,
    /// What tells it apart.
    pub descriptor: Option<String>,
}

impl SearchIn<'_> {
    fn shown(&self) -> Vec<&str> {
        ["Id", self.title].into_iter().chain(self.descriptor).collect()
    }

    fn hit(&self, row: &Map<String, Value>) -> Result<Hit, Fault> {
        let text = |name: &str| field(row, name).and_then(Value::as_str);
        let id = record_id(text("Id").unwrap_or_default())?;
        Ok(Hit {
            title: text(self.title).unwrap_or(id.as_str()).to_owned(),
            descriptor: self.descriptor.and_then(text).map(str::to_owned),
            id,
        })
    }

    fn soql(&self, text: &str, limit: usize) -> Result<String, Fault> {
        let pattern = soql::containing(text);
        let within = |name: &&str| Ok(format!("{} LIKE {pattern}", soql::name(name)?));
        let conditions: Vec<String> =
            self.fields.iter().map(within).collect::<Result<_, Fault>>()?;
        Ok(format!(
            "SELECT {} FROM {} WHERE {} ORDER BY SystemModstamp DESC LIMIT {limit}",
            soql::list(self.shown())?,
            soql::name(self.object)?,
            conditions.join(" OR "),
        ))
    }
}

impl SalesforceClient {
    /// The records that hold every word of the text, or a word that begins so. The search index is
    /// asked first; it lags behind new records, so where it finds nothing the fields themselves are
    /// asked. One call, or two in that case.
    pub async fn search(
        &self,
        search: &SearchIn<'_>,
        text: &str,
        limit: usize,
    ) -> Result<Vec<Hit>, Fault> {
        let indexed = self.search_index(search, text, limit).await?;
        if !indexed.is_empty() || search.fields.is_empty() {
            return Ok(indexed);
        }
        let rows: Vec<Map<String, Value>> =
            self.query("search.fields", &search.soql(text, limit)?).await?;
        rows.iter().map(|row| search.hit(row)).collect()
    }

    async fn search_index(
        &self,
        search: &SearchIn<'_>,
        text: &str,
        limit: usize,
    ) -> Result<Vec<Hit>, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Found {
            #[serde(default, deserialize_with = "or_default")]
            search_records: Vec<Map<String, Value>>,
        }
        // Each word may be the start of a longer one.
        let words: Vec<String> = text.split_whitespace().map(|word| format!("{word}*")).collect();
        let body = json!({
            "q": words.join(" "),
            "in": "ALL",
            "sobjects": [{"name": search.object, "fields": search.shown(), "limit": limit}],
            "overallLimit": limit,
        });
        let request = Request::post("search", self.path("parameterizedSearch"), body).reads();
        let found: Found = self.json(request).await?;
        found.search_records.iter().map(|row| search.hit(row)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // F-93
    #[test]
    fn the_fields_of_the_object_are_asked() {
        let search = SearchIn {
            object: "Contact",
            title: "Name",
            descriptor: Some("Email"),
            fields: &["Name", "Email"],
        };
        assert_eq!(
            search.soql("50%_o'", 20).expect("soql"),
            concat!(
                r"SELECT Id,Name,Email FROM Contact ",
                r"WHERE Name LIKE '%50\%\_o\'%' OR Email LIKE '%50\%\_o\'%' ",
                "ORDER BY SystemModstamp DESC LIMIT 20"
            )
        );
    }
}
