//! A queue of which one turn gives only a few, as on a runtime that shares its time.

use std::cell::Cell;
use std::collections::VecDeque;
use std::future::ready;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::testing::{Manners, MemoryTransport, VirtualClock, block_on, link};
use crate::{NoTls, Spawn, Timer};

use super::*;

/// What tokio lets a task do in one turn.
const TURN: usize = 128;

thread_local! {
    static CLOCK: VirtualClock = VirtualClock::default();
}

#[derive(Debug)]
enum Turns {}

/// Who waits to be accepted, and how many more this turn gives.
#[derive(Debug)]
struct Queue {
    waiting: Mutex<VecDeque<io::Result<()>>>,
    n_left: AtomicUsize,
}

impl Queue {
    fn new(waiting: impl IntoIterator<Item = io::Result<()>>) -> Self {
        Self {
            waiting: Mutex::new(waiting.into_iter().collect()),
            n_left: AtomicUsize::new(TURN),
        }
    }
}

impl Spawn for Turns {
    type TaskId = ();
    type Task = ();

    fn spawn(_work: impl Future<Output = ()> + Send + Unpin + 'static) -> ((), ()) {
        unreachable!("nobody is served")
    }

    fn current_task() -> Option<()> {
        None
    }

    fn abort(_task: ()) {}
}

impl Listen for Turns {
    type Transport = MemoryTransport;
    type Listener = Queue;
    type ServerTls = NoTls;

    fn timer() -> Box<dyn Timer> {
        CLOCK.with(VirtualClock::timer)
    }

    async fn accept(queue: &Queue) -> io::Result<MemoryTransport> {
        poll_fn(|cx| {
            if queue.n_left.load(Ordering::SeqCst) == 0 {
                queue.n_left.store(TURN, Ordering::SeqCst);
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            let Some(next) = queue.waiting.lock().unwrap().pop_front() else {
                return Poll::Pending;
            };
            queue.n_left.fetch_sub(1, Ordering::SeqCst);
            Poll::Ready(next.map(|()| link(1, Manners::default()).0))
        })
        .await
    }

    fn peer_addr(_transport: &MemoryTransport) -> Option<SocketAddr> {
        None
    }
}

/// How many of a queue are taken once listening is to stop.
fn taken_at_the_end(queue: Queue) -> usize {
    let n_taken = Cell::new(0);
    let tasks = Tasks::<Turns>::default();
    let start = |_| n_taken.set(n_taken.get() + 1);
    let clock = CLOCK.with(VirtualClock::clone);
    let accepting = accept_until::<Turns>(ready(()), queue, (&tasks, 0), start);
    block_on(&clock, accepting).unwrap();
    n_taken.get()
}

#[test]
fn all_in_the_queue_are_taken_before_listening_stops() {
    for n_waiting in [0, 1, TURN - 1, TURN, TURN + 1, 3 * TURN, 1000] {
        let queue = Queue::new((0..n_waiting).map(|_| Ok(())));
        assert_eq!(taken_at_the_end(queue), n_waiting);
    }
}

#[test]
fn a_queue_that_does_not_end_is_left() {
    let queue = Queue::new((0..2 * MAX_QUEUED).map(|_| Ok(())));
    assert_eq!(taken_at_the_end(queue), MAX_QUEUED);
}

#[test]
fn an_aborted_connection_in_the_queue_hides_none_behind_it() {
    let waiting = [Ok(()), Err(io::ErrorKind::ConnectionAborted.into()), Ok(())];
    assert_eq!(taken_at_the_end(Queue::new(waiting)), 2);
    let waiting = [Ok(()), Err(io::ErrorKind::OutOfMemory.into()), Ok(())];
    assert_eq!(taken_at_the_end(Queue::new(waiting)), 1);
}
