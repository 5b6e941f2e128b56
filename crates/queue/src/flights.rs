//! Messages that were sent and are not confirmed yet, and what becomes of each.
//!
//! An unroutable message comes back to us before its confirm, and lapin hands a return to *some*
//! confirm of the channel: to the first that is resolved after the return came, whosever it is
//! (4.12.3). It keeps no return while a confirm is resolved without one. So when a message's confirm
//! carries no return, its own return, if there is one, was handed to a confirm resolved before; and
//! [`Flights::answered`] looks until nothing is left that was woken, so that every confirm resolved
//! before one that was found is found with it. Where a confirm carries the return of another message,
//! its own may still be on the way: its fate waits until all others are confirmed.
//! A channel on which a message came back is spent: what is in flight is waited for, nothing more is sent.

use std::collections::{BTreeMap, HashSet};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use futures::FutureExt;
use lapin::message::BasicReturnMessage;
use lapin::options::BasicPublishOptions;
use lapin::{Channel, Confirmation};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::error::PublishError;
use crate::gate::Gate;
use crate::message::Outgoing;
use crate::woken::Woken;

/// The most messages that wait for their confirms at a time.
pub(crate) const IN_FLIGHT: usize = 256;
const CUT_OFF: &str = "the connection was lost";

/// A message and where its outcome is awaited.
pub(crate) struct Request {
    pub(crate) message: Outgoing,
    pub(crate) outcome: oneshot::Sender<Result<(), PublishError>>,
}

impl Request {
    /// Tells what became of the message.
    pub(crate) fn answer(self, outcome: Result<(), PublishError>) {
        // Whoever asked may have given up.
        let _gone = self.outcome.send(outcome);
    }
}

/// What a confirm said.
#[derive(Debug)]
enum Answer {
    /// The broker has *this* message, and returned *some* message, by its id.
    Ack(Option<String>),
    /// The broker refuses this message, and returned some message.
    Nack(Option<String>),
    /// No confirm came.
    Lost(String),
}

/// One message on its way.
struct Flight {
    /// By which its return is known.
    id: String,
    exchange: Arc<str>,
    key: &'static str,
    outcome: oneshot::Sender<Result<(), PublishError>>,
    sent: Instant,
}

/// Messages are numbered as they are sent.
type Number = u64;

/// The messages of one channel that wait for their confirms.
#[derive(Default)]
pub(crate) struct Flights {
    sent: Number,
    all: BTreeMap<Number, Flight>,
    /// Of those that have no answer yet.
    confirms: Woken<(Number, Answer)>,
    /// What was answered and not told yet.
    answers: Vec<(Number, Answer)>,
    /// The ids of the messages that came back.
    returned: HashSet<String>,
    /// Whether a confirm will never come.
    lost: bool,
    gate: Gate,
}

impl Flights {
    /// None yet; they will be handed over through this gate.
    pub(crate) fn through(gate: Gate) -> Self {
        Self { gate, ..Self::default() }
    }

    /// How many more may be sent now.
    pub(crate) fn room(&self) -> usize {
        IN_FLIGHT.saturating_sub(self.all.len())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// When the oldest was sent.
    pub(crate) fn since(&self) -> Option<Instant> {
        self.all.first_key_value().map(|(_, flight)| flight.sent)
    }

    /// Whether any message came back.
    pub(crate) fn returned(&self) -> bool {
        !self.returned.is_empty()
    }

    /// Whether nothing more may be sent: a message came back, or a confirm will never come.
    pub(crate) fn spent(&self) -> bool {
        self.lost || self.returned()
    }

    /// Sends a message, as soon as [`Self::answered`] is waited for.
    pub(crate) fn send(&mut self, channel: &Arc<Channel>, request: Request) {
        let Request { message, outcome } = request;
        let (id, exchange, key) = (message.id(), Arc::clone(&message.exchange), message.key);
        let flight = Flight { id, exchange, key, outcome, sent: Instant::now() };
        self.track(flight, publish(Arc::clone(channel), message));
    }

    fn track(&mut self, flight: Flight, confirm: impl Future<Output = Answer> + Send + 'static) {
        let number = self.sent;
        self.sent += 1;
        self.all.insert(number, flight);
        self.confirms.push(confirm.map(move |answer| (number, answer)).boxed());
    }

    /// Waits until at least one more is answered. Cancel-safe.
    pub(crate) async fn answered(&mut self) {
        let (confirms, gate) = (&mut self.confirms, &self.gate);
        let found = poll_fn(|context| {
            let mut found = Vec::new();
            let _together = gate.hold();
            confirms.look(context, |answer| found.push(answer));
            if found.is_empty() { Poll::Pending } else { Poll::Ready(found) }
        })
        .await;
        for (number, answer) in found {
            self.note(number, answer);
        }
    }

    fn note(&mut self, number: Number, answer: Answer) {
        match &answer {
            Answer::Ack(Some(id)) | Answer::Nack(Some(id)) => {
                self.returned.insert(id.clone());
            }
            Answer::Lost(_) => self.lost = true,
            Answer::Ack(None) | Answer::Nack(None) => {}
        }
        self.answers.push((number, answer));
    }

    /// Tells everybody whose message's fate is known; the others stay.
    pub(crate) fn settle(&mut self) {
        for (number, answer) in std::mem::take(&mut self.answers) {
            let Some(flight) = self.all.remove(&number) else {
                continue;
            };
            if let Some(fate) = self.fate(&flight, &answer) {
                flight.tell(fate);
            } else {
                self.all.insert(number, flight);
                self.answers.push((number, answer));
            }
        }
    }

    /// What became of a message whose confirm said this, if that can be known already.
    fn fate(&self, flight: &Flight, answer: &Answer) -> Option<Result<(), PublishError>> {
        match (answer, self.returned.contains(&flight.id)) {
            (Answer::Lost(reason), _) => Some(Err(PublishError::Unavailable(reason.clone()))),
            (_, true) => Some(Err(flight.unroutable())),
            (Answer::Ack(None), false) => Some(Ok(())),
            (Answer::Nack(None), false) => Some(Err(PublishError::Refused)),
            // The return of another message: this one's own may still be on the way.
            _ if !self.confirms.is_empty() => None,
            _ if self.lost => Some(Err(PublishError::Unavailable(CUT_OFF.into()))),
            (Answer::Ack(Some(_)), false) => Some(Ok(())),
            (Answer::Nack(Some(_)), false) => Some(Err(PublishError::Refused)),
        }
    }

    /// Gives up whatever is not confirmed: the channel is of no more use.
    pub(crate) fn give_up(&mut self, error: &PublishError) {
        self.lost = true;
        self.confirms.clear();
        self.answers.clear();
        for flight in std::mem::take(&mut self.all).into_values() {
            flight.tell(Err(error.clone()));
        }
    }
}

impl Flight {
    fn tell(self, outcome: Result<(), PublishError>) {
        // Whoever asked may have given up.
        let _gone = self.outcome.send(outcome);
    }

    fn unroutable(&self) -> PublishError {
        PublishError::Unroutable { exchange: self.exchange.to_string(), key: self.key.to_owned() }
    }
}

/// Publishes one message and waits for its confirm.
async fn publish(channel: Arc<Channel>, message: Outgoing) -> Answer {
    let Outgoing { exchange, key, body, properties } = message;
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    #[expect(clippy::disallowed_methods, reason = "its one home: the confirm is awaited here")]
    let written =
        channel.basic_publish((&*exchange).into(), key.into(), options, &body, properties).await;
    let confirmed = match written {
        Ok(confirm) => confirm.await,
        Err(error) => Err(error),
    };
    match confirmed {
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

#[cfg(test)]
#[path = "flights_tests.rs"]
mod tests;
