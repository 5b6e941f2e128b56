//! The floor of the ingress: lapin alone, the same message, confirmed, mandatory and persistent, to
//! a durable quorum queue with a lane's arguments, with as many in flight on one connection.

use std::sync::Arc;

use anyhow::{Result, ensure};
use lapin::options::{
    BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions, QueueDeleteOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation, Connection};
use tokio::task::JoinSet;

use super::IN_FLIGHT;

/// Body and properties.
pub type Message = (Vec<u8>, BasicProperties);

/// An unused queue is deleted by the broker after this long, should the run be killed.
const EXPIRES_MILLISECONDS: i32 = 600_000;

/// The loop with its queue.
pub struct Floor {
    channel: Channel,
    queue: String,
    message: Arc<Message>,
}

impl Floor {
    /// Declares the queue.
    pub async fn open(connection: &Connection, prefix: &str, message: Message) -> Result<Self> {
        let channel = connection.create_channel().await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        let queue = format!("{prefix}.bench");
        let options = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        let declared = channel.queue_declare(queue.as_str().into(), options, arguments());
        declared.await?;
        Ok(Self { channel, queue, message: Arc::new(message) })
    }

    /// Publishes this many, [`IN_FLIGHT`] at a time; each must be confirmed.
    pub async fn publish(&self, count: usize) -> Result<()> {
        let mut publishers = JoinSet::new();
        for n in 0..IN_FLIGHT {
            let share = (count + IN_FLIGHT - 1 - n) / IN_FLIGHT;
            let (channel, queue) = (self.channel.clone(), self.queue.clone());
            let message = Arc::clone(&self.message);
            publishers.spawn(async move {
                for _ in 0..share {
                    one(&channel, &queue, &message).await?;
                }
                Ok::<_, anyhow::Error>(())
            });
        }
        while let Some(published) = publishers.join_next().await {
            published??;
        }
        Ok(())
    }

    /// Deletes the queue.
    pub async fn close(self) -> Result<()> {
        let options = QueueDeleteOptions::default();
        let deleted = self.channel.queue_delete(self.queue.into(), options);
        deleted.await?;
        Ok(self.channel.close(200, "done".into()).await?)
    }
}

/// A queue of which the broker is asked as much as of a lane's.
fn arguments() -> FieldTable {
    let mut arguments = FieldTable::default();
    let texts = [
        ("x-queue-type", "quorum"),
        ("x-overflow", "reject-publish"),
        ("x-dead-letter-exchange", ""),
        ("x-dead-letter-strategy", "at-least-once"),
    ];
    for (name, text) in texts {
        arguments.insert(name.into(), AMQPValue::LongString(text.into()));
    }
    let numbers =
        [("x-delivery-limit", 30), ("x-max-length", 500_000), ("x-expires", EXPIRES_MILLISECONDS)];
    for (name, number) in numbers {
        arguments.insert(name.into(), AMQPValue::LongInt(number));
    }
    arguments
}

#[expect(
    clippy::disallowed_methods,
    reason = "the floor is lapin without our publisher; its confirm is awaited here"
)]
async fn one(channel: &Channel, queue: &str, (body, properties): &Message) -> Result<()> {
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    let written = channel.basic_publish("".into(), queue.into(), options, body, properties.clone());
    let confirmed = written.await?.await?;
    ensure!(matches!(confirmed, Confirmation::Ack(None)), "not confirmed: {confirmed:?}");
    Ok(())
}
