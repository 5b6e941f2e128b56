use lockstep_model::job::Cause;
use lockstep_model::plan::CommentPair;
use lockstep_model::{Base, Code, CorrelationId, FieldBase, FieldValue, Finding, LinkId, Side};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{TERM, expire_leases, instant, linked, taken};
use crate::{Claim, Commit, Committed, Held, Lease, LinkState, NewAudit, Outcome, Store, Told};

fn base() -> Base {
    let mut base = Base::default();
    let field = FieldBase {
        salesforce: FieldValue::text("red"),
        jira: FieldValue::text("RED"),
        unsettled: false,
        refused: None,
    };
    base.fields.insert("Colour__c:customfield_1".to_owned(), field);
    base
}

fn edit(link: LinkId, subject: &str) -> NewAudit {
    NewAudit {
        link: Some(link),
        item: None,
        item_version: None,
        correlation: CorrelationId("c-1".to_owned()),
        cause: Cause::Webhook,
        step: "edit_issue".to_owned(),
        subject: subject.to_owned(),
        side: Some(Side::Jira),
        outcome: Outcome::Done,
        code: None,
        before: json!("blue"),
        after: json!({"type": "text", "value": "RED"}),
        reason: Value::Null,
        actor: None,
    }
}

fn pair(number: u32) -> CommentPair {
    CommentPair::new(Side::Jira, &format!("jira-{number}"), &format!("sf-{number}"))
}

fn finding() -> Finding {
    Finding {
        code: Code::JiraRequiredField,
        subject: "status".to_owned(),
        detail: "resolution".to_owned(),
    }
}

/// Everything that a commit can write.
struct Learned {
    base: Base,
    pairs: Vec<CommentPair>,
    findings: Vec<Finding>,
    audit: Vec<NewAudit>,
}

impl Learned {
    fn of(link: LinkId) -> Self {
        Self {
            base: base(),
            pairs: vec![pair(1), pair(2)],
            findings: vec![finding()],
            audit: vec![edit(link, "first"), edit(link, "second")],
        }
    }

    fn commit(&self, link: LinkId, held: Held) -> Commit<'_> {
        Commit {
            link,
            fence: held.fence,
            wanted: held.wanted,
            base: &self.base,
            issue: Some(("10001", "SUP-1")),
            told: Some(Told { title: "00001026", summary: "Printer on fire" }),
            record_seen: Some(instant(1)),
            issue_seen: Some(instant(2)),
            settled: true,
            pairs: &self.pairs,
            findings: &self.findings,
            audit: &self.audit,
            state: LinkState::Active,
        }
    }
}

async fn audit_rows(store: &Store, link: LinkId) -> usize {
    store.audit().of_link(link, 100).await.expect("trail").len()
}

#[tokio::test]
async fn a_commit_writes_all_and_lets_go() {
    let (_fresh, store, link) = linked().await;
    let learned = Learned::of(link);
    let held = taken(&store, link, "one", 1).await;
    let committed = store.commit(&learned.commit(link, held)).await.expect("committed");
    assert_eq!(committed, Committed::Released);

    let stored = store.links().get(link).await.expect("read").expect("there");
    assert_eq!(stored.base, base());
    assert_eq!(stored.findings, learned.findings);
    assert_eq!(stored.issue_key.as_deref(), Some("SUP-1"));
    assert_eq!((stored.record_seen, stored.issue_seen), (Some(instant(1)), Some(instant(2))));
    assert!(stored.synced_at.is_some());
    assert_eq!(store.links().pairs(link).await.expect("pairs"), learned.pairs);
    let trail = store.audit().of_link(link, 100).await.expect("trail");
    let subjects: Vec<&str> = trail.iter().map(|row| row.subject.as_str()).collect();
    assert_eq!(subjects, ["second", "first"], "latest first");
    assert_eq!(trail[0].after, learned.audit[1].after);
    assert_eq!(taken(&store, link, "two", 2).await.fence, held.fence + 1);
}

#[tokio::test]
async fn a_commit_by_who_lost_the_lease_changes_nothing() {
    let (fresh, store, link) = linked().await;
    let learned = Learned::of(link);
    let before = store.links().get(link).await.expect("read");
    let stale = taken(&store, link, "one", 1).await;
    expire_leases(&fresh).await;
    let holder = taken(&store, link, "two", 2).await;

    for attempt in [
        store.commit(&learned.commit(link, stale)).await,
        store.checkpoint(&learned.commit(link, stale)).await,
    ] {
        assert_eq!(attempt.expect("asked"), Committed::Stale);
    }
    assert_eq!(store.links().get(link).await.expect("read"), before);
    assert_eq!(audit_rows(&store, link).await, 0);
    assert!(store.links().pairs(link).await.expect("pairs").is_empty());
    assert!(store.leases().renew(link, holder.fence, TERM).await.expect("still the holder's"));
}

#[tokio::test]
async fn complaint_13_who_is_wanted_looks_once_more() {
    let (_fresh, store, link) = linked().await;
    let learned = Learned::of(link);
    let mut held = taken(&store, link, "one", 1).await;
    store.leases().take(link, "two", Uuid::from_u128(2), TERM).await.expect("hint");

    let again = store.commit(&learned.commit(link, held)).await.expect("committed");
    assert_eq!(again, Committed::Again { wanted: 1 });
    held.wanted = 1;
    let released = store.commit(&learned.commit(link, held)).await.expect("committed");
    assert_eq!(released, Committed::Released);
    assert_eq!(audit_rows(&store, link).await, 4, "both commits were written");
    assert_eq!(store.links().pairs(link).await.expect("pairs").len(), 2, "pairs are known once");
}

#[tokio::test]
async fn a_checkpoint_keeps_the_lease_and_forgets_no_hint() {
    let (_fresh, store, link) = linked().await;
    let learned = Learned::of(link);
    let held = taken(&store, link, "one", 1).await;
    store.leases().take(link, "two", Uuid::from_u128(2), TERM).await.expect("hint");
    let kept = store.checkpoint(&learned.commit(link, held)).await.expect("checkpoint");
    assert_eq!(kept, Committed::Again { wanted: held.wanted });
    let end = store.commit(&learned.commit(link, held)).await.expect("committed");
    assert_eq!(end, Committed::Again { wanted: 1 });
}

#[tokio::test]
async fn what_is_not_said_is_kept() {
    let (_fresh, store, link) = linked().await;
    let learned = Learned::of(link);
    let held = taken(&store, link, "one", 1).await;
    store.checkpoint(&learned.commit(link, held)).await.expect("checkpoint");
    let silent = Commit {
        issue: None,
        record_seen: None,
        issue_seen: None,
        state: LinkState::Gone,
        ..learned.commit(link, held)
    };
    store.commit(&silent).await.expect("committed");
    let stored = store.links().get(link).await.expect("read").expect("there");
    assert_eq!(stored.issue_id.as_deref(), Some("10001"));
    assert_eq!((stored.record_seen, stored.issue_seen), (Some(instant(1)), Some(instant(2))));
    assert_eq!(stored.state, LinkState::Gone);
}

/// Hints that come while the holder commits are either seen by that commit or take the lease.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_hint_falls_between_commit_and_release() {
    let (_fresh, store, link) = linked().await;
    let learned = Learned::of(link);
    for round in 0..40_u128 {
        let held = taken(&store, link, "one", round * 2 + 1).await;
        let hint = {
            let store = store.clone();
            let job = Uuid::from_u128(round * 2 + 2);
            tokio::spawn(async move { store.leases().take(link, "two", job, TERM).await })
        };
        let committed = store.commit(&learned.commit(link, held)).await.expect("committed");
        let hint = hint.await.expect("joined").expect("asked");
        match (committed, hint) {
            (Committed::Again { wanted }, crate::Lease::Busy { .. }) => {
                assert_eq!(wanted, held.wanted + 1);
                store.leases().release(link, held.fence).await.expect("released");
            }
            (Committed::Released, crate::Lease::Taken(next)) => {
                assert_eq!(next.fence, held.fence + 1);
                store.leases().release(link, next.fence).await.expect("released");
            }
            other => panic!("a hint was lost: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_was_not_dealt_with_is_not_taken_for_seen() {
    let (_fresh, store, link) = linked().await;
    let learned = Learned::of(link);
    let held = taken(&store, link, "one", 1).await;
    let done = store.checkpoint(&learned.commit(link, held)).await;
    assert!(matches!(done, Ok(Committed::Again { .. })), "{done:?}");
    let failed = Commit { settled: false, pairs: &[], ..learned.commit(link, held) };
    store.commit(&failed).await.expect("committed");
    let row = store.links().get(link).await.expect("read").expect("there");
    assert_eq!((row.record_seen, row.issue_seen), (None, None));
}

/// A hint that tells a version which the holder has seen by its commit asks for nothing more.
#[tokio::test]
async fn a_hint_about_a_version_that_was_seen_asks_for_nothing_more() {
    let (_fresh, store, link) = linked().await;
    let learned = Learned::of(link);
    for (told, again) in [(2, false), (3, true)] {
        let held = taken(&store, link, "one", 1).await;
        let job = Uuid::from_u128(2);
        let version = Some(instant(told));
        let claim = Claim { link, owner: "two", job, term: TERM, version };
        let busy = store.leases().claim(&claim).await.expect("hint");
        assert!(matches!(busy, Lease::Busy { same_job: false, .. }), "{busy:?}");
        let committed = store.commit(&learned.commit(link, held)).await.expect("committed");
        assert_eq!(matches!(committed, Committed::Again { .. }), again, "{committed:?}");
    }
}

#[tokio::test]
async fn a_pair_keeps_what_was_learned_of_it_and_each_part_has_one_copy() {
    let (_fresh, store, link) = linked().await;
    let part = |number: u16| CommentPair { part: number, ..pair(u32::from(number)) };
    let of_one = |number: u16| CommentPair { jira: "jira-0".to_owned(), ..part(number) };
    let mut learned = Learned { pairs: vec![of_one(0), of_one(1)], ..Learned::of(link) };
    let held = taken(&store, link, "one", 1).await;
    store.checkpoint(&learned.commit(link, held)).await.expect("kept");

    store.links().saw(link, &[("sf-0".to_owned(), "d0".to_owned())]).await.expect("noted");
    learned.pairs = vec![CommentPair {
        public: true,
        closed: true,
        salesforce_shows: Some("d1".to_owned()),
        jira_shows: Some("d2".to_owned()),
        ..of_one(1)
    }];
    let again = CommentPair { salesforce: "sf-9".to_owned(), ..of_one(1) };
    learned.pairs.push(again);
    store.checkpoint(&learned.commit(link, held)).await.expect("kept");
    store.links().saw(link, &[("sf-1".to_owned(), "late".to_owned())]).await.expect("noted");
    let seen = CommentPair { salesforce_shows: Some("d0".to_owned()), ..of_one(0) };
    let known = store.links().pairs(link).await.expect("pairs");
    assert_eq!(known, [seen, learned.pairs[0].clone()]);
}
