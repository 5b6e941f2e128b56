//! Issues that no search lists: moved to another project, or of another type now. The sweep asks for
//! them by their ids, a call for each hundred. Which links have such an issue is told by a look that
//! finds its key changed and, where nobody looks, by a round of all links, a page a sweep, once a day.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_jira::{ASKED_MAX, Whereabouts};
use lockstep_model::{Fault, LinkId};
use lockstep_store::Seen;

use crate::Engine;
use crate::catalog::Scene;

/// Pages of a sweep of issues that have left the scope; the next sweep goes on from there.
const PAGES_MAX: usize = 10;

impl Engine {
    /// The links whose issues changed where no search sees it. No call where no issue has left the
    /// scope and no round is due.
    pub(crate) async fn sweep_by_id(&self, scene: &Scene) -> Result<BTreeSet<LinkId>, Fault> {
        let (items, links) = (self.store.items(), self.store.links());
        let before = items.asked(scene.id).await?;
        let (mut asked, mut news) = (before, BTreeSet::new());
        for _ in 0..PAGES_MAX {
            let page = links.left_scope(scene.id, asked.left, PAGE).await?;
            news.extend(self.ask_by_id(scene, &page).await?);
            let more = next_page(&page);
            asked.left = more.unwrap_or(LinkId(0));
            if more.is_none() {
                break;
            }
        }
        if let Some(after) = asked.round {
            let page = links.within_scope(scene.id, after, PAGE).await?;
            news.extend(self.ask_by_id(scene, &page).await?);
            asked.round = next_page(&page);
        }
        if asked != before {
            items.save_asked(scene.id, asked, before.round.is_some()).await?;
        }
        Ok(news)
    }

    /// Asks for the issues of these links, and notes which have left the scope and which are back.
    async fn ask_by_id(&self, scene: &Scene, page: &[Seen]) -> Result<BTreeSet<LinkId>, Fault> {
        let ids: Vec<String> = page.iter().filter_map(|seen| seen.issue_id.clone()).collect();
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        let shown = scene.jira.client.whereabouts(&ids).await?;
        let shown: BTreeMap<&str, &Whereabouts> =
            shown.iter().map(|issue| (issue.id.as_str(), issue)).collect();
        let (mut news, mut left) = (BTreeSet::new(), Vec::new());
        for seen in page {
            let issue = seen.issue_id.as_deref().and_then(|id| shown.get(id));
            left.extend(issue.map(|issue| (seen.link, !scene.covers(issue))));
            if is_news(seen, issue.copied()) {
                news.insert(seen.link);
            }
        }
        self.store.links().note_left(&left).await?;
        Ok(news)
    }
}

impl Scene {
    /// Whether the item's search lists an issue.
    fn covers(&self, issue: &Whereabouts) -> bool {
        let own_type =
            issue.issue_type.is_empty() || issue.issue_type == self.resolved.issue_type_id;
        self.spec.jira.covers(&issue.key) && own_type
    }
}

/// Links that one call asks for.
#[expect(clippy::cast_possible_wrap, reason = "a hundred")]
const PAGE: i64 = ASKED_MAX as i64;

/// After which link the next page begins; none after the last one.
fn next_page(page: &[Seen]) -> Option<LinkId> {
    page.last().filter(|_| page.len() == ASKED_MAX).map(|seen| seen.link)
}

/// Whether an issue shows what its link has not seen; one that is not shown is gone.
fn is_news(seen: &Seen, issue: Option<&Whereabouts>) -> bool {
    issue.is_none_or(|issue| seen.issue_seen.is_none_or(|at| at < issue.updated))
}
