//! Futures that ask for the number of their task.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Waker;

use super::*;

/// Notes the number of the task in which it is dropped.
struct Dropped(Arc<Mutex<Vec<Option<u64>>>>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(current());
    }
}

fn poll(task: &mut (impl Future<Output = ()> + Unpin)) -> Poll<()> {
    pin!(task).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_task_knows_its_number_while_it_works_and_when_it_is_dropped() {
    let seen = Arc::<Mutex<Vec<_>>>::default();
    let work = || {
        let dropped = Dropped(Arc::clone(&seen));
        Box::pin(poll_fn(move |_| {
            dropped.0.lock().unwrap().push(current());
            Poll::<()>::Pending
        }))
    };
    let (first, mut first_task) = Numbered::new(work());
    let (second, mut second_task) = Numbered::new(work());
    assert_ne!(first, second);
    assert_eq!(current(), None);
    assert!(poll(&mut first_task).is_pending());
    assert!(poll(&mut second_task).is_pending());
    drop(first_task);
    drop(second_task);
    assert_eq!(current(), None);
    let expected = [first, second, first, second].map(Some);
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[test]
fn a_task_within_a_task_and_a_panic_restore_what_was() {
    let (outer, mut outer_task) = Numbered::new(Box::pin(poll_fn(|_| {
        let before = current();
        let (_, mut inner) = Numbered::new(Box::pin(async { panic!("this belongs to the test") }));
        let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| poll(&mut inner)));
        assert!(polled.is_err());
        drop(inner);
        assert_eq!(current(), before);
        Poll::Ready(())
    })));
    assert!(poll(&mut outer_task).is_ready());
    assert_eq!(current(), None, "after task {outer}");
}
