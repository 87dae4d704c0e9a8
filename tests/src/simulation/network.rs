//! The world's network: links with latency and little room, and what befalls them.
//!
//! As TCP does it: what was written arrives in order and in pieces, a transport that is dropped
//! over bytes nobody read resets the link, and so do bytes that come to one that is gone.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, IoSlice};
use std::iter;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::BytesMut;
use sockeye_connection::Config;
use sockeye_driver::Transport;

use super::bounds::Bounds;
use super::stalled;
use super::starvation::{self, Starvation};
use super::world::{Act, World, tell, with, with_any};

/// Which end of a link.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Side {
    Client,
    Server,
}

impl Side {
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// What befalls one direction of a link.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fate {
    /// Both directions break off after so many bytes.
    pub(super) reset_at: Option<usize>,
    /// From this byte on everything is late by so much.
    pub(super) stalls_at: Option<(usize, Duration)>,
}

/// What a link is like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manners {
    /// Bytes that were written and not read, in each direction.
    pub(super) capacity: usize,
    /// How long a byte is on its way, at most.
    pub(super) latency: Duration,
    /// Chance, in 1024ths, that an operation does less than it could, or nothing yet.
    pub(super) moods: usize,
    /// A reset takes what was not read with it, as on some systems.
    pub(super) resets_discard: bool,
    pub(super) client: Fate,
    pub(super) server: Fate,
}

/// One direction: who writes it names it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct PipeId {
    link: u64,
    from_client: bool,
}

impl PipeId {
    pub(super) const fn back(self) -> Self {
        Self {
            link: self.link,
            from_client: !self.from_client,
        }
    }

    /// One number for it, other than those of all others.
    fn place(self) -> u64 {
        self.link * 2 + u64::from(self.from_client)
    }
}

#[derive(Debug)]
struct Pipe {
    manners: Manners,
    fate: Fate,
    arrived: VecDeque<u8>,
    n_underway: usize,
    n_written: usize,
    n_read: usize,
    /// When something was last taken of the writer.
    written_at: Duration,
    /// What the writer may hold back, once its WebSocket is open.
    bounds: Option<Bounds>,
    /// Nothing arrives before this.
    last_at: Duration,
    is_shut: bool,
    has_ended: bool,
    is_reset: bool,
    is_abandoned: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// Something on its way.
#[derive(Debug)]
pub(super) enum Delivery {
    Bytes(PipeId, Vec<u8>),
    End(PipeId),
    /// To whoever reads this.
    Reset(PipeId),
    /// To who listens at this port.
    Caller(u16, SimulatedTransport),
    Wake(Waker),
}

/// Who listens at a port.
#[derive(Debug, Default)]
struct Queue {
    callers: VecDeque<SimulatedTransport>,
    waiting: Option<Waker>,
    starvation: Starvation,
}

#[derive(Debug, Default)]
pub(super) struct Network {
    pipes: BTreeMap<PipeId, Pipe>,
    ports: BTreeMap<u16, Queue>,
    n_transports: usize,
    most_starved: usize,
}

impl Network {
    /// The directions of links that were broken off.
    pub(super) fn resets(&self) -> BTreeSet<PipeId> {
        let broken = self.pipes.iter().filter(|(_, pipe)| pipe.is_reset);
        broken.map(|(id, _)| *id).collect()
    }

    /// How often a listener was asked for a caller while it was out of descriptors, at the most.
    pub(super) const fn most_starved(&self) -> usize {
        self.most_starved
    }

    /// How many ends there are that were not dropped.
    pub(super) const fn n_transports(&self) -> usize {
        self.n_transports
    }
}

impl World {
    /// Something arrives.
    pub(super) fn arrive(&mut self, delivery: Delivery, woken: &mut Vec<Waker>) {
        match delivery {
            Delivery::Bytes(id, bytes) => {
                let pipe = self.pipe(id);
                pipe.n_underway -= bytes.len();
                if pipe.is_reset {
                    return;
                }
                if pipe.is_abandoned {
                    let at = self.due(id.back());
                    self.deliver(at, Delivery::Reset(id.back()));
                    return;
                }
                pipe.arrived.extend(bytes);
                woken.extend(pipe.reader.take());
            }
            Delivery::End(id) => {
                let pipe = self.pipe(id);
                pipe.has_ended = true;
                woken.extend(pipe.reader.take());
            }
            Delivery::Reset(id) => self.reset(id, woken),
            Delivery::Caller(port, transport) => {
                if let Some(queue) = self.network.ports.get_mut(&port) {
                    queue.callers.push_back(transport);
                    woken.extend(queue.waiting.take());
                } else {
                    let at = self.due(transport.writes);
                    self.deliver(at, Delivery::Reset(transport.writes));
                    self.network.n_transports -= 1;
                    // Dropping it would use the world, which is in use.
                    std::mem::forget(transport);
                }
            }
            Delivery::Wake(waker) => woken.push(waker),
        }
    }

    /// A new link: the ends of both sides.
    pub(super) fn link(&mut self, manners: Manners) -> (SimulatedTransport, SimulatedTransport) {
        let link = self.number();
        for (from_client, fate) in [(true, manners.client), (false, manners.server)] {
            let pipe = Pipe {
                manners,
                fate,
                arrived: VecDeque::new(),
                n_underway: 0,
                n_written: 0,
                n_read: 0,
                written_at: Duration::ZERO,
                bounds: None,
                last_at: Duration::ZERO,
                is_shut: false,
                has_ended: false,
                is_reset: false,
                is_abandoned: false,
                reader: None,
                writer: None,
            };
            self.network
                .pipes
                .insert(PipeId { link, from_client }, pipe);
        }
        self.network.n_transports += 2;
        let end = |from_client| SimulatedTransport {
            writes: PipeId { link, from_client },
        };
        (end(true), end(false))
    }

    pub(super) fn is_heard(&self, port: u16) -> bool {
        self.network.ports.contains_key(&port)
    }

    /// What may wait to be written to `id`, once that is known.
    pub(super) fn bounds(&mut self, id: PipeId) -> Option<&mut Bounds> {
        self.pipe(id).bounds.as_mut()
    }

    pub(super) fn n_read(&mut self, id: PipeId) -> usize {
        self.pipe(id).n_read
    }

    pub(super) fn written_at(&mut self, id: PipeId) -> Duration {
        self.pipe(id).written_at
    }

    /// The side that writes `id` has a WebSocket from here on.
    pub(super) fn open(&mut self, id: PipeId, config: &Config) {
        let n_read = self.n_read(id.back());
        self.pipe(id).bounds = Some(Bounds::new(config, n_read));
    }

    fn pipe(&mut self, id: PipeId) -> &mut Pipe {
        self.network
            .pipes
            .get_mut(&id)
            .expect("links stay for as long as the world")
    }

    /// When something that is written now arrives.
    fn due(&mut self, id: PipeId) -> Duration {
        let now = self.now;
        let latency = self.pipe(id).manners.latency;
        let latency = latency * u32::from(self.random.byte()) / 256;
        let pipe = self.pipe(id);
        pipe.last_at = pipe.last_at.max(now + latency);
        pipe.last_at
    }

    /// Breaks the link off for the one who reads this.
    fn reset(&mut self, id: PipeId, woken: &mut Vec<Waker>) {
        for id in [id, id.back()] {
            let pipe = self.pipe(id);
            pipe.is_reset = true;
            woken.extend(pipe.reader.take());
            woken.extend(pipe.writer.take());
        }
        let pipe = self.pipe(id);
        if pipe.manners.resets_discard {
            pipe.arrived.clear();
        }
    }

    /// Whether an operation does nothing yet; it is tried again at once.
    fn hesitates(&mut self, id: PipeId, cx: &Context<'_>) -> bool {
        let moods = self.pipe(id).manners.moods;
        let hesitates = self.happens(moods / 2);
        if hesitates {
            cx.waker().wake_by_ref();
        }
        hesitates
    }

    /// How much of `n` an operation does.
    fn portion(&mut self, id: PipeId, n: usize) -> usize {
        let moods = self.pipe(id).manners.moods;
        match n > 1 && self.happens(moods) {
            true => 1 + self.random.below(n - 1),
            false => n,
        }
    }
}

/// One end of a link.
#[derive(Debug)]
pub struct SimulatedTransport {
    writes: PipeId,
}

impl SimulatedTransport {
    /// What this end writes to.
    pub(super) const fn writes(&self) -> PipeId {
        self.writes
    }

    const fn reads(&self) -> PipeId {
        self.writes.back()
    }
}

impl Transport for SimulatedTransport {
    fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut BytesMut,
        max: usize,
    ) -> Poll<io::Result<usize>> {
        let id = self.reads();
        let len = buf.len();
        let read = with(|world| {
            if world.hesitates(id, cx) {
                return Poll::Pending;
            }
            let n = world.pipe(id).arrived.len().min(max);
            let n = world.portion(id, n);
            let pipe = world.pipe(id);
            if n > 0 {
                buf.extend(pipe.arrived.drain(..n));
                pipe.n_read += n;
                if let Some(writer) = pipe.writer.take() {
                    let at = world.due(id.back());
                    world.deliver(at, Delivery::Wake(writer));
                }
                return Poll::Ready(Ok(n));
            }
            if pipe.is_reset {
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            if pipe.has_ended {
                return Poll::Ready(Ok(0));
            }
            pipe.reader = Some(cx.waker().clone());
            Poll::Pending
        });
        note(Act::Read, id.place(), &read, |_| buf[len..].iter().copied());
        tell(|| format!("{id:?} read {read:?}"));
        read
    }

    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let id = self.writes;
        let all_bytes = slices.iter().flat_map(|slice| slice.iter().copied());
        let mut woken = Vec::new();
        let written = with(|world| {
            if world.hesitates(id, cx) {
                return Poll::Pending;
            }
            let len: usize = slices.iter().map(|slice| slice.len()).sum();
            assert!(len > 0, "the driver wrote nothing");
            let pipe = world.pipe(id);
            if let Some(bounds) = pipe.bounds
                && !bounds.allow_queued(len)
            {
                world.breach(|| format!("{id:?} has {len} bytes queued, {bounds:?}"));
            }
            let pipe = world.pipe(id);
            if pipe.is_reset {
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            assert!(!pipe.is_shut, "the driver wrote behind its end");
            let n_used = pipe.arrived.len() + pipe.n_underway;
            let room = pipe.manners.capacity.saturating_sub(n_used);
            if room == 0 {
                pipe.writer = Some(cx.waker().clone());
                return Poll::Pending;
            }
            let mut n = world.portion(id, len.min(room));
            let pipe = world.pipe(id);
            if let Some(reset_at) = pipe.fate.reset_at {
                n = n.min(reset_at - pipe.n_written.min(reset_at));
            }
            if n == 0 {
                let at = world.due(id);
                world.deliver(at, Delivery::Reset(id));
                world.reset(id.back(), &mut woken);
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            let bytes: Vec<u8> = all_bytes.clone().take(n).collect();
            let now = world.now;
            let pipe = world.pipe(id);
            pipe.n_written += n;
            pipe.n_underway += n;
            pipe.written_at = now;
            if let Some((stalls_at, delay)) = pipe.fate.stalls_at
                && pipe.n_written > stalls_at
            {
                pipe.fate.stalls_at = None;
                pipe.last_at += delay;
            }
            let at = world.due(id);
            world.deliver(at, Delivery::Bytes(id, bytes));
            Poll::Ready(Ok(n))
        });
        woken.into_iter().for_each(Waker::wake);
        note(Act::Write, id.place(), &written, |n| all_bytes.take(*n));
        tell(|| format!("{id:?} wrote {written:?}"));
        written
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match with(|world| world.hesitates(self.writes, cx)) {
            true => Poll::Pending,
            false => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let id = self.writes;
        tell(|| format!("{id:?} shut down"));
        let shut = with(|world| {
            if world.hesitates(id, cx) {
                return Poll::Pending;
            }
            if world.pipe(id).is_reset {
                return Poll::Ready(Err(io::ErrorKind::NotConnected.into()));
            }
            if !world.pipe(id).is_shut {
                world.pipe(id).is_shut = true;
                let at = world.due(id);
                world.deliver(at, Delivery::End(id));
            }
            Poll::Ready(Ok(()))
        });
        note(Act::Shutdown, id.place(), &shut, |()| iter::empty());
        shut
    }
}

impl Drop for SimulatedTransport {
    fn drop(&mut self) {
        let (writes, reads) = (self.writes, self.reads());
        with_any(|world| {
            world.network.n_transports -= 1;
            let pipe = world.pipe(reads);
            pipe.is_abandoned = true;
            let is_unread = !pipe.arrived.is_empty();
            let is_shut = world.pipe(writes).is_shut;
            world.pipe(writes).is_shut = true;
            let at = world.due(writes);
            if is_unread {
                world.deliver(at, Delivery::Reset(writes));
            } else if !is_shut {
                world.deliver(at, Delivery::End(writes));
            }
        });
    }
}

/// A listening socket.
#[derive(Debug)]
pub struct SimulatedListener {
    pub(super) port: u16,
}

impl SimulatedListener {
    /// Listens; `None` when somebody does already.
    pub(super) fn at(port: u16) -> Option<Self> {
        with(|world| match world.is_heard(port) {
            true => None,
            false => {
                // Those that only stall are looked at for how long it takes.
                let limit = match port {
                    stalled::PORT => 1,
                    _ => starvation::LIMIT_MILLIS,
                };
                let queue = Queue {
                    starvation: Starvation::new(&mut world.random, limit),
                    ..Queue::default()
                };
                world.network.ports.insert(port, queue);
                Some(Self { port })
            }
        })
    }

    /// The next caller, or how taking one failed.
    pub(super) fn poll_accept(&self, cx: &Context<'_>) -> Poll<io::Result<SimulatedTransport>> {
        let accepted = with(|world| {
            let is_aborted = world.happens(16);
            let now = world.now;
            let Some(queue) = world.network.ports.get_mut(&self.port) else {
                return Poll::Ready(Err(io::ErrorKind::InvalidInput.into()));
            };
            if queue.callers.is_empty() {
                queue.waiting = Some(cx.waker().clone());
                return Poll::Pending;
            }
            if queue.starvation.refuses(now) {
                let excess = queue.starvation.excess();
                world.network.most_starved =
                    world.network.most_starved.max(queue.starvation.n_asked());
                if let Some(excess) = excess {
                    world.breach(|| excess);
                    // A loop that does not pause would go on for ever.
                    return Poll::Ready(Err(io::ErrorKind::InvalidInput.into()));
                }
                return Poll::Ready(Err(io::Error::other("too many open files")));
            }
            if is_aborted {
                return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
            }
            let caller = queue.callers.pop_front().expect("it is not empty");
            if let Some(delay) = queue.starvation.delay(now)
                && world.leapt().0 == 0
            {
                world.breach(|| delay);
            }
            Poll::Ready(Ok(caller))
        });
        note(Act::Accept, self.port.into(), &accepted, |caller| {
            caller.writes.place().to_le_bytes().into_iter()
        });
        accepted
    }
}

/// Takes note of what was done at a place, and with which bytes.
fn note<R, B: Iterator<Item = u8>>(
    act: Act,
    place: u64,
    done: &Poll<io::Result<R>>,
    bytes: impl FnOnce(&R) -> B,
) {
    if let Poll::Ready(done) = done {
        with(|world| world.digest(act, place, done.as_ref().map(bytes)));
    }
}

impl Drop for SimulatedListener {
    fn drop(&mut self) {
        let queue = with_any(|world| world.network.ports.remove(&self.port));
        drop(queue);
    }
}
