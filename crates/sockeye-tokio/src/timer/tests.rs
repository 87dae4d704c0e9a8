//! The timer on a paused clock, and turns.

use std::future::poll_fn;
use std::io::Write;
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
