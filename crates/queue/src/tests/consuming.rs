use std::sync::Arc;

use lockstep_model::{Code, Fault};
use tokio::time::Instant;

use super::*;

#[tokio::test]
async fn a_job_arrives_as_it_was_sent_and_is_gone_when_done() {
    let (_fresh, broker) = house().await;
    let seen = Seen::default();
    publish(&broker, &job(1)).await;
    let consumer = consume(&broker, &seen, |_| Verdict::Done);
    seen.wait_for(1).await;
    assert_eq!(seen.all()[0].0, job(1));
    assert!(!seen.all()[0].1.redelivered);
    consumer.stop(GRACE).await;
    empty(&broker, &broker.names().lane(Lane::Live)).await;
    broker.close().await;
}

#[tokio::test]
async fn a_failed_job_comes_back_by_the_ladder_with_its_attempt_counted() {
    let (_fresh, broker) = house().await;
    let seen = Seen::default();
    let fault = || Fault::new(Code::JiraUnavailable, "502");
    let consumer = consume(&broker, &seen, move |count| match count {
        1 => Verdict::Retry(fault()),
        _ => Verdict::Done,
    });
    let begun = Instant::now();
    publish(&broker, &job(1)).await;
    seen.wait_for(2).await;
    assert!(begun.elapsed() >= Duration::from_secs(1), "the first step is one second");
    let (again, delivered) = seen.all().remove(1);
    assert_eq!(again, Job { attempt: 1, ..job(1) });
    assert!(!delivered.redelivered, "it is a new message");
    consumer.stop(GRACE).await;
    broker.close().await;
}

#[tokio::test]
async fn a_job_put_off_comes_back_without_an_attempt_counted() {
    let (_fresh, broker) = house().await;
    let seen = Seen::default();
    let consumer = consume(&broker, &seen, |count| match count {
        1 => Verdict::Later(Duration::from_millis(10)),
        _ => Verdict::Done,
    });
    publish(&broker, &job(1)).await;
    seen.wait_for(2).await;
    assert_eq!(seen.all()[1].0, job(1));
    consumer.stop(GRACE).await;
    broker.close().await;
}

#[tokio::test]
async fn what_waits_longer_than_the_ladder_is_promised_before_it_is_acknowledged() {
    let (_fresh, broker) = house().await;
    let promised = Arc::new(Mutex::new(Vec::new()));
    let store = Arc::clone(&promised);
    // The first call fails, as a database may: the job must not be lost for it.
    let overflow: Overflow = Arc::new(move |job, due_in| {
        let mut calls = store.lock().expect("unpoisoned");
        calls.push((job, due_in));
        let stored = if calls.len() == 1 { Err("away".to_owned()) } else { Ok(()) };
        Box::pin(async move { stored })
    });
    let two_hours = Duration::from_hours(2);
    let consumer = broker
        .consume(Lane::Live, 1, overflow, move |_, _| async move { Verdict::Later(two_hours) });
    publish(&broker, &job(1)).await;
    eventually(SOON, "two calls", async || promised.lock().expect("unpoisoned").len() == 2).await;
    consumer.stop(GRACE).await;
    assert_eq!(promised.lock().expect("unpoisoned")[1], (job(1), two_hours));
    empty(&broker, &broker.names().lane(Lane::Live)).await;
    broker.close().await;
}

#[tokio::test]
async fn the_lanes_do_not_mix() {
    let (_fresh, broker) = house().await;
    let bulk = Job { lane: Lane::Bulk, ..job(2) };
    publish(&broker, &bulk).await;
    publish(&broker, &job(1)).await;
    let seen = Seen::default();
    let consumer = consume(&broker, &seen, |_| Verdict::Done);
    seen.wait_for(1).await;
    consumer.stop(GRACE).await;
    assert_eq!(seen.all().len(), 1);
    assert_eq!(broker.depth(&broker.names().lane(Lane::Bulk)).await.expect("depth"), 1);
    broker.close().await;
}
