use std::sync::Arc;

use lapin::options::{
    BasicGetOptions, BasicPublishOptions, BasicRejectOptions, ConfirmSelectOptions,
};
use lapin::{BasicProperties, Connection, ConnectionProperties};
use lockstep_model::{Code, Fault, ladder};

use super::*;
use crate::DeadMessage;

type Letters = Arc<Mutex<Vec<DeadMessage>>>;

fn mover(broker: &Broker) -> (Letters, Consumer) {
    let letters = Letters::default();
    let store = Arc::clone(&letters);
    let consumer = broker.move_dead_letters(move |letter| {
        store.lock().expect("unpoisoned").push(letter);
        async { Ok::<_, String>(()) }
    });
    (letters, consumer)
}

async fn one(letters: &Letters) -> DeadMessage {
    eventually(SOON, "a dead letter", async || !letters.lock().expect("unpoisoned").is_empty())
        .await;
    letters.lock().expect("unpoisoned")[0].clone()
}

async fn put_raw(fresh: &Fresh, broker: &Broker, body: &[u8]) {
    let connection = Connection::connect(&fresh.url, ConnectionProperties::default()).await;
    let connection = connection.expect("connection");
    let channel = connection.create_channel().await.expect("channel");
    channel.confirm_select(ConfirmSelectOptions::default()).await.expect("confirms");
    #[expect(clippy::disallowed_methods, reason = "a stranger's message, confirmed below")]
    let written = channel.basic_publish(
        (&*broker.names().work()).into(),
        "live".into(),
        BasicPublishOptions::default(),
        body,
        BasicProperties::default(),
    );
    assert!(written.await.expect("written").await.expect("confirmed").is_ack());
    channel.close(200, "done".into()).await.expect("closed");
}

#[tokio::test]
async fn a_job_given_up_becomes_a_dead_letter_with_its_reason() {
    let (_fresh, broker) = house().await;
    let (letters, mover) = mover(&broker);
    let fault = Fault::new(Code::SfBadRequest, "MALFORMED_QUERY");
    let given_up = fault.clone();
    let seen = Seen::default();
    let consumer = consume(&broker, &seen, move |_| Verdict::Dead(given_up.clone()));
    publish(&broker, &job(1)).await;
    let letter = one(&letters).await;
    assert_eq!((letter.job.as_ref(), &letter.fault), (Some(&job(1)), &fault));
    consumer.stop(GRACE).await;
    mover.stop(GRACE).await;
    empty(&broker, &broker.names().dead()).await;
    broker.close().await;
}

// F-207
#[tokio::test]
async fn a_job_at_the_end_of_the_ladder_is_given_up() {
    let (_fresh, broker) = house().await;
    let (letters, _mover) = mover(&broker);
    let seen = Seen::default();
    let _consumer =
        consume(&broker, &seen, |_| Verdict::Retry(Fault::new(Code::JiraUnavailable, "502")));
    publish(&broker, &Job { attempt: ladder::MAX_ATTEMPTS, ..job(1) }).await;
    let letter = one(&letters).await;
    assert_eq!(letter.fault.code, Code::LadderSpent);
    assert!(letter.fault.detail.contains(Code::JiraUnavailable.id()), "{}", letter.fault.detail);
    assert_eq!(letter.attempts(), ladder::MAX_ATTEMPTS + 1);
    broker.close().await;
}

#[tokio::test]
async fn poison_and_panics_are_buried_and_the_consumer_lives() {
    let (fresh, broker) = house().await;
    let (letters, _mover) = mover(&broker);
    let seen = Seen::default();
    let handled = seen.clone();
    let _consumer = broker.consume(Lane::Live, 4, no_overflow(), move |job, delivered| {
        let handled = handled.clone();
        async move {
            assert_ne!(job.id, Uuid::from_u128(13), "unlucky");
            handled.add(job, delivered);
            Verdict::Done
        }
    });
    put_raw(&fresh, &broker, b"{not json").await;
    publish(&broker, &job(13)).await;
    eventually(SOON, "two", async || letters.lock().expect("unpoisoned").len() == 2).await;
    let letters = letters.lock().expect("unpoisoned").clone();
    let poison = letters.iter().find(|letter| letter.job.is_none()).expect("poison");
    assert_eq!((poison.raw.as_slice(), poison.fault.code), (&b"{not json"[..], Code::PoisonJob));
    let panicked = letters.iter().find(|letter| letter.job.is_some()).expect("panicked");
    assert_eq!(panicked.fault.code, Code::Panicked);
    assert!(panicked.fault.detail.contains("unlucky"), "{}", panicked.fault.detail);
    publish(&broker, &job(1)).await;
    seen.wait_for(1).await;
    broker.close().await;
}

#[tokio::test]
async fn what_the_broker_gives_up_says_so() {
    let (fresh, broker) = house().await;
    publish(&broker, &job(1)).await;
    let connection = Connection::connect(&fresh.url, ConnectionProperties::default()).await;
    let connection = connection.expect("connection");
    let channel = connection.create_channel().await.expect("channel");
    let queue = broker.names().lane(Lane::Live);
    eventually(Duration::from_secs(30), "the delivery limit", async || {
        let got = channel.basic_get(queue.as_str().into(), BasicGetOptions::default()).await;
        if let Some(message) = got.expect("get") {
            message.reject(BasicRejectOptions { requeue: true }).await.expect("rejected");
        }
        broker.depth(&broker.names().dead()).await.expect("depth") == 1
    })
    .await;
    let (letters, mover) = mover(&broker);
    let letter = one(&letters).await;
    assert_eq!((letter.job.as_ref(), letter.fault.code), (Some(&job(1)), Code::LadderSpent));
    assert!(letter.fault.detail.contains("killed or cut off"), "{}", letter.fault.detail);
    mover.stop(GRACE).await;
    channel.close(200, "done".into()).await.expect("closed");
    broker.close().await;
}

#[tokio::test]
async fn a_letter_that_cannot_be_stored_is_kept() {
    let (_fresh, broker) = house().await;
    let tries = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&tries);
    let failing = broker.move_dead_letters(move |_| {
        *counted.lock().expect("unpoisoned") += 1;
        async { Err::<(), _>("the database is away") }
    });
    broker
        .publisher()
        .bury(b"x".to_vec(), &Fault::new(Code::PoisonJob, "x"))
        .await
        .expect("buried");
    eventually(SOON, "two tries", async || *tries.lock().expect("unpoisoned") >= 2).await;
    failing.stop(Duration::from_millis(100)).await;
    let (letters, mover) = mover(&broker);
    assert_eq!(one(&letters).await.raw, b"x");
    mover.stop(GRACE).await;
    broker.close().await;
}
