//! The one declaration of exchanges and queues, and the reasons for their arguments.
//!
//! | exchange | kind | leads to |
//! |---|---|---|
//! | `<p>.v1.work` | direct | `<p>.v1.work.live`, `<p>.v1.work.bulk`, by the lane's name as routing key |
//! | `<p>.v1.retry.<step>` | fanout | the queue of the same name, one a step of the ladder |
//! | `<p>.v1.dead` | fanout | the queue of the same name |
//!
//! A message leaves a retry queue when its time to live ends and goes to the work exchange with the
//! routing key that it came with, so one ladder serves every lane. The time to live belongs to the
//! queue: with one per message, a long wait at the head would hold up the short ones behind it.
//!
//! All queues are quorum queues. The limits are *arguments* and not policies because a policy needs
//! the management command or API, which an application user rarely has; an argument needs no more
//! than the right to declare. An argument cannot be changed on a queue that exists: a change asks
//! for a new version in the names (`v2`) and a drain of the old queues.
//!
//! - `x-delivery-limit` 30: a job that kills its worker again and again becomes a dead letter. Brokers
//!   before 4.0 have no limit of their own and drop a message at its first return if it is `-1`.
//!   Attempts are counted in the job; the broker's count only guards against crashes.
//! - `x-dead-letter-strategy` `at-least-once` with `x-overflow` `reject-publish`: the only pair that
//!   loses nothing on the way to the next queue. A full queue refuses the publisher, who tells the
//!   sender to come back.
//! - The dead queue's delivery limit is large: the mover holds what it cannot store yet, and from 4.0
//!   on the default of 20 would drop a letter whose mover was restarted 20 times.
//!
//! There is no alternate exchange on purpose: a message that one takes is not *returned* to a
//! publisher that asked for it (`mandatory`), and the publisher is who can do something about it.
//! What a retry queue cannot route stays in it, for `at-least-once` tries again.

use std::sync::Arc;

use lapin::options::{
    ExchangeDeclareOptions, ExchangeDeleteOptions, QueueBindOptions, QueueDeclareOptions,
    QueueDeleteOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, Connection, ConnectionProperties, ExchangeKind};
use lockstep_model::{Lane, ladder};

use crate::config::QueueConfig;
use crate::error::QueueError;

/// Deliveries without an answer before the broker gives a job up.
const DELIVERY_LIMIT: i64 = 30;
/// The same for the dead queue, where giving up would lose the letter.
const DEAD_DELIVERY_LIMIT: i64 = 1_000_000;
/// Messages that a queue holds before it refuses more.
const MAX_LENGTH: i64 = 500_000;

/// The names under one prefix.
#[derive(Debug, Clone)]
pub struct Names {
    stem: String,
    work: Arc<str>,
}

impl Names {
    /// The names that begin with this prefix.
    pub fn new(prefix: &str) -> Self {
        let stem = format!("{prefix}.v1");
        let work = format!("{stem}.work").into();
        Self { stem, work }
    }

    /// The work exchange.
    pub fn work(&self) -> Arc<str> {
        Arc::clone(&self.work)
    }

    /// The queue of a lane.
    pub fn lane(&self, lane: Lane) -> String {
        format!("{}.work.{}", self.stem, lane.name())
    }

    /// Exchange and queue of a step of the ladder; above the top, of the top.
    pub fn step(&self, step: usize) -> String {
        let (name, _) = ladder::STEPS[step.min(ladder::STEPS.len() - 1)];
        format!("{}.retry.{name}", self.stem)
    }

    /// Exchange and queue of the dead letters.
    pub fn dead(&self) -> String {
        format!("{}.dead", self.stem)
    }
}

/// A queue with what it is bound to.
struct Declared {
    queue: String,
    exchange: String,
    key: &'static str,
    arguments: FieldTable,
}

fn exchanges(names: &Names) -> Vec<(String, ExchangeKind)> {
    let steps = (0..ladder::STEPS.len()).map(|step| (names.step(step), ExchangeKind::Fanout));
    [(names.work().to_string(), ExchangeKind::Direct), (names.dead(), ExchangeKind::Fanout)]
        .into_iter()
        .chain(steps)
        .collect()
}

fn queues(names: &Names) -> Vec<Declared> {
    let mut all = Vec::new();
    for lane in Lane::ALL {
        let arguments = arguments(DELIVERY_LIMIT, Some(&names.dead()));
        all.push(Declared {
            queue: names.lane(lane),
            exchange: names.work().to_string(),
            key: lane.name(),
            arguments,
        });
    }
    for (step, (_, wait)) in ladder::STEPS.iter().enumerate() {
        let mut arguments = arguments(DELIVERY_LIMIT, Some(&names.work()));
        let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        arguments.insert("x-message-ttl".into(), AMQPValue::LongLongInt(millis));
        all.push(Declared {
            queue: names.step(step),
            exchange: names.step(step),
            key: "",
            arguments,
        });
    }
    let arguments = arguments(DEAD_DELIVERY_LIMIT, None);
    all.push(Declared { queue: names.dead(), exchange: names.dead(), key: "", arguments });
    all
}

fn arguments(delivery_limit: i64, dead_letters: Option<&str>) -> FieldTable {
    let mut table = FieldTable::default();
    let text = |value: &str| AMQPValue::LongString(value.into());
    table.insert("x-queue-type".into(), text("quorum"));
    table.insert("x-delivery-limit".into(), AMQPValue::LongLongInt(delivery_limit));
    table.insert("x-max-length".into(), AMQPValue::LongLongInt(MAX_LENGTH));
    table.insert("x-overflow".into(), text("reject-publish"));
    if let Some(exchange) = dead_letters {
        table.insert("x-dead-letter-exchange".into(), text(exchange));
        table.insert("x-dead-letter-strategy".into(), text("at-least-once"));
    }
    table
}

/// Declares everything. Doing it again changes nothing.
///
/// # Errors
/// [`QueueError::Topology`] when something of the same name has other arguments.
pub async fn declare(connection: &Connection, names: &Names) -> Result<(), QueueError> {
    let channel = connection.create_channel().await?;
    for (name, kind) in exchanges(names) {
        declare_exchange(&channel, &name, kind, false).await?;
    }
    for each in queues(names) {
        let options = QueueDeclareOptions { durable: true, ..Default::default() };
        let declared =
            channel.queue_declare(each.queue.as_str().into(), options, each.arguments).await;
        declared.map_err(|error| wrong(&each.queue, &error))?;
        let (queue, exchange) = (each.queue.as_str().into(), each.exchange.as_str().into());
        let bound = channel
            .queue_bind(
                queue,
                exchange,
                each.key.into(),
                QueueBindOptions::default(),
                FieldTable::default(),
            )
            .await;
        bound.map_err(|error| wrong(&each.queue, &error))?;
    }
    close(&channel).await;
    Ok(())
}

/// Checks that every exchange and queue exists, without declaring any.
///
/// # Errors
/// [`QueueError::Topology`], naming the first that does not.
pub async fn check(connection: &Connection, names: &Names) -> Result<(), QueueError> {
    let channel = connection.create_channel().await?;
    for (name, kind) in exchanges(names) {
        declare_exchange(&channel, &name, kind, true).await?;
    }
    for each in queues(names) {
        let options = QueueDeclareOptions { passive: true, ..Default::default() };
        let found =
            channel.queue_declare(each.queue.as_str().into(), options, FieldTable::default());
        found.await.map_err(|error| wrong(&each.queue, &error))?;
    }
    close(&channel).await;
    Ok(())
}

/// Deletes every exchange and queue of a prefix, with what is in them, on a connection of its own.
pub async fn delete_prefix(config: &QueueConfig) -> Result<(), QueueError> {
    let properties = ConnectionProperties::default();
    let connection = Connection::connect(&config.url, properties).await?;
    delete_all(&connection, &Names::new(&config.prefix)).await?;
    // Everything is done: how the connection ends changes nothing.
    let _ = connection.close(200, "done".into()).await;
    Ok(())
}

/// Deletes every exchange and queue of these names, with what is in them.
pub async fn delete_all(connection: &Connection, names: &Names) -> Result<(), QueueError> {
    let channel = connection.create_channel().await?;
    for each in queues(names) {
        channel.queue_delete(each.queue.as_str().into(), QueueDeleteOptions::default()).await?;
    }
    for (name, _) in exchanges(names) {
        channel.exchange_delete(name.as_str().into(), ExchangeDeleteOptions::default()).await?;
    }
    close(&channel).await;
    Ok(())
}

/// How many messages wait in a queue, not counting those that a worker holds.
pub async fn depth(connection: &Connection, queue: &str) -> Result<u32, QueueError> {
    let channel = connection.create_channel().await?;
    let options = QueueDeclareOptions { passive: true, ..Default::default() };
    let found = channel.queue_declare(queue.into(), options, FieldTable::default()).await;
    let found = found.map_err(|error| wrong(queue, &error))?;
    close(&channel).await;
    Ok(found.message_count())
}

async fn declare_exchange(
    channel: &Channel,
    name: &str,
    kind: ExchangeKind,
    passive: bool,
) -> Result<(), QueueError> {
    let options = ExchangeDeclareOptions { durable: true, passive, ..Default::default() };
    let declared = channel.exchange_declare(name.into(), kind, options, FieldTable::default());
    declared.await.map_err(|error| wrong(name, &error))
}

/// Closed before it is dropped: a connection that is closed right after a dropped channel can fail
/// or hang (lapin 4.12.3).
async fn close(channel: &Channel) {
    if let Err(error) = channel.close(200, "done".into()).await {
        tracing::debug!(%error, "closing a channel");
    }
}

fn wrong(name: &str, error: &lapin::Error) -> QueueError {
    if error.is_amqp_soft_error() {
        QueueError::Topology { name: name.to_owned(), reason: error.to_string() }
    } else {
        QueueError::Broker(error.clone())
    }
}
