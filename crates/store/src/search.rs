//! Searching links, for people: by record id, issue key (old ones too), title and words, with filters,
//! in pages. Each statement is planned anew, for what it is asked decides which index serves it.

use lockstep_model::{Code, ItemId, LinkId, RecordId};
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::error::StoreError;
use crate::link_text::words;
use crate::links::{self, Link, LinkState, Links, columns};
use crate::row::{Reader, read_all};
use crate::statement::statements;
use crate::store::Params;

/// No count goes beyond this; it then means "more than 10,000".
pub const COUNT_MAX: i64 = 10_001;

/// How many links a look at the newest ones takes in, as the statement says.
const NEWEST: i64 = 1000;

/// What of the words of a text is searched for; the rest is too much to help.
const ASKED_WORDS_MAX: usize = 8;

macro_rules! line_columns {
    () => {
        concat!(
            columns!(),
            ", coalesce(told.title, '') AS title, coalesce(told.summary, '') AS summary, \
              coalesce(told.keys, '{}') AS keys"
        )
    };
}

macro_rules! filters {
    () => {
        "($1::bigint IS NULL OR link.item = $1) AND ($2::text IS NULL OR link.state = $2) \
         AND (NOT $3 OR link.findings <> '[]') AND (NOT $4 OR link.base ? 'held') \
         AND (NOT $5 OR link.base = '{}') \
         AND ($6::text IS NULL OR link.findings @> jsonb_build_array(jsonb_build_object('code', $6)))"
    };
}

/// The links of a record, whatever the item: an item is looked at through its own index.
macro_rules! of_record {
    () => {
        "link.item = ANY(ARRAY(SELECT id FROM item)) AND link.record = $7"
    };
}

macro_rules! told {
    () => {
        "(told.keys @> ARRAY[$7::text] OR told.words @@ $8::text::tsquery)"
    };
}

statements! {
    ALL = concat!("SELECT ", line_columns!(), " FROM link \
        LEFT JOIN link_text AS told ON told.link = link.id \
        WHERE ", filters!(), " AND link.id < $7 ORDER BY link.id DESC LIMIT $8");
    BY_RECORD = concat!("SELECT ", line_columns!(), " FROM link \
        LEFT JOIN link_text AS told ON told.link = link.id \
        WHERE ", filters!(), " AND ", of_record!(), " AND link.id < $8 \
        ORDER BY link.id DESC LIMIT $9");
    // A common word is met among the newest, without asking the index for all that have it.
    NEWEST_BY_TEXT = concat!("WITH looked AS MATERIALIZED (SELECT link.id, told.keys, told.words FROM link \
            LEFT JOIN link_text AS told ON told.link = link.id \
            WHERE ", filters!(), " AND link.id < $9 ORDER BY link.id DESC LIMIT 1000), \
        page AS MATERIALIZED (SELECT id FROM looked AS told WHERE ", told!(), " \
            ORDER BY id DESC LIMIT $10) \
        SELECT ", line_columns!(), ", (SELECT count(*) FROM looked) AS looked FROM page \
        JOIN link ON link.id = page.id JOIN link_text AS told ON told.link = page.id \
        ORDER BY page.id DESC");
    // In steps, for Postgres takes a rare word for more common than it is.
    BY_TEXT = concat!("WITH found AS MATERIALIZED (SELECT link FROM link_text AS told \
            WHERE ", told!(), " AND told.link < $9), \
        page AS MATERIALIZED (SELECT one.id FROM found CROSS JOIN LATERAL \
            (SELECT id FROM link WHERE link.id = found.link AND ", filters!(), " LIMIT 1) AS one \
            ORDER BY one.id DESC LIMIT $10) \
        SELECT ", line_columns!(), " FROM page JOIN link ON link.id = page.id \
        JOIN link_text AS told ON told.link = page.id ORDER BY page.id DESC");
    COUNT_ALL = concat!("SELECT count(*) FROM (SELECT FROM link \
        WHERE ", filters!(), " LIMIT $7) AS one");
    COUNT_BY_RECORD = concat!("SELECT count(*) FROM (SELECT FROM link \
        WHERE ", filters!(), " AND ", of_record!(), " LIMIT $8) AS one");
    COUNT_BY_TEXT = concat!("WITH found AS MATERIALIZED (SELECT link FROM link_text AS told \
            WHERE ", told!(), ") \
        SELECT count(*) FROM (SELECT FROM found JOIN link ON link.id = found.link \
        WHERE ", filters!(), " LIMIT $9) AS one");
    LINE = concat!("SELECT ", line_columns!(), " FROM link \
        LEFT JOIN link_text AS told ON told.link = link.id WHERE link.id = $1");
}

/// Which links are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// A record id (15 or 18 characters), an issue key, or beginnings of words of title and summary.
    pub text: String,
    /// Those of one item only.
    pub item: Option<ItemId>,
    /// Those of one state only.
    pub state: Option<LinkState>,
    /// Those that something is the matter with.
    pub only: Option<Matter>,
    /// Those with a finding of this code.
    pub code: Option<Code>,
    /// Those after this link: the last one of the page before.
    pub after: Option<LinkId>,
    /// How many at most; 0 means 50.
    pub limit: u32,
}

/// What may be the matter with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// The last plan could not do all.
    Findings,
    /// A conflict waits for a person.
    Held,
    /// No commit has written it yet.
    NeverSynced,
}

/// A link as a list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LinkLine {
    /// The link.
    pub link: Link,
    /// What people call the record; empty until it was first read.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// The keys that the issue had before.
    pub old_keys: Vec<String>,
}

impl Links<'_> {
    /// One page of the links that are wanted, the newest first.
    pub async fn search(self, search: &Search) -> Result<Vec<LinkLine>, StoreError> {
        let after = search.after.map_or(i64::MAX, |link| link.0);
        let limit = if search.limit == 0 { 50 } else { i64::from(search.limit) };
        let (filters, rest) = (Filters::of(search), [&after as Parameter<'_>, &limit]);
        let asked = Asked::of(&search.text);
        if let Some(record) = &asked.record {
            let rows = self.planned(BY_RECORD, &filters, &[&record.as_str()], &rest).await?;
            if !rows.is_empty() || search.after.is_some() {
                return read_all(&rows, read);
            }
        }
        let Some((key, words)) = &asked.text else {
            return read_all(&self.planned(ALL, &filters, &[], &rest).await?, read);
        };
        let newest = self.planned(NEWEST_BY_TEXT, &filters, &[key, words], &rest).await?;
        if is_whole(&newest, limit)? {
            return read_all(&newest, read);
        }
        read_all(&self.planned(BY_TEXT, &filters, &[key, words], &rest).await?, read)
    }

    /// How many links are wanted, on all pages; no more than [`COUNT_MAX`].
    pub async fn search_count(self, search: &Search) -> Result<i64, StoreError> {
        let filters = Filters::of(search);
        let asked = Asked::of(&search.text);
        let count = async |sql, own: Params<'_>| {
            let rows = self.planned(sql, &filters, own, &[&COUNT_MAX]).await?;
            rows.first().map_or(Ok(0), |row| Reader::new("link", row).get::<i64>("count"))
        };
        if let Some(record) = &asked.record {
            let found = count(COUNT_BY_RECORD, &[&record.as_str()]).await?;
            if found > 0 {
                return Ok(found);
            }
        }
        match &asked.text {
            Some((key, words)) => count(COUNT_BY_TEXT, &[key, words]).await,
            None => count(COUNT_ALL, &[]).await,
        }
    }

    /// The link with this id, with what both sides call it.
    pub async fn line(self, id: LinkId) -> Result<Option<LinkLine>, StoreError> {
        self.store.row(LINE, &[&id.0]).await?.as_ref().map(read).transpose()
    }

    async fn planned(
        self,
        sql: &str,
        filters: &Filters,
        own: Params<'_>,
        rest: Params<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let Filters { item, state, findings, held, fresh, code } = filters;
        let filters: Params<'_> = &[item, state, findings, held, fresh, code];
        self.store.planned_rows(sql, &[filters, own, rest].concat()).await
    }
}

/// One of a statement's parameters.
type Parameter<'a> = &'a (dyn tokio_postgres::types::ToSql + Sync);

/// What every statement here filters by, in the order of its parameters.
struct Filters {
    item: Option<i64>,
    state: Option<&'static str>,
    findings: bool,
    held: bool,
    fresh: bool,
    code: Option<&'static str>,
}

impl Filters {
    fn of(search: &Search) -> Self {
        let with = |matter| search.only == Some(matter);
        Self {
            item: search.item.map(|item| item.0),
            state: search.state.map(LinkState::name),
            // Said besides the code, so that the index of links with findings serves.
            findings: with(Matter::Findings) || search.code.is_some(),
            held: with(Matter::Held),
            fresh: with(Matter::NeverSynced),
            code: search.code.map(Code::id),
        }
    }
}

/// What a text asks for: a record, words, or neither.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    record: Option<RecordId>,
    /// The text as an issue's key, and a query for its words.
    text: Option<(String, String)>,
}

impl Asked {
    fn of(text: &str) -> Self {
        let text = text.trim();
        // A word is letters and digits only, so nothing in it can end the quotation.
        let begins: Vec<String> =
            words(text).take(ASKED_WORDS_MAX).map(|word| format!("'{word}':*")).collect();
        let key = text.to_uppercase().chars().filter(|c| *c != '\0').collect();
        Self {
            record: RecordId::parse(text).ok(),
            text: (!text.is_empty()).then(|| (key, begins.join(" & "))),
        }
    }
}

/// Whether a look at the newest links found a whole page, or all that there is.
fn is_whole(rows: &[Row], limit: i64) -> Result<bool, StoreError> {
    let Some(row) = rows.first() else {
        return Ok(false);
    };
    let looked: i64 = Reader::new("link", row).get("looked")?;
    Ok(looked < NEWEST || i64::try_from(rows.len()).is_ok_and(|found| found >= limit))
}

fn read(row: &Row) -> Result<LinkLine, StoreError> {
    let link = links::read(row)?;
    let reader = Reader::new("link", row);
    let mut old_keys: Vec<String> = reader.get("keys")?;
    old_keys.retain(|key| link.issue_key.as_ref().is_none_or(|now| !now.eq_ignore_ascii_case(key)));
    Ok(LinkLine { link, title: reader.get("title")?, summary: reader.get("summary")?, old_keys })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(text: &str) -> (String, String) {
        Asked::of(text).text.expect("a text")
    }

    #[test]
    fn a_text_says_what_it_asks_for() {
        assert_eq!(Asked::of("  "), Asked { record: None, text: None });
        let record = RecordId::parse("500xx000000bZbZ").ok();
        assert_eq!(Asked::of(" 500xx000000bZbZ ").record, record);
        assert_eq!(Asked::of("500xx000000bZbZAAU").record, record);
        assert_eq!(words_of("sup-24"), ("SUP-24".to_owned(), "'sup':* & '24':*".to_owned()));
        assert_eq!(Asked::of("sup-24").record, None);
        let (key, words) = words_of("a' | !b \\ \0 & <->");
        assert_eq!((key.as_str(), words.as_str()), ("A' | !B \\  & <->", "'a':* & 'b':*"));
    }
}
