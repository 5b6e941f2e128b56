use futures::future::join_all;
use lapin::options::QueueDeleteOptions;
use lapin::{Connection, ConnectionProperties};

use super::*;
use crate::topology::{self, Names};
use crate::{PublishError, QueueError};

async fn raw(fresh: &Fresh) -> Connection {
    let connection = Connection::connect(&fresh.url, ConnectionProperties::default()).await;
    connection.expect("connection")
}

async fn delete_queue(connection: &Connection, queue: &str) {
    let channel = connection.create_channel().await.expect("channel");
    channel.queue_delete(queue.into(), QueueDeleteOptions::default()).await.expect("deleted");
    channel.close(200, "done".into()).await.expect("closed");
}

#[tokio::test]
async fn declaring_twice_is_fine_and_a_missing_queue_is_named() {
    let fresh = Fresh::new().await.expect("the broker");
    let (connection, names) = (raw(&fresh).await, Names::new(&fresh.prefix));
    topology::declare(&connection, &names).await.expect("declared");
    topology::declare(&connection, &names).await.expect("declared again");
    topology::check(&connection, &names).await.expect("complete");
    delete_queue(&connection, &names.step(2)).await;
    let missing = topology::check(&connection, &names).await.expect_err("one is missing");
    assert!(matches!(&missing, QueueError::Topology { name, .. } if *name == names.step(2)));
    connection.close(200, "done".into()).await.expect("closed");
}

#[tokio::test]
async fn start_up_fails_where_nobody_has_declared() {
    let fresh = Fresh::new().await.expect("the broker");
    let config = QueueConfig::new(&fresh.url).with_prefix(&fresh.prefix);
    let failed = Broker::connect(QueueConfig { declare: false, ..config }, ambient()).await;
    assert!(matches!(failed.err(), Some(QueueError::Topology { .. })));
}

/// The returns of a pipelined channel: lapin hands some of them to the wrong confirm.
#[tokio::test]
async fn every_unroutable_message_and_no_other_is_reported() {
    let fresh = Fresh::new().await.expect("the broker");
    let connection = raw(&fresh).await;
    topology::declare(&connection, &Names::new(&fresh.prefix)).await.expect("declared");
    let config = QueueConfig::new(&fresh.url).with_prefix(&fresh.prefix);
    let broker = connect(QueueConfig { declare: false, ..config }).await;
    delete_queue(&connection, &broker.names().lane(Lane::Bulk)).await;
    for round in 0..20 {
        let lane = |number: u128| {
            if number.is_multiple_of(3) { Lane::Bulk } else { Lane::Live }
        };
        let jobs: Vec<_> =
            (0..100).map(|n| Job { lane: lane(n), ..job(round * 100 + n) }).collect();
        let publisher = broker.publisher();
        let outcomes = join_all(jobs.iter().map(|job| publisher.publish(job, Route::Lane))).await;
        for (job, outcome) in jobs.iter().zip(outcomes) {
            let unroutable = matches!(outcome, Err(PublishError::Unroutable { .. }));
            assert_eq!(unroutable, job.lane == Lane::Bulk, "{outcome:?}");
            assert!(unroutable || outcome.is_ok(), "{outcome:?}");
        }
    }
    broker.close().await;
    connection.close(200, "done".into()).await.expect("closed");
}

#[tokio::test]
async fn a_queue_that_was_deleted_is_declared_again() {
    let (fresh, broker) = house().await;
    let seen = Seen::default();
    let consumer = consume(&broker, &seen, |_| Verdict::Done);
    publish(&broker, &job(1)).await;
    seen.wait_for(1).await;
    delete_queue(&raw(&fresh).await, &broker.names().lane(Lane::Live)).await;
    let publisher = broker.publisher();
    eventually(SOON, "it can be published again", async || {
        publisher.publish(&job(2), Route::Lane).await.is_ok()
    })
    .await;
    seen.wait_for(2).await;
    consumer.stop(GRACE).await;
    broker.close().await;
}
