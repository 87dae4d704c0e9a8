//! The one bound on waiting: whatever a test waits for arrives in time or fails the test by name.
//!
//! Nothing here sleeps. The bound is generous because it only decides how long a failure takes.

use std::fmt::Display;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::timeout;

/// How long a test waits for anything: 20 s, far above what a loaded machine with two cores needs.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for `future`, at most [`PATIENCE`].
///
/// # Panics
///
/// If the time is over, with `what` in the message.
pub async fn within<T>(what: impl Display, future: impl Future<Output = T>) -> T {
    match timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: nothing within {PATIENCE:?}"),
    }
}

/// Waits for `future` as long as `count` goes on: it stands still for [`PATIENCE`] at most.
///
/// For much that is done in steps, of which a busy machine takes any number in a time.
///
/// # Panics
///
/// If it stands still, with `what` in the message.
pub async fn as_it_counts<T>(
    what: impl Display,
    count: &AtomicUsize,
    future: impl Future<Output = T>,
) -> T {
    let mut future = pin!(future);
    let mut before = None;
    loop {
        if let Ok(value) = timeout(PATIENCE, &mut future).await {
            return value;
        }
        let now = count.load(Ordering::Relaxed);
        assert!(before.replace(now) != Some(now), "{what}: stuck at {now}");
    }
}
