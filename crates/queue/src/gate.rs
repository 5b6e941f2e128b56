//! What is sent together is written together.
//!
//! lapin writes on a thread of its own (4.12.3), which is woken by the first message of several and
//! starts to write while the others are still being handed over: a handful of writes where one would
//! do, and as many more pieces for the broker to take in. So the publishing connection has a gate.
//! Whoever hands messages over holds it for as long as that lasts (microseconds, and without waiting
//! for anything), and the thread passes through it each time before it gathers what there is to write.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use async_rs::traits::Reactor;
use async_rs::util::RuntimeParts;
use async_rs::{Runtime, Tokio};
use futures::{AsyncRead, AsyncWrite, Stream};

/// Held by whoever hands messages over, passed by the thread that writes them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate(Arc<Mutex<()>>);

impl Gate {
    /// Keeps the writing thread from gathering until the guard is dropped.
    pub(crate) fn hold(&self) -> MutexGuard<'_, ()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The runtime of a connection that writes through this gate.
    pub(crate) fn runtime(&self) -> Runtime<RuntimeParts<Tokio, Gated>> {
        let tokio = Tokio::current();
        let gated = Gated { tokio: tokio.clone(), gate: self.clone() };
        Runtime::new(RuntimeParts::new(tokio, gated))
    }
}

/// Tokio's reactor, with streams that pass the gate.
#[derive(Debug, Clone)]
pub(crate) struct Gated {
    tokio: Tokio,
    gate: Gate,
}

impl Reactor for Gated {
    type TcpStream = GatedStream<<Tokio as Reactor>::TcpStream>;
    type Sleep = <Tokio as Reactor>::Sleep;

    fn register<H: Read + Write + AsFd + AsRawFd + Send + 'static>(
        &self,
        socket: H,
    ) -> io::Result<impl AsyncRead + AsyncWrite + Send + Unpin + 'static> {
        self.tokio.register(socket)
    }

    fn sleep(&self, dur: Duration) -> Self::Sleep {
        self.tokio.sleep(dur)
    }

    fn interval(&self, dur: Duration) -> impl Stream<Item = Instant> + Send + 'static {
        self.tokio.interval(dur)
    }

    fn tcp_connect_addr(
        &self,
        addr: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::TcpStream>> + Send + 'static {
        let (connect, gate) = (self.tokio.tcp_connect_addr(addr), self.gate.clone());
        async move { Ok(GatedStream { stream: connect.await?, gate }) }
    }
}

/// A stream that is flushed only while nobody holds the gate. lapin flushes before it gathers.
#[derive(Debug)]
pub(crate) struct GatedStream<S> {
    stream: S,
    gate: Gate,
}

impl<S: AsyncRead + Unpin> AsyncRead for GatedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }

    fn poll_read_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_read_vectored(context, buffers)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for GatedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, buffer)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        drop(self.gate.hold());
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_close(context)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use futures::io::Cursor;
    use futures::task::noop_waker_ref;

    use super::*;

    #[test]
    fn nothing_is_gathered_while_messages_are_handed_over() {
        let gate = Gate::default();
        let (passed, when) = mpsc::channel();
        let held = gate.hold();
        let mut stream = GatedStream { stream: Cursor::new(Vec::new()), gate: gate.clone() };
        let writing = thread::spawn(move || {
            let mut context = Context::from_waker(noop_waker_ref());
            let flushed = Pin::new(&mut stream).poll_flush(&mut context);
            passed.send(Instant::now()).expect("somebody listens");
            flushed
        });
        assert!(when.recv_timeout(Duration::from_millis(50)).is_err(), "it went through");
        let opened = Instant::now();
        drop(held);
        assert!(when.recv().expect("it passes") >= opened);
        assert!(matches!(writing.join(), Ok(Poll::Ready(Ok(())))));
    }
}
