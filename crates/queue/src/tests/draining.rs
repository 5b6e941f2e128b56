use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::*;

/// A consumer of two at a time whose jobs end when the test lets them.
fn gated(broker: &Broker) -> (Seen, Arc<Semaphore>, Consumer) {
    let (seen, gate) = (Seen::default(), Arc::new(Semaphore::new(0)));
    let (noted, held) = (seen.clone(), Arc::clone(&gate));
    let consumer = broker.consume(Lane::Live, 2, no_overflow(), move |job, delivered| {
        noted.add(job, delivered);
        let held = Arc::clone(&held);
        async move {
            held.acquire().await.expect("open").forget();
            Verdict::Done
        }
    });
    (seen, gate, consumer)
}

#[tokio::test]
async fn a_drain_finishes_what_runs_and_leaves_the_rest() {
    let (_fresh, broker) = house().await;
    for number in 0..10 {
        publish(&broker, &job(number)).await;
    }
    let (seen, gate, consumer) = gated(&broker);
    seen.wait_for(2).await;
    let stopping = tokio::spawn(consumer.stop(GRACE));
    tokio::time::sleep(Duration::from_millis(300)).await;
    gate.add_permits(2);
    stopping.await.expect("stopped");
    assert_eq!(seen.all().len(), 2, "nothing new was started");
    let queue = broker.names().lane(Lane::Live);
    eventually(SOON, "eight are left", async || broker.depth(&queue).await.ok() == Some(8)).await;
    broker.close().await;
}

#[tokio::test]
async fn at_the_end_of_the_grace_jobs_are_given_back() {
    let (_fresh, broker) = house().await;
    publish(&broker, &job(1)).await;
    let (seen, _gate, consumer) = gated(&broker);
    seen.wait_for(1).await;
    let begun = Instant::now();
    consumer.stop(Duration::from_millis(200)).await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    let again = Seen::default();
    let consumer = consume(&broker, &again, |_| Verdict::Done);
    again.wait_for(1).await;
    assert!(again.all()[0].1.redelivered);
    consumer.stop(GRACE).await;
    broker.close().await;
}
