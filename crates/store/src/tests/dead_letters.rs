use lockstep_model::Code;
use lockstep_model::job::Cause;

use super::{broken_rule, instant, job, store};
use crate::{DeadLetter, DeadLetterState};

fn letter(number: u128, attempts: u32) -> DeadLetter {
    let job = job(number);
    DeadLetter {
        raw: serde_json::to_vec(&job).expect("json"),
        correlation: Some(job.correlation.clone()),
        job: Some(job),
        code: Code::LadderSpent,
        detail: "eight attempts".to_owned(),
        attempts,
        first_seen: Some(instant(0)),
    }
}

fn unreadable(raw: &[u8]) -> DeadLetter {
    DeadLetter {
        job: None,
        raw: raw.to_vec(),
        code: Code::PoisonJob,
        detail: "expected value".to_owned(),
        attempts: 0,
        first_seen: None,
        correlation: None,
    }
}

#[tokio::test]
async fn an_attempt_is_buried_once() {
    let (_fresh, store) = store().await;
    let letters = store.dead_letters();
    let first = letters.bury(&letter(1, 8)).await.expect("buried");
    assert_eq!(letters.bury(&letter(1, 8)).await.expect("again"), first);
    assert_ne!(letters.bury(&letter(1, 9)).await.expect("another attempt"), first);
    let poison = letters.bury(&unreadable(b"\xff{")).await.expect("buried");
    assert_eq!(letters.bury(&unreadable(b"\xff{")).await.expect("again"), poison);
    assert_ne!(letters.bury(&unreadable(b"[]")).await.expect("other bytes"), poison);
    assert_eq!(letters.waiting().await.expect("count"), 4);
    let read = letters.get(first).await.expect("read").expect("there");
    assert_eq!(read.letter, letter(1, 8));
    assert_eq!((read.state, read.settled), (DeadLetterState::Waiting, None));
}

#[tokio::test]
async fn a_replay_is_a_promise_and_may_die_again() {
    let (_fresh, store) = store().await;
    let letters = store.dead_letters();
    let id = letters.bury(&DeadLetter { attempts: 8, ..letter(1, 8) }).await.expect("buried");
    let replayed = letters.replay(id, "ann").await.expect("replayed");
    assert_eq!((replayed.attempt, replayed.cause), (0, Cause::Replay));
    let due = store.promises().claim_due(10).await.expect("due");
    assert_eq!(due.first(), Some(&replayed));

    let settled = letters.get(id).await.expect("read").expect("there");
    assert_eq!((settled.state, settled.promise), (DeadLetterState::Replayed, replayed.promise));
    assert_eq!(settled.settled.expect("by whom").1, "ann");
    assert_eq!(broken_rule(letters.replay(id, "bob").await), "dead_letter_settled_already");
    assert_eq!(broken_rule(letters.discard(id, "bob").await), "dead_letter_settled_already");

    let again = DeadLetter { job: Some(replayed), ..letter(1, 8) };
    let second = letters.bury(&again).await.expect("buried");
    assert_ne!(second, id, "the replay's end is news");
    assert_eq!(store.promises().waiting().await.expect("count"), 0, "its promise is not repeated");
    let waiting = letters.list(Some(DeadLetterState::Waiting), 10).await.expect("list");
    assert_eq!(waiting.iter().map(|one| one.id).collect::<Vec<_>>(), [second]);
    assert_eq!(letters.list(None, 10).await.expect("list").len(), 2);
}

#[tokio::test]
async fn what_cannot_be_read_can_only_be_discarded() {
    let (_fresh, store) = store().await;
    let letters = store.dead_letters();
    let id = letters.bury(&unreadable(b"{")).await.expect("buried");
    assert_eq!(broken_rule(letters.replay(id, "ann").await), "dead_letter_unreadable");
    letters.discard(id, "ann").await.expect("discarded");
    assert_eq!(letters.waiting().await.expect("count"), 0);
    assert_eq!(broken_rule(letters.replay(999, "ann").await), "dead_letter_settled_already");
}
