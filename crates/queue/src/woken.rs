//! Many futures waited for together, of which only those are looked at that were woken.
//!
//! A `FuturesUnordered` may end a look early, to let other tasks run; [`Woken::look`] goes on until
//! nothing is left that was woken. So what became ready before something that was found is found
//! with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::task::AtomicWaker;

/// The futures that are not ready yet.
pub(crate) struct Woken<T> {
    futures: FuturesUnordered<BoxFuture<'static, T>>,
    bell: Arc<Bell>,
}

impl<T> Default for Woken<T> {
    fn default() -> Self {
        Self { futures: FuturesUnordered::default(), bell: Arc::default() }
    }
}

impl<T> Woken<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.futures.is_empty()
    }

    /// One more; it is first looked at in its turn.
    pub(crate) fn push(&mut self, future: BoxFuture<'static, T>) {
        self.futures.push(future);
    }

    /// Drops them all.
    pub(crate) fn clear(&mut self) {
        self.futures.clear();
    }

    /// Takes all that are ready now. Whoever looks is woken when it is worth another look.
    pub(crate) fn look(&mut self, context: &mut Context<'_>, mut found: impl FnMut(T)) {
        self.bell.listener.register(context.waker());
        let waker = Waker::from(Arc::clone(&self.bell));
        let mut context = Context::from_waker(&waker);
        loop {
            self.bell.rung.store(false, Ordering::SeqCst);
            match self.futures.poll_next_unpin(&mut context) {
                Poll::Ready(Some(output)) => found(output),
                Poll::Pending if self.bell.rung.load(Ordering::SeqCst) => {}
                Poll::Pending | Poll::Ready(None) => return,
            }
        }
    }
}

/// Wakes whoever looks, and remembers that it was rung.
#[derive(Default)]
struct Bell {
    rung: AtomicBool,
    listener: AtomicWaker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rung.store(true, Ordering::SeqCst);
        self.listener.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use futures::FutureExt;
    use futures::task::noop_waker_ref;
    use tokio::sync::oneshot;

    use super::*;

    /// Ready at the third look, and asks for each: more than two such end a look of
    /// `FuturesUnordered`.
    fn restless(number: usize) -> BoxFuture<'static, usize> {
        let mut looks = 0;
        poll_fn(move |context| {
            looks += 1;
            context.waker().wake_by_ref();
            if looks < 3 { Poll::Pending } else { Poll::Ready(number) }
        })
        .boxed()
    }

    #[test]
    fn one_look_finds_all_that_can_be_found() {
        let mut woken = Woken::default();
        (0..10).for_each(|number| woken.push(restless(number)));
        let (sender, late) = oneshot::channel();
        woken.push(late.map(|late| late.expect("sent")).boxed());
        let mut context = Context::from_waker(noop_waker_ref());
        let mut found = Vec::new();
        woken.look(&mut context, |number| found.push(number));
        assert_eq!(found, (0..10).collect::<Vec<_>>());
        sender.send(10).expect("somebody waits");
        woken.look(&mut context, |number| found.push(number));
        assert_eq!((found.len(), woken.is_empty()), (11, true));
    }

    #[tokio::test]
    async fn whoever_looks_is_woken() {
        let mut woken = Woken::default();
        let (sender, late) = oneshot::channel();
        woken.push(late.map(|late| late.expect("sent")).boxed());
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            sender.send(7).expect("somebody waits");
        });
        let found = poll_fn(|context| {
            let mut found = None;
            woken.look(context, |number| found = Some(number));
            found.map_or(Poll::Pending, Poll::Ready)
        });
        assert_eq!(found.await, 7);
    }
}
