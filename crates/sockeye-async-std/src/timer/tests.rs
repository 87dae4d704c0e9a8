//! Deadlines on the real clock: that they pass, not when.

use std::future::poll_fn;
use std::time::Duration;

use super::*;

/// A time that passes while a test waits.
const SHORT: Duration = Duration::from_millis(10);

/// A time that does not.
const LONG: Duration = Duration::from_secs(3600);

fn wait(timer: &mut dyn Timer, deadline: Timestamp) {
    async_io::block_on(poll_fn(|cx| timer.poll_expired(deadline, cx)));
}

#[test]
fn deadline_wakes_when_it_has_passed_again_and_again() {
    let mut timer = AsyncIoTimer::boxed();
    for _ in 0..3 {
        let deadline = timer.now() + SHORT;
        wait(&mut *timer, deadline);
        assert!(timer.now() >= deadline);
        // One that has passed already.
        wait(&mut *timer, deadline);
    }
}

#[test]
fn later_call_replaces_the_deadline() {
    let mut timer = AsyncIoTimer::boxed();
    let (soon, late) = (timer.now() + SHORT, timer.now() + LONG);
    let mut deadline = late;
    async_io::block_on(poll_fn(|cx| {
        let poll = timer.poll_expired(deadline, cx);
        if deadline == late {
            assert!(poll.is_pending());
            deadline = soon;
            return timer.poll_expired(soon, cx);
        }
        poll
    }));
    assert!(timer.now() >= soon);
}

#[test]
fn deadline_beyond_the_clock_never_comes() {
    let mut timer = AsyncIoTimer::boxed();
    let never = Timestamp::from_duration(Duration::MAX);
    let soon = timer.now() + SHORT;
    let mut other = AsyncIoTimer::boxed();
    async_io::block_on(poll_fn(|cx| {
        assert!(timer.poll_expired(never, cx).is_pending());
        other.poll_expired(soon, cx)
    }));
}
