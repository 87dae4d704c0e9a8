//! The timer on a paused clock.

use std::future::poll_fn;
use std::time::Duration;

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
