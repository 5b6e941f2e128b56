use std::sync::Arc;

use lockstep_testkit::Proxy;
use lockstep_testkit::proxy::Direction;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::*;
use crate::PublishError;

/// A broker behind a proxy, with one second for a confirm.
async fn proxied() -> (Fresh, Proxy, Broker) {
    let fresh = Fresh::new().await.expect("the broker");
    let proxy = Proxy::start(fresh.address()).await.expect("proxy");
    let config = QueueConfig::new(fresh.url_through(proxy.address())).with_prefix(&fresh.prefix);
    let config = QueueConfig { confirm_timeout: Duration::from_secs(1), ..config };
    let broker = connect(config).await;
    (fresh, proxy, broker)
}

#[tokio::test]
async fn a_cut_connection_is_made_anew_and_the_job_runs_again() {
    let (_fresh, proxy, broker) = proxied().await;
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
    publish(&broker, &job(1)).await;
    seen.wait_for(1).await;
    proxy.sever();
    seen.wait_for(2).await;
    assert!(seen.all()[1].1.redelivered);
    gate.add_permits(10);
    eventually(SOON, "published again", async || {
        broker.publisher().publish(&job(2), Route::Lane).await.is_ok()
    })
    .await;
    seen.wait_for(3).await;
    consumer.stop(GRACE).await;
    empty(&broker, &broker.names().lane(Lane::Live)).await;
    broker.close().await;
}

#[tokio::test]
async fn without_a_broker_a_publish_fails_in_time_and_works_afterwards() {
    let (_fresh, proxy, broker) = proxied().await;
    publish(&broker, &job(1)).await;
    proxy.cut();
    eventually(SOON, "the loss is noticed", async || !broker.connected()).await;
    let begun = Instant::now();
    let failed = broker.publisher().publish(&job(2), Route::Lane).await;
    assert!(failed.is_err() && begun.elapsed() < Duration::from_secs(2), "{failed:?}");
    proxy.resume();
    eventually(SOON, "connected again", async || broker.connected()).await;
    publish(&broker, &job(3)).await;
    broker.close().await;
}

#[tokio::test]
async fn without_a_confirm_the_outcome_is_unknown() {
    let (_fresh, proxy, broker) = proxied().await;
    publish(&broker, &job(1)).await;
    proxy.stall(Direction::FromTarget);
    let unknown = broker.publisher().publish(&job(2), Route::Lane).await;
    assert_eq!(unknown, Err(PublishError::TimedOut));
    proxy.resume();
    eventually(SOON, "published again", async || {
        broker.publisher().publish(&job(3), Route::Lane).await.is_ok()
    })
    .await;
    let arrived = broker.depth(&broker.names().lane(Lane::Live)).await.expect("depth");
    assert!(arrived >= 3, "the unconfirmed message had arrived: {arrived}");
    broker.close().await;
}
