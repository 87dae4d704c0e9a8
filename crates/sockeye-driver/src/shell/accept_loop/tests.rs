//! A queue of which one turn gives only a few, as on a runtime that shares its time.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{pending, ready};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use crate::testing::{Manners, MemoryTransport, VirtualClock, block_on, link};
use crate::{NoTls, Server, Spawn, Timer};

use super::*;

/// What tokio lets a task do in one turn.
const TURN: usize = 128;

thread_local! {
    static CLOCK: VirtualClock = VirtualClock::default();
    /// Those who are served.
    static SERVED: RefCell<VecDeque<Served>> = const { RefCell::new(VecDeque::new()) };
}

type Served = Pin<Box<dyn Future<Output = ()>>>;

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

    fn spawn(work: impl Future<Output = ()> + Send + Unpin + 'static) -> ((), ()) {
        SERVED.with_borrow_mut(|served| served.push_back(Box::pin(work)));
        ((), ())
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

/// How many connections of a queue are taken once listening is to stop, and how many errors are told.
fn taken_at_the_end(queue: Queue) -> (usize, usize) {
    let (n_taken, n_errors) = (Cell::new(0), Cell::new(0));
    let tasks = Tasks::<Turns>::default();
    let take = |accepted: io::Result<_>| {
        let n = if accepted.is_ok() {
            &n_taken
        } else {
            &n_errors
        };
        n.set(n.get() + 1);
    };
    let clock = CLOCK.with(VirtualClock::clone);
    let accepting = accept_until::<Turns>(ready(()), queue, (&tasks, 0), take);
    block_on(&clock, accepting).unwrap();
    (n_taken.get(), n_errors.get())
}

#[test]
fn all_in_the_queue_are_taken_before_listening_stops() {
    for n_waiting in [0, 1, TURN - 1, TURN, TURN + 1, 3 * TURN, 1000] {
        let queue = Queue::new((0..n_waiting).map(|_| Ok(())));
        assert_eq!(taken_at_the_end(queue), (n_waiting, 0));
    }
}

#[test]
fn a_queue_that_does_not_end_is_left() {
    let queue = Queue::new((0..2 * MAX_QUEUED).map(|_| Ok(())));
    assert_eq!(taken_at_the_end(queue), (MAX_QUEUED, 0));
}

#[test]
fn an_aborted_connection_in_the_queue_hides_none_behind_it() {
    let waiting = [Ok(()), Err(io::ErrorKind::ConnectionAborted.into()), Ok(())];
    assert_eq!(taken_at_the_end(Queue::new(waiting)), (2, 1));
}

/// "Too many open files", `n` times.
fn starving(n: usize) -> impl Iterator<Item = io::Result<()>> {
    (0..n).map(|_| Err(io::Error::from_raw_os_error(24)))
}

#[test]
fn a_lack_of_descriptors_at_the_end_is_waited_out() {
    #[track_caller]
    fn check(
        waiting: impl Iterator<Item = io::Result<()>>,
        expected: (usize, usize),
        milliseconds: u128,
    ) {
        let clock = CLOCK.with(VirtualClock::clone);
        let start = clock.elapsed();
        assert_eq!(taken_at_the_end(Queue::new(waiting)), expected);
        assert_eq!((clock.elapsed() - start).as_millis(), milliseconds);
    }
    let one = || [Ok(())].into_iter();
    check(one().chain(starving(1)).chain(one()), (2, 1), 50);
    check(starving(5).chain(one()), (1, 5), 1550);
    // Each that is taken is a sign that others will be.
    let twice = starving(5).chain(one()).chain(starving(5)).chain(one());
    check(twice, (2, 10), 3100);
    check(starving(6).chain(one()), (0, 6), 1550);
    let not_listening = [Err(io::ErrorKind::InvalidInput.into())].into_iter();
    check(not_listening.chain(one()), (0, 1), 0);
}

#[test]
fn who_is_in_the_queue_is_not_waited_for_beyond_the_deadline() {
    let tasks = Tasks::<Turns>::default();
    let n_taken = Cell::new(0);
    let take = |_| n_taken.set(n_taken.get() + 1);
    let queue = Queue::new(starving(5).chain([Ok(())]));
    accept_until_deadline(queue, (&tasks, 0), take);
    assert_eq!(n_taken.get(), 3);
}

#[test]
fn no_more_are_taken_from_the_queue_than_one_beyond_the_places() {
    let clock = CLOCK.with(VirtualClock::clone);
    let tasks = Arc::new(Tasks::<Turns>::default());
    let n_taken = Cell::new(0);
    let n_errors = Cell::new(0);
    let take = |accepted: io::Result<_>| match accepted {
        Ok(_) => {
            n_taken.set(n_taken.get() + 1);
            tasks.spawn(pending());
        }
        Err(_) => n_errors.set(n_errors.get() + 1),
    };
    let waiting = (0..2 * TURN).map(|_| Ok(()));
    let queue = Queue::new(waiting.chain(starving(1)).chain([Ok(())]));
    let mut accepting = pin!(accept_until::<Turns>(ready(()), queue, (&tasks, 2), take));
    // Whoever waits for a place is woken when one is free, and so is this.
    let both = poll_fn(|cx| {
        let accepted = accepting.as_mut().poll(cx);
        let n_served = tasks.counts().running;
        assert!(n_served <= 4);
        if n_served == 4 {
            drop(SERVED.with_borrow_mut(VecDeque::pop_front));
        }
        accepted
    });
    block_on(&clock, both).unwrap();
    assert_eq!((n_taken.get(), n_errors.get()), (2 * TURN + 1, 1));
    SERVED.take();
}

#[test]
fn handlers_that_do_not_end_keep_nobody_in_the_queue_from_an_answer() {
    let clock = CLOCK.with(VirtualClock::clone);
    let tasks = Arc::new(Tasks::<Turns>::default());
    let n_taken = Cell::new(0);
    let take = |_| {
        n_taken.set(n_taken.get() + 1);
        tasks.spawn(pending());
    };
    let is_draining = Cell::new(false);
    let stop = poll_fn(|_| match is_draining.get() {
        true => Poll::Ready(()),
        false => Poll::Pending,
    });
    let queue = Queue::new((0..100).map(|_| Ok(())));
    let mut accepting = pin!(accept_until::<Turns>(stop, queue, (&tasks, 2), take));
    let cx = &mut Context::from_waker(Waker::noop());
    assert!(accepting.as_mut().poll(cx).is_pending());
    assert_eq!(n_taken.get(), 3);
    is_draining.set(true);
    assert!(accepting.as_mut().poll(cx).is_pending());
    assert_eq!(n_taken.get(), 4);
    // Those who are served stay; who came last has its answer and goes.
    let both = poll_fn(|cx| {
        let accepted = accepting.as_mut().poll(cx);
        if tasks.counts().running == 4 {
            drop(SERVED.with_borrow_mut(VecDeque::pop_back));
        }
        accepted
    });
    block_on(&clock, both).unwrap();
    assert_eq!((n_taken.get(), tasks.counts().running), (100, 3));
    SERVED.take();
}

#[test]
fn a_place_is_not_waited_for_beyond_the_deadline() {
    let tasks = Arc::new(Tasks::<Turns>::default());
    let n_taken = Cell::new(0);
    let take = |_| {
        n_taken.set(n_taken.get() + 1);
        tasks.spawn(pending());
    };
    let queue = Queue::new((0..4).map(|_| Ok(())));
    accept_until_deadline(queue, (&tasks, 1), take);
    assert_eq!(n_taken.get(), 3);
}

/// Takes out of `queue` when a drain has begun, and sees that this ends when all tasks are ended by
/// force, 200 ms later.
#[track_caller]
fn accept_until_deadline(
    queue: Queue,
    tasks: (&Tasks<Turns>, u64),
    take: impl Fn(io::Result<MemoryTransport>),
) {
    let clock = CLOCK.with(VirtualClock::clone);
    let start = clock.elapsed();
    let mut accepting = pin!(accept_until::<Turns>(ready(()), queue, tasks, take));
    let mut deadline = pin!(sleep::<Turns>(Duration::from_millis(200)));
    let mut is_over = false;
    let both = poll_fn(|cx| {
        if !is_over && deadline.as_mut().poll(cx).is_ready() {
            is_over = true;
            // Those that end by force make room for nobody.
            tasks.0.abort_all();
            SERVED.take();
        }
        accepting.as_mut().poll(cx)
    });
    block_on(&clock, both).unwrap();
    assert_eq!((clock.elapsed() - start).as_millis(), 200);
}

#[test]
fn errors_are_ridden_over_and_told() {
    let waiting = [
        Err(io::ErrorKind::ConnectionAborted.into()),
        Ok(()),
        Err(io::Error::from_raw_os_error(24)),
        Ok(()),
        Err(io::ErrorKind::InvalidInput.into()),
        Ok(()),
    ];
    let seen = RefCell::new(Vec::new());
    let tasks = Tasks::<Turns>::default();
    let take = |accepted: io::Result<_>| {
        let kind = accepted.map(drop).map_err(|error| error.raw_os_error());
        seen.borrow_mut().push(kind);
    };
    let clock = CLOCK.with(VirtualClock::clone);
    let start = clock.elapsed();
    let accepting = accept_until::<Turns>(pending(), Queue::new(waiting), (&tasks, 0), take);
    let error = block_on(&clock, accepting).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    assert_eq!(*seen.borrow(), [Err(None), Ok(()), Err(Some(24)), Ok(())]);
    assert_eq!((clock.elapsed() - start).as_millis(), 50);
}

#[test]
fn a_hook_is_told_of_errors_that_serving_rides_over() {
    let waiting = [
        Err(io::ErrorKind::ConnectionReset.into()),
        Err(io::ErrorKind::OutOfMemory.into()),
        Err(io::ErrorKind::InvalidInput.into()),
    ];
    let told = Arc::<Mutex<Vec<String>>>::default();
    let tell = Arc::clone(&told);
    let server = Server::<Turns>::from_listener(Queue::new(waiting)).on_failure(move |failure| {
        assert_eq!(failure.peer, None);
        tell.lock().unwrap().push(failure.to_string());
    });
    let clock = CLOCK.with(VirtualClock::clone);
    let error = block_on(&clock, server.serve(|_ws| ready(Ok(())))).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    let expected = [
        "accepting failed: connection reset",
        "accepting failed: out of memory",
    ];
    assert_eq!(*told.lock().unwrap(), expected);
}

#[test]
fn a_drain_waits_for_the_socket_until_its_deadline() {
    let clock = CLOCK.with(VirtualClock::clone);
    let server = Server::<Turns>::from_listener(Queue::new([]));
    let handle = server.handle();
    let check = |seconds: u64| {
        let start = clock.elapsed();
        let report = block_on(&clock, handle.drain(Duration::from_secs(5)));
        assert_eq!((report.closed, report.aborted), (0, 0));
        assert_eq!(clock.elapsed() - start, Duration::from_secs(seconds));
    };
    // Nobody serves, and the socket is there.
    check(5);
    drop(server);
    check(0);
}
