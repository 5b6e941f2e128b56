//! Finding a link by what people call it.

use std::cmp::Reverse;

use lockstep_model::{Fault, LinkId, RecordId};
use lockstep_store::{Filter, Link, LinkLine, Search};

use crate::Engine;

/// Most links that are looked through for a key or a record.
const LOOKED_MAX: u32 = 100;

impl Engine {
    /// The links that are wanted, newest first. Where a text finds nothing, those are given whose record
    /// id or issue key contains it: what nobody has looked at yet has no words to be found by.
    pub async fn search_links(&self, search: &Search) -> Result<Vec<LinkLine>, Fault> {
        let links = self.store.links();
        let found = links.search(search).await?;
        let Search { text, item, limit, .. } = search.clone();
        let by_text_alone = Search { text: text.clone(), item, limit, ..Search::default() };
        if !found.is_empty() || text.trim().is_empty() || *search != by_text_alone {
            return Ok(found);
        }
        let filter = Filter { item, text: Some(text), limit, ..Filter::default() };
        let mut fresh = links.list(&filter).await?;
        fresh.sort_by_key(|link| Reverse(link.id));
        let blank = |link| LinkLine {
            link,
            title: String::new(),
            summary: String::new(),
            old_keys: Vec::new(),
        };
        Ok(fresh.into_iter().map(blank).collect())
    }

    /// The link of this number, issue key (an old one too) or record id.
    pub async fn find_link(&self, wanted: &str) -> Result<Option<Link>, Fault> {
        let links = self.store.links();
        if let Ok(id) = wanted.parse::<LinkId>() {
            return Ok(links.get(id).await?);
        }
        let search = Search { text: wanted.to_owned(), limit: LOOKED_MAX, ..Search::default() };
        let hits = links.search(&search).await?;
        let known = |line: &LinkLine| is_it(&line.link, wanted) || was_it(line, wanted);
        if let Some(line) = hits.into_iter().find(known) {
            return Ok(Some(line.link));
        }
        // What nobody has looked at yet has no words to be found by.
        let text = Some(wanted.to_owned());
        let filter = Filter { text, limit: LOOKED_MAX, ..Filter::default() };
        let fresh = links.list(&filter).await?;
        Ok(fresh.into_iter().find(|link| is_it(link, wanted)))
    }
}

fn is_it(link: &Link, wanted: &str) -> bool {
    let key = link.issue_key.as_deref();
    key.is_some_and(|key| key.eq_ignore_ascii_case(wanted))
        || RecordId::parse(wanted).is_ok_and(|record| record == link.record)
}

fn was_it(line: &LinkLine, wanted: &str) -> bool {
    line.old_keys.iter().any(|key| key.eq_ignore_ascii_case(wanted))
}
