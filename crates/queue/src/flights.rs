//! Messages that were sent and are not confirmed yet, and what becomes of each.
//!
//! An unroutable message comes back to us before its confirm, and lapin hands a return to *some*
//! confirm of the channel: to the first that is resolved after the return came, whosever it is
//! (4.12.3). It keeps no return while a confirm is resolved without one. So when a message's confirm
//! carries no return, its own return, if there is one, was handed to a confirm resolved before; and
//! [`Flights::answered`] looks again and again until a whole look finds nothing new, so that
//! every confirm resolved before one that was found is found with it. Where a confirm carries the return
//! of another message, its own may still be on the way: its fate waits until all others are confirmed.
//! A channel on which a message came back is spent: what is in flight is waited for, nothing more is sent.

use std::collections::HashSet;
use std::future::poll_fn;
use std::task::{Context, Poll};

use futures::FutureExt;
use futures::future::BoxFuture;
use lapin::message::BasicReturnMessage;
use lapin::options::BasicPublishOptions;
use lapin::{Channel, Confirmation};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::error::PublishError;
use crate::message::Outgoing;

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
    request: Request,
    sent: Instant,
    confirm: BoxFuture<'static, Answer>,
    answer: Option<Answer>,
}

/// The messages of one channel that wait for their confirms, in the order in which they were sent.
#[derive(Default)]
pub(crate) struct Flights {
    all: Vec<Flight>,
    /// The ids of the messages that came back.
    returned: HashSet<String>,
    /// Whether a confirm will never come.
    lost: bool,
}

impl Flights {
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// When the oldest was sent.
    pub(crate) fn since(&self) -> Option<Instant> {
        self.all.first().map(|flight| flight.sent)
    }

    /// Whether any message came back.
    pub(crate) fn returned(&self) -> bool {
        !self.returned.is_empty()
    }

    /// Whether nothing more may be sent: a message came back, or a confirm will never come.
    pub(crate) fn spent(&self) -> bool {
        self.lost || self.returned()
    }

    /// Sends a message.
    pub(crate) fn send(&mut self, channel: &Channel, request: Request) {
        let confirm = publish(channel, &request.message);
        self.all.push(Flight { request, sent: Instant::now(), confirm, answer: None });
    }

    /// Waits until at least one more is answered. Cancel-safe.
    pub(crate) async fn answered(&mut self) {
        poll_fn(|context| {
            let mut any = false;
            while self.look(context) {
                any = true;
            }
            if any { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Looks at each once; whether there was a new answer.
    fn look(&mut self, context: &mut Context<'_>) -> bool {
        let mut any = false;
        for flight in self.all.iter_mut().filter(|flight| flight.answer.is_none()) {
            if let Poll::Ready(answer) = flight.confirm.poll_unpin(context) {
                match &answer {
                    Answer::Ack(Some(id)) | Answer::Nack(Some(id)) => {
                        self.returned.insert(id.clone());
                    }
                    Answer::Lost(_) => self.lost = true,
                    Answer::Ack(None) | Answer::Nack(None) => {}
                }
                flight.answer = Some(answer);
                any = true;
            }
        }
        any
    }

    /// Tells everybody whose message's fate is known; the others stay.
    pub(crate) fn settle(&mut self) {
        let open = self.all.iter().any(|flight| flight.answer.is_none());
        for flight in std::mem::take(&mut self.all) {
            let message = &flight.request.message;
            let returned = self.returned.contains(&message.id());
            let fate = flight.answer.as_ref().and_then(|answer| match (answer, returned) {
                (Answer::Lost(reason), _) => Some(Err(PublishError::Unavailable(reason.clone()))),
                (_, true) => Some(Err(unroutable(message))),
                (Answer::Ack(None), false) => Some(Ok(())),
                (Answer::Nack(None), false) => Some(Err(PublishError::Refused)),
                // The return of another message: this one's own may still be on the way.
                _ if open => None,
                _ if self.lost => Some(Err(PublishError::Unavailable(CUT_OFF.into()))),
                (Answer::Ack(Some(_)), false) => Some(Ok(())),
                (Answer::Nack(Some(_)), false) => Some(Err(PublishError::Refused)),
            });
            match fate {
                Some(fate) => flight.request.answer(fate),
                None => self.all.push(flight),
            }
        }
    }

    /// Gives up whatever is not confirmed: the channel is of no more use.
    pub(crate) fn give_up(&mut self, error: &PublishError) {
        self.lost = true;
        for flight in self.all.drain(..) {
            flight.request.answer(Err(error.clone()));
        }
    }
}

fn unroutable(message: &Outgoing) -> PublishError {
    PublishError::Unroutable { exchange: message.exchange.clone(), key: message.key.clone() }
}

/// Publishes one message and waits for its confirm.
fn publish(channel: &Channel, message: &Outgoing) -> BoxFuture<'static, Answer> {
    let (channel, body) = (channel.clone(), message.body.clone());
    let (exchange, key) = (message.exchange.as_str().into(), message.key.as_str().into());
    let properties = message.properties.clone();
    async move {
        let options = BasicPublishOptions { mandatory: true, ..Default::default() };
        #[expect(clippy::disallowed_methods, reason = "its one home: the confirm is awaited here")]
        let written = channel.basic_publish(exchange, key, options, &body, properties).await;
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
    .boxed()
}

fn id(message: BasicReturnMessage) -> String {
    let BasicReturnMessage { delivery, .. } = message;
    delivery.properties.message_id().as_ref().map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
#[path = "flights_tests.rs"]
mod tests;
