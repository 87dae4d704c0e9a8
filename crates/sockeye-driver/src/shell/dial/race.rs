//! Happy Eyeballs: many addresses, of which the first to answer is taken (RFC 8305 §4-5).
//!
//! The families take turns, and each address has a head start of a quarter of a second on the next,
//! so that a network that swallows IPv6 costs that much and no more. The resolvers of the runtimes
//! give both families at once, sorted by RFC 6724, so there is no resolution delay (§3) here.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{iter, vec};

use sockeye_connection::Timestamp;

use crate::Timer;

/// Connects, by `connect`, to whichever of `addresses` answers first; the other attempts are
/// dropped.
///
/// # Errors
///
/// That of the attempt that failed last, when all have; or the first that is not `about_address`.
/// After such a one no further address is tried, as all would fail by it, but those under way may
/// still answer: a proxy that takes one connection refuses the second for the sake of the first.
pub(super) async fn race<T, E: From<io::Error>, F: Future<Output = Result<T, E>>>(
    addresses: &[SocketAddr],
    timer: Box<dyn Timer>,
    connect: impl Fn(SocketAddr) -> F,
    about_address: impl Fn(&E) -> bool,
) -> Result<T, E> {
    let addresses: Vec<_> = in_turns(addresses).take(MAX_ATTEMPTS).collect();
    let mut race = Race {
        waiting: addresses.into_iter(),
        next_start: timer.now(),
        timer,
        under_way: Vec::new(),
        last_error: None,
        general_error: None,
    };
    // By value, so that they need not be shared between threads.
    poll_fn(move |cx| race.poll(cx, &connect, &about_address)).await
}

/// The attempts so far.
struct Race<F, E> {
    waiting: vec::IntoIter<SocketAddr>,
    /// When the next attempt starts if none of those under way has failed before.
    next_start: Timestamp,
    timer: Box<dyn Timer>,
    under_way: Vec<Pin<Box<F>>>,
    last_error: Option<E>,
    /// The first that is not about an address.
    general_error: Option<E>,
}

impl<T, E: From<io::Error>, F: Future<Output = Result<T, E>>> Race<F, E> {
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        connect: &impl Fn(SocketAddr) -> F,
        about_address: &impl Fn(&E) -> bool,
    ) -> Poll<Result<T, E>> {
        loop {
            let n_before = self.under_way.len();
            if let Some(connected) = self.poll_attempts(cx, about_address) {
                return Poll::Ready(Ok(connected));
            }
            // RFC 8305 §5: a new attempt is started at once when one has failed
            let has_failed = self.under_way.len() < n_before;
            if !has_failed && self.timer.poll_expired(self.next_start, cx).is_pending() {
                return Poll::Pending;
            }
            let next = match self.general_error {
                Some(_) => None,
                None => self.waiting.next(),
            };
            match next {
                Some(address) => {
                    self.under_way.push(Box::pin(connect(address)));
                    self.next_start = self.timer.now() + ATTEMPT_DELAY;
                }
                None if self.under_way.is_empty() => {
                    let none = || io::Error::from(io::ErrorKind::NotFound).into();
                    let error = self.general_error.take().or_else(|| self.last_error.take());
                    return Poll::Ready(Err(error.unwrap_or_else(none)));
                }
                None => return Poll::Pending,
            }
        }
    }

    /// Polls all that are under way and forgets those that have failed; gives what connected.
    fn poll_attempts(
        &mut self,
        cx: &mut Context<'_>,
        about_address: &impl Fn(&E) -> bool,
    ) -> Option<T> {
        let mut connected = None;
        let (last_error, general_error) = (&mut self.last_error, &mut self.general_error);
        self.under_way.retain_mut(|attempt| {
            if connected.is_some() {
                return true;
            }
            match attempt.as_mut().poll(cx) {
                Poll::Ready(Err(error)) if about_address(&error) => *last_error = Some(error),
                Poll::Ready(Err(error)) => _ = general_error.get_or_insert(error),
                Poll::Ready(Ok(end)) => connected = Some(end),
                Poll::Pending => return true,
            }
            false
        });
        connected
    }
}

/// The addresses with their families taking turns, that of the first one first (RFC 8305 §4).
fn in_turns(addresses: &[SocketAddr]) -> impl Iterator<Item = SocketAddr> {
    let starts_with_ipv4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let family = |is_first: bool| {
        let addresses = addresses.iter().copied();
        addresses.filter(move |address| (address.is_ipv4() == starts_with_ipv4) == is_first)
    };
    let (mut first, mut other) = (family(true), family(false));
    iter::from_fn(move || {
        let turn = [first.next(), other.next()];
        turn.iter().any(Option::is_some).then_some(turn)
    })
    .flatten()
    .flatten()
}

/// RFC 8305 §5 recommends a connection attempt delay of 250 milliseconds.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// How many addresses are tried at most, a socket each: four seconds until the last one starts.
const MAX_ATTEMPTS: usize = 16;
