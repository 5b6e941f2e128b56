//! Sends what waits on one channel, without a pause between messages, and tells each caller what
//! became of its message.

use std::sync::Arc;
use std::time::Duration;

use lapin::Channel;
use lapin::options::ConfirmSelectOptions;
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::error::{PublishError, QueueError};
use crate::flights::{Flights, IN_FLIGHT, Request};
use crate::line::Line;

const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// The one task that publishes.
pub(crate) struct Sender {
    pub(crate) line: Line,
    pub(crate) waiting: mpsc::Receiver<Request>,
    pub(crate) limit: Duration,
    pub(crate) stop: CancellationToken,
}

/// What happened while messages were in flight.
enum Event {
    /// This many more were asked for.
    Asked(usize),
    Answered,
    Late,
    Stopped,
}

impl Sender {
    /// Sends until it is stopped; what is in flight then is still waited for.
    pub(crate) async fn run(mut self) {
        let mut batch = Vec::new();
        while !self.stop.is_cancelled() {
            if batch.is_empty() {
                self.take(&mut batch).await;
                continue;
            }
            match self.open().await {
                Ok(channel) => self.serve(&Arc::new(channel), &mut batch).await,
                Err(error) => {
                    for request in batch.drain(..) {
                        request.answer(Err(error.clone()));
                    }
                }
            }
        }
    }

    /// Waits for something to send.
    async fn take(&mut self, batch: &mut Vec<Request>) {
        tokio::select! {
            taken = self.waiting.recv_many(batch, IN_FLIGHT) => self.taken(taken, batch),
            () = self.stop.cancelled() => {}
        }
    }

    /// Leaves out what nobody waits for any more. None taken: nobody is left who could ask.
    fn taken(&self, count: usize, batch: &mut Vec<Request>) {
        if count == 0 {
            self.stop.cancel();
        }
        batch.retain(|request| !request.outcome.is_closed());
    }

    /// A channel that confirms.
    async fn open(&self) -> Result<Channel, PublishError> {
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

    /// Sends on this channel for as long as it is sound, and until everybody has an answer.
    async fn serve(&mut self, channel: &Arc<Channel>, batch: &mut Vec<Request>) {
        let mut flights = Flights::through(self.line.gate().clone());
        while channel.status().connected() || !flights.is_empty() {
            batch.drain(..).for_each(|request| flights.send(channel, request));
            match self.event(&mut flights, batch).await {
                Event::Asked(count) => self.gather(count, batch, flights.room()).await,
                Event::Answered => flights.settle(),
                Event::Late => flights.give_up(&PublishError::TimedOut),
                Event::Stopped => {}
            }
            if flights.is_empty() && (flights.spent() || self.stop.is_cancelled()) {
                break;
            }
        }
        if flights.returned() {
            self.line.mend();
        }
        close(channel).await;
    }

    /// Lets whoever is ready to publish do so too: what is sent together is written together.
    async fn gather(&mut self, count: usize, batch: &mut Vec<Request>, room: usize) {
        yield_now().await;
        while batch.len() < room
            && let Ok(request) = self.waiting.try_recv()
        {
            batch.push(request);
        }
        self.taken(count, batch);
    }

    async fn event(&mut self, flights: &mut Flights, batch: &mut Vec<Request>) -> Event {
        let free = flights.room();
        let may_send = free > 0 && !flights.spent();
        let late = flights.since().unwrap_or_else(Instant::now) + self.limit;
        let (busy, stopped) = (!flights.is_empty(), self.stop.is_cancelled());
        tokio::select! {
            biased;
            () = flights.answered(), if busy => Event::Answered,
            taken = self.waiting.recv_many(batch, free), if may_send && !stopped => {
                Event::Asked(taken)
            }
            () = self.stop.cancelled(), if !stopped => Event::Stopped,
            () = sleep_until(late), if busy => Event::Late,
        }
    }
}

async fn close(channel: &Channel) {
    let closed = timeout(CLOSE_TIMEOUT, channel.close(200, "done".into())).await;
    tracing::debug!(?closed, "closed a publishing channel");
}
