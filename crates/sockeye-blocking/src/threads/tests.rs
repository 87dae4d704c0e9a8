//! Threads that end, hang and are aborted.

use std::future::{pending, poll_fn};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

/// Says by whom it is dropped.
struct TellsAtEnd(Sender<Option<u64>>);

impl Drop for TellsAtEnd {
    fn drop(&mut self) {
        self.0.send(Threads::current_task()).unwrap();
    }
}

#[test]
fn a_thread_knows_its_number_also_while_its_work_is_dropped() {
    let (tell, told) = channel();
    let at_end = TellsAtEnd(tell.clone());
    let (number, _thread) = Threads::spawn(Box::pin(async move {
        tell.send(Threads::current_task()).unwrap();
        drop(at_end);
    }));
    assert_eq!(told.recv_timeout(PATIENCE), Ok(Some(number)));
    assert_eq!(told.recv_timeout(PATIENCE), Ok(Some(number)));
    assert_eq!(Threads::current_task(), None);
}

#[test]
fn abort_drops_the_work_in_its_own_name_whatever_it_waits_for() {
    let (tell, told) = channel();
    let at_end = TellsAtEnd(tell);
    let (number, thread) = Threads::spawn(Box::pin(async move {
        pending::<()>().await;
        drop(at_end);
    }));
    Threads::abort(thread);
    assert_eq!(told.recv_timeout(PATIENCE), Ok(Some(number)));
}

#[test]
fn abort_of_a_thread_that_works_takes_effect_at_its_next_await() {
    let (go, may_go) = channel::<()>();
    let (tell, told) = channel();
    let (_, thread) = Threads::spawn(Box::pin(async move {
        tell.send("at work").unwrap();
        may_go.recv().unwrap();
        poll_fn(|_| Poll::<()>::Pending).await;
    }));
    assert_eq!(told.recv_timeout(PATIENCE), Ok("at work"));
    Threads::abort(thread);
    go.send(()).unwrap();
    // What it owns is dropped.
    assert!(told.recv_timeout(PATIENCE).is_err());
}
