//! The note on a record that says which issue it is linked with: written once for each link.

use serde::{Deserialize, Serialize};

use crate::comments::MARK;
use crate::item::{ConnectedItem, Mode};
use crate::plan::{Plan, Situation, Step};
use crate::snapshot::Issue;

/// What the first line says behind our mark.
const HEAD: &str = "Link note";

/// What a finding about it is about.
pub const SUBJECT: &str = "link note";

/// A note that a record is linked with an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkNote {
    /// The issue's id.
    pub issue: String,
    /// Its key, as people know it.
    pub key: String,
}

/// What a note says of a link besides its issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ties<'a> {
    /// The item's name.
    pub item: &'a str,
    /// The address of the Jira site.
    pub site: &'a str,
    /// Whether nobody made the link by hand.
    pub automatic: bool,
}

impl LinkNote {
    /// What it says.
    pub fn text(&self, ties: &Ties<'_>) -> String {
        let (key, item) = (&self.key, ties.item);
        let site = ties.site.trim_end_matches('/');
        let how = if ties.automatic { "automatically" } else { "by hand" };
        format!("{MARK}{HEAD}\nJira issue: {key}\n{site}/browse/{key}\nItem: {item}\nLinked {how}")
    }

    /// Whether a comment that stands there already is this note.
    pub fn is(&self, text: &str, item: &str) -> bool {
        let has = |wanted: String| text.lines().any(|line| line.trim() == wanted);
        has(format!("{MARK}{HEAD}"))
            && has(format!("Jira issue: {}", self.key))
            && has(format!("Item: {item}"))
    }
}

/// Plans the note where the item wants one and the record has none about this issue. One that was
/// refused is reported and not offered again.
pub(crate) fn plan(situation: &Situation<'_>, issue: &Issue, plan: &mut Plan) {
    if !situation.item.notes_links() {
        return;
    }
    let known = situation.base.noted.as_ref().filter(|noted| noted.issue == issue.id);
    match known {
        None => {
            let note = LinkNote { issue: issue.id.clone(), key: issue.key.clone() };
            plan.steps.push(Step::NoteLink(note));
        }
        Some(noted) => {
            if let Some(refusal) = &noted.refused {
                plan.find(refusal.code, SUBJECT, refusal.detail.as_str());
            }
        }
    }
}

impl ConnectedItem {
    /// Whether records are told which issue they are linked with (never in display-only mode).
    pub fn notes_links(&self) -> bool {
        self.link_note && self.mode != Mode::DisplayOnly
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Code;
    use crate::comments::is_ours;
    use crate::fault::Fault;
    use crate::laws::world::World;
    use crate::settle;

    fn note() -> LinkNote {
        LinkNote { issue: "10024".to_owned(), key: "SUP-24".to_owned() }
    }

    // F-98, F-101
    #[test]
    fn a_note_names_issue_address_item_and_who_tied_them_and_is_no_persons() {
        let ties =
            Ties { item: "support-bugs", site: "https://acme.example.net/", automatic: true };
        let text = note().text(&ties);
        assert_eq!(
            text,
            "[Lockstep] Link note\nJira issue: SUP-24\nhttps://acme.example.net/browse/SUP-24\n\
             Item: support-bugs\nLinked automatically"
        );
        assert!(is_ours(&text) && note().is(&text, "support-bugs"));
        let by_hand = note().text(&Ties { automatic: false, ..ties });
        assert!(by_hand.ends_with("Linked by hand"), "{by_hand}");
        assert!(!note().is(&text, "support"), "of another item");
        assert!(!note().is(&text.replace("SUP-24", "SUP-2"), "support-bugs"), "of another issue");
    }

    // F-98
    #[test]
    fn a_link_is_noted_once_and_a_refusal_is_reported_and_not_offered_again() {
        let mut world = World::quiet();
        let notes = |plan: &Plan| plan.steps.iter().any(|step| matches!(step, Step::NoteLink(_)));
        assert!(!notes(&world.plan()), "it is off unless switched on");
        world.item.link_note = true;
        assert!(notes(&world.plan()));
        world.settle();
        assert!(!notes(&world.plan()));
        let issue = world.issue.id.clone();
        settle::link_note_refused(
            &mut world.base,
            &issue,
            &Fault::new(Code::SfNoAccess, "no feed"),
        );
        let plan = world.plan();
        assert!(!notes(&plan));
        assert!(plan.findings.iter().any(|finding| finding.subject == SUBJECT));
        world.base.forget_refusals();
        assert!(notes(&world.plan()), "a person may offer it again");
        world.item.mode = Mode::DisplayOnly;
        assert!(!notes(&world.plan()));
    }
}
