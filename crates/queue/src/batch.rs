//! Sends what waits, a batch at a time, and tells each sender what became of its message.
//!
//! Why batches: an unroutable message comes back to us before its confirm, and lapin hands a return
//! to *some* confirm of the channel, not always the right one (4.12.3). When every confirm of a batch
//! is in, every return is too (lapin keeps no more returns than returned messages without confirm), so
//! the ids found in all the confirms together are exactly the messages that were returned. Between
//! batches a channel is idle; while it waits, another channel fills the next batch.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use lapin::message::BasicReturnMessage;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{Channel, Confirmation};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::error::{PublishError, QueueError};
use crate::line::Line;
use crate::message::Outgoing;

/// The most messages of one batch.
const BATCH: usize = 128;
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// A message and where its outcome is awaited.
pub(crate) struct Request {
    pub(crate) message: Outgoing,
    pub(crate) outcome: oneshot::Sender<Result<(), PublishError>>,
}

/// What waits to be sent; the workers take turns.
pub(crate) type Waiting = Arc<Mutex<mpsc::Receiver<Request>>>;

/// One worker with a channel of its own.
pub(crate) struct Sender {
    pub(crate) line: Line,
    pub(crate) waiting: Waiting,
    pub(crate) limit: Duration,
    pub(crate) stop: CancellationToken,
}

impl Sender {
    /// Sends batch after batch until it is stopped; then closes its channel.
    pub(crate) async fn run(self) {
        let mut channel = None;
        while let Some(batch) = self.next_batch().await {
            channel = match self.usable(channel).await {
                Ok(usable) => self.send(usable, batch).await,
                Err(error) => {
                    answer_all(batch, &error);
                    None
                }
            };
        }
        if let Some(channel) = channel {
            close(&channel).await;
        }
    }

    async fn next_batch(&self) -> Option<Vec<Request>> {
        let mut batch = Vec::with_capacity(BATCH);
        let take = async { self.waiting.lock().await.recv_many(&mut batch, BATCH).await };
        let taken = tokio::select! { taken = take => taken, () = self.stop.cancelled() => 0 };
        batch.retain(|request| !request.outcome.is_closed());
        (taken > 0).then_some(batch)
    }

    /// The channel, or a new one if it is spent.
    async fn usable(&self, channel: Option<Channel>) -> Result<Channel, PublishError> {
        if let Some(channel) = channel.filter(|channel| channel.status().connected()) {
            return Ok(channel);
        }
        let open = async {
            let channel = self.line.channel().await?;
            let confirm = channel.confirm_select(ConfirmSelectOptions::default());
            self.line.call("asking for confirms", confirm).await?;
            Ok::<_, QueueError>(channel)
        };
        match timeout(self.limit, open).await {
            Ok(opened) => opened.map_err(|error| PublishError::Unavailable(error.to_string())),
            Err(_) => Err(PublishError::Unavailable("not connected".into())),
        }
    }

    /// Sends one batch and answers it. Gives the channel back if it may be used again.
    async fn send(&self, channel: Channel, batch: Vec<Request>) -> Option<Channel> {
        let published = batch.iter().map(|request| publish(&channel, &request.message));
        let Ok(answers) = timeout(self.limit, join_all(published)).await else {
            answer_all(batch, &PublishError::TimedOut);
            close(&channel).await;
            return None;
        };
        let sound = !answers.iter().any(|answer| matches!(answer, Answer::Lost(_)));
        let returned = returned(&answers);
        if !returned.is_empty() {
            self.line.mend();
        }
        for (request, answer) in batch.into_iter().zip(answers) {
            let outcome = outcome(&request.message, answer, &returned, sound);
            let _gone = request.outcome.send(outcome);
        }
        sound.then_some(channel)
    }
}

/// What a confirm said.
enum Answer {
    /// The broker has *this* message, and returned *some* message, by its id.
    Ack(Option<String>),
    /// The broker refuses this message, and returned some message.
    Nack(Option<String>),
    /// No confirm came.
    Lost(String),
}

/// Publishes one message and waits for its confirm.
async fn publish(channel: &Channel, message: &Outgoing) -> Answer {
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    #[expect(clippy::disallowed_methods, reason = "its one home: the confirm is awaited here")]
    let written = channel.basic_publish(
        message.exchange.as_str().into(),
        message.key.as_str().into(),
        options,
        &message.body,
        message.properties.clone(),
    );
    match async { written.await?.await }.await {
        Ok(Confirmation::Ack(returned)) => Answer::Ack(returned.map(id)),
        Ok(Confirmation::Nack(returned)) => Answer::Nack(returned.map(id)),
        Ok(Confirmation::NotRequested) => Answer::Lost("the channel does not confirm".into()),
        Err(error) => Answer::Lost(error.to_string()),
    }
}

fn id(message: BasicReturnMessage) -> String {
    let BasicReturnMessage { delivery, .. } = message;
    delivery.properties.message_id().as_ref().map(ToString::to_string).unwrap_or_default()
}

/// The ids of all the messages that were returned.
fn returned(answers: &[Answer]) -> HashSet<String> {
    let id = |answer: &Answer| match answer {
        Answer::Ack(returned) | Answer::Nack(returned) => returned.clone(),
        Answer::Lost(_) => None,
    };
    answers.iter().filter_map(id).collect()
}

/// What became of one message. In a batch that is not `sound`, a return may be missing, so with any
/// return among its answers nothing of it counts as sent.
fn outcome(
    message: &Outgoing,
    answer: Answer,
    returned: &HashSet<String>,
    sound: bool,
) -> Result<(), PublishError> {
    let unroutable = || PublishError::Unroutable {
        exchange: message.exchange.clone(),
        key: message.key.clone(),
    };
    match answer {
        Answer::Lost(reason) => Err(PublishError::Unavailable(reason)),
        _ if returned.contains(&message.id()) => Err(unroutable()),
        Answer::Nack(_) => Err(PublishError::Refused),
        Answer::Ack(_) if !sound && !returned.is_empty() => {
            Err(PublishError::Unavailable("the connection was lost".into()))
        }
        Answer::Ack(_) => Ok(()),
    }
}

fn answer_all(batch: Vec<Request>, error: &PublishError) {
    for request in batch {
        let _gone = request.outcome.send(Err(error.clone()));
    }
}

async fn close(channel: &Channel) {
    let closed = timeout(CLOSE_TIMEOUT, channel.close(200, "done".into())).await;
    tracing::debug!(?closed, "closed a publishing channel");
}

#[cfg(test)]
mod tests {
    use super::*;
    use lapin::BasicProperties;

    fn message(id: &str) -> Outgoing {
        let properties = BasicProperties::default().with_message_id(id.into());
        Outgoing { exchange: "ls.v1.work".into(), key: "live".into(), body: Vec::new(), properties }
    }

    #[test]
    fn a_return_counts_for_the_message_that_it_names() {
        let answers = vec![Answer::Ack(Some("b".into())), Answer::Ack(None), Answer::Ack(None)];
        let returned = returned(&answers);
        let outcomes: Vec<_> = ["a", "b", "c"]
            .into_iter()
            .zip(answers)
            .map(|(id, answer)| outcome(&message(id), answer, &returned, true))
            .collect();
        assert_eq!(outcomes[0], Ok(()));
        assert!(matches!(outcomes[1], Err(PublishError::Unroutable { .. })));
        assert_eq!(outcomes[2], Ok(()));
    }

    #[test]
    fn after_a_loss_a_batch_with_a_return_counts_as_unknown() {
        let one = HashSet::from(["z".to_owned()]);
        let unknown = outcome(&message("a"), Answer::Ack(None), &one, false);
        assert!(matches!(unknown, Err(PublishError::Unavailable(_))));
        assert_eq!(outcome(&message("a"), Answer::Ack(None), &HashSet::new(), false), Ok(()));
    }

    #[test]
    fn a_nack_is_a_refusal() {
        let none = HashSet::new();
        assert_eq!(
            outcome(&message("a"), Answer::Nack(None), &none, true),
            Err(PublishError::Refused)
        );
    }
}
