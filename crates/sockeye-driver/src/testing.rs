//! What the tests of this crate run on: an in-memory link, a virtual clock, and an executor that
//! moves the clock when nothing else can happen.
//!
//! Everything is deterministic and single-threaded; no test sleeps or opens a socket.

mod chains;
mod frames;
mod marking;
mod scripted;

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use bytes::BytesMut;
use sockeye_connection::Timestamp;

use crate::{Timer, Transport};

pub(crate) use chains::deflate_chains;
pub(crate) use frames::frame;
pub(crate) use marking::Marking;
pub(crate) use scripted::{Fault, Operation, Record, Scripted};

/// One direction of a link.
#[derive(Default)]
struct Pipe {
    bytes: VecDeque<u8>,
    capacity: usize,
    is_closed: bool,
    waiting: Vec<Waker>,
}

impl Pipe {
    fn wake(&mut self) {
        for waker in self.waiting.drain(..) {
            waker.wake();
        }
    }
}

/// How a transport of the tests misbehaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manners {
    /// Most bytes that one read or write moves.
    pub(crate) max_step: usize,
    /// Every operation is pending once before it succeeds.
    pub(crate) hesitates: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            max_step: usize::MAX,
            hesitates: false,
        }
    }
}

/// One end of an in-memory link.
pub(crate) struct MemoryTransport {
    incoming: Arc<Mutex<Pipe>>,
    outgoing: Arc<Mutex<Pipe>>,
    manners: Manners,
    /// Whether the last read, and the last write, was pending only for show.
    has_hesitated: [bool; 2],
    /// The beginning of what the last write was to take, if it took nothing.
    refused: Vec<u8>,
}

/// Two ends, each direction holding at most `capacity` bytes.
pub(crate) fn link(capacity: usize, manners: Manners) -> (MemoryTransport, MemoryTransport) {
    let pipe = || {
        Arc::new(Mutex::new(Pipe {
            capacity,
            ..Pipe::default()
        }))
    };
    let (there, back) = (pipe(), pipe());
    let end = |incoming: &Arc<_>, outgoing: &Arc<_>| MemoryTransport {
        incoming: Arc::clone(incoming),
        outgoing: Arc::clone(outgoing),
        manners,
        has_hesitated: [false; 2],
        refused: Vec::new(),
    };
    (end(&back, &there), end(&there, &back))
}

impl MemoryTransport {
    fn hesitates(&mut self, direction: usize, cx: &Context<'_>) -> bool {
        let has_hesitated = &mut self.has_hesitated[direction];
        *has_hesitated = self.manners.hesitates && !*has_hesitated;
        if *has_hesitated {
            cx.waker().wake_by_ref();
        }
        *has_hesitated
    }

    /// Bytes that the other end has written and this one has not read.
    pub(crate) fn take_incoming(&self) -> Vec<u8> {
        let mut pipe = lock(&self.incoming);
        pipe.wake();
        pipe.bytes.drain(..).collect()
    }

    /// Bytes that the other end has not read.
    pub(crate) fn n_outgoing(&self) -> usize {
        lock(&self.outgoing).bytes.len()
    }

    /// Writes `bytes` past any protocol.
    pub(crate) fn inject(&self, bytes: &[u8]) {
        let mut pipe = lock(&self.outgoing);
        pipe.bytes.extend(bytes);
        pipe.wake();
    }
}

impl Transport for MemoryTransport {
    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
        max: usize,
    ) -> Poll<io::Result<usize>> {
        assert!(max > 0, "the driver asked for nothing");
        if self.hesitates(0, cx) {
            return Poll::Pending;
        }
        let mut pipe = lock(&self.incoming);
        let n = pipe.bytes.len().min(max).min(self.manners.max_step);
        if n == 0 && !pipe.is_closed {
            pipe.waiting.push(cx.waker().clone());
            return Poll::Pending;
        }
        buf.extend(pipe.bytes.drain(..n));
        pipe.wake();
        Poll::Ready(Ok(n))
    }

    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = slices.iter().find(|slice| !slice.is_empty());
        let first = first.expect("the driver wrote nothing");
        assert!(
            first.starts_with(&self.refused),
            "the driver thought better of what it wrote"
        );
        self.refused = first[..first.len().min(MAX_REFUSED_BYTES)].to_vec();
        if self.hesitates(1, cx) {
            return Poll::Pending;
        }
        let mut pipe = lock(&self.outgoing);
        if pipe.is_closed {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let room = (pipe.capacity - pipe.bytes.len().min(pipe.capacity)).min(self.manners.max_step);
        if room == 0 {
            pipe.waiting.push(cx.waker().clone());
            return Poll::Pending;
        }
        let n_before = pipe.bytes.len();
        pipe.bytes
            .extend(slices.iter().flat_map(|slice| slice.iter()).take(room));
        pipe.wake();
        self.refused.clear();
        Poll::Ready(Ok(pipe.bytes.len() - n_before))
    }

    fn poll_flush(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut pipe = lock(&self.outgoing);
        pipe.is_closed = true;
        pipe.wake();
        Poll::Ready(Ok(()))
    }
}

impl Drop for MemoryTransport {
    fn drop(&mut self) {
        for pipe in [&self.incoming, &self.outgoing] {
            let mut pipe = lock(pipe);
            pipe.is_closed = true;
            pipe.wake();
        }
    }
}

/// A clock that the executor moves.
#[derive(Clone, Default)]
pub(crate) struct VirtualClock {
    state: Arc<Mutex<ClockState>>,
}

#[derive(Default)]
struct ClockState {
    now: Duration,
    alarms: Vec<(Duration, Waker)>,
}

impl VirtualClock {
    pub(crate) fn timer(&self) -> Box<dyn Timer> {
        Box::new(self.clone())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        lock(&self.state).now
    }

    pub(crate) fn advance(&self, by: Duration) {
        let to = lock(&self.state).now + by;
        self.advance_to(to);
    }

    fn advance_to(&self, to: Duration) {
        let mut state = lock(&self.state);
        state.now = state.now.max(to);
        let now = state.now;
        let (due, later) = state.alarms.drain(..).partition(|alarm| alarm.0 <= now);
        state.alarms = later;
        drop(state);
        let due: Vec<(Duration, Waker)> = due;
        for (_, waker) in due {
            waker.wake();
        }
    }

    /// Moves to the next alarm; `false` when there is none.
    fn advance_to_next(&self) -> bool {
        let next = lock(&self.state).alarms.iter().map(|alarm| alarm.0).min();
        next.inspect(|next| self.advance_to(*next)).is_some()
    }
}

impl Timer for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_duration(self.elapsed())
    }

    fn poll_expired(&mut self, deadline: Timestamp, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = lock(&self.state);
        if state.now >= deadline.as_duration() {
            return Poll::Ready(());
        }
        state
            .alarms
            .push((deadline.as_duration(), cx.waker().clone()));
        Poll::Pending
    }
}

/// Remembers that a task was woken.
pub(crate) struct Flag(AtomicBool);

impl Flag {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicBool::new(true)))
    }

    pub(crate) fn take(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Polls `tasks` when they are woken, and moves the clock when none is, until all have ended.
///
/// A task that waits for something that can never happen fails the test: this is how a lost
/// wake-up shows.
#[track_caller]
pub(crate) fn run<'a>(clock: &VirtualClock, tasks: impl IntoIterator<Item = Task<'a>>) {
    let mut tasks: Vec<_> = tasks.into_iter().map(|task| (Flag::new(), task)).collect();
    while !tasks.is_empty() {
        let mut was_woken = false;
        tasks.retain_mut(|(flag, task)| {
            if !flag.take() {
                return true;
            }
            was_woken = true;
            let waker = Waker::from(Arc::clone(flag));
            task.as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        });
        assert!(
            was_woken || tasks.is_empty() || clock.advance_to_next(),
            "{} tasks wait and nothing will wake them",
            tasks.len()
        );
    }
}

/// Runs one future by itself, as [`run`].
#[track_caller]
pub(crate) fn block_on<R>(clock: &VirtualClock, future: impl Future<Output = R>) -> R {
    let mut result = None;
    run(
        clock,
        [Box::pin(async { result = Some(future.await) }) as Task<'_>],
    );
    result.expect("run returns when the task has ended")
}

/// Runs two futures beside each other, as [`run`].
#[track_caller]
pub(crate) fn both<A, B>(
    clock: &VirtualClock,
    a: impl Future<Output = A>,
    b: impl Future<Output = B>,
) -> (A, B) {
    let (mut result_a, mut result_b) = (None, None);
    run(
        clock,
        [
            Box::pin(async { result_a = Some(a.await) }) as Task<'_>,
            Box::pin(async { result_b = Some(b.await) }) as Task<'_>,
        ],
    );
    (
        result_a.expect("a has ended"),
        result_b.expect("b has ended"),
    )
}

/// Polls `future` at most `n_polls` times, then drops it.
pub(crate) fn poll_and_drop<R>(future: impl Future<Output = R>, n_polls: usize) -> Option<R> {
    let flag = Flag::new();
    let waker = Waker::from(Arc::clone(&flag));
    let mut future = pin!(future);
    for _ in 0..n_polls {
        if let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(result);
        }
    }
    None
}

/// Waits for `future`, but drops it when it is pending for the `n_polls`th time.
///
/// Other tasks run between the polls, unlike in [`poll_and_drop`].
pub(crate) async fn drop_after<R>(n_polls: usize, future: impl Future<Output = R>) -> Option<R> {
    let mut future = pin!(future);
    let mut n_left = n_polls;
    poll_fn(|cx| {
        if n_left == 0 {
            return Poll::Ready(None);
        }
        n_left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            Poll::Pending if n_left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no test panics while it holds a pipe")
}

const MAX_REFUSED_BYTES: usize = 1024;
