//! Finding a link by what people call it.

use lockstep_model::{Fault, LinkId, RecordId};
use lockstep_store::{Filter, Link, LinkLine, Search};

use crate::Engine;

/// Most links that are looked through for a key or a record.
const LOOKED_MAX: u32 = 100;

impl Engine {
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
