//! The timer on a paused clock, and turns.

use std::future::poll_fn;
use std::io::Write;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::time::{Instant, advance};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn at(seconds: u32) -> Timestamp {
    Timestamp::from_duration(SECOND * seconds)
}

#[tokio::test(start_paused = true)]
async fn timestamps_follow_the_clock_of_the_runtime() {
    let timer = TokioTimer::boxed();
    assert_eq!(timer.now(), at(0));
    advance(SECOND * 7).await;
    assert_eq!(timer.now(), at(7));
}

#[tokio::test(start_paused = true)]
async fn deadline_wakes_when_it_passes() {
    let mut timer = TokioTimer::boxed();
    let start = Instant::now();
    poll_fn(|cx| timer.poll_expired(at(3), cx)).await;
    assert_eq!(start.elapsed(), SECOND * 3);
    assert_eq!(timer.now(), at(3));
}

#[tokio::test(start_paused = true)]
async fn later_call_replaces_the_deadline_both_ways() {
    for (first, second) in [(10, 2), (2, 10)] {
        let mut timer = TokioTimer::boxed();
        let start = Instant::now();
        let mut deadline = first;
        poll_fn(|cx| {
            let poll = timer.poll_expired(at(deadline), cx);
            if deadline == first {
                assert!(poll.is_pending());
                deadline = second;
                return timer.poll_expired(at(second), cx);
            }
            poll
        })
        .await;
        assert_eq!(
            start.elapsed(),
            SECOND * second,
            "{first} replaced by {second}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn timer_works_again_after_it_fired() {
    let mut timer = TokioTimer::boxed();
    let start = Instant::now();
    for seconds in [1, 1, 4] {
        poll_fn(|cx| timer.poll_expired(at(seconds), cx)).await;
        assert_eq!(start.elapsed(), SECOND * seconds);
    }
}

#[tokio::test(start_paused = true)]
async fn deadline_beyond_the_clock_never_comes() {
    let mut timer = TokioTimer::boxed();
    let never = Timestamp::from_duration(Duration::MAX);
    let waited = tokio::time::timeout(SECOND * 3600, poll_fn(|cx| timer.poll_expired(never, cx)));
    assert!(waited.await.is_err());
}

/// Sockets of others are looked at between any two turns of a task that never waits.
#[tokio::test]
async fn giving_way_lets_events_of_others_through() {
    const N_EVENTS: usize = 50;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut near = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut far, _) = listener.accept().await.unwrap();
    let n_received = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_received);
    let receiving = tokio::spawn(async move {
        for _ in 0..N_EVENTS {
            far.read_u8().await.unwrap();
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    let mut timer = TokioTimer::boxed();
    let busy = tokio::spawn(async move {
        let (mut n_sent, mut n_turns) = (0, 0);
        poll_fn(|cx| {
            if n_received.load(Ordering::Relaxed) == n_sent {
                if n_sent == N_EVENTS {
                    return Poll::Ready(n_turns);
                }
                near.write_all(b"!").unwrap();
                n_sent += 1;
            }
            n_turns += 1;
            timer.give_way(cx);
            Poll::Pending
        })
        .await
    });
    // The runtime looks, the other task runs, and the busy one sees that.
    let n_turns = busy.await.unwrap();
    assert!(n_turns <= 3 * N_EVENTS, "{n_turns} turns");
    receiving.await.unwrap();
}

/// Counts how often it was woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl std::task::Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Wakes {
    fn n(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// A task that has used up its turn must not believe that its timer is set when it is not.
#[tokio::test(start_paused = true)]
async fn deadline_asked_for_at_the_end_of_a_turn_wakes() {
    let mut timer = TokioTimer::boxed();
    let start = Instant::now();
    let mut is_first_poll = true;
    let expired = poll_fn(|cx| {
        if mem::take(&mut is_first_poll) {
            while pin!(tokio::task::consume_budget()).poll(cx).is_ready() {}
        }
        timer.poll_expired(at(3), cx)
    });
    let _ = tokio::time::timeout(SECOND * 10, expired).await;
    assert_eq!(start.elapsed(), SECOND * 3);
}

#[tokio::test(start_paused = true)]
async fn the_waker_that_asked_last_is_woken() {
    let mut timer = TokioTimer::boxed();
    let (first, second) = (Arc::<Wakes>::default(), Arc::<Wakes>::default());
    for wakes in [&first, &first, &second, &second] {
        let waker = Waker::from(Arc::clone(wakes));
        let cx = &mut Context::from_waker(&waker);
        assert!(timer.poll_expired(at(3), cx).is_pending());
    }
    advance(SECOND * 4).await;
    assert_eq!((first.n(), second.n()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_has_passed_is_seen_by_the_waker_that_waited() {
    let mut timer = TokioTimer::boxed();
    let wakes = Arc::<Wakes>::default();
    let waker = Waker::from(Arc::clone(&wakes));
    let cx = &mut Context::from_waker(&waker);
    for seconds in [1, 2, 5] {
        for _ in 0..2 {
            assert!(timer.poll_expired(at(seconds), cx).is_pending());
        }
        let until = at(seconds).as_duration() - timer.now().as_duration();
        advance(until + Duration::from_millis(1)).await;
        for _ in 0..2 {
            assert!(timer.poll_expired(at(seconds), cx).is_ready());
        }
    }
    assert_eq!(wakes.n(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_moves_wakes_once_and_then() {
    let mut timer = TokioTimer::boxed();
    let wakes = Arc::<Wakes>::default();
    let waker = Waker::from(Arc::clone(&wakes));
    let cx = &mut Context::from_waker(&waker);
    for seconds in [5, 9, 9, 7] {
        assert!(timer.poll_expired(at(seconds), cx).is_pending());
    }
    advance(SECOND * 6).await;
    assert!(timer.poll_expired(at(7), cx).is_pending());
    assert_eq!(wakes.n(), 0);
    advance(SECOND * 2).await;
    assert_eq!(wakes.n(), 1);
    assert!(timer.poll_expired(at(7), cx).is_ready());
}
